import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { request } from "webmap/api";
import { GRADES, gradeName, gradeSign } from "webmap/evaluation/grades";
import { called, scoreText, valueText } from "webmap/evaluation/words";
import { toastError } from "webmap/toast";

const PAGE = 100;
const SHOWN_VALUES = 3;

/** The table of results: ranks, grades, values; filtered by grade and words. Fires ``choose``. */
export class Ranking extends EventTarget {
  /** @param {object} nodes table, grades, state, more @param {() => URLSearchParams} query */
  constructor(nodes, query) {
    super();
    Object.assign(this, nodes, { query, grade: "", sort: "rank", words: "", chosen: "", rows: [], found: null, asked: 0 });
    nodes.more.addEventListener("click", () => this.load(true));
    nodes.table.addEventListener("click", (event) => {
      const row = event.target.closest("tr[data-code]");
      if (row) this.dispatchEvent(new CustomEvent("choose", { detail: row.dataset.code }));
    });
  }

  /** Asks for the first page, or for the next one. */
  async load(more = false) {
    this.asked += 1;
    const mine = this.asked;
    const { kind, query } = this.query();
    for (const [name, value] of Object.entries({ grade: this.grade, q: this.words, sort: this.sort, limit: PAGE, offset: more ? this.rows.length : 0 })) query.set(name, String(value));
    this.table.setAttribute("aria-busy", "true");
    try {
      const found = await request(`/api/v1/evaluation/${kind}?${query}`);
      if (mine !== this.asked) return;
      this.found = found;
      this.rows = more ? [...this.rows, ...found.results] : found.results;
      this.show();
    } catch (error) {
      if (mine !== this.asked) return;
      this.rows = [];
      replace(this.table);
      this.state.textContent = error.message;
      toastError(error, () => this.load(more));
    } finally {
      if (mine === this.asked) this.table.removeAttribute("aria-busy");
    }
  }

  show() {
    const { found } = this;
    const indicators = [...found.indicators].sort((a, b) => b.weight - a.weight).slice(0, SHOWN_VALUES);
    const head = (text, sort = "", title = "") => el("th", { scope: "col", title, "aria-sort": sort && this.sort === sort ? "ascending" : null },
      sort ? el("button", { type: "button", text, on: { click: () => this.order(sort) } }) : text);
    replace(this.table,
      el("thead", {}, el("tr", {}, head("#", "rank"), head(gettext("Name"), "code"), head(gettext("Score"), this.sort === "score" ? "-score" : "score"),
        ...indicators.map((one) => head(called(one), "", fill(gettext("weight %(n)s%"), { n: formatNumber(100 * one.weight) }))))),
      el("tbody", {}, ...this.rows.map((one) => this.row(one, indicators))));
    this.state.textContent = this.rows.length ? fill(gettext("%(count)s of %(all)s · weights %(scheme)s"), { count: formatNumber(this.rows.length), all: formatNumber(found.count), scheme: found.scheme })
      : gettext("Nothing fits. Choose another period, grade or name.");
    this.more.hidden = this.rows.length >= found.count;
    this.more.textContent = fill(gettext("More (%(n)s shown)"), { n: this.rows.length });
    this.showGrades();
  }

  row(one, indicators) {
    const name = called(one) || one.code;
    return el("tr", { "data-code": one.code, "aria-selected": String(one.code === this.chosen) },
      el("td", { text: one.rank ?? "–" }),
      el("th", { scope: "row" }, gradeSign(one.grade, one.state), el("button", { type: "button", class: name === one.code ? "mono" : null, text: name }), name !== one.code && el("small", { class: "mono", text: one.code })),
      el("td", {}, el("b", { text: scoreText(one.score) }), one.low !== null && one.state !== "none" && el("small", { text: `${scoreText(one.low)}–${scoreText(one.high)}`, title: gettext("Bounds at 95 % for so few or so many cases") })),
      ...indicators.map(({ key, unit }) => el("td", { text: valueText(one.values[key], unit) })));
  }

  showGrades() {
    const chip = (grade, count, sign) => el("button", { type: "button", class: "evaluation-chip", "aria-pressed": String(this.grade === grade), "data-grade": grade, title: gradeName(grade), on: { click: () => this.filter(grade) } }, sign, el("b", { text: formatNumber(count) }));
    replace(this.grades, ...GRADES.map((grade) => chip(grade, this.found.grades[grade] ?? 0, gradeSign(grade))),
      el("span", { class: "hint", text: fill(gettext("%(n)s without a grade"), { n: formatNumber(this.found.grades.none ?? 0) }) }));
  }

  filter(grade) {
    this.grade = this.grade === grade ? "" : grade;
    this.load();
  }

  order(sort) {
    this.sort = sort;
    this.load();
  }

  /** Marks the row of an object. */
  choose(code) {
    this.chosen = code;
    for (const row of this.table.querySelectorAll("tr[data-code]")) row.setAttribute("aria-selected", String(row.dataset.code === code));
    this.table.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }
}
