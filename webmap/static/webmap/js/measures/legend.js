import { comparedWith } from "webmap/measures/control";
import { forecastMissing, forecastNote } from "webmap/measures/forecast";
import { daysOf } from "webmap/evaluation/periods";
import { el } from "webmap/dom";
import { fill, formatCount, gettext } from "webmap/i18n";

/* Measures of a region itself, not of its grids. */
const RANKED = ["grade", "score"];

/**
 * Classes of the measure with their grids; a press leaves one class on the map.
 * @param {MeasureControl} control
 * @returns {HTMLElement|null}
 */
export function measureLegend(control) {
  const { shown, measure, state } = control;
  if (!measure) return null;
  const list = shown ? el("ul", {}, ...shown.rows.map((row) => classRow(control, row))) : control.missing.length ? "" : el("p", { class: "hint", text: gettext("Asking …") });
  return el("section", { class: "legend-part measure-legend" },
    el("h3", { text: control.shownMeasure.title }), unit(control), ...about(control, measure, state), list,
    control.missing.length > 0 && forecastMissing(control.missing.map((version) => version.split("-")[0]), () => control.update()),
    shown && control.isEmpty && el("p", { class: "hint", role: "status", text: nothing(control.level) }),
    asOf(control));
}

/* From afar it is another unit that is counted and coloured. */
function unit(control) {
  if (control.level === "grid") return "";
  const words = RANKED.includes(control.measure.key)
    ? { street: gettext("By street, as the evaluation ranks it; a press goes nearer."), district: gettext("By district, as the evaluation ranks it; a press goes nearer.") }
    : { street: gettext("By street, from the sums of its grids; a press goes nearer."), district: gettext("By district, from the sums of its grids; a press goes nearer.") };
  return el("p", { class: "hint legend-unit", text: words[control.level] });
}

function nothing(level) {
  return { grid: gettext("In these days no grid here has anything of it."), street: gettext("In these days no street here has anything of it."), district: gettext("In these days no district here has anything of it.") }[level];
}

/* What is said of the numbers before their classes. */
function about(control, measure, state) {
  if (measure.isTimeless) return control.shown ? [forecastNote([...control.current.keys()])] : [];
  const [first, last] = daysOf(state.period);
  const days = first === last ? first : `${first} – ${last}`;
  const other = state.against ? fill(gettext("compared with %(period)s"), { period: comparedWith(state.period, state.against) }) : "";
  const how = control.shownMeasure.unit === "confidence" && el("p", { class: "hint", text: gettext("Getis-Ord Gi* of cases per km², a grid with those that touch it. Of the grids named, 1, 5 or 10 % at most are so by chance.") });
  return [el("p", { class: "hint", text: [days, other].filter(Boolean).join(" · ") }), how].filter(Boolean);
}

function classRow(control, { index, colour, pattern, label, count, hatched }) {
  const swatch = el("i", { class: `swatch swatch-colour${hatched ? " swatch-hatch" : ""}`, "aria-hidden": "true" });
  if (pattern) swatch.style.backgroundImage = `url(${pattern.toDataURL()})`;
  else if (colour) swatch.style.backgroundColor = colour;
  const isAlone = control.isolated === index;
  return el("li", {}, el("button", {
    type: "button", class: `legend-class${control.isolated !== null && !isAlone ? " is-away" : ""}`, "aria-pressed": String(isAlone),
    title: isAlone ? gettext("Show all classes") : gettext("Show this class only"), on: { click: () => control.isolate(index) },
  }, swatch, el("span", { text: label }), el("small", { text: formatCount(count) })));
}

function asOf(control) {
  if (!control.at) return "";
  const time = control.at.toTimeString().slice(0, 8);
  if (control.failed) return el("p", { class: "hint legend-stale", text: fill(gettext("No connection: as of %(time)s"), { time }) });
  return control.isRunning && control.measure.live ? el("p", { class: "hint", text: fill(gettext("as of %(time)s, follows every move"), { time }) }) : "";
}
