import { request } from "webmap/api";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { momentText, runOf, stageText } from "webmap/wall/words";

const AGAIN_MS = 10_000;
const TICK_MS = 1_000;
const MOST_STEPS = 5;
/* How far a case has come, by its stage. */
const PHASE = {
  reported: 0, checking: 1, checked: 1, filed: 2, dispatched: 3, handling: 3, divided: 3, held: 3,
  answered: 4, to_verify: 4, verifying: 4, failed: 4, verified: 5, closed: 6, refused: 6, rejected: 6, merged: 6,
};

function phases() {
  return [gettext("reported"), gettext("checked"), gettext("filed"), gettext("handled"), gettext("verified"), gettext("closed")];
}

/** The case on which the wall stands still. Fires ``open`` with the case and ``closed``. */
export class CaseCard extends EventTarget {
  /** @param {HTMLElement} node @param {Wheel} wheel @param {() => number} now */
  constructor(node, wheel, now) {
    super();
    Object.assign(this, { node, now, number: "", one: null, asked: 0, key: "" });
    this.run = el("div", { class: "wall-case-run" });
    wheel.every(TICK_MS, () => this.tick());
    wheel.every(AGAIN_MS, () => this.number && this.load());
  }

  /** Stands still on a case. @param {string} number */
  async open(number) {
    this.number = number;
    this.one = null;
    this.key = "";
    this.node.hidden = false;
    replace(this.node, el("p", { class: "wall-none", text: gettext("Looking …") }));
    this.node.focus({ preventScroll: true });
    await this.load(true);
  }

  close() {
    if (!this.number) return;
    this.number = "";
    this.one = null;
    this.node.hidden = true;
    replace(this.node);
    this.dispatchEvent(new Event("closed"));
  }

  async load(first = false) {
    this.asked += 1;
    const mine = this.asked;
    try {
      const one = await request(`/api/v1/wall/cases/${this.number}`);
      if (mine !== this.asked || one.number !== this.number) return;
      this.one = one;
      this.show();
      if (first) this.dispatchEvent(new CustomEvent("open", { detail: one }));
    } catch (error) {
      if (mine !== this.asked || !first) return;
      replace(this.node, this.head(gettext("This case cannot be shown")), el("p", { class: "wall-none", text: `${error.message} ${error.code ?? ""}` }));
    }
  }

  head(title) {
    return el("header", {}, el("h2", { text: title }),
      el("button", { type: "button", class: "button", on: { click: () => this.close() } }, gettext("Continue"), el("kbd", { text: "F" })));
  }

  show() {
    const { one } = this;
    // What has not changed is not made anew: a photo would flicker.
    const key = JSON.stringify(one);
    if (key === this.key) return;
    this.key = key;
    const done = PHASE[one.stage] ?? 0;
    const fact = (name, value) => value && el("div", {}, el("dt", { text: name }), el("dd", { text: value }));
    replace(this.node,
      this.head(one.case_class),
      el("p", { class: "wall-case-place", text: [one.street_name, one.place].filter(Boolean).join(" · ") }),
      this.run,
      el("ol", { class: "wall-phases" }, ...phases().map((name, k) => el("li", { class: k < done ? "is-done" : k === done ? "is-here" : "", "aria-current": k === done ? "step" : null, text: name }))),
      el("p", { class: "wall-case-stage" }, el("b", { text: stageText(one.stage) }), one.department && el("span", { text: one.department })),
      one.photo && el("img", { class: "wall-case-photo", src: one.photo, alt: gettext("Photo of the case") }),
      !one.photo && el("ol", { class: "wall-case-steps" }, ...one.steps.slice(-MOST_STEPS).map(({ label, at }) => el("li", {}, el("time", { text: momentText(at) }), el("span", { text: label })))),
      el("dl", { class: "wall-case-facts" },
        fact(gettext("Number"), one.number), fact(gettext("Main class"), one.main), fact(gettext("Unit grid"), one.grid), fact(gettext("Reported"), momentText(one.reported_at)),
        fact(gettext("At this stage since"), momentText(one.stage_since)), one.presses > 0 && fact(gettext("Pressed"), fill(gettext("%(n)s times"), { n: one.presses })),
        one.reworks > 0 && fact(gettext("Reworked"), fill(gettext("%(n)s times"), { n: one.reworks }))));
    this.tick();
  }

  tick() {
    if (!this.one) return;
    const run = runOf(this.one.due, this.now());
    this.run.classList.toggle("is-late", Boolean(run?.late));
    if (!run) {
      replace(this.run, el("small", { text: gettext("no limit runs") }));
      return;
    }
    replace(this.run, el("small", { text: run.late ? gettext("overdue by") : gettext("left") }),
      el("b", {}, run.days > 0 && el("span", { text: fill(gettext("%(n)s d"), { n: run.days }) }), run.text));
  }
}
