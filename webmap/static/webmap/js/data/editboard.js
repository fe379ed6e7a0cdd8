import { formatArea } from "webmap/i18n";
import { request } from "webmap/api";

/** From this zoom on grids can be edited: fewer are in view than one answer may hold. */
export const EDIT_FROM = 16;
const PANE = "edit";

/** Longitude and latitude of a form's rings, each without its closing point, as Leaflet wants them. */
export function ringsOf(form) {
  return form.geometry.coordinates.map((ring) => ring.slice(0, -1).map(([lon, lat]) => L.latLng(lat, lon)));
}

/**
 * The grids of a draft that are in view, with all their vertices. Fires ``pick`` ({ordinal, event})
 * and ``load``.
 */
export class Board extends EventTarget {
  /** @param {L.Map} map @param {string} base address of the plan @param {Theme} theme */
  constructor(map, base, theme) {
    super();
    Object.assign(this, { map, base, theme, revision: 0, chosen: new Set() });
    /** @type {Map<number, {form: object, layer: L.Polygon}>} */
    this.grids = new Map();
    map.createPane(PANE).style.zIndex = "260";
    this.renderer = L.canvas({ pane: PANE, padding: 0.3 });
    this.group = L.layerGroup([], { pane: PANE }).addTo(map);
    this.pins = L.layerGroup().addTo(map);
    theme.addEventListener("change", () => this.paint());
  }

  /** Whether grids can be edited at this zoom. */
  get isNear() {
    return this.map.getZoom() >= EDIT_FROM;
  }

  form(ordinal) {
    return this.grids.get(ordinal)?.form ?? null;
  }

  /** Asks for what is in view. @returns {Promise<boolean>} whether it was the last call */
  async load() {
    this.asked?.abort();
    if (!this.isNear) {
      this.empty();
      return true;
    }
    const asked = new AbortController();
    this.asked = asked;
    const box = this.map.getBounds();
    const query = new URLSearchParams({ west: box.getWest(), south: box.getSouth(), east: box.getEast(), north: box.getNorth() });
    try {
      const answer = await request(`${this.base}/grids?${query}`, { signal: asked.signal });
      this.revision = answer.revision;
      const there = new Set(answer.grids.map((form) => form.ordinal));
      for (const ordinal of [...this.grids.keys()]) if (!there.has(ordinal)) this.take(ordinal);
      for (const form of answer.grids) this.put(form);
      this.dispatchEvent(new Event("load"));
      return true;
    } catch (error) {
      if (error.name === "AbortError") return false;
      throw error;
    }
  }

  empty() {
    this.group.clearLayers();
    this.grids.clear();
    this.dispatchEvent(new Event("load"));
  }

  /** Draws only what an edit changed. @param {object} done the answer of an edit */
  apply(done) {
    this.revision = done.revision;
    for (const ordinal of done.gone) this.take(ordinal);
    for (const form of done.grids) this.put(form);
  }

  put(form) {
    const known = this.grids.get(form.ordinal);
    if (known && known.form.revision === form.revision && known.form.left_alone === form.left_alone) return;
    if (known) this.group.removeLayer(known.layer);
    const layer = L.polygon(ringsOf(form), { ...this.look(form), renderer: this.renderer, pane: PANE, pmIgnore: false });
    layer.on("click", (event) => this.dispatchEvent(new CustomEvent("pick", { detail: { ordinal: form.ordinal, event: event.originalEvent } })));
    layer.bindTooltip(() => `${form.code} · ${formatArea(form.area_m2)}`, { sticky: true, direction: "top", className: "edit-tip" });
    this.grids.set(form.ordinal, { form, layer });
    this.group.addLayer(layer);
  }

  take(ordinal) {
    const known = this.grids.get(ordinal);
    if (known) this.group.removeLayer(known.layer);
    this.grids.delete(ordinal);
  }

  /** Marks the chosen grids, the first of them as the giver. @param {number[]} ordinals */
  choose(ordinals) {
    const changed = new Set([...this.chosen, ...ordinals]);
    this.chosen = new Set(ordinals);
    for (const ordinal of changed) this.restyle(ordinal);
    for (const ordinal of ordinals) this.grids.get(ordinal)?.layer.bringToFront();
  }

  restyle(ordinal) {
    const known = this.grids.get(ordinal);
    known?.layer.setStyle(this.look(known.form));
  }

  look(form) {
    const { chosen, grids } = this.theme.palette;
    const base = { weight: 1.4, color: grids.draft, opacity: 1, fillColor: chosen.fill, fillOpacity: 0.02, dashArray: null };
    if (form.left_alone) Object.assign(base, { fillColor: "#667085", fillOpacity: 0.35 });
    else if (form.revision > 0) Object.assign(base, { fillColor: "#5aa9e6", fillOpacity: 0.25 });
    if (this.chosen.has(form.ordinal)) Object.assign(base, { weight: 3.5, color: chosen.line, fillColor: chosen.fill, fillOpacity: 0.4 });
    return base;
  }

  paint() {
    for (const ordinal of this.grids.keys()) this.restyle(ordinal);
    this.pins.eachLayer((pin) => pin.setStyle({ color: this.pinColour }));
  }

  get pinColour() {
    return this.theme.name === "day" ? "#b42318" : "#ff8f85";
  }

  /** Draws the pinned borders. @param {Array<Array<[number, number]>>} lines */
  setPins(lines) {
    this.pins.clearLayers();
    for (const line of lines) {
      this.pins.addLayer(L.polyline(line.map(([lon, lat]) => [lat, lon]), { color: this.pinColour, weight: 5, opacity: 0.85, interactive: false, pane: "chosen", pmIgnore: true }));
    }
  }
}
