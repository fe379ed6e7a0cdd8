import { config } from "webmap/config";
import { el } from "webmap/dom";
import { fill, gettext, nameOf } from "webmap/i18n";
import { tileLayer } from "webmap/backdrops/layer";
import { toast } from "webmap/toast";

const PANES = { backdrop: 210, "backdrop-names": 345 };
/* So many tiles in a row that do not come are no chance. */
const MANY = 3;

/** Maps of others beneath the grids, one at a time. Fires ``change``. */
export class Backdrops extends EventTarget {
  /** @param {object} stage see ``createMap`` */
  constructor(stage) {
    super();
    Object.assign(this, { stage, chosen: null, layers: [], failures: 0, isAway: false });
    for (const [name, level] of Object.entries(PANES)) {
      const pane = stage.map.createPane(name);
      pane.style.zIndex = String(level);
      pane.style.pointerEvents = "none";
    }
  }

  /** Those that this site offers. */
  static get list() {
    return config.backdrops ?? [];
  }

  /** Whose map a picture of the page holds as well; empty where tiles of others are left out. */
  get pictured() {
    return this.chosen?.cors && !this.isAway ? this.chosen.attribution : "";
  }

  /** For the address bar. */
  get address() {
    return this.chosen ? { bg: this.chosen.id } : {};
  }

  /** Takes up a link; a map that is no longer offered is left out. @param {{bg: string}} values */
  restore({ bg }) {
    const found = Backdrops.list.find((one) => one.id === bg) ?? null;
    if (found !== this.chosen) this.choose(found);
  }

  /** Shows a map, or none. @param {object|null} backdrop */
  choose(backdrop) {
    for (const layer of this.layers) layer.remove();
    Object.assign(this, { chosen: backdrop, layers: [], failures: 0, isAway: false });
    if (backdrop) {
      const ground = tileLayer(backdrop.tiles, backdrop, "backdrop");
      ground.on("tileerror", () => this.missed());
      ground.on("tileload", () => this.came());
      this.layers.push(ground);
      if (backdrop.names) this.layers.push(tileLayer(backdrop.names, backdrop, "backdrop-names"));
      for (const layer of this.layers) layer.addTo(this.stage.map);
    }
    this.change();
  }

  missed() {
    this.failures += 1;
    if (this.isAway || this.failures < MANY) return;
    this.isAway = true;
    toast({ text: fill(gettext("%(name)s cannot be reached. The map of this site stays."), { name: nameOf(this.chosen) }), code: "E-BACKDROP-AWAY", kind: "error" });
    this.change();
  }

  came() {
    this.failures = 0;
    if (!this.isAway) return;
    this.isAway = false;
    this.change();
  }

  change() {
    // Names of roads and places would stand there twice.
    this.stage.labels.setCovered(Boolean(this.chosen?.names) && !this.isAway);
    document.getElementById("backdrop-source")?.remove();
    if (this.chosen) document.getElementById("origins").before(el("span", { id: "backdrop-source", class: "backdrop-source", text: this.chosen.attribution }));
    this.dispatchEvent(new Event("change"));
  }
}

/** The choice among them, for the card of layers; nothing where none is offered. @param {Backdrops} backdrops */
export function backdropChoice(backdrops) {
  if (!Backdrops.list.length) return [];
  const isAway = (backdrop) => backdrops.isAway && backdrops.chosen === backdrop;
  const one = (backdrop, name, more = "") => {
    const box = el("input", { type: "radio", name: "backdrop", value: backdrop?.id ?? "", checked: backdrops.chosen === backdrop, on: { change: () => backdrops.choose(backdrop) } });
    return el("label", { class: "backdrop-choice" }, box, el("span", { text: name }), more && el("small", { class: isAway(backdrop) ? "is-error" : null, text: more }));
  };
  const about = (backdrop) => (isAway(backdrop) ? gettext("cannot be reached") : backdrop.attribution);
  return [el("fieldset", { class: "switches" }, el("legend", { text: gettext("Maps of others") }),
    one(null, gettext("None: the map of this site")), ...Backdrops.list.map((backdrop) => one(backdrop, nameOf(backdrop), about(backdrop))))];
}
