import { drawing } from "webmap/select/drawing";
import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";

const LINE = { color: "#b45309", weight: 3, interactive: false, pane: "chosen" };
const SAME_PX = 10;

/**
 * Lets a line or an outline be drawn by clicks, taps or keys; the map can be moved meanwhile.
 * Enter or a double click ends it; Backspace or Esc takes the last point back, Esc without points
 * gives up; the space bar adds a point at the middle of the map.
 */
export class Sketch {
  /**
   * @param {L.Map} map
   * @param {{closed?: boolean, least?: number, most?: number, words: string,
   *   readout?: (places: L.LatLng[], next: L.LatLng|null) => string, colour?: string}} options
   *   ``least`` points make a shape; ``most`` ends it by itself
   */
  constructor(map, options) {
    this.map = map;
    this.options = { closed: false, least: 2, most: 500, readout: () => "", ...options };
    this.places = [];
    const look = { ...LINE, ...(options.colour && { color: options.colour }) };
    this.line = this.options.closed ? L.polygon([], { ...look, fillOpacity: 0.12 }) : L.polyline([], look);
    this.dots = L.layerGroup([]);
    this.look = look;
  }

  /** Draws. @returns {Promise<L.LatLng[]|null>} the places, or null when given up */
  run() {
    const { map } = this;
    drawing.now = true;
    this.line.addTo(map);
    this.dots.addTo(map);
    this.hadDoubleClick = map.doubleClickZoom.enabled();
    map.doubleClickZoom.disable();
    map.getContainer().classList.add("is-sketching");
    this.bar();
    this.listen();
    map.getContainer().focus({ preventScroll: true });
    this.show(null);
    return new Promise((resolve) => {
      this.resolve = resolve;
    });
  }

  bar() {
    const button = (text, action, more = {}) => el("button", { type: "button", class: "button button-small", text, ...more, on: { click: action } });
    this.text = el("p", { role: "status", "aria-live": "polite" });
    this.undoButton = button(gettext("Undo point"), () => this.undo());
    this.doneButton = button(gettext("Done"), () => this.finish(), { class: "button button-small button-primary" });
    this.node = el("div", { class: "sketch-bar card", role: "group", "aria-label": this.options.words }, this.text,
      el("div", { class: "button-row" }, button(gettext("Point at the middle"), () => this.add(this.map.getCenter())), this.undoButton, this.doneButton, button(gettext("Give up"), () => this.end(null))));
    document.getElementById("popovers").append(this.node);
    document.body.classList.add("has-sketch");
  }

  listen() {
    this.handlers = {
      click: ({ latlng }) => this.add(latlng),
      dblclick: () => this.isAgain && this.finish(),
      mousemove: ({ latlng }) => this.show(latlng),
    };
    this.map.on(this.handlers);
    this.onKey = (event) => {
      if (event.target.closest?.("input, textarea, select, button, dialog")) return;
      const action = {
        Escape: () => (this.places.length ? this.undo() : this.end(null)),
        Backspace: () => this.undo(), Enter: () => this.finish(), " ": () => this.add(this.map.getCenter()),
      }[event.key];
      if (!action) return;
      event.preventDefault();
      event.stopPropagation();
      action();
    };
    document.addEventListener("keydown", this.onKey, true);
  }

  /** Adds a point. @param {L.LatLng} place */
  add(place) {
    const last = this.places.at(-1);
    // A double click comes as two clicks at one place; two quick taps at two places are none.
    this.isAgain = Boolean(last) && this.map.latLngToLayerPoint(last).distanceTo(this.map.latLngToLayerPoint(place)) < SAME_PX;
    if (this.isAgain) return;
    this.places.push(place);
    this.dots.addLayer(L.circleMarker(place, { ...this.look, radius: 4, fillOpacity: 1 }));
    this.show(null);
    if (this.places.length >= this.options.most) this.finish();
  }

  /** Takes the last point back. */
  undo() {
    this.places.pop();
    const dots = this.dots.getLayers();
    if (dots.length) this.dots.removeLayer(dots.at(-1));
    this.show(null);
  }

  show(next) {
    this.line.setLatLngs(next ? [...this.places, next] : this.places);
    const told = this.places.length ? this.options.readout(this.places, next) : "";
    replace(this.text, told ? el("strong", { text: told }) : el("span", { text: this.options.words }));
    this.undoButton.disabled = !this.places.length;
    this.doneButton.disabled = this.places.length < this.options.least;
  }

  finish() {
    if (this.places.length >= this.options.least) this.end(this.places);
  }

  end(places) {
    this.map.off(this.handlers);
    document.removeEventListener("keydown", this.onKey, true);
    this.line.remove();
    this.dots.remove();
    this.node.remove();
    document.body.classList.remove("has-sketch");
    this.map.getContainer().classList.remove("is-sketching");
    // The press that ended it is still on its way to the map.
    setTimeout(() => {
      drawing.now = false;
      if (this.hadDoubleClick) this.map.doubleClickZoom.enable();
    }, 0);
    this.resolve(places);
  }
}
