import { Sketch } from "webmap/select/sketch";
import { UNITS, chooseUnit, chosenUnit, inUnit } from "webmap/select/units";
import { areaWithin, distance, lengthAlong } from "webmap/select/geodesy";
import { el } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";

const LOOK = { color: "#b45309", weight: 3, pane: "chosen", interactive: false };

/** Measures distances and areas; the last one stays on the map until it is taken away. */
export class Measure {
  /** @param {L.Map} map @param {() => void} onDone */
  constructor(map, onDone) {
    Object.assign(this, { map, onDone, what: "", places: [], layer: null });
  }

  /** Draws and measures. @param {"distance"|"area"} what */
  async start(what) {
    this.clear();
    const isArea = what === "area";
    const places = await new Sketch(this.map, {
      closed: isArea, least: isArea ? 3 : 2,
      words: isArea ? gettext("Click the corners of the area. Enter ends, Esc takes a point back.") : gettext("Click along the way. Enter ends, Esc takes a point back."),
      readout: (given, next) => runningText(what, given, next),
    }).run();
    if (!places) return;
    this.what = what;
    this.places = places;
    this.layer = (isArea ? L.polygon(places, { ...LOOK, fillOpacity: 0.12 }) : L.polyline(places, LOOK)).addTo(this.map);
    this.label();
    this.onDone();
  }

  label() {
    this.mark?.remove();
    const at = this.what === "area" ? this.layer.getBounds().getCenter() : this.places.at(-1);
    this.mark = L.marker(at, {
      pane: "chosen", interactive: false, keyboard: false,
      icon: L.divIcon({ className: "measure-label", iconSize: null, html: el("span", { text: inUnit(this.value, this.what) }) }),
    }).addTo(this.map);
  }

  get value() {
    return this.what === "area" ? areaWithin(this.places) : lengthAlong(this.places);
  }

  /** Takes the measure away. */
  clear() {
    this.layer?.remove();
    this.mark?.remove();
    this.layer = this.mark = null;
    this.what = "";
  }

  /** The result in all units; a press on one makes it that of the map. @returns {Node|null} */
  result() {
    if (!this.layer) return null;
    const chosen = chosenUnit(this.what);
    const row = ([key]) => el("li", {}, el("button", {
      type: "button", class: "chip-wide", "aria-pressed": String(key === chosen), text: inUnit(this.value, this.what, key),
      on: { click: () => { chooseUnit(this.what, key); this.label(); this.onDone(); } },
    }));
    return el("div", { class: "stack measure-result" },
      el("ul", { class: "chip-list" }, ...UNITS[this.what]().map(row)),
      this.what === "area" && el("p", { class: "hint", text: fill(gettext("Outline %(length)s"), { length: inUnit(lengthAlong([...this.places, this.places[0]]), "distance") }) }),
      el("button", { type: "button", class: "button button-small", text: gettext("Take it away"), on: { click: () => { this.clear(); this.onDone(); } } }));
  }
}

function runningText(what, places, next) {
  const all = next ? [...places, next] : places;
  if (what === "area") {
    const outline = inUnit(lengthAlong([...all, all[0]]), "distance");
    return all.length < 3 ? inUnit(lengthAlong(all), "distance") : `${inUnit(areaWithin(all), "area")} · ${fill(gettext("outline %(length)s"), { length: outline })}`;
  }
  if (all.length < 2) return inUnit(0, "distance");
  const [from, to] = all.slice(-2);
  return `${inUnit(lengthAlong(all), "distance")} · ${fill(gettext("last piece %(length)s"), { length: inUnit(distance(from, to), "distance") })}`;
}
