import { PolygonSymbolizer, leafletLayer } from "protomaps-leaflet";
import { DATA_ZOOMS, LINE, LINE_PX, LINES_FROM, fired } from "./shared.js";

/**
 * protomaps-leaflet with one paint rule whose colour is asked for each feature. All grids are
 * coloured anew by ``rerenderTiles``: what is decoded is kept. The pause between tiles that it
 * makes by default is left out.
 */
export async function start({ map, url, classes, palette }) {
  let own = classes;
  const layer = leafletLayer({
    url, maxDataZoom: DATA_ZOOMS[1], tileDelay: 0, noWrap: true, attribution: "", labelRules: [],
    paintRules: [{ dataLayer: "grids", symbolizer: symbolizer(map, (id) => palette[own[id - 1]]) }],
  });
  const tasks = watch(layer);
  const painted = fired(layer, "load");
  layer.addTo(map);
  await painted;
  return {
    async recolour(other) {
      own = other;
      tasks.length = 0;
      layer.rerenderTiles();
      await Promise.all(tasks);
    },
  };
}

function symbolizer(map, colour) {
  const lines = map.getZoom() >= LINES_FROM ? { stroke: LINE, width: LINE_PX } : {};
  return new PolygonSymbolizer({ fill: (_zoom, feature) => colour(feature.id), perFeature: true, ...lines });
}

/* It does not say when tiles that are drawn again are done. */
function watch(layer) {
  const tasks = [];
  const draw = layer.renderTile;
  layer.renderTile = function drawAndTell(...words) {
    const task = draw.apply(this, words);
    tasks.push(task);
    return task;
  };
  return tasks;
}
