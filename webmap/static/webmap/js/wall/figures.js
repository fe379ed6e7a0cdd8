import { isChinese } from "webmap/config";
import { el, replace } from "webmap/dom";
import { formatNumber, gettext } from "webmap/i18n";
import { isStill } from "webmap/motion";

const RUN_MS = 900;
const shares = new Intl.NumberFormat(isChinese ? "zh-CN" : "en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const running = new Set();

/* One frame moves all figures that are on their way. */
function step(now) {
  for (const figure of running) {
    const part = Math.min(1, (now - figure.begun) / RUN_MS);
    figure.show(figure.from + (figure.to - figure.from) * (1 - (1 - part) ** 3));
    if (part === 1) running.delete(figure);
  }
  if (running.size) requestAnimationFrame(step);
}

/** A number that goes calmly from what it was to what it is. */
export class Figure {
  /** @param {HTMLElement} node @param {(value: number) => string} words */
  constructor(node, words = formatNumber) {
    Object.assign(this, { node, words, from: 0, to: null, begun: 0, shown: 0 });
  }

  /** @param {number|null|undefined} value */
  set(value) {
    if (value === this.to) return;
    const first = this.to === null;
    this.to = value ?? null;
    running.delete(this);
    if (this.to === null) this.node.textContent = "–";
    else if (first || isStill() || document.hidden) this.show(value);
    else {
      Object.assign(this, { from: this.shown, begun: performance.now() });
      running.add(this);
      if (running.size === 1) requestAnimationFrame(step);
    }
  }

  show(value) {
    this.shown = value;
    this.node.textContent = this.words(value);
  }
}

/** A share between nought and one, with its unit. */
export function shareText(share) {
  return share === null || share === undefined ? "–" : `${shares.format(share * 100)}%`;
}

const whole = (value) => formatNumber(Math.round(value));

/* What each centre has in large figures: words, where it stands in the answer, and its tone. */
const ROWS = {
  supervision: [
    [() => gettext("Reported today"), (n) => n.totals.reported],
    [() => gettext("Filed today"), (n) => n.totals.filed],
    [() => gettext("In hand"), (n) => n.totals.open],
    [() => gettext("Overdue"), (n) => n.totals.overdue, "late"],
    [() => gettext("Closed today"), (n) => n.totals.closed, "done"],
    [() => gettext("On time, 30 days"), (n) => n.lately.on_time, "share"],
  ],
  command: [
    [() => gettext("Dispatched today"), (n) => n.totals.dispatched],
    [() => gettext("In hand"), (n) => n.totals.open],
    [() => gettext("Overdue"), (n) => n.totals.overdue, "late"],
    [() => gettext("Handled today"), (n) => n.totals.handled, "done"],
    [() => gettext("Rework, 30 days"), (n) => n.lately.rework, "share"],
    [() => gettext("On time, 30 days"), (n) => n.lately.on_time, "share"],
  ],
};

/** The large figures of a centre. */
export class Totals {
  /** @param {HTMLElement} node @param {string} centre */
  constructor(node, centre) {
    this.rows = ROWS[centre].map(([name, read, tone = ""]) => {
      const number = el("b", { text: "–" });
      const figure = new Figure(number, tone === "share" ? shareText : whole);
      return { read, figure, item: el("div", { class: `wall-total ${tone && `is-${tone}`}` }, el("dt", { text: name() }), el("dd", {}, number)) };
    });
    replace(node, ...this.rows.map((row) => row.item));
  }

  show(numbers) {
    for (const { read, figure } of this.rows) figure.set(read(numbers));
  }
}
