import { gridByCode, gridByOrdinal } from "webmap/api";
import { toastError } from "webmap/toast";

/**
 * The selected grid. Fires ``loading``, ``change`` ({grid}) and ``clear``. Only the last request
 * counts: a slow answer to an earlier click is dropped.
 */
export class Selection extends EventTarget {
  /** @param {L.Map} map @param {Theme} theme */
  constructor(map, theme) {
    super();
    Object.assign(this, { map, theme, grid: null, controller: null });
    this.group = L.layerGroup([], { pane: "chosen" }).addTo(map);
    this.renderer = L.svg({ pane: "chosen", padding: 0.5 });
    theme.addEventListener("change", () => this.draw());
  }

  /** Code of the selected grid, or an empty text. */
  get code() {
    return this.grid?.code ?? "";
  }

  /** Selects a grid of an edition by ordinal. */
  selectOrdinal(version, ordinal) {
    return this.load((signal) => gridByOrdinal(version, ordinal, signal));
  }

  /** Selects the grid that carries a code today, or on a day. */
  selectCode(code, on = "") {
    return this.load((signal) => gridByCode(code, on, signal));
  }

  async load(ask) {
    this.controller?.abort();
    const controller = new AbortController();
    this.controller = controller;
    this.dispatchEvent(new Event("loading"));
    try {
      const grid = await ask(controller.signal);
      this.set(grid);
      return grid;
    } catch (error) {
      if (error.name === "AbortError") return null;
      this.clear();
      toastError(error, error.status === 0 ? () => this.load(ask) : null);
      return null;
    }
  }

  set(grid) {
    this.grid = grid;
    this.draw();
    this.dispatchEvent(new CustomEvent("change", { detail: { grid } }));
  }

  /** Takes the selection away. */
  clear() {
    this.controller?.abort();
    this.grid = null;
    this.group.clearLayers();
    this.dispatchEvent(new Event("clear"));
  }

  /* The exact shape of the answer, not the one of the tiles. */
  draw() {
    this.group.clearLayers();
    if (!this.grid) return;
    const colours = this.theme.palette.chosen;
    const rings = this.grid.geometry.coordinates.map((ring) => ring.map(([lon, lat]) => [lat, lon]));
    const base = { renderer: this.renderer, pane: "chosen", interactive: false, lineJoin: "round" };
    const isDraft = this.grid.edition.state === "draft" || this.grid.edition.state === "checked";
    this.group.addLayer(L.polygon(rings, { ...base, fill: false, color: colours.halo, weight: 6, opacity: 0.9 }));
    this.group.addLayer(L.polygon(rings, {
      ...base, color: colours.line, weight: 2.6, fillColor: colours.fill, fillOpacity: 0.28, dashArray: isDraft ? "7 5" : null,
    }));
  }

  /** Flies to the selected grid and lets it pulse once. */
  flyTo(options = {}) {
    if (!this.grid) return;
    const [west, south, east, north] = this.grid.bounds;
    const bounds = L.latLngBounds([south, west], [north, east]);
    this.map.flyToBounds(bounds, { maxZoom: 17, duration: 0.7, ...options });
    pulse(this.map, bounds.getCenter());
  }
}

const PULSE_MS = 2400;

/** A ring that opens twice at a place, to lead the eye. */
export function pulse(map, latlng) {
  const marker = L.marker(latlng, { icon: L.divIcon({ className: "pulse", iconSize: [44, 44] }), interactive: false, keyboard: false });
  marker.addTo(map);
  setTimeout(() => marker.remove(), PULSE_MS);
}
