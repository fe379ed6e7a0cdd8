import { el, replace } from "webmap/dom";
import { fill, formatNumber, formatShare, gettext, nameOf } from "webmap/i18n";
import { request } from "webmap/api";
import { chartCard, endCharts, lineColour } from "webmap/evaluation/charts";
import { part } from "webmap/evaluation/findings";
import { whenMade } from "webmap/kept";

const LISTED = 30;

/** What stands there until an answer is made. */
export function later() {
  return el("p", { class: "hint", text: gettext("It is being made; look again in a few minutes.") });
}

/** What begins now, what goes down, what is expected. */
export function showWarnings(node, { district, choose }) {
  const query = new URLSearchParams({ district: district.code });
  endCharts(node);
  replace(node,
    part(gettext("More than usual in the last hour"), async () => bursts(await request(`/api/v1/analysis/bursts?${query}`))),
    part(gettext("Unit grids going downhill"), async () => downhill(await request(`/api/v1/analysis/downhill?${query}`), choose)),
    part(gettext("Expected in the coming week"), async () => forecast(await whenMade(`/api/v1/analysis/forecast?${query}`))),
    part(gettext("Clusters in place and time"), async () => clusters(await whenMade(`/api/v1/analysis/clusters?${query}`), choose)));
}

function bursts({ bursts: found, cases }) {
  if (!found.length) return el("p", { class: "data-empty", text: fill(gettext("Nothing unusual: %(n)s cases in the last sixty minutes."), { n: formatNumber(cases) }) });
  return el("ul", { class: "finding-list" }, ...found.map((one) => el("li", {},
    el("b", { text: nameOf(one) }), el("span", { class: "mono", text: one.area }),
    el("small", { text: fill(gettext("%(n)s cases where %(e)s are usual"), { n: one.cases, e: one.expected.toFixed(1) }) }))));
}

function downhill({ grids, from, to }, choose) {
  if (!grids.length) return el("p", { class: "data-empty", text: gettext("No unit grid became worse by more than chance.") });
  return [
    el("p", { class: "hint", text: fill(gettext("%(from)s – %(to)s against the twelve weeks before."), { from, to }) }),
    el("ul", { class: "finding-list" }, ...grids.slice(0, LISTED).map((one) => el("li", {}, el("button", { type: "button", class: "link mono", text: one.grid, on: { click: () => choose(one.grid) } }), el("span", { text: one.says })))),
  ];
}

function forecast(found) {
  if (!found) return later();
  const proven = found.classes.filter((one) => one.level);
  const better = (one) => {
    const { model, ...others } = one.scores;
    const best = Math.min(...Object.values(others).map((score) => score.deviance));
    return model && best ? formatShare(1 - model.deviance / best) : "–";
  };
  const out = found.classes.length - proven.length;
  return [
    proven.length ? chartCard(`${found.from} – ${found.to}`,
      { type: "bar", data: { labels: proven.map(nameOf), datasets: [{ data: proven.map((one) => one.expected), backgroundColor: lineColour() }] }, options: { indexAxis: "y" } },
      [[gettext("Class"), gettext("expected"), gettext("less error than the best baseline")], proven.map((one) => [one.season ? fill(gettext("%(name)s (with its season)"), { name: nameOf(one) }) : nameOf(one), formatNumber(one.expected), better(one)])]) : null,
    el("p", { class: "hint", text: fill(gettext("Tested on %(n)s weeks that the forecast had not seen, against last week and last year. %(out)s classes are left out because the forecast was not better there."), { n: found.tested_weeks, out }) }),
  ];
}

function clusters(found, choose) {
  if (!found) return later();
  if (!found.clusters.length) return el("p", { class: "data-empty", text: gettext("No cluster that chance would not make.") });
  return el("ul", { class: "finding-list" }, ...found.clusters.map((one) => el("li", {},
    el("button", { type: "button", class: "link mono", text: one.grids[0], on: { click: () => choose(one.grids[0]) } }),
    el("small", { text: fill(gettext("%(g)s unit grids, %(from)s – %(to)s: %(n)s cases where %(e)s are usual"), { g: one.grids.length, from: one.from, to: one.to, n: one.cases, e: one.expected.toFixed(1) }) }))));
}
