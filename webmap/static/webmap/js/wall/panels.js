import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { gradeLook } from "webmap/wall/colours";
import { shareText } from "webmap/wall/figures";
import { shortName } from "webmap/wall/words";
import { scoreText } from "webmap/evaluation/words";

const MOST_RANKED = 10;
const MOST_ALONE = 15;
const MOST_DEPARTMENTS = 6;
/** Hot places in the list and on the map. */
export const MOST_HOT = 6;

/* Steps of the loop: words, stages, whose matter it is, colour of its part of the bar. */
const STEPS = [
  [() => gettext("Report and check"), ["reported", "checking"], "supervision"],
  [() => gettext("To be filed"), ["checked"], "supervision"],
  [() => gettext("To be dispatched"), ["filed"], "command"],
  [() => gettext("Being handled"), ["dispatched", "handling", "divided", "held"], "command"],
  [() => gettext("To be verified"), ["answered", "to_verify", "verifying", "failed"], "supervision"],
  [() => gettext("To be closed"), ["verified"], "supervision"],
];

function bar(share, name = "wall-bar") {
  const part = el("i");
  part.style.transform = `scaleX(${Math.max(0, Math.min(1, share || 0))})`;
  return el("span", { class: name, "aria-hidden": "true" }, part);
}

/** How many are overdue, with a sign of its own beside the colour. */
export function lateText(n) {
  return n > 0 ? el("span", { class: "wall-late", "aria-label": fill(gettext("%(n)s overdue"), { n: formatNumber(n) }) }, el("i", { class: "wall-diamond", "aria-hidden": "true" }), formatNumber(n)) : el("span", { class: "wall-late" });
}

/** A grade as its letter on its colour, with the score. */
export function gradeText({ grade, score }) {
  const look = gradeLook(grade);
  const sign = el("b", { class: "wall-grade", text: grade || "–" });
  if (look) {
    sign.style.backgroundColor = look.colour;
    sign.style.color = look.ink;
  }
  return el("span", { class: "wall-graded" }, sign, score !== null && el("span", { text: scoreText(score) }));
}

function panel(node, title, note, ...children) {
  replace(node, el("h2", {}, title, note && el("small", { text: note })), ...children);
}

/** Where cases stand. */
export function showStages(node, { stages, centre }) {
  const of = new Map(stages.map((one) => [one.stage, one]));
  const rows = STEPS.map(([name, names, whose]) => {
    const found = names.map((stage) => of.get(stage)).filter(Boolean);
    return { name: name(), own: whose === centre, open: found.reduce((sum, one) => sum + one.open, 0), overdue: found.reduce((sum, one) => sum + one.overdue, 0) };
  });
  const total = rows.reduce((sum, row) => sum + row.open, 0);
  const most = Math.max(1, ...rows.map((row) => row.open));
  const stacked = el("div", { class: "wall-stacked", "aria-hidden": "true" }, ...rows.map((row, k) => {
    const part = row.open > 0 && el("i", { class: `is-step-${k}` });
    if (part) part.style.flexGrow = String(row.open);
    return part;
  }));
  panel(node, gettext("Where cases stand"), null, total > 0 && stacked,
    el("ol", { class: "wall-rows" }, ...rows.map((row, k) => el("li", { class: row.own ? "is-own" : "" },
      el("i", { class: `wall-dot is-step-${k}`, "aria-hidden": "true" }), el("span", { class: "wall-name", text: row.name }), bar(row.open / most), el("b", { text: formatNumber(row.open) }), lateText(row.overdue)))));
}

/** Who is in the streets, and how much of the ground was walked. */
export function showDuty(node, { duty }) {
  // Where nobody has an area there is no patrol to tell of.
  node.hidden = !duty?.of;
  if (node.hidden) return;
  const share = duty.grids ? duty.walked / duty.grids : null;
  panel(node, gettext("Patrol today"), null,
    el("dl", { class: "wall-pair" },
      el("div", {}, el("dt", { text: gettext("Inspectors on duty") }), el("dd", {}, el("b", { text: formatNumber(duty.on) }), el("small", { text: fill(gettext("of %(n)s"), { n: formatNumber(duty.of) }) }))),
      el("div", {}, el("dt", { text: gettext("Grids walked today") }), el("dd", {}, el("b", { text: shareText(share) })))),
    bar(share, "wall-bar is-thick"));
}

/** What departments have in hand. */
export function showDepartments(node, { departments }) {
  const rows = departments.slice(0, MOST_DEPARTMENTS);
  const most = Math.max(1, ...rows.map((row) => row.open));
  node.hidden = false;
  panel(node, gettext("Departments by overdue"), null, rows.length
    ? el("ol", { class: "wall-rows" }, ...rows.map((row) => el("li", {}, el("span", { class: "wall-name", text: row.name }), bar(row.open / most), el("b", { text: formatNumber(row.open) }), lateText(row.overdue))))
    : el("p", { class: "wall-none", text: gettext("No department has a case.") }));
}

/** Who does best. @param {(code: string) => void} onChoose a place was chosen */
export function showRanking(node, { ranking, ranked, ranks, hot }, onChoose) {
  const title = { street: gettext("Streets by score"), district: gettext("Districts by score"), department: gettext("Departments by score") }[ranked];
  const rows = shortened(ranking, ranks, hot.length ? MOST_RANKED : MOST_ALONE);
  const line = ({ place, code, name, score, grade }) => {
    const parts = [el("span", { class: "wall-place", text: place }), el("span", { class: "wall-name", text: shortName(name) }), bar(score / 100), gradeText({ grade, score })];
    return el("li", {}, ranked === "department" ? el("div", { class: "wall-line" }, ...parts) : el("button", { type: "button", class: "wall-line", on: { click: () => onChoose(code) } }, ...parts));
  };
  panel(node, title, gettext("30 days"), rows.length
    ? el("ol", { class: "wall-ranking" }, ...rows.map((row) => (row ? line(row) : el("li", { class: "wall-gap", "aria-hidden": "true", text: "⋯" }))))
    : el("p", { class: "wall-none", text: gettext("Nothing is graded for you here, or there were too few cases.") }));
}

/* Of many the best and the last two, with a gap between. */
function shortened(ranking, ranks, most) {
  const rows = ranking.map((row, k) => ({ ...row, place: k + 1 }));
  if (rows.length <= most || ranks !== rows.length) return rows.slice(0, most);
  return [...rows.slice(0, most - 3), null, ...rows.slice(-2)];
}

/** Where cases are more than chance would bring. @param {(place: object) => void} onChoose */
export function showHot(node, { hot }, onChoose) {
  node.hidden = !hot.length;
  if (!hot.length) return;
  panel(node, gettext("Hot places"), gettext("28 days"), el("ol", { class: "wall-rows" }, ...hot.slice(0, MOST_HOT).map((one, k) => el("li", {},
    el("button", { type: "button", class: "wall-line", on: { click: () => onChoose(one) } },
      el("span", { class: "wall-hot-sign", text: k + 1 }), el("span", { class: "wall-name", text: shortName(one.name ?? "") || one.grid }), el("b", { text: fill(gettext("%(n)s cases"), { n: formatNumber(one.cases) }) }))))));
}
