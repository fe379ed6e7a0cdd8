import { config } from "webmap/config";
import { el } from "webmap/dom";
import { shapeOf } from "webmap/notes/layer";

const DIGITS = 7;
let asked = null;

/* Leaflet-Geoman is fetched by the first one who draws a note. */
function library() {
  asked ??= new Promise((resolve, reject) => {
    document.head.append(el("link", { rel: "stylesheet", href: config.drawing.css }));
    const script = el("script", { src: config.drawing.js, on: { load: resolve, error: reject } });
    document.head.append(script);
  }).catch(() => {
    asked = null;
  });
  return asked;
}

/**
 * The shape of a note with handles to change it.
 * @param {L.Map} map
 * @param {object} geometry GeoJSON
 * @param {string} colour
 * @returns {{geometry: () => object, colour: (text: string) => void, stop: () => void}}
 */
export function editable(map, geometry, colour) {
  const layer = geometry.type === "Point" ? movable(geometry) : shapeOf(geometry, { color: colour, interactive: true });
  layer.addTo(map);
  if (geometry.type === "Point") layer.getElement().style.setProperty("--note", colour);
  let stopped = false;
  if (geometry.type !== "Point") {
    library().then(() => {
      // Without the library the text can still be changed.
      if (stopped || !L.PM) return;
      // Map and shape were there before it.
      for (const one of [map, layer]) L.PM.reInitLayer(one);
      layer.pm.enable({ allowSelfIntersection: false, draggable: false, snappable: false });
    });
  }
  return {
    geometry: () => layer.toGeoJSON(DIGITS).geometry,
    colour: (text) => (layer.setStyle ? layer.setStyle({ color: text }) : layer.getElement().style.setProperty("--note", text)),
    stop: () => {
      stopped = true;
      layer.pm?.disable();
      layer.remove();
    },
  };
}

function movable({ coordinates: [lon, lat] }) {
  return L.marker([lat, lon], { pane: "chosen", draggable: true, keyboard: false, icon: L.divIcon({ className: "note-pin", iconSize: [22, 22] }) });
}
