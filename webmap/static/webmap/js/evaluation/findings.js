import { el, replace } from "webmap/dom";
import { fill, formatNumber, formatShare, gettext, nameOf } from "webmap/i18n";
import { config } from "webmap/config";
import { request } from "webmap/api";
import { PARTS, chartCard, endCharts } from "webmap/evaluation/charts";
import { hourHead } from "webmap/evaluation/hourhead";
import { reportButton } from "webmap/evaluation/reportfile";
import { weekdays } from "webmap/hours";

const SPOTS = ["#b2182b", "#2166ac"];
const MOST_SPOTS = 20;
const MOST_AREAS = 12;
const MOST_CLASSES = 8;

/** What the analysis addresses are asked: a district and whole days up to today. */
export function askedOf({ district, days: [first, last] }) {
  const to = last > config.today ? config.today : last;
  return new URLSearchParams({ district: district.code, from: first, to });
}

/** A part of a view that is asked for on its own: one that fails does not hide the others. */
export function part(title, ask) {
  const place = el("div", {}, el("p", { class: "hint", role: "status", text: gettext("Looking …") }));
  const section = el("section", { class: "finding" }, el("h2", { text: title }), place);
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
  for (const [name, value] of Object.entries(facts.object?.params ?? {})) query.set(name, value);
  const ask = (name, more = {}) => request(`/api/v1/analysis/${name}?${new URLSearchParams([...query, ...Object.entries(more)])}`);
  endCharts(node);
  replace(node,
    report(facts),
    part(gettext("When cases are reported"), async () => hours(await ask("hours"), facts)),
    part(gettext("How long open cases wait"), async () => ageing(await ask("ageing"), facts)),
    part(gettext("What is reported, by street"), async () => mix(await ask("mix", { level: "street" }), facts)),
    part(gettext("Departments"), async () => departments(await ask("departments"), facts)),
    part(gettext("Hot and cold spots"), async () => spots(await request(`/api/v1/analysis/hotspots?${askedOf(facts)}`), facts)));
}

function report({ district, days }) {
  const month = days[0].slice(0, 7);
  return el("p", { class: "data-actions" }, el("a", { class: "button button-small", id: "monthly", href: `/evaluation/reports/${month}/?district=${district.code}`, text: fill(gettext("Report of %(month)s"), { month }) }),
    reportButton(month, district.code, "pdf"), reportButton(month, district.code, "xlsx"));
}

function hours({ counts, hot, cases }, { pick, part: chosen }) {
  if (!cases) return el("p", { class: "data-empty", text: gettext("There are no cases in these days.") });
  const most = Math.max(...counts.flat(), 1);
  const isHot = new Set(hot.map((one) => `${one.weekday}-${one.hour}`));
  const cell = (n, day, hour) => {
    const label = fill(gettext("%(day)s %(hour)s:00"), { day: weekdays()[day], hour });
    const words = fill(gettext("%(day)s %(hour)s:00: %(n)s cases"), { day: weekdays()[day], hour, n: formatNumber(n) });
    const button = el("button", { type: "button", tabindex: day + hour ? -1 : 0, title: words, "aria-label": words, "data-label": label, "aria-pressed": String(chosen?.label === label), on: { click: () => pick(label, { weekday: day + 1, hour }) } });
    const node = el("td", { class: isHot.has(`${day + 1}-${hour}`) ? "is-hot" : null }, button);
    node.style.setProperty("--share", `${Math.round((100 * n) / most)}%`);
    return node;
  };
  return [
    el("div", { class: "evaluation-scroll" }, el("table", { class: "heat", on: { keydown: walk } },
      hourHead(counts[0].length),
      el("tbody", {}, ...counts.map((row, day) => el("tr", {}, el("th", { scope: "row", text: weekdays()[day] }), ...row.map((n, hour) => cell(n, day, hour))))))),
    el("p", { class: "hint", text: fill(gettext("%(n)s cases; framed hours have more than chance explains."), { n: formatNumber(cases) }) }),
  ];
}

/* Arrow keys go from hour to hour. */
function walk(event) {
  const [dx, dy] = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[event.key] ?? [];
  const cell = event.target.closest("td");
  if (dx === undefined || !cell) return;
  const row = cell.parentElement.parentElement.children[cell.parentElement.sectionRowIndex + dy];
  row?.cells[cell.cellIndex + dx]?.querySelector("button")?.focus();
  event.preventDefault();
}

function ageing({ bands, open, late }, { pick }) {
  const names = bands.map(({ from_d: from, to_d: to }) => (to === null ? fill(gettext("%(n)s days and more"), { n: from }) : fill(gettext("%(from)s–%(to)s days"), { from, to })));
  const data = { labels: names, datasets: [{ label: gettext("in time"), data: bands.map((one) => one.open - one.late), backgroundColor: "#2b6cd6" }, { label: gettext("overdue"), data: bands.map((one) => one.late), backgroundColor: "#d7301f" }] };
  return [
    chartCard(fill(gettext("%(open)s open, %(late)s of them overdue"), { open: formatNumber(open), late: formatNumber(late) }),
      { type: "bar", data, options: { legend: true, x: { stacked: true }, y: { stacked: true } } },
      [[gettext("Age"), gettext("open"), gettext("overdue")], bands.map((one, k) => [names[k], formatNumber(one.open), formatNumber(one.late)])],
      (k) => pick(fill(gettext("open, %(band)s"), { band: names[k] }), { age_from: bands[k].from_d, ...(bands[k].to_d === null ? {} : { age_to: bands[k].to_d }) })),
  ];
}

function mix({ classes, areas }, { pick }) {
  const streets = areas.slice(0, MOST_AREAS);
  const totals = classes.map((_one, k) => areas.reduce((sum, area) => sum + area.counts[k], 0));
  const shown = totals.map((n, k) => [n, k]).sort((a, b) => b[0] - a[0]).slice(0, MOST_CLASSES).filter(([n]) => n);
  if (!shown.length) return el("p", { class: "data-empty", text: gettext("There are no cases in these days.") });
  const labels = shown.map(([, k]) => nameOf(classes[k]));
  const rest = totals.reduce((sum, n) => sum + n, 0) - shown.reduce((sum, [n]) => sum + n, 0);
  const pie = { labels: rest ? [...labels, gettext("others")] : labels, datasets: [{ data: [...shown.map(([n]) => n), ...(rest ? [rest] : [])], backgroundColor: PARTS, borderWidth: 1 }] };
  const street = (area) => config.streets[area.code] ?? area.code;
  const beyond = (area, k) => (Math.abs(area.residuals[k]) > 3 ? (area.residuals[k] > 0 ? "is-more" : "is-less") : null);
  return [
    chartCard(gettext("Classes of all cases"), { type: "doughnut", data: pie, options: { legend: true } }, [[gettext("Class"), gettext("cases")], shown.map(([n], k) => [labels[k], formatNumber(n)])],
      (at) => at < shown.length && pick(labels[at], { main: classes[shown[at][1]].code })),
    el("div", { class: "evaluation-scroll" }, el("table", { class: "figures mix-table" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col", text: gettext("Street") }), ...labels.map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...streets.map((area) => el("tr", {}, el("th", { scope: "row" }, link(street(area), () => pick(street(area), { area: area.code }))), ...shown.map(([, k], at) => el("td", { class: beyond(area, k), title: fill(gettext("%(n)s × as usual"), { n: area.quotients[k].toFixed(2) }) }, link(formatNumber(area.counts[k]), () => pick(`${street(area)} · ${labels[at]}`, { area: area.code, main: classes[k].code }))))))))),
    el("p", { class: "hint", text: gettext("Marked numbers differ from the district as a whole by more than chance.") }),
  ];
}

function link(text, onClick) {
  return el("button", { type: "button", class: "link", text, on: { click: onClick } });
}

function departments(rows, { pick }) {
  const share = (one, name) => (one[`${name}_share`] === null ? "–" : `${formatShare(one[`${name}_share`])}`);
  const bounds = (one, name) => `${formatShare(one[`${name}_low`])} – ${formatShare(one[`${name}_high`])}`;
  return el("div", { class: "evaluation-scroll" }, el("table", { class: "figures" },
    el("thead", {}, el("tr", {}, ...[gettext("Department"), gettext("had"), gettext("open"), gettext("late"), gettext("rework"), gettext("hours")].map((text) => el("th", { scope: "col", text })))),
    el("tbody", {}, ...rows.map((one) => el("tr", { class: one.enough ? null : "is-few" }, el("th", { scope: "row" }, link(nameOf(one), () => pick(nameOf(one), { department_code: one.code }))), el("td", { text: formatNumber(one.had) }), el("td", { text: formatNumber(one.open) }),
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
