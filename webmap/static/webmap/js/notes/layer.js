import { el } from "webmap/dom";

const LABEL_LETTERS = 28;
const LABELS_FROM = 13;

/** Notes on the map, each with the beginning of its text. */
export class NoteLayer {
  /** @param {L.Map} map @param {(note: object) => void} onPress */
  constructor(map, onPress) {
    Object.assign(this, { map, onPress, group: L.layerGroup([]).addTo(map), shown: new Map(), hidden: "" });
    map.on("zoomend", () => this.showLabels());
  }

  /** Shows these notes and no others. @param {object[]} notes */
  set(notes) {
    this.group.clearLayers();
    this.shown.clear();
    for (const note of notes) this.add(note);
    this.showLabels();
  }

  add(note) {
    if (note.key === this.hidden) return;
    const shape = shapeOf(note.geometry, { color: note.colour, interactive: true });
    const label = L.marker(anchorOf(shape), {
      pane: "chosen", keyboard: true, alt: note.text, bubblingMouseEvents: false,
      icon: L.divIcon({ className: "note-label", iconSize: null, html: el("span", { text: shortened(note.text) }) }),
    });
    for (const layer of [shape, label]) {
      layer.on("click", () => this.onPress(note));
      layer.on("keypress", ({ originalEvent }) => originalEvent.key === "Enter" && this.onPress(note));
      this.group.addLayer(layer);
    }
    this.shown.set(note.key, { shape, label });
  }

  /* From far the texts would only cover each other. */
  showLabels() {
    const near = this.map.getZoom() >= LABELS_FROM;
    for (const { label } of this.shown.values()) {
      if (near) this.group.addLayer(label);
      else this.group.removeLayer(label);
    }
  }

  /** Goes to a note. */
  flyTo(note) {
    this.map.flyToBounds(boundsOf(note.geometry), { maxZoom: 17, duration: 0.7, padding: [60, 60] });
  }
}

function shortened(text) {
  const line = text.split("\n")[0];
  return line.length > LABEL_LETTERS ? `${line.slice(0, LABEL_LETTERS)}…` : line;
}

/** A shape of GeoJSON as Leaflet draws it. */
export function shapeOf(geometry, look = {}) {
  const base = { pane: "chosen", weight: 4, opacity: 0.95, bubblingMouseEvents: false, ...look };
  const places = (list) => list.map(([lon, lat]) => [lat, lon]);
  if (geometry.type === "Point") return L.circleMarker(places([geometry.coordinates])[0], { ...base, radius: 8, weight: 3, color: "#ffffff", fillColor: look.color, fillOpacity: 1 });
  if (geometry.type === "LineString") return L.polyline(places(geometry.coordinates), base);
  return L.polygon(places(geometry.coordinates[0]), { ...base, weight: 3, fillOpacity: 0.16 });
}

function boundsOf(geometry) {
  return L.geoJSON(geometry).getBounds();
}

function anchorOf(shape) {
  if (shape.getLatLng) return shape.getLatLng();
  const places = shape.getLatLngs().flat(2);
  return shape instanceof L.Polygon ? shape.getBounds().getCenter() : places[Math.floor(places.length / 2)];
}
