import { el } from "webmap/dom";
import { formatNumber, gettext } from "webmap/i18n";
import { lasso } from "webmap/components/lasso";
import { openDialog } from "webmap/dialog";
import { post } from "webmap/api";
import { gradeName, gradeSign } from "webmap/evaluation/grades";
import { called, scoreText, valueText } from "webmap/evaluation/words";

/**
 * Grades what somebody draws on the map: the unit grids whose centre lies inside, as one object.
 * @param {L.Map} map @param {URLSearchParams} query period and district
 */
export async function gradePolygon(map, query) {
  const ring = await lasso(map, gettext("Draw round what is to be graded; Esc gives up."));
  if (!ring) return;
  const found = await post("/api/v1/evaluation/polygon", { ...Object.fromEntries(query), polygon: { type: "Polygon", coordinates: [ring] } });
  const [result] = found.results;
  openDialog(`${gettext("Drawn polygon")} · ${found.period.name}`, ...(result ? card(result, found) : [el("p", { class: "data-empty", text: gettext("Nothing happened here that could be graded.") })]));
}

function card(result, { indicators, scheme }) {
  const words = { few: gettext("Too few cases for a grade: the score may be chance."), none: gettext("Nothing happened here that could be graded.") }[result.state] ?? gradeName(result.grade);
  return [
    el("p", { class: "sum-score" }, gradeSign(result.grade, result.state), el("b", { text: scoreText(result.score) }), el("span", { text: words })),
    el("table", { class: "figures" },
      el("thead", {}, el("tr", {}, ...[gettext("Indicator"), gettext("Value"), gettext("Weight")].map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...indicators.map((one) => el("tr", {}, el("th", { scope: "row", text: called(one) }), el("td", { text: valueText(result.values[one.key], one.unit) }), el("td", { text: `${formatNumber(100 * one.weight)}%` }))))),
    el("p", { class: "hint", text: scheme }),
  ];
}
