import { el, iconButton, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { gradeText } from "webmap/wall/panels";

const TURN_MS = 250;
const KEY = "wanmi-wall-seconds";
/** How long the tour may stay at a place. */
export const SECONDS = [10, 20, 30, 60];

function secondsAtFirst(given) {
  const wanted = Number(given ?? localStorage.getItem(KEY));
  return wanted >= 3 && wanted <= 600 ? wanted : 20;
}

/** Goes from place to place by itself: the whole, then each area. Fires ``stop`` with the place. */
export class Tour extends EventTarget {
  /** @param {HTMLElement} node @param {Wheel} wheel @param {string|null} seconds from the address */
  constructor(node, wheel, seconds) {
    super();
    Object.assign(this, { node, stops: [], place: 0, left: 0, held: false, paused: false, seconds: secondsAtFirst(seconds) });
    this.build();
    wheel.every(TURN_MS, () => this.turn());
  }

  build() {
    const seconds = [...new Set([...SECONDS, this.seconds])].sort((a, b) => a - b);
    this.name = el("h2", { class: "wall-tour-name" });
    this.facts = el("dl", { class: "wall-tour-facts" });
    this.bar = el("i");
    this.toggle_ = el("button", { type: "button", class: "icon-button", on: { click: () => this.toggle() } });
    this.select = el("select", { "aria-label": gettext("Seconds at each place"), on: { change: () => this.setSeconds(Number(this.select.value)) } },
      ...seconds.map((n) => el("option", { value: n, text: fill(gettext("%(n)s s"), { n }), selected: n === this.seconds })));
    replace(this.node,
      el("div", { class: "wall-tour-row" }, this.name, this.facts,
        el("div", { class: "wall-tour-tools" },
          iconButton("chevron", gettext("Place before (←)"), () => this.step(-1), { class: "icon-button is-before" }),
          this.toggle_,
          iconButton("chevron", gettext("Next place (→)"), () => this.step(1), { class: "icon-button is-next" }),
          this.select)),
      el("div", { class: "wall-progress", "aria-hidden": "true" }, this.bar));
    this.showState();
  }

  setSeconds(seconds) {
    this.seconds = seconds;
    this.left = Math.min(this.left, seconds * 1000);
    localStorage.setItem(KEY, String(seconds));
  }

  /** New numbers of the same places, or other places. @param {{code: string, name: string, bounds: number[]}[]} stops */
  setStops(stops) {
    const here = this.here?.code;
    this.stops = stops;
    const place = stops.findIndex((one) => one.code === here);
    if (place < 0 || here === undefined) this.go(0);
    else {
      this.place = place;
      this.show();
    }
  }

  get here() {
    return this.stops[this.place];
  }

  go(place) {
    if (!this.stops.length) return;
    this.place = (place + this.stops.length) % this.stops.length;
    this.left = this.seconds * 1000;
    this.show();
    this.dispatchEvent(new CustomEvent("stop", { detail: this.here }));
  }

  step(by) {
    this.go(this.place + by);
  }

  /** Goes to an area by its code. */
  goToCode(code) {
    const place = this.stops.findIndex((one) => one.code === code);
    if (place >= 0) this.go(place);
  }

  toggle() {
    this.paused = !this.paused;
    this.showState();
  }

  /** Stands still as long as a case is looked at. */
  hold(held) {
    if (this.held && !held) this.left = this.seconds * 1000;
    this.held = held;
    this.showState();
  }

  turn() {
    if (this.paused || this.held || document.hidden || this.stops.length < 2) return;
    this.left -= TURN_MS;
    if (this.left <= 0) this.step(1);
    this.showBar();
  }

  showBar() {
    this.bar.style.transform = `scaleX(${Math.max(0, 1 - this.left / (this.seconds * 1000))})`;
  }

  showState() {
    const label = this.paused ? gettext("Continue (space)") : gettext("Pause (space)");
    this.toggle_.setAttribute("aria-label", label);
    this.toggle_.title = label;
    this.toggle_.setAttribute("aria-pressed", String(this.paused));
    replace(this.toggle_, icon(this.paused ? "play" : "pause"));
    this.node.dataset.paused = String(this.paused || this.held);
  }

  show() {
    const { here } = this;
    const count = this.stops.length > 1 && el("small", { text: `${this.place + 1} / ${this.stops.length}` });
    replace(this.name, here.name, count);
    const fact = (name, value, tone = "") => el("div", { class: tone }, el("dt", { text: name }), el("dd", {}, value));
    replace(this.facts,
      here.grade !== undefined && (here.grade || here.score !== null) && fact(gettext("Grade"), gradeText(here)),
      fact(gettext("In hand"), formatNumber(here.open)),
      fact(gettext("Overdue"), formatNumber(here.overdue), here.overdue ? "is-late" : ""));
  }
}
