import { el } from "webmap/dom";
import { formatNumber, gettext } from "webmap/i18n";
import { lasso } from "webmap/components/lasso";
import { openDialog } from "webmap/dialog";
import { post } from "webmap/api";
import { gradeName, gradeSign } from "webmap/evaluation/grades";
import { called, counterName, fractionText, scoreText, valueText } from "webmap/evaluation/words";
import { showBehindPolygon } from "webmap/evaluation/behind";
import { NO_CASES } from "webmap/evaluation/sum";

/**
 * Grades what somebody draws on the map: the unit grids whose centre lies inside, as one object.
 * @param {L.Map} map @param {URLSearchParams} query period and district
 */
export async function gradePolygon(map, query) {
  const ring = await lasso(map, gettext("Draw round what is to be graded; Esc gives up."));
  if (!ring) return;
  const polygon = { type: "Polygon", coordinates: [ring] };
  const found = await post("/api/v1/evaluation/polygon", { ...Object.fromEntries(query), polygon });
  const [result] = found.results;
  openDialog(`${gettext("Drawn polygon")} · ${found.period.name}`, ...(result ? card(result, found, (counter) => showBehindPolygon(polygon, counter, query)) : [el("p", { class: "data-empty", text: gettext("Nothing happened here that could be graded.") })]));
}

function card(result, { terms, counts, scheme }, behind) {
  const words = { few: gettext("Too few cases for a grade: the score may be chance."), none: gettext("Nothing happened here that could be graded.") }[result.state] ?? gradeName(result.grade);
  const numbers = (one) => one.counters.filter((name) => counts[name]).map((name) => (NO_CASES.has(name) ? el("span", { text: `${counterName(name)} ${formatNumber(counts[name])} ` })
    : el("button", { type: "button", class: "link", "data-counter": name, text: `${counterName(name)} ${formatNumber(counts[name])}`, on: { click: () => behind(name) } })));
  return [
    el("p", { class: "sum-score" }, gradeSign(result.grade, result.state), el("b", { text: scoreText(result.score) }), el("span", { text: words })),
    el("table", { class: "figures sum-terms" },
      el("thead", {}, el("tr", {}, ...[gettext("Indicator"), gettext("Value"), gettext("Score"), gettext("Weight"), gettext("Points")].map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...terms.map((one) => el("tr", {},
        el("th", { scope: "row" }, called(one), el("small", { class: "polygon-numbers" }, ...numbers(one))),
        el("td", {}, el("b", { text: valueText(one.value, one.unit) }), el("small", { text: fractionText(one) })), el("td", { text: scoreText(one.score) }),
        el("td", { text: `${formatNumber(100 * one.weight)}%` }), el("td", {}, el("b", { text: scoreText(one.contribution) })))))),
    el("p", { class: "hint", text: scheme }),
  ];
}
