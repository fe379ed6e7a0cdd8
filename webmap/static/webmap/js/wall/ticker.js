import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { overText } from "webmap/wall/words";

const EVERY_MS = 6_000;

/** The cases that are overdue longest, some at a time, rolling on. Fires ``open`` with a number. */
export class Ticker extends EventTarget {
  /** @param {HTMLElement} node @param {Wheel} wheel @param {() => number} now */
  constructor(node, wheel, now) {
    super();
    Object.assign(this, { node, now, cases: [], first: 0, held: false });
    this.list = el("ul", { class: "wall-ticker-list" });
    replace(node, el("h2", {}, el("i", { class: "wall-diamond", "aria-hidden": "true" }), gettext("Longest overdue")), this.list);
    for (const [event, held] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) {
      node.addEventListener(event, () => { this.held = held; });
    }
    wheel.every(EVERY_MS, () => this.roll());
  }

  /* How many have room beside one another. */
  get room() {
    return window.innerWidth < 1200 ? 5 : 3;
  }

  set(cases) {
    const before = this.cases[this.first]?.number;
    this.cases = cases;
    this.first = Math.max(0, cases.findIndex((one) => one.number === before));
    if (!this.held) this.show(false);
  }

  roll() {
    if (this.held || this.cases.length <= this.room) return;
    this.first = (this.first + this.room) % this.cases.length;
    this.show(true);
  }

  show(rolled) {
    const { cases, first } = this;
    const shown = Array.from({ length: Math.min(this.room, cases.length) }, (_, k) => cases[(first + k) % cases.length]);
    replace(this.list, ...(shown.length ? shown.map((one) => this.row(one)) : [el("li", { class: "wall-none", text: gettext("Nothing is overdue.") })]));
    this.list.classList.remove("is-rolled");
    if (!rolled) return;
    // The class has to be gone for a moment to begin anew.
    void this.list.offsetWidth;
    this.list.classList.add("is-rolled");
  }

  row(one) {
    return el("li", {}, el("button", { type: "button", on: { click: () => this.dispatchEvent(new CustomEvent("open", { detail: one.number })) } },
      el("b", { class: "wall-over", text: fill(gettext("%(span)s over"), { span: overText(one.due, this.now()) }) }),
      el("span", { class: "wall-what", text: one.case_class }),
      el("span", { class: "wall-where", text: one.place || one.department })));
  }
}
