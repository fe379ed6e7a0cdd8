import { config } from "webmap/config";
import { daysOf, formOf, periodAt, plusDays } from "webmap/evaluation/periods";
import { el, iconButton, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { icon } from "webmap/icons";
import { request } from "webmap/api";

const DAYS = 92;
const STEP_MS = 900;

/**
 * The days of the last quarter of a year as bars under the map: which of them are coloured, a
 * slider to step through them, and a button that plays them.
 */
export class Timeline {
  /** @param {HTMLElement} node @param {MeasureControl} control @param {() => string} district */
  constructor(node, control, district) {
    Object.assign(this, { node, control, district, of: "", filed: [], timer: 0 });
    this.first = plusDays(config.today, 1 - DAYS);
    control.addEventListener("coloured", () => this.show());
    control.addEventListener("change", () => this.show());
  }

  async show() {
    const isOn = this.control.isOn && !this.control.measure.isTimeless;
    this.node.hidden = !isOn;
    document.body.classList.toggle("has-timeline", isOn);
    if (!isOn) {
      this.stop();
      return;
    }
    if (this.of !== this.district()) await this.learn();
    this.draw();
  }

  async learn() {
    this.of = this.district();
    const query = new URLSearchParams({ district: this.of, from: this.first, to: config.today });
    try {
      this.filed = (await request(`/api/v1/values/days?${query}`)).filed;
    } catch {
      // Without bars the slider still works; colours tell of what is wrong.
      this.filed = [];
    }
  }

  /* Bars stay as they are while only the chosen days change. */
  draw() {
    const { period } = this.control.state;
    const [from, to] = daysOf(period);
    if (!this.built) this.build();
    const steps = this.steps();
    this.slider.max = String(steps.length - 1);
    this.slider.value = String(Math.max(0, steps.indexOf(period)));
    this.slider.setAttribute("aria-valuetext", period);
    replace(this.label, el("b", { text: from === to ? from : `${from} – ${to}` }), el("small", { text: this.note(from, to) }));
    const highest = Math.max(1, ...this.filed);
    replace(this.bars, ...this.filed.map((count, n) => {
      const day = plusDays(this.first, n);
      const bar = el("i", { class: day >= from && day <= to ? "is-chosen" : "", title: `${day}: ${formatNumber(count)}` });
      bar.style.height = `${Math.max(count ? 6 : 0, (100 * count) / highest)}%`;
      return bar;
    }));
  }

  note(from, to) {
    const sum = this.filed.reduce((total, count, n) => {
      const day = plusDays(this.first, n);
      return total + (day >= from && day <= to ? count : 0);
    }, 0);
    return from < this.first ? "" : fill(gettext("%(n)s cases filed"), { n: formatNumber(sum) });
  }

  build() {
    this.built = true;
    this.label = el("p", { class: "timeline-label", "aria-live": "polite" });
    this.bars = el("div", { class: "timeline-bars", "aria-hidden": "true", on: { pointerdown: (event) => this.drag(event) } });
    this.slider = el("input", { type: "range", min: "0", step: "1", "aria-label": gettext("Period on the map"), on: { input: () => this.go(Number(this.slider.value)) } });
    this.button = iconButton("play", gettext("Play"), () => (this.timer ? this.stop() : this.play()), { class: "icon-button timeline-play" });
    replace(this.node, this.button, el("div", { class: "timeline-days" }, this.bars, this.slider), this.label);
  }

  /* Periods of the chosen form that lie in the days shown; of a range, days. */
  steps() {
    const form = formOf(this.control.state.period);
    const found = [];
    for (let n = 0; n < DAYS; n += 1) {
      const name = periodAt(form === "range" ? "day" : form, plusDays(this.first, n));
      if (found.at(-1) !== name) found.push(name);
    }
    return found;
  }

  go(n) {
    const steps = this.steps();
    return this.control.set({ period: steps[Math.min(Math.max(n, 0), steps.length - 1)] });
  }

  /** Steps through the periods, one after the other is painted; class breaks are held meanwhile. */
  play() {
    const steps = this.steps();
    let at = steps.indexOf(this.control.state.period);
    if (at < 0 || at === steps.length - 1) at = -1;
    this.control.hold(true);
    this.sign("pause", gettext("Pause"));
    const next = async () => {
      at += 1;
      const begun = Date.now();
      await this.go(at);
      if (!this.timer) return;
      if (at >= steps.length - 1) this.stop();
      else this.timer = setTimeout(next, Math.max(0, STEP_MS - (Date.now() - begun)));
    };
    this.timer = setTimeout(next, 0);
  }

  /** Stops playing. */
  stop() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (!this.built) return;
    this.control.hold(false);
    this.sign("play", gettext("Play"));
  }

  sign(name, label) {
    this.button.replaceChildren(icon(name));
    this.button.title = label;
    this.button.setAttribute("aria-label", label);
  }

  /* Days that are drawn over become the period. */
  drag(event) {
    event.preventDefault();
    this.stop();
    const box = this.bars.getBoundingClientRect();
    const dayAt = (x) => plusDays(this.first, Math.min(DAYS - 1, Math.max(0, Math.floor(((x - box.left) / box.width) * DAYS))));
    const begin = dayAt(event.clientX);
    this.bars.setPointerCapture(event.pointerId);
    const choose = (moved) => {
      const end = dayAt(moved.clientX);
      const [from, to] = begin <= end ? [begin, end] : [end, begin];
      const name = from === to ? from : `${from}..${to}`;
      if (name !== this.control.state.period) this.control.set({ period: name });
    };
    const drop = () => {
      this.bars.removeEventListener("pointermove", choose);
      this.bars.removeEventListener("pointerup", drop);
      this.bars.removeEventListener("pointercancel", drop);
    };
    choose(event);
    this.bars.addEventListener("pointermove", choose);
    this.bars.addEventListener("pointerup", drop);
    this.bars.addEventListener("pointercancel", drop);
  }
}
