import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatArea, formatCount, formatNumber, gettext, ngettext } from "webmap/i18n";
import { called, changeText, scoreText, valueText } from "webmap/evaluation/words";
import { gradeName, gradeSign } from "webmap/evaluation/grades";
import { hourParts } from "webmap/hours";
import { request } from "webmap/api";
import { symbolUrl } from "webmap/components/catalogue";

const MOST_CLASSES = 12;

/**
 * What the panel of a grid asks for part by part. A part the user may not see, or that does not
 * apply, leaves no trace.
 * @param {object} grid as the API tells it
 * @param {(one: {version: string, ordinal: number, valid_from: string}) => void} travel
 * @returns {Node[]}
 */
export function gridParts(grid, travel) {
  const { state } = grid.edition;
  if (state === "draft" || state === "checked") return [];
  const { code } = grid;
  return [
    // Components and cases are told of as they are now: a former edition's grid may have none.
    part("grid-components", gettext("Components"), `/api/v1/grids/${code}/components`, componentRows),
    (config.user.works_with_cases || config.user.sees_results) && part("grid-cases", gettext("Cases"), `/api/v1/grids/${code}/cases`, caseRows),
    config.user.works_with_cases && part("grid-hours", gettext("When cases are reported"), `/api/v1/grids/${code}/hours`, hourParts),
    config.user.sees_results && part("grid-grade", gettext("Grade"), () => gradeOf(grid), (told) => gradeRows(told, grid.district.code), ["E-EVAL-NOOBJECT"]),
    part("grid-editions", gettext("Editions"), `/api/v1/grids/${code}/editions`, (told) => editionRows(told, grid, travel)),
  ].filter(Boolean);
}

/**
 * A section that fills itself from an address or a question; it goes when there is nothing to be told.
 * @param {string} name @param {string} title
 * @param {string|(() => Promise<object>)} url
 * @param {(told: object) => Node[]|null} rows
 * @param {string[]} [quiet] codes of errors that are no news
 * @returns {HTMLElement}
 */
export function part(name, title, url, rows, quiet = []) {
  const section = el("section", { class: `grid-part ${name}`, "aria-busy": "true" }, el("h3", { text: title }), el("div", { class: "skeleton skeleton-72" }));
  (typeof url === "string" ? request(url) : url()).then(
    (told) => {
      const found = rows(told);
      section.removeAttribute("aria-busy");
      if (found) replace(section, el("h3", { text: title }), ...found);
      else section.remove();
    },
    (error) => {
      section.removeAttribute("aria-busy");
      if ([401, 403].includes(error.status) || quiet.includes(error.code)) section.remove();
      else replace(section, el("h3", { text: title }), el("small", { text: error.message }));
    },
  );
  return section;
}

function componentRows({ count, classes }) {
  if (!count) return [el("small", { text: gettext("No component is registered here.") })];
  const words = fill(ngettext("%(count)s component", "%(count)s components", count), { count: formatNumber(count) });
  const row = (one) => el("li", { title: one.kind_name },
    el("img", { src: symbolUrl(one.symbol), alt: "", width: 20, height: 20, loading: "lazy" }), el("span", { text: one.kind_name }), el("b", { text: formatCount(one.count) }));
  const more = classes.slice(MOST_CLASSES);
  return [
    el("p", { class: "part-sum" }, el("strong", { text: words })),
    el("ul", { class: "class-counts" }, ...classes.slice(0, MOST_CLASSES).map(row)),
    more.length > 0 && el("details", {}, el("summary", { text: fill(ngettext("%(n)s more class", "%(n)s more classes", more.length), { n: more.length }) }), el("ul", { class: "class-counts" }, ...more.map(row))),
  ];
}

function caseRows({ open, months }) {
  return [open && openRow(open), months && trend(months)];
}

/** Open cases by stage as chips. @param {{stage: string, stage_name: string, n: number, red?: number}[]} stages */
export function openRow(stages) {
  if (!stages.length) return el("p", { class: "part-sum", text: gettext("No open case.") });
  return el("ul", { class: "stage-counts" }, ...stages.map((one) => el("li", {},
    el("span", { text: one.stage_name }), el("b", { text: formatCount(one.n ?? one.count) }),
    one.red > 0 && el("em", { class: "is-bad", text: fill(gettext("%(n)s overdue"), { n: formatCount(one.red) }) }))));
}

/* Twelve small bars; each says its month and number to the pointer and to readers. */
function trend(months) {
  const most = Math.max(1, ...months.map((one) => one.n));
  const total = months.reduce((sum, one) => sum + one.n, 0);
  const bars = months.map((one) => {
    const bar = el("span", {});
    bar.style.height = `${Math.max(one.n ? 6 : 2, (one.n / most) * 100)}%`;
    return el("li", { title: `${one.month}: ${formatNumber(one.n)}` }, el("span", { class: "visually-hidden", text: `${one.month}: ${one.n}` }), bar);
  });
  return el("figure", { class: "trend" },
    el("figcaption", { text: fill(ngettext("%(count)s case reported in 12 months", "%(count)s cases reported in 12 months", total), { count: formatNumber(total) }) }),
    el("ol", { class: "trend-bars" }, ...bars),
    el("div", { class: "trend-ends", "aria-hidden": "true" }, el("span", { text: months[0].month }), el("span", { text: months.at(-1).month })));
}

/* The month that runs, or, while nothing can be graded in it, the one before. */
async function gradeOf({ code, district }) {
  const ask = (period) => request(`/api/v1/evaluation/grid/${code}?${new URLSearchParams({ district: district.code, ...period })}`);
  const told = await ask({});
  return told.result.state === "none" && told.before.period ? ask({ period: told.before.period }) : told;
}

function gradeRows({ result, terms, period }, district) {
  if (result.state === "none") return null;
  const counted = terms.filter((one) => one.weight > 0);
  return [
    el("p", { class: "grade-line" }, gradeSign(result.grade, result.state), el("b", { text: scoreText(result.score) }),
      el("span", { text: result.grade ? gradeName(result.grade) : gettext("Too few cases for a grade: the score may be chance.") }),
      el("small", { text: period.name })),
    el("details", {}, el("summary", { text: gettext("The sum") }),
      el("table", { class: "grade-sum" },
        el("thead", {}, el("tr", {}, ...[gettext("Indicator"), gettext("Value"), gettext("Score"), gettext("Weight"), gettext("Points")].map((text) => el("th", { scope: "col", text })))),
        el("tbody", {}, ...counted.map((one) => el("tr", {}, el("th", { scope: "row", text: called(one) }), el("td", { text: valueText(one.value, one.unit) }),
          el("td", { text: scoreText(one.score) }), el("td", { text: `${formatNumber(100 * one.weight)}%` }),
          el("td", {}, el("b", { text: scoreText(one.contribution) }), one.change ? el("small", { text: changeText(one.change) }) : "")))),
        el("tfoot", {}, el("tr", {}, el("th", { scope: "row", colspan: 4, text: gettext("Sum") }), el("td", {}, el("b", { text: scoreText(counted.reduce((sum, one) => sum + (one.contribution ?? 0), 0)) })))))),
    el("a", { href: `/evaluation/?${new URLSearchParams({ kind: "grid", code: result.code, district, period: period.name })}`, text: gettext("Open in the evaluation") }),
  ];
}

function editionRows(told, grid, travel) {
  if (told.length < 2) return null;
  return [el("ol", { class: "edition-list" }, ...told.map((one) => {
    const isShown = one.version === grid.edition.version;
    const words = fill(gettext("Edition %(edition)s"), { edition: one.edition });
    return el("li", { "aria-current": isShown && "true" },
      isShown ? el("strong", { text: words }) : el("button", { type: "button", class: "link", text: words, on: { click: () => travel(one) } }),
      el("span", { text: one.valid_to ? fill(gettext("%(from)s to %(to)s"), { from: one.valid_from, to: one.valid_to }) : fill(gettext("since %(from)s"), { from: one.valid_from }) }),
      el("small", { text: formatArea(one.area_m2) }));
  }))];
}
