import { el, replace } from "webmap/dom";
import { fill, formatNumber, formatShare, gettext, nameOf } from "webmap/i18n";
import { config } from "webmap/config";
import { request } from "webmap/api";
import { PARTS, chartCard, endCharts } from "webmap/evaluation/charts";

const SPOTS = ["#b2182b", "#2166ac"];
const MOST_SPOTS = 20;
const MOST_AREAS = 12;
const MOST_CLASSES = 8;

function weekdays() {
  return [gettext("Mon"), gettext("Tue"), gettext("Wed"), gettext("Thu"), gettext("Fri"), gettext("Sat"), gettext("Sun")];
}

/** What the analysis addresses are asked: a district and whole days up to today. */
export function askedOf({ district, days: [first, last] }) {
  const to = last > config.today ? config.today : last;
  return new URLSearchParams({ district: district.code, from: first, to });
}

/** A part of a view that is asked for on its own: one that fails does not hide the others. */
export function part(title, ask) {
  const place = el("div", {}, el("p", { class: "hint", role: "status", text: gettext("Looking …") }));
  const section = el("section", { class: "finding" }, el("h3", { text: title }), place);
  const load = async () => {
    try {
      const made = await ask();
      replace(place, ...[made].flat().filter(Boolean));
    } catch (error) {
      replace(place, el("p", { class: "problem", role: "alert" }, error.message, " ", el("code", { text: error.code ?? "" })), el("button", { type: "button", class: "button button-small", text: gettext("Try again"), on: { click: load } }));
    }
  };
  load();
  return section;
}

/** Hot hours, ages, classes, departments, hot spots, and the report of the month. */
export function showAnalysis(node, facts) {
  const query = askedOf(facts);
  const ask = (name, more = {}) => request(`/api/v1/analysis/${name}?${new URLSearchParams([...query, ...Object.entries(more)])}`);
  endCharts(node);
  replace(node,
    report(facts),
    part(gettext("When cases are reported"), async () => hours(await ask("hours"))),
    part(gettext("How long open cases wait"), async () => ageing(await ask("ageing"))),
    part(gettext("What is reported, by street"), async () => mix(await ask("mix", { level: "street" }))),
    part(gettext("Departments"), async () => departments(await ask("departments"))),
    part(gettext("Hot and cold spots"), async () => spots(await ask("hotspots"), facts)));
}

function report({ district, days }) {
  const month = days[0].slice(0, 7);
  const link = (form, text) => el("a", { class: "button button-small", href: `/api/v1/analysis/reports/${month}.${form}?district=${district.code}`, text });
  return el("p", { class: "data-actions" }, el("span", { text: fill(gettext("Report of %(month)s:"), { month }) }), link("pdf", "PDF"), link("xlsx", "XLSX"));
}

function hours({ counts, hot, cases }) {
  if (!cases) return el("p", { class: "data-empty", text: gettext("There are no cases in these days.") });
  const most = Math.max(...counts.flat(), 1);
  const isHot = new Set(hot.map((one) => `${one.weekday}-${one.hour}`));
  const cell = (n, day, hour) => {
    const node = el("td", { class: isHot.has(`${day + 1}-${hour}`) ? "is-hot" : null, title: fill(gettext("%(day)s %(hour)s:00: %(n)s cases"), { day: weekdays()[day], hour, n: formatNumber(n) }) }, el("span", { class: "visually-hidden", text: formatNumber(n) }));
    node.style.setProperty("--share", `${Math.round((100 * n) / most)}%`);
    return node;
  };
  return [
    el("div", { class: "evaluation-scroll" }, el("table", { class: "heat" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "visually-hidden", text: gettext("Day") })), ...counts[0].map((_n, hour) => el("th", { scope: "col", text: hour % 3 ? "" : hour })))),
      el("tbody", {}, ...counts.map((row, day) => el("tr", {}, el("th", { scope: "row", text: weekdays()[day] }), ...row.map((n, hour) => cell(n, day, hour))))))),
    el("p", { class: "hint", text: fill(gettext("%(n)s cases; framed hours have more than chance explains."), { n: formatNumber(cases) }) }),
  ];
}

function ageing({ bands, open, late }) {
  const names = bands.map(({ from_d: from, to_d: to }) => (to === null ? fill(gettext("%(n)s days and more"), { n: from }) : fill(gettext("%(from)s–%(to)s days"), { from, to })));
  const data = { labels: names, datasets: [{ label: gettext("in time"), data: bands.map((one) => one.open - one.late), backgroundColor: "#2b6cd6" }, { label: gettext("overdue"), data: bands.map((one) => one.late), backgroundColor: "#d7301f" }] };
  return [
    chartCard(fill(gettext("%(open)s open, %(late)s of them overdue"), { open: formatNumber(open), late: formatNumber(late) }),
      { type: "bar", data, options: { legend: true, x: { stacked: true }, y: { stacked: true } } },
      [[gettext("Age"), gettext("open"), gettext("overdue")], bands.map((one, k) => [names[k], formatNumber(one.open), formatNumber(one.late)])]),
  ];
}

function mix({ classes, areas }) {
  const streets = areas.slice(0, MOST_AREAS);
  const totals = classes.map((_one, k) => areas.reduce((sum, area) => sum + area.counts[k], 0));
  const shown = totals.map((n, k) => [n, k]).sort((a, b) => b[0] - a[0]).slice(0, MOST_CLASSES).filter(([n]) => n);
  if (!shown.length) return el("p", { class: "data-empty", text: gettext("There are no cases in these days.") });
  const labels = shown.map(([, k]) => nameOf(classes[k]));
  const rest = totals.reduce((sum, n) => sum + n, 0) - shown.reduce((sum, [n]) => sum + n, 0);
  const pie = { labels: rest ? [...labels, gettext("others")] : labels, datasets: [{ data: [...shown.map(([n]) => n), ...(rest ? [rest] : [])], backgroundColor: PARTS, borderWidth: 1 }] };
  const beyond = (area, k) => (Math.abs(area.residuals[k]) > 3 ? (area.residuals[k] > 0 ? "is-more" : "is-less") : null);
  return [
    chartCard(gettext("Classes of all cases"), { type: "doughnut", data: pie, options: { legend: true } }, [[gettext("Class"), gettext("cases")], shown.map(([n], k) => [labels[k], formatNumber(n)])]),
    el("div", { class: "evaluation-scroll" }, el("table", { class: "figures mix-table" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col", text: gettext("Street") }), ...labels.map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...streets.map((area) => el("tr", {}, el("th", { scope: "row", text: config.streets[area.code] ?? area.code }), ...shown.map(([, k]) => el("td", { class: beyond(area, k), text: formatNumber(area.counts[k]), title: fill(gettext("%(n)s × as usual"), { n: area.quotients[k].toFixed(2) }) }))))))),
    el("p", { class: "hint", text: gettext("Marked numbers differ from the district as a whole by more than chance.") }),
  ];
}

function departments(rows) {
  const share = (one, name) => (one[`${name}_share`] === null ? "–" : `${formatShare(one[`${name}_share`])}`);
  const bounds = (one, name) => `${formatShare(one[`${name}_low`])} – ${formatShare(one[`${name}_high`])}`;
  return el("div", { class: "evaluation-scroll" }, el("table", { class: "figures" },
    el("thead", {}, el("tr", {}, ...[gettext("Department"), gettext("had"), gettext("open"), gettext("late"), gettext("rework"), gettext("hours")].map((text) => el("th", { scope: "col", text })))),
    el("tbody", {}, ...rows.map((one) => el("tr", { class: one.enough ? null : "is-few" }, el("th", { scope: "row", text: nameOf(one) }), el("td", { text: formatNumber(one.had) }), el("td", { text: formatNumber(one.open) }),
      el("td", { text: share(one, "late"), title: bounds(one, "late") }), el("td", { text: share(one, "reworked"), title: bounds(one, "reworked") }), el("td", { text: one.median_h === null ? "–" : one.median_h.toFixed(1) }))))));
}

function spots({ spots: found, grids, cases }, { colourGrids, choose }) {
  const hot = found.filter((one) => one.sign > 0);
  colourGrids(new Map(found.map((one) => [one.grid, one.sign > 0 ? 0 : 1])), SPOTS, [gettext("hot spot"), gettext("cold spot")], gettext("Hot and cold spots"));
  const words = gettext("%(hot)s hot and %(cold)s cold of %(grids)s unit grids, from %(cases)s cases (Getis-Ord Gi*, false discoveries held under 5 %).");
  return [
    el("p", { class: "hint", text: fill(words, { hot: hot.length, cold: found.length - hot.length, grids: formatNumber(grids), cases: formatNumber(cases) }) }),
    el("ul", { class: "finding-list" }, ...hot.slice(0, MOST_SPOTS).map((one) => el("li", {},
      el("button", { type: "button", class: "link mono", text: one.grid, on: { click: () => choose(one.grid) } }),
      el("small", { text: fill(gettext("%(n)s cases · z %(z)s"), { n: formatNumber(one.cases), z: one.z.toFixed(1) }) })))),
  ];
}
