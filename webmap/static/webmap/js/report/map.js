import { config } from "webmap/config";
import { LabelLayer } from "webmap/labels";
import { Theme } from "webmap/theme";
import { TileStore } from "webmap/tiles";
import { createBaseMap } from "webmap/basemap";
import { gettext } from "webmap/i18n";
import { newMap } from "webmap/motion";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";

const DEEPEST = 19;

/** A map with ground and names only: all that one needs to point at a place. */
export function createReportMap(id) {
  const map = newMap(id, { zoomControl: false, attributionControl: false, minZoom: 8, maxZoom: DEEPEST, boxZoom: false });
  map.createPane("labels").style.cssText = "z-index: 360; pointer-events: none";
  L.control.zoom({ zoomInTitle: gettext("Zoom in"), zoomOutTitle: gettext("Zoom out"), position: "bottomright" }).addTo(map);
  showAll(map);
  const theme = new Theme();
  const store = new TileStore();
  const labels = new LabelLayer(map, store, null);
  labels.setShown("codes", false);
  const stage = { map, base: null };
  const paint = () => {
    map.getContainer().style.backgroundColor = theme.palette.land;
    stage.base?.setPalette(theme.palette);
    labels.setPalette(theme.palette);
  };
  theme.addEventListener("change", paint);
  paint();
  addGround(stage, theme, store, labels);
  return map;
}

function showAll(map) {
  const [first] = config.districts;
  if (!first) {
    map.setView([39.92, 116.41], 11);
    return;
  }
  const [west, south, east, north] = first.bounds;
  map.fitBounds([[south, west], [north, east]]);
}

async function addGround(stage, theme, store, labels) {
  try {
    const told = await request("/tiles/basemap.json");
    const [west, south, east, north] = told.bounds;
    const source = { key: "basemap", url: told.tiles[0], minZoom: told.minzoom, maxZoom: told.maxzoom, bounds: L.latLngBounds([south, west], [north, east]) };
    stage.base = createBaseMap(store, source, { minZoom: source.minZoom, maxZoom: DEEPEST });
    stage.base.setPalette(theme.palette);
    stage.base.layer.addTo(stage.map);
    labels.setSource("basemap", source);
  } catch (error) {
    toastError(error, () => addGround(stage, theme, store, labels));
  }
}
