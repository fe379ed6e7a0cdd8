import { comparedWith } from "webmap/measures/control";
import { daysOf } from "webmap/evaluation/periods";
import { el } from "webmap/dom";
import { fill, formatCount, gettext } from "webmap/i18n";

/**
 * Classes of the measure with their grids; a press leaves one class on the map.
 * @param {MeasureControl} control
 * @returns {HTMLElement|null}
 */
export function measureLegend(control) {
  const { shown, measure, state } = control;
  if (!measure) return null;
  const [first, last] = daysOf(state.period);
  const days = first === last ? first : `${first} – ${last}`;
  const other = state.against ? fill(gettext("compared with %(period)s"), { period: comparedWith(state.period, state.against) }) : "";
  return el("section", { class: "legend-part measure-legend" },
    el("h3", { text: measure.title }),
    el("p", { class: "hint", text: [days, other].filter(Boolean).join(" · ") }),
    shown ? el("ul", {}, ...shown.rows.map((row) => classRow(control, row))) : el("p", { class: "hint", text: gettext("Asking …") }),
    shown && control.isEmpty && el("p", { class: "hint", role: "status", text: gettext("In these days no grid here has anything of it.") }),
    asOf(control));
}

function classRow(control, { index, colour, label, count, hatched }) {
  const swatch = el("i", { class: `swatch swatch-colour${hatched ? " swatch-hatch" : ""}`, "aria-hidden": "true" });
  if (colour) swatch.style.backgroundColor = colour;
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
  return control.isRunning ? el("p", { class: "hint", text: fill(gettext("as of %(time)s, follows every move"), { time }) }) : "";
}
