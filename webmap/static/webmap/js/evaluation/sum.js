import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { post, request } from "webmap/api";
import { chartCard, endCharts, lineColour } from "webmap/evaluation/charts";
import { gradeName, gradeSign } from "webmap/evaluation/grades";
import { called, changeText, counterName, fractionText, scoreText, valueText } from "webmap/evaluation/words";
import { showBehind } from "webmap/evaluation/behind";
import { toast, toastError } from "webmap/toast";

const PERIODS = 12;
const LISTED_LIFTS = 3;
/** Sums and sizes: no cases stand behind them one by one. */
export const NO_CASES = new Set(["grids", "days", "opinion_answers", "opinion_content"]);

/** The sum that a grade is: terms, what changed, what would lift it, how it went, what was published. */
export class Sum extends EventTarget {
  /** @param {HTMLElement} node @param {() => {kind: string, query: URLSearchParams}} query @param {boolean} publishes */
  constructor(node, query, publishes) {
    super();
    Object.assign(this, { node, query, publishes, code: "", asked: 0 });
  }

  /** Opens the sum of an object; an empty code closes it. */
  async open(code) {
    this.asked += 1;
    const mine = this.asked;
    this.code = code;
    this.node.hidden = !code;
    if (!code) {
      this.dispatchEvent(new Event("closed"));
      return;
    }
    this.node.setAttribute("aria-busy", "true");
    const { kind, query } = this.query();
    try {
      const told = await request(`/api/v1/evaluation/${kind}/${encodeURIComponent(code)}?${query}`);
      if (mine === this.asked) this.show(told);
    } catch (error) {
      if (mine !== this.asked) return;
      endCharts(this.node);
      replace(this.node, this.head({ code, name: code }), el("p", { class: "problem", role: "alert" }, error.message, " ", el("code", { text: error.code ?? "" })));
    } finally {
      if (mine === this.asked) this.node.removeAttribute("aria-busy");
    }
    this.trend(mine, kind, query, code);
  }

  head(result) {
    return el("header", {},
      el("div", {}, el("h2", { text: called(result) || result.code }), el("small", { class: "mono", text: result.code })),
      el("button", { type: "button", class: "icon-button", text: "×", "aria-label": gettext("Close"), on: { click: () => this.open("") } }));
  }

  show(told) {
    const { result } = told;
    const parts = [
      this.head(result), this.grade(told), this.classed(result),
      told.succession.length > 0 && el("p", { class: "hint", text: fill(gettext("This code was in force from %(from)s to %(to)s: only a part of the period."), { from: told.succession[0].valid_from, to: told.succession[0].valid_to || "…" }) }),
      this.terms(told), this.lifts(told), this.published(told),
      el("div", { id: "trend" }),
    ];
    endCharts(this.node);
    replace(this.node, ...parts.filter(Boolean));
    this.node.scrollTop = 0;
  }

  grade({ result, before, year_before: year, period }) {
    const was = (one, words) => one.result && one.result.score !== null && one.result.state !== "none" && el("li", {},
      el("span", { text: `${words} (${one.period})` }), gradeSign(one.result.grade, one.result.state), el("b", { text: scoreText(one.result.score) }),
      result.score !== null && el("span", { class: result.score >= one.result.score ? "is-up" : "is-down", text: changeText(result.score - one.result.score) }));
    const state = { few: gettext("Too few cases for a grade: the score may be chance."), none: gettext("Nothing happened here that could be graded.") }[result.state];
    return el("section", { class: "sum-grade" },
      el("p", { class: "sum-score" }, gradeSign(result.grade, result.state), el("b", { text: scoreText(result.score) }),
        el("span", { text: state ?? gradeName(result.grade) }), period.running && el("span", { class: "badge badge-draft", text: gettext("running") })),
      result.low !== null && result.state !== "none" && el("p", { class: "hint", text: fill(gettext("With %(n)s cases the score lies between %(low)s and %(high)s (95 %)."), { n: formatNumber(result.sample), low: scoreText(result.low), high: scoreText(result.high) }) }),
      el("ul", { class: "sum-before" }, was(before, gettext("the period before")), was(year, gettext("a year before"))));
  }

  classed({ area_class: code, rank }) {
    return code ? el("p", { class: "hint", text: fill(gettext("Class of area %(code)s: scored by the weights of this class, rank %(rank)s within it."), { code, rank: rank ?? "–" }) }) : null;
  }

  terms({ terms, counts, scheme }) {
    const rows = terms.map((one) => el("tr", { title: [one.source, one.status].filter(Boolean).join(" · ") },
      el("th", { scope: "row" }, called(one), el("small", {}, ...this.counters(one, counts))),
      el("td", {}, el("b", { text: valueText(one.value, one.unit) }), el("small", { text: fractionText(one) })),
      el("td", { text: scoreText(one.score) }),
      el("td", {}, `${formatNumber(100 * one.weight)}%`, one.weight !== one.scheme_weight && el("small", { text: fill(gettext("of %(n)s%"), { n: formatNumber(100 * one.scheme_weight) }) })),
      el("td", {}, el("b", { text: scoreText(one.contribution) }), one.change !== null && one.change !== undefined && el("small", { class: one.change >= 0 ? "is-up" : "is-down", text: changeText(one.change) }))));
    const sum = terms.reduce((total, one) => total + (one.contribution ?? 0), 0);
    return el("section", {}, el("h3", { text: gettext("The sum") }),
      el("table", { class: "figures sum-terms" },
        el("thead", {}, el("tr", {}, ...[gettext("Indicator"), gettext("Value"), gettext("Score"), gettext("Weight"), gettext("Points")].map((text) => el("th", { scope: "col", text })))),
        el("tbody", {}, ...rows),
        el("tfoot", {}, el("tr", {}, el("th", { scope: "row", colspan: 4, text: fill(gettext("Sum by the weights of %(scheme)s"), { scheme }) }), el("td", {}, el("b", { text: scoreText(sum) }))))),
      terms.some((one) => one.weight === 0) && el("p", { class: "hint", text: gettext("Where there is nothing to be a share of, an indicator is left out and the weights of the others grow in proportion.") }));
  }

  counters(term, counts) {
    const shown = term.counters.filter((name) => name in counts);
    return shown.flatMap((name, index) => [
      index > 0 && " · ",
      NO_CASES.has(name) || !counts[name] ? `${counterName(name)} ${formatNumber(counts[name])}`
        : el("button", { type: "button", class: "link", "data-counter": name, on: { click: () => this.behind(name) } }, `${counterName(name)} ${formatNumber(counts[name])}`),
    ]);
  }

  behind(counter) {
    const { kind, query } = this.query();
    showBehind(kind, this.code, counter, query);
  }

  lifts({ lifts, terms }) {
    if (!lifts.length) return null;
    const names = new Map(terms.map((one) => [one.indicator, called(one)]));
    return el("section", {}, el("h3", { text: gettext("What would lift it") }),
      el("ol", { class: "sum-lifts" }, ...lifts.slice(0, LISTED_LIFTS).map((one) => el("li", {}, `${names.get(one.indicator)} `, el("b", { class: "is-up", text: changeText(one.to_gain) })))));
  }

  published({ published }) {
    if (!published) return null;
    return el("section", {}, el("h3", { text: gettext("Published") }),
      el("p", {}, gradeSign(published.grade), ` ${scoreText(published.score)} · ${fill(gettext("rank %(n)s"), { n: published.rank ?? "–" })}`),
      el("ul", { class: "sum-corrections" }, ...published.corrections.map((one) => el("li", {}, gradeSign(one.grade), ` ${scoreText(one.score)} · ${one.reason} · ${one.made_by} · ${one.made_at.slice(0, 10)}`))),
      this.publishes && el("button", { type: "button", class: "button button-small", text: gettext("Correct it"), on: { click: () => this.correct(published.publication) } }));
  }

  async correct(publication) {
    const reason = prompt(gettext("Reason for the correction. What is known now is noted beside what was published."))?.trim();
    if (!reason) return;
    try {
      await post(`/api/v1/evaluation/publications/${publication}/corrections`, { code: this.code, reason });
      toast({ text: gettext("The correction is noted.") });
      this.open(this.code);
    } catch (error) {
      toastError(error);
    }
  }

  async trend(mine, kind, query, code) {
    try {
      const points = await request(`/api/v1/evaluation/trend/${kind}/${encodeURIComponent(code)}?${query}&count=${PERIODS}`);
      const place = this.node.querySelector("#trend");
      if (mine !== this.asked || !place) return;
      const scores = points.map(({ result }) => result?.score ?? null);
      replace(place, chartCard(gettext("Score through time"),
        { type: "line", data: { labels: points.map((one) => one.period), datasets: [{ data: scores, borderColor: lineColour(), backgroundColor: lineColour(), spanGaps: true, pointRadius: 3, tension: 0 }] }, options: { y: { max: 100 } } },
        [[gettext("Period"), gettext("Score"), gettext("Grade")], points.map((one) => [one.period, scoreText(one.result?.score), one.result?.grade || "–"])],
        (index) => this.dispatchEvent(new CustomEvent("period", { detail: points[index].period }))));
    } catch (error) {
      if (mine === this.asked && error.status !== 404) toastError(error);
    }
  }
}
