import { LIGHTS, lightName } from "webmap/desk/words";
import { debounce, el, replace } from "webmap/dom";
import { formatCount, gettext } from "webmap/i18n";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";

const DOT_PX = 6;
const CHOSEN_PX = 10;
const SETTLE_MS = 150;
const EDGE_PX = 60;
const NEAR_ZOOM = 16;
const HEAP_LEAST_PX = 12;
const HEAP_MOST_PX = 30;

/* A light is told by its shape as well as by its colour: overdue a diamond, nearly due a triangle. */
const LightMarker = L.CircleMarker.extend({
  _updatePath() {
    const { _ctx: context, _drawing: drawing } = this._renderer;
    if (!drawing || this._empty()) return;
    const { x, y } = this._point;
    const r = this._radius;
    context.beginPath();
    if (this.options.light === "red") tracePoints(context, [[x, y - r - 1], [x + r + 1, y], [x, y + r + 1], [x - r - 1, y]]);
    else if (this.options.light === "yellow") tracePoints(context, [[x, y - r - 1], [x + r + 1, y + r - 1], [x - r - 1, y + r - 1]]);
    else context.arc(x, y, r, 0, Math.PI * 2);
    this._renderer._fillStroke(context, this);
  },
});

function tracePoints(context, points) {
  points.forEach(([x, y], i) => (i ? context.lineTo(x, y) : context.moveTo(x, y)));
  context.closePath();
}

/** The cases of the list's filter as dots on the map; many of them as heaps with their number. */
export class CaseMap extends EventTarget {
  /** @param {L.Map} map @param {() => URLSearchParams} query the filter */
  constructor(map, query) {
    super();
    this.map = map;
    this.query = query;
    this.dots = L.layerGroup().addTo(map);
    this.marks = new Map();
    this.heaped = false;
    this.renderer = L.canvas({ padding: 0.3, tolerance: 6 });
    this.chosen = null;
    this.mark = null;
    this.asked = 0;
    this.legend();
    map.on("moveend", debounce(() => this.load(), SETTLE_MS));
  }

  legend() {
    const rows = ["red", "yellow", "green", ""].map((light) => {
      const sign = el("i", { class: `desk-light light-${light || "none"}` });
      return el("li", {}, sign, lightName(light));
    });
    replace(document.getElementById("legend"), ...rows);
  }

  /** Asks for the dots of what the map shows. */
  async load() {
    const bounds = this.map.getBounds();
    const box = { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
    const query = this.query();
    for (const [name, value] of Object.entries(box)) query.set(name, value.toFixed(6));
    this.asked += 1;
    const mine = this.asked;
    try {
      const found = await request(`/api/v1/cases/dots?${query}`);
      if (mine === this.asked) this.show(found);
    } catch (error) {
      toastError(error);
    }
  }

  show({ dots, heaps }) {
    this.dots.clearLayers();
    this.marks.clear();
    this.heaped = heaps.length > 0;
    const order = { red: 3, yellow: 2, green: 1, "": 0 };
    // The urgent ones lie on top.
    for (const dot of [...dots].sort((a, b) => order[a.light] - order[b.light])) this.add(dot);
    const most = Math.max(1, ...heaps.map((heap) => heap.n));
    for (const heap of heaps) this.dots.addLayer(this.heap(heap, most));
    this.sayCount();
  }

  add(dot) {
    const mark = this.dot(dot);
    this.marks.set(dot.number, mark);
    this.dots.addLayer(mark);
  }

  sayCount() {
    this.map.getContainer().dataset.dots = String(this.marks.size);
  }

  /** Shows a case that moved, or takes it away when it does not fit any more. */
  put(row, fits) {
    if (this.heaped) return;
    this.marks.get(row.number)?.remove();
    this.marks.delete(row.number);
    if (fits && this.map.getBounds().contains([row.lat, row.lon])) this.add(row);
    this.sayCount();
  }

  dot({ number, lon, lat, light }) {
    const mark = new LightMarker([lat, lon], {
      renderer: this.renderer, light, radius: DOT_PX, color: "#ffffff", weight: 1.5, fillColor: LIGHTS[light], fillOpacity: 0.95,
    });
    mark.on("click", (event) => {
      // Whoever points at a place for a new case means the map, also where a case is.
      if (document.body.classList.contains("is-pointing")) return;
      L.DomEvent.stop(event);
      this.dispatchEvent(new CustomEvent("open", { detail: number }));
    });
    return mark;
  }

  heap({ lon, lat, n, red }, most) {
    const radius = HEAP_LEAST_PX + (HEAP_MOST_PX - HEAP_LEAST_PX) * Math.sqrt(n / most);
    const mark = L.circleMarker([lat, lon], { renderer: this.renderer, radius, color: "#ffffff", weight: 2, fillColor: red ? LIGHTS.red : LIGHTS.green, fillOpacity: 0.8 });
    mark.bindTooltip(`${formatCount(n)}${red ? ` · ${formatCount(red)} ${gettext("overdue")}` : ""}`, { direction: "top" });
    mark.on("click", () => this.map.setView([lat, lon], this.map.getZoom() + 2));
    return mark;
  }

  /** How much of the map's right side the open case covers. */
  covered() {
    const card = document.getElementById("case");
    return card.hidden ? 0 : Math.min(card.offsetWidth, this.map.getSize().x / 2);
  }

  inSight(at) {
    const place = this.map.latLngToContainerPoint(at);
    const size = this.map.getSize();
    return place.x > EDGE_PX && place.y > EDGE_PX && place.x < size.x - this.covered() - EDGE_PX && place.y < size.y - EDGE_PX;
  }

  /** The map goes to a place beside the open case. @param {[number, number]} at */
  goTo(at, least = NEAR_ZOOM) {
    const zoom = Math.max(this.map.getZoom(), least);
    const middle = this.map.project(at, zoom).add([this.covered() / 2, 0]);
    this.map.setView(this.map.unproject(middle, zoom), zoom);
  }

  /** Rings the case that is looked at; the map goes there when it is out of sight. */
  choose(row, travel = true) {
    this.mark?.remove();
    this.mark = null;
    if (!row) return;
    const at = [row.lat, row.lon];
    this.mark = L.circleMarker(at, { pane: "chosen", radius: CHOSEN_PX, color: "#b45309", weight: 4, fill: false, interactive: false }).addTo(this.map);
    if (travel && !this.inSight(at)) this.goTo(at);
  }
}
