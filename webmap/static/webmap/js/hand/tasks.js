import { askOrKept, keep, kept } from "webmap/hand/kept";
import { caseLine, timeOf } from "webmap/hand/caseline";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { here, metresBetween } from "webmap/hand/here";
import { outbox } from "webmap/hand/outbox";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";

const EVERY_MS = 60_000;
const KEPT_WHOLE = 60;

/** The tab of what waits for the user; fires ``count`` on its node. */
export class TasksTab {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.cases = [];
    this.state = el("p", { class: "hint", role: "status" });
    this.list = el("ul", { class: "case-list", id: "tasks" });
    const again = el("button", { type: "button", class: "button", text: gettext("Ask again"), on: { click: () => this.load() } });
    replace(node, el("div", { class: "list-head" }, this.state, again), this.list);
    here.addEventListener("change", () => { if (!node.hidden) this.paint(); });
    outbox.addEventListener("change", ({ detail }) => (detail?.sent ? this.load() : this.paint()));
    setInterval(() => { if (!document.hidden && !node.hidden) this.load(); }, EVERY_MS);
  }

  show() {
    this.release ??= here.need();
    this.load();
  }

  hide() {
    this.release?.();
    this.release = null;
  }

  async load() {
    try {
      const { value, at, fresh } = await askOrKept("tasks", () => request("/api/v1/cases?waiting=1&limit=200"));
      this.cases = value.cases;
      this.at = fresh ? null : at;
      await this.paint();
      if (fresh) keepWhole(this.cases.slice(0, KEPT_WHOLE));
    } catch (error) {
      this.state.textContent = error.message;
      if (error.status) toastError(error, () => this.load());
    }
  }

  async paint() {
    const queued = new Set((await outbox.entries()).filter((one) => one.state === "waiting").map((one) => one.number));
    const { fix } = here;
    const rows = this.cases.map((one) => ({ one, away_m: fix ? metresBetween(fix, one) : null }));
    if (fix) rows.sort((a, b) => a.away_m - b.away_m);
    this.state.textContent = this.words(fix);
    replace(this.list, ...rows.map(({ one, away_m }) => caseLine(one, { away_m, waiting: queued.has(one.number) })));
    this.node.dispatchEvent(new CustomEvent("count", { detail: this.cases.filter((one) => !queued.has(one.number)).length }));
  }

  words(fix) {
    const of = this.at ? `${fill(gettext("As of %(time)s, without network."), { time: timeOf(this.at) })} ` : "";
    if (!this.cases.length) return of + gettext("Nothing waits for you.");
    return of + (fix ? gettext("The nearest first.") : gettext("The most urgent first; with your position the nearest come first."));
  }
}

/* Whole cases are kept, so that a task can be done where there is no network. */
async function keepWhole(cases) {
  for (const one of cases) {
    const before = await kept(`case/${one.number}`);
    if (before?.value.step === one.step) continue;
    try {
      await keep(`case/${one.number}`, { value: await request(`/api/v1/cases/${one.number}`), at: new Date().toISOString() });
    } catch {
      return;
    }
  }
}
