import { Measure } from "webmap/select/measure";
import { Popover } from "webmap/popover";
import { Sketch } from "webmap/select/sketch";
import { WIDEST_M, decodeShape, encodeShape, simplified } from "webmap/select/shapes";
import { LOOK, dragBox, dragCircle } from "webmap/select/dragging";
import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { icon } from "webmap/icons";
import { inUnit } from "webmap/select/units";
import { lasso } from "webmap/components/lasso";
import { lengthAlong } from "webmap/select/geodesy";
import { summaryContent } from "webmap/select/summary";

const RADIUS_M = 500;
const WIDTH_M = 60;

/** Select by box, line, circle and corridor; measure. Fires ``change`` when the address does. */
export class SelectControl extends EventTarget {
  /**
   * @param {object} stage see ``createMap``
   * @param {HTMLElement} button
   * @param {{versions: () => string[], day: () => string, go: (version: string, ordinal: number) => void,
   *   more?: () => Node[]}} around ``more`` adds parts to the card
   */
  constructor(stage, button, around) {
    super();
    Object.assign(this, { stage, button, around, shape: null, width_m: WIDTH_M });
    this.card = new Popover(button, { title: gettext("Select and measure"), content: () => this.content(), keep: true });
    this.measure = new Measure(stage.map, () => this.card.open({ focus: false }));
    this.outline = null;
  }

  /** For the address bar. */
  get state() {
    return { s: encodeShape(this.shape) };
  }

  /** Takes up the shape of a link. @param {{s: string}} values */
  restore({ s }) {
    if (s === encodeShape(this.shape)) return;
    const shape = decodeShape(s);
    if (shape) this.select(shape);
    else this.clear();
  }

  content() {
    return [this.selecting(), this.measuring(), ...(this.around.more?.() ?? [])];
  }

  selecting() {
    const mode = (name, words, draw) => el("button", { type: "button", class: "mode", id: `select-${name}`, on: { click: () => this.draw(draw) } }, icon(name), el("span", { text: words }));
    return el("section", { class: "stack" },
      el("h3", { text: gettext("Select") }),
      el("div", { class: "modes" },
        mode("box", gettext("Box"), dragBox), mode("lasso", gettext("Lasso"), (map) => this.lasso(map)),
        mode("radius", gettext("Circle"), dragCircle), mode("corridor", gettext("Along a line"), (map) => this.corridor(map))),
      this.form(),
      this.shape && el("div", { class: "button-row" },
        el("button", { type: "button", class: "button button-small", text: gettext("Show the selection"), on: { click: () => this.select(this.shape) } }),
        el("button", { type: "button", class: "button button-small", id: "select-clear", text: gettext("Take the selection away"), on: { click: () => { this.clear(); this.card.refresh(); } } })));
  }

  /* The same without drawing: centre and radius, what is in view, the width of a corridor. */
  form() {
    const { lat, lng } = this.stage.map.getCenter();
    const number = (name, text, value, more) => el("label", { class: "field" }, el("span", { text }), el("input", { name, type: "number", required: true, value, step: "any", ...more }));
    const form = el("form", { class: "select-form" },
      number("lon", gettext("Longitude"), lng.toFixed(5), { min: -180, max: 180 }), number("lat", gettext("Latitude"), lat.toFixed(5), { min: -85, max: 85 }),
      number("radius", gettext("Radius (m)"), RADIUS_M, { min: 1, max: WIDEST_M, step: 1 }),
      el("button", { type: "submit", class: "button button-small", text: gettext("Select the circle") }));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const [lon, latitude, radius] = ["lon", "lat", "radius"].map((name) => Number(form.elements[name].value));
      this.select({ kind: "circle", center: [lon, latitude], radius_m: Math.round(radius) });
    });
    const width = el("input", { type: "number", min: 1, max: WIDEST_M, step: 1, value: this.width_m, "aria-label": gettext("Width of the corridor in m") });
    width.addEventListener("change", () => {
      if (width.reportValidity()) this.width_m = Math.round(Number(width.value));
    });
    return el("details", { class: "select-more" }, el("summary", { text: gettext("By numbers and keys") }),
      form,
      el("label", { class: "field" }, el("span", { text: gettext("Width of a corridor (m)") }), width),
      el("button", { type: "button", class: "button button-small", text: gettext("Select what is in view"), on: { click: () => this.selectView() } }));
  }

  measuring() {
    const mode = (name, words, what) => el("button", { type: "button", class: "mode", id: `measure-${what}`, on: { click: () => { this.card.close(); this.measure.start(what); } } }, icon(name), el("span", { text: words }));
    return el("section", { class: "stack" },
      el("h3", { text: gettext("Measure") }),
      el("div", { class: "modes" }, mode("ruler", gettext("Distance"), "distance"), mode("area", gettext("Area"), "area")),
      this.measure.result());
  }

  async draw(drawn) {
    this.card.close();
    const shape = await drawn(this.stage.map);
    if (shape) this.select(shape);
  }

  async lasso(map) {
    const ring = await lasso(map, gettext("Draw round what is to be selected; Esc gives up."));
    return ring && { kind: "lasso", ring: simplified(map, ring) };
  }

  async corridor(map) {
    const places = await new Sketch(map, {
      words: gettext("Click along the middle of the corridor. Enter ends, Esc takes a point back."),
      readout: (given, next) => inUnit(lengthAlong(next ? [...given, next] : given), "distance"),
    }).run();
    return places && { kind: "corridor", line: places.map(({ lng, lat }) => [Number(lng.toFixed(6)), Number(lat.toFixed(6))]), width_m: this.width_m };
  }

  selectView() {
    const view = this.stage.map.getBounds();
    this.select({ kind: "box", box: [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()].map((value) => Number(value.toFixed(6))) });
  }

  /** Selects by a shape and shows what lies in it. @param {object} shape see ``shapes.js`` */
  select(shape) {
    this.card.close();
    this.shape = shape;
    this.results ??= this.popover();
    if (this.results.isOpen) this.results.refresh();
    else this.results.open();
    this.dispatchEvent(new Event("change"));
  }

  popover() {
    const made = new Popover(this.button, {
      title: gettext("Selection"), keep: true, side: "wide", own: false,
      content: () => summaryContent(this.shape, { editions: this.around.versions(), on: this.around.day(), go: this.around.go, onTold: (told) => this.showOutline(told) }),
    });
    made.onClose = (isDone) => isDone && this.clear();
    return made;
  }

  /* The ground as the server counted it: a circle of true metres is no circle of the projection. */
  showOutline({ polygon }) {
    this.outline?.remove();
    if (this.shape) this.outline = L.geoJSON(polygon, { style: LOOK, pane: "chosen", interactive: false }).addTo(this.stage.map);
  }

  /** Takes the selection away. */
  clear() {
    if (!this.shape) return;
    this.shape = null;
    this.outline?.remove();
    this.outline = null;
    if (this.results?.isOpen) this.results.close();
    this.dispatchEvent(new Event("change"));
  }
}
