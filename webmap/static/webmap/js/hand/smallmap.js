import { config } from "webmap/config";
import { TileStore } from "webmap/tiles";
import { UnitGridLayer, gridEdition } from "webmap/gridlayer";
import { createBaseMap } from "webmap/basemap";
import { newMap } from "webmap/motion";
import { tileJson } from "webmap/api";
import { Theme } from "webmap/theme";

const PANE = "grids";
const NEAR_ZOOM = 18;

/* Without a network a tile that was not kept is empty, which is no fault of the page. */
class PatientStore extends TileStore {
  request(url, decode) {
    const { promise, release } = super.request(url, decode);
    const calm = promise.catch((error) => {
      if (error.name === "AbortError") throw error;
      return {};
    });
    return { promise: calm, release };
  }
}

const store = new PatientStore();
const theme = new Theme();

/**
 * A map with base map and unit grids, in a part of the page.
 * @param {HTMLElement} node
 * @param {{lon: number, lat: number}|null} place where to begin; else the first district
 * @param {string} label what readers hear
 */
export function smallMap(node, place, label) {
  const map = newMap(node, { zoomControl: true, attributionControl: false, minZoom: 9, maxZoom: 19, keyboard: true, tapHold: true });
  node.setAttribute("aria-label", label);
  node.setAttribute("role", "application");
  map.createPane(PANE).style.zIndex = "250";
  map.getPane(PANE).style.pointerEvents = "none";
  if (place) map.setView([place.lat, place.lon], NEAR_ZOOM);
  else map.fitBounds(districtBounds());
  addGround(map);
  return map;
}

function districtBounds() {
  const [west, south, east, north] = config.districts[0]?.bounds ?? [116.2, 39.8, 116.6, 40.1];
  return L.latLngBounds([south, west], [north, east]);
}

/* Without a network and with nothing kept the map stays empty; the place is shown all the same. */
async function addGround(map) {
  const grids = new UnitGridLayer(store, { pane: PANE, maxZoom: 19, minZoom: 9 });
  const paint = () => {
    map.getContainer().style.backgroundColor = theme.palette.land;
    base?.setPalette(theme.palette);
    grids.setLook(theme.palette.grids);
  };
  let base = null;
  let gone = false;
  map.on("unload", () => { gone = true; });
  theme.addEventListener("change", paint);
  map.on("unload", () => theme.removeEventListener("change", paint));
  paint();
  try {
    const described = await tileJson("basemap");
    if (gone) return;
    base = createBaseMap(store, { url: described.tiles[0], minZoom: described.minzoom, maxZoom: described.maxzoom }, { minZoom: described.minzoom, maxZoom: 19 });
    paint();
    base.layer.addTo(map);
    grids.setEditions(editions());
    grids.addTo(map);
    const again = () => { base.layer.rerenderTiles(); grids.redraw(); };
    window.addEventListener("online", again);
    map.on("unload", () => window.removeEventListener("online", again));
  } catch (error) {
    console.warn("no base map", error);
  }
}

function editions() {
  return config.districts.filter((one) => one.edition).map((one) => gridEdition(one.edition, one.bounds));
}

/** A mark of a colour token on a map. */
export function mark(map, place, className) {
  return L.marker([place.lat, place.lon], { icon: L.divIcon({ className: `mark ${className}`, iconSize: [22, 22] }), keyboard: false, interactive: false }).addTo(map);
}
