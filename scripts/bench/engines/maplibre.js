import { DATA_ZOOMS, LINE, LINE_PX, LINES_FROM, finish, fired, packageFile, script } from "./shared.js";

const SOURCE = { source: "grids", sourceLayer: "grids" };
// The bridge looks for it there.
globalThis.maplibregl = await import(packageFile("maplibre-gl/dist/maplibre-gl.mjs"));
await script("@maplibre/maplibre-gl-leaflet/leaflet-maplibre-gl.js");

/* MapLibre's tiles are 512 pixels wide, so its zooms are one less. */
const BEHIND = 1;

/**
 * MapLibre GL in Leaflet by its own bridge. The class of a grid is its feature state, which stays
 * with the graphics card; all grids are coloured anew by telling the state of those that changed,
 * as its authors advise. No transition, no fade, no label.
 */
export async function start({ map, url, classes, palette }) {
  const style = styleOf(url, palette);
  const layer = L.maplibreGL({ style, fadeDuration: 0, interactive: false }).addTo(map);
  const gl = layer.getMaplibreMap();
  await fired(gl, "style.load");
  let shown = new Uint8Array(classes.length).fill(255);
  shown = tell(gl, classes, shown);
  await fired(gl, "idle");
  finish(gl.getCanvas());
  return {
    async recolour(other) {
      shown = tell(gl, other, shown);
      await fired(gl, "idle");
      finish(gl.getCanvas());
    },
  };
}

function tell(gl, classes, before) {
  for (let i = 0; i < classes.length; i += 1) {
    if (classes[i] !== before[i]) gl.setFeatureState({ ...SOURCE, id: i + 1 }, { own: classes[i] });
  }
  return classes;
}

function styleOf(url, palette) {
  const [minzoom, maxzoom] = DATA_ZOOMS;
  const own = ["coalesce", ["feature-state", "own"], -1];
  const layer = { source: "grids", "source-layer": "grids" };
  return {
    version: 8,
    sources: { grids: { type: "vector", tiles: [url], minzoom, maxzoom } },
    layers: [
      {
        id: "fill", type: "fill", ...layer,
        paint: {
          "fill-color": ["match", own, ...palette.flatMap((colour, n) => [n, colour]), "transparent"],
          "fill-color-transition": { duration: 0 },
          "fill-antialias": false,
        },
      },
      {
        id: "line", type: "line", ...layer, minzoom: LINES_FROM - BEHIND,
        paint: { "line-color": LINE, "line-width": LINE_PX },
      },
    ],
  };
}
