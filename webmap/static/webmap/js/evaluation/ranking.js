import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext, nameOf } from "webmap/i18n";
import { request } from "webmap/api";
import { GRADES, gradeName, gradeSign } from "webmap/evaluation/grades";
import { called, scoreText, valueText } from "webmap/evaluation/words";
import { toastError } from "webmap/toast";

const PAGE = 100;
const SHOWN_VALUES = 3;

/** The table of results: ranks, grades, values; filtered by grade, class, words and a part of a chart. Fires ``choose`` and ``filter``. */
export class Ranking extends EventTarget {
  /** @param {object} nodes table, grades, state, more @param {() => URLSearchParams} query */
  constructor(nodes, query) {
    super();
    Object.assign(this, nodes, { query, grade: "", sort: "rank", words: "", areaClass: "", only: null, chosen: "", rows: [], found: null, asked: 0 });
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
    for (const [name, value] of Object.entries({ grade: this.grade, q: this.words, area_class: this.areaClass, codes: this.only ? [...this.only.counts.keys()].join(",") || "-" : "", sort: this.sort, limit: PAGE, offset: more ? this.rows.length : 0 })) query.set(name, String(value));
    this.table.setAttribute("aria-busy", "true");
    try {
      const found = await request(`/api/v1/evaluation/${kind}?${query}`);
      if (mine !== this.asked) return;
      this.found = found;
      this.rows = more ? [...this.rows, ...found.results] : found.results;
      if (this.only && this.sort === "rank") this.rows.sort((a, b) => this.only.counts.get(b.code) - this.only.counts.get(a.code));
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
        this.only && head(gettext("cases"), "", this.only.label),
        ...indicators.map((one) => head(called(one), "", fill(gettext("weight %(n)s%"), { n: formatNumber(100 * one.weight) }))))),
      el("tbody", {}, ...this.rows.map((one) => this.row(one, indicators))));
    this.state.textContent = this.rows.length ? fill(gettext("%(count)s of %(all)s · weights %(scheme)s"), { count: formatNumber(this.rows.length), all: formatNumber(found.count), scheme: found.scheme })
      : gettext("Nothing fits. Choose another period, grade or name.");
    const changes = found.period.clock_changes;
    if (changes.length) this.state.textContent += ` · ${fill(gettext("clocks change on %(days)s: still one day each"), { days: changes.join(", ") })}`;
    this.more.hidden = this.rows.length >= found.count;
    this.more.textContent = fill(gettext("More (%(n)s shown)"), { n: this.rows.length });
    this.showGrades();
  }

  row(one, indicators) {
    const name = called(one) || one.code;
    const classed = this.found.classes.length > 0;
    return el("tr", { "data-code": one.code, "aria-selected": String(one.code === this.chosen) },
      el("td", { text: one.rank ?? "–" }),
      el("th", { scope: "row" }, gradeSign(one.grade, one.state), el("button", { type: "button", class: name === one.code ? "mono" : null, text: name }), name !== one.code && el("small", { class: "mono", text: one.code }), classed && el("small", { class: "evaluation-class", text: this.className(one.area_class) })),
      el("td", {}, el("b", { text: scoreText(one.score) }), one.low !== null && one.state !== "none" && el("small", { text: `${scoreText(one.low)}–${scoreText(one.high)}`, title: gettext("Bounds at 95 % for so few or so many cases") })),
      this.only && el("td", {}, el("b", { text: formatNumber(this.only.counts.get(one.code) ?? 0) })),
      ...indicators.map(({ key, unit }) => el("td", { text: valueText(one.values[key], unit) })));
  }

  className(code) {
    const found = this.found.classes.find((one) => one.code === (code || "none"));
    return found && found.code !== "none" ? `${found.code} ${nameOf(found)}` : gettext("no class");
  }

  /* Ranks are those within a class: one is chosen here. */
  showClasses() {
    const { classes } = this.found;
    this.classes.hidden = !classes.length;
    const chip = (code, words, title) => el("button", { type: "button", class: "evaluation-chip is-class", "aria-pressed": String(this.areaClass === code), "data-class": code, title, text: words, on: { click: () => this.chooseClass(code) } });
    if (classes.length) replace(this.classes, chip("", gettext("all classes"), ""), ...classes.map((one) => chip(one.code, `${this.className(one.code)} ${formatNumber(one.count)}`, fill(gettext("weights %(scheme)s"), { scheme: one.scheme }))));
  }

  chooseClass(code) {
    this.areaClass = code;
    this.load();
  }

  showGrades() {
    this.showClasses();
    const chip = (grade, count, sign) => el("button", { type: "button", class: "evaluation-chip", "aria-pressed": String(this.grade === grade), "data-grade": grade, title: gradeName(grade), on: { click: () => this.filter(grade) } }, sign, el("b", { text: formatNumber(count) }));
    replace(this.grades, ...GRADES.map((grade) => chip(grade, this.found.grades[grade] ?? 0, gradeSign(grade))),
      el("span", { class: "hint", text: fill(gettext("%(n)s without a grade"), { n: formatNumber(this.found.grades.none ?? 0) }) }));
  }

  filter(grade) {
    this.grade = this.grade === grade ? "" : grade;
    this.load();
    this.dispatchEvent(new Event("filter"));
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
