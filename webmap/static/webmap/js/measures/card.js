import { METHODS } from "webmap/measures/breaks";
import { MOST_CLASSES, rampNames } from "webmap/measures/ramps";
import { PeriodPicker } from "webmap/evaluation/periods";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { isSafe, setSafe } from "webmap/evaluation/grades";
import { measureGroups } from "webmap/measures/catalogue";
import { measureLegend } from "webmap/measures/legend";
import { narrowing } from "webmap/measures/narrowing";

function methodNames() {
  return {
    quantile: gettext("As many grids in each"), natural: gettext("Natural breaks"), equal: gettext("Equal steps"),
    standard: gettext("Fixed thresholds"), own: gettext("My own"),
  };
}

/**
 * What grids are coloured by, and how.
 * @param {MeasureControl} control
 * @param {() => void} refresh builds the card again
 * @returns {Node[]}
 */
export function measureContent(control, refresh) {
  const { state, measure } = control;
  const set = (change) => {
    control.set(change);
    refresh();
  };
  const choice = field(gettext("Colour by"), el("select", { name: "measure", on: { change: (event) => set({ measure: event.target.value }) } },
    el("option", { value: "", text: gettext("nothing"), selected: !measure }),
    ...measureGroups().map((group) => el("optgroup", { label: group.title },
      ...group.items.map((one) => el("option", { value: one.key, text: one.title, selected: measure?.key === one.key }))))));
  if (!measure) return [choice, el("p", { class: "hint", text: gettext("Choose what the unit grids are coloured by. Cases and grades follow every move while the period runs.") })];
  const isPlain = (!state.against || control.isBeside) && !["grade", "confidence"].includes(measure.unit);
  return [
    choice, !measure.isTimeless && period(control), measure.compares && against(state, set), el("div", { id: "measure-legend" }, measureLegend(control)),
    ...(isPlain ? look(control, state, measure, set) : grades(control, measure, refresh)), measure.narrows && narrowing(state, set),
  ].filter(Boolean);
}

/** Brings the classes in the card up to date, and leaves what is being chosen alone. */
export function refreshLegend(control) {
  const node = document.getElementById("measure-legend");
  // A class that was just pressed keeps the focus.
  const at = [...(node?.querySelectorAll("button") ?? [])].indexOf(document.activeElement);
  if (node && control.isOn) replace(node, measureLegend(control));
  if (at >= 0) node.querySelectorAll("button")[at]?.focus();
}

function field(label, control) {
  return el("label", { class: "measure-field" }, el("span", { text: label }), control);
}

function select(name, options, value, change) {
  return el("select", { name, on: { change: (event) => change(event.target.value) } },
    ...Object.entries(options).map(([key, text]) => el("option", { value: key, text, selected: key === value })));
}

function period(control) {
  const node = el("div", { class: "measure-period" });
  const picker = new PeriodPicker(node, control.state.period, config.today);
  picker.addEventListener("change", () => control.set({ period: picker.name }));
  return node;
}

function against(state, set) {
  const options = { "": gettext("the numbers themselves"), period: gettext("change since the period before"), year: gettext("change since a year ago"), "beside-period": gettext("beside the period before"), "beside-year": gettext("beside a year ago") };
  return field(gettext("Show"), select("against", options, state.against, (value) => set({ against: value })));
}

function look(control, state, measure, set) {
  const methods = Object.fromEntries(METHODS.filter((one) => one !== "standard" || measure.standard).map((one) => [one, methodNames()[one]]));
  const counts = Object.fromEntries(Array.from({ length: MOST_CLASSES - 1 }, (_none, k) => [k + 2, String(k + 2)]));
  const own = (text) => {
    const ends = text.split(/[\s,;，；、]+/).map(Number).filter((value) => Number.isFinite(value) && value > 0);
    if (ends.length) set({ own: ends.slice(0, MOST_CLASSES).sort((a, b) => a - b) });
  };
  return [
    field(gettext("Classes"), select("method", methods, state.method, (method) => set({ method, own: method === "own" && !state.own.length ? (control.shown?.ends ?? []).slice(0, MOST_CLASSES) : state.own }))),
    state.method === "own" && field(gettext("Ends of classes"), el("input", { type: "text", inputmode: "decimal", value: state.own.map((end) => Math.round(end * 1000) / 1000).join(", "), placeholder: "1, 3, 5, 10", on: { change: (event) => own(event.target.value) } })),
    ["quantile", "natural", "equal"].includes(state.method) && field(gettext("Number of classes"), select("count", counts, String(state.count), (count) => set({ count: Number(count) }))),
    field(gettext("Colours"), select("ramp", rampNames(), state.ramp, (ramp) => set({ ramp }))),
  ].filter(Boolean);
}

function grades(control, measure, refresh) {
  if (measure.unit !== "grade" || control.state.against) return [];
  return [el("label", { class: "measure-radio" },
    el("input", { type: "checkbox", checked: isSafe(), on: { change: (event) => {
      setSafe(event.target.checked);
      control.paint();
      refresh();
    } } }), el("span", { text: gettext("Colours for everybody, with patterns") }))];
}
