import { debounce, el, replace } from "webmap/dom";
import { fill, formatLength, gettext } from "webmap/i18n";
import { here, metresBetween } from "webmap/hand/here";
import { mark, smallMap } from "webmap/hand/smallmap";
import { openSheet } from "webmap/hand/sheet";
import { request } from "webmap/api";

const MOVED_M = 8;
const VAGUE_M = 50;

/**
 * The place of a report: the phone's own, or one put right on the map. Fires ``change`` on its node
 * with ``detail.place``.
 */
export class Spot {
  constructor() {
    this.place = null;
    this.byHand = false;
    this.words = el("p", { class: "spot-words", role: "status" });
    this.facts = el("p", { class: "hint" });
    this.mine = el("button", { type: "button", class: "button", text: gettext("Use my position"), hidden: true, on: { click: () => this.useMine() } });
    const onMap = el("button", { type: "button", class: "button", text: gettext("Put right on the map"), on: { click: () => this.correct() } });
    this.node = el("div", { class: "spot" }, this.words, this.facts, el("div", { class: "button-line" }, onMap, this.mine));
    this.ask = debounce(() => this.askWords(), 400);
    here.addEventListener("change", () => this.follow());
    this.follow();
  }

  /** Begins with a place that is known. */
  set(place) {
    this.byHand = true;
    this.take(place);
  }

  useMine() {
    this.byHand = false;
    this.follow();
  }

  follow() {
    const { fix } = here;
    if (this.byHand) return;
    if (!fix) {
      this.words.textContent = here.problem || gettext("Looking for the position…");
      return;
    }
    const near = this.place && metresBetween(this.place, fix) < MOVED_M;
    if (near && Math.abs(this.place.accuracy_m - fix.accuracy_m) < MOVED_M) return;
    this.take(fix);
  }

  take({ lon, lat, accuracy_m = null }) {
    this.place = { lon, lat, accuracy_m };
    this.mine.hidden = !this.byHand || !here.fix;
    this.facts.textContent = this.exactness();
    this.facts.classList.toggle("is-vague", accuracy_m > VAGUE_M);
    this.ask();
    this.node.dispatchEvent(new CustomEvent("change", { detail: { place: this.place } }));
  }

  exactness() {
    const at = `${this.place.lat.toFixed(6)}, ${this.place.lon.toFixed(6)}`;
    if (this.byHand) return `${gettext("Chosen on the map")} · ${at}`;
    const exact = fill(gettext("exact to %(metres)s"), { metres: formatLength(this.place.accuracy_m) });
    return this.place.accuracy_m > VAGUE_M ? `${exact}: ${gettext("put it right on the map")} · ${at}` : `${exact} · ${at}`;
  }

  async askWords() {
    const asked = this.place;
    try {
      const found = await request(`/api/v1/reverse?${new URLSearchParams({ lon: asked.lon.toFixed(7), lat: asked.lat.toFixed(7) })}`);
      if (asked !== this.place) return;
      const outside = found.district ? gettext("In no unit grid.") : gettext("Outside all districts: such a report is refused.");
      const grid = found.grid ? `${gettext("Unit grid")} ${found.grid}` : outside;
      replace(this.words, el("strong", { text: found.words || gettext("No road or door number is near.") }), " ", el("span", { class: found.grid ? "mono" : "is-vague", text: grid }));
    } catch (error) {
      if (asked !== this.place) return;
      this.words.textContent = error.status ? error.message : gettext("The place in words comes when the network is back.");
    }
  }

  /* The map moves under a cross: easier with a thumb than to drag a small mark. */
  correct() {
    const node = el("div", { class: "sheet-map" });
    const cross = el("div", { class: "cross", "aria-hidden": "true" });
    const done = el("button", { type: "button", class: "button button-primary wide", text: gettext("The place is here") });
    const hint = el("p", { class: "hint", text: gettext("Move the map until the cross is at the place.") });
    const { sheet, close } = openSheet(gettext("Put right on the map"), hint, el("div", { class: "sheet-map-box" }, node, cross), done);
    sheet.classList.add("sheet-tall");
    const map = smallMap(node, this.place ?? here.fix, gettext("Map to choose the place"));
    if (here.fix) mark(map, here.fix, "mark-me");
    sheet.addEventListener("close", () => map.remove());
    done.addEventListener("click", () => {
      const { lat, lng } = map.getCenter();
      this.byHand = true;
      this.take({ lon: lng, lat });
      close();
    });
  }
}
