import { el, replace } from "webmap/dom";
import { optionsOf } from "webmap/data/inspection";
import { fill, formatNumber, gettext } from "webmap/i18n";

const KEPT = "wanmi-own-map";
const OUT = "leave_out";
const MOST_KEPT = 20;
const byId = (id) => document.getElementById(id);
const line = (values) => ({ kind: OUT, line_class: 4, name: "", column: "", values: [], ...values });
let found = { layers: [] };
let lines = [];

const kinds = {
  Line: () => [["road", gettext("Road")], ["rail", gettext("Railway")], ["water_line", gettext("Watercourse")], ["wall", gettext("Wall, fence, hedge")]],
  Polygon: () => [["building", gettext("Building")], ["compound", gettext("Compound")], ["water_area", gettext("Water")], ["green", gettext("Green")]],
  Point: () => [["address", gettext("Address")], ["place", gettext("Name of an area")], ["poi", gettext("Point of interest")]],
};
const CLASSES = () => [
  gettext("1 motorway, main road, river"), gettext("2 secondary road, railway"), gettext("3 minor road"), gettext("4 residential street, hutong"),
  gettext("5 wall, stream"), gettext("6 service road"), gettext("7 path"),
];
const CLASSED = ["road", "rail", "water_line", "wall"];

/* Layers whose geometry is mixed or unknown may become anything; areas and lines may be named places. */
function kindsOf({ geometry_type: type }) {
  const fits = Object.keys(kinds).filter((name) => type.includes(name));
  const names = fits.length ? [...new Set([...fits, "Point"])] : Object.keys(kinds);
  return [[OUT, gettext("left out")], ...names.flatMap((name) => kinds[name]())];
}

/* --- what was said of layers of these names before */

function signature() {
  return found.layers.map((layer) => layer.name).sort().join("\n");
}

function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? "[]");
  } catch {
    return [];
  }
}

function keep() {
  const others = kept().filter(([name]) => name !== signature());
  localStorage.setItem(KEPT, JSON.stringify([[signature(), lines], ...others].slice(0, MOST_KEPT)));
}

/* --- lines */

function chooser(words, options, value, onChange) {
  return el("label", { class: "field" }, words, el("select", { on: { change: ({ target }) => onChange(target.value) } },
    ...options.map(([key, text]) => el("option", { value: key, text, selected: key === value }))));
}

function fieldChooser(words, layer, value, none, onChange) {
  const label = el("label", { class: "field" }, words, el("select", { on: { change: ({ target }) => onChange(target.value) } }, ...optionsOf(layer.fields.map((field) => field.name), none)));
  label.querySelector("select").value = value;
  return label;
}

function change(one, values) {
  Object.assign(one, values);
  keep();
  draw();
}

function valuesBox(one) {
  const box = el("input", { type: "text", value: one.values.join(", "), placeholder: gettext("any; else such as 1, 2, 43*") });
  box.addEventListener("change", () => change(one, { values: box.value.split(/[,，、;；]/).map((text) => text.trim()).filter(Boolean) }));
  return el("label", { class: "field" }, gettext("is one of"), box);
}

function ownLine(one) {
  const layer = found.layers.find(({ name }) => name === one.layer);
  const mine = lines.filter((other) => other.layer === one.layer);
  const shown = one.kind !== OUT;
  const count = layer.features === null ? "" : ` · ${formatNumber(layer.features)}`;
  return el(
    "fieldset", { class: `own-line${shown ? "" : " is-out"}` },
    el("legend", {}, `${layer.name} `, el("small", { text: `${layer.geometry_type}${count}` })),
    chooser(gettext("becomes"), kindsOf(layer), one.kind, (kind) => change(one, { kind })),
    CLASSED.includes(one.kind) && chooser(gettext("Class"), CLASSES().map((text, n) => [String(n + 1), text]), String(one.line_class), (value) => change(one, { line_class: Number(value) })),
    shown && fieldChooser(gettext("Field of the name"), layer, one.name, gettext("no name"), (name) => change(one, { name })),
    fieldChooser(gettext("only where field"), layer, one.column, gettext("all features"), (column) => change(one, { column })),
    one.column && valuesBox(one),
    el(
      "div", { class: "data-actions" },
      el("button", { class: "button button-small", type: "button", text: gettext("Another line for this layer"), on: { click: () => add(one) } }),
      mine.length > 1 && el("button", { class: "button button-small", type: "button", text: gettext("Remove"), on: { click: () => remove(one) } }),
    ),
  );
}

function add(one) {
  lines.splice(lines.indexOf(one) + 1, 0, line({ layer: one.layer }));
  keep();
  draw();
}

function remove(one) {
  lines.splice(lines.indexOf(one), 1);
  keep();
  draw();
}

function draw() {
  const place = [...byId("own-map").querySelectorAll("select, input, button")].indexOf(document.activeElement);
  const used = lines.filter(({ kind }) => kind !== OUT).length;
  replace(
    byId("own-map"),
    el("p", { class: "hint", role: "status", text: fill(gettext("Say what each layer becomes; the first line that fits a feature counts. %(count)s lines are used."), { count: used }) }),
    ...lines.map(ownLine),
  );
  // The lines are drawn anew after each choice: whoever goes by keys stays where he was.
  if (place >= 0) byId("own-map").querySelectorAll("select, input, button")[place]?.focus();
}

/** Show a line for each layer of a file, or those that were made for layers of these names before. */
export function showOwnMap(inspected) {
  found = inspected;
  const before = kept().find(([name]) => name === signature())?.[1];
  lines = before ?? found.layers.map((layer) => line({ layer: layer.name }));
  draw();
}

/** The lines as the order of an import takes them. */
export function ownOrder() {
  return { own_map: lines.map((one) => ({ ...one, line_class: CLASSED.includes(one.kind) ? one.line_class : 0 })) };
}
