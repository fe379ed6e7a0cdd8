import { config } from "webmap/config";
import { gettext } from "webmap/i18n";
import { BorderLayer, LEVELS } from "webmap/borderlayer";
import { Highlight } from "webmap/highlight";
import { LabelLayer } from "webmap/labels";
import { TileStore } from "webmap/tiles";
import { UnitGridLayer } from "webmap/gridlayer";
import { createBaseMap } from "webmap/basemap";
import { newMap } from "webmap/motion";
import { tileJson } from "webmap/api";
import { toastError } from "webmap/toast";

const PANES = { grids: 250, highlight: 300, borders: 320, labels: 360, components: 370, chosen: 380 };
const START = { center: [39.92, 116.41], zoom: 11 };

/**
 * The map with all its layers, before any district is on it.
 * @param {Theme} theme
 */
export function createMap(theme) {
  const map = newMap("map", {
    ...START, minZoom: 5, maxZoom: 19, zoomControl: false, attributionControl: false,
    keyboard: true, boxZoom: false, maxBoundsViscosity: 0.6,
  });
  for (const [name, level] of Object.entries(PANES)) {
    const pane = map.createPane(name);
    pane.style.zIndex = String(level);
    if (name !== "chosen") pane.style.pointerEvents = "none";
  }
  const store = new TileStore();
  const borders = new BorderLayer(store, { pane: "borders", maxZoom: 19 }).addTo(map);
  const grids = new UnitGridLayer(store, { pane: "grids", maxZoom: 19, minZoom: 9 }).addTo(map);
  const stage = { map, store, borders, grids, base: null, labels: new LabelLayer(map, store, grids), highlight: new Highlight(map, grids) };
  const paint = () => setPalette(stage, theme.palette);
  theme.addEventListener("change", paint);
  paint();
  return stage;
}

function setPalette(stage, palette) {
  stage.map.getContainer().style.backgroundColor = palette.land;
  stage.base?.setPalette(palette);
  stage.grids.setLook(palette.grids);
  stage.borders.setLook({ ...palette.borders });
  stage.labels.setPalette(palette);
  stage.highlight.setLook(palette.hover);
}

/** Asks where the tiles are and puts base map and borders on the map. @param {() => string} day */
export async function addTileLayers(stage, theme, day = () => "") {
  if (!config.districts.length) return;
  const attempt = async (add) => {
    try {
      await add(stage, theme);
    } catch (error) {
      toastError(error, () => attempt(add));
    }
  };
  await Promise.all([attempt(addBaseMap), attempt(() => showBorders(stage, day()))]);
}

async function addBaseMap(stage, theme) {
  const source = sourceOf("basemap", await tileJson("basemap"));
  stage.base = createBaseMap(stage.store, source, { minZoom: source.minZoom, maxZoom: 19 });
  stage.base.setPalette(theme.palette);
  stage.base.layer.addTo(stage.map);
  stage.labels.setSource("basemap", source);
}

/** Shows the regions of today, or of a day. */
export async function showBorders(stage, on = "") {
  const levels = await Promise.all(LEVELS.map(async (level) => [level, sourceOf(level, await tileJson(level, on))]));
  stage.borders.addLevels(levels);
  for (const [level, source] of levels) stage.labels.setSource(level, source);
}

function sourceOf(key, described) {
  const [west, south, east, north] = described.bounds;
  return {
    key, url: described.tiles[0], minZoom: described.minzoom, maxZoom: described.maxzoom,
    bounds: L.latLngBounds([south, west], [north, east]),
  };
}

/** Bounds of the API's form as Leaflet's. */
export function toBounds([west, south, east, north]) {
  return L.latLngBounds([south, west], [north, east]);
}

/** Scale bar and coordinates of the mouse; Leaflet's own words in the page's language. */
export function addReadouts(map) {
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 110 }).addTo(map);
  const output = document.getElementById("coordinates");
  const show = ({ lat, lng }) => {
    output.textContent = `${lng.toFixed(5)}, ${lat.toFixed(5)} · z${Math.round(map.getZoom())}`;
  };
  map.on("mousemove", (event) => show(event.latlng));
  map.on("moveend zoomend", () => show(map.getCenter()));
  map.getContainer().setAttribute("aria-label", gettext("Map of unit grids"));
}
