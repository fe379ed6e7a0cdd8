import { el, replace } from "webmap/dom";
import { fill, formatCount, formatNumber, gettext, ngettext } from "webmap/i18n";
import { GridSection } from "webmap/select/gridsection";
import { hourNarrowing } from "webmap/select/hournarrowing";
import { hourParts } from "webmap/hours";
import { openRow, part } from "webmap/select/gridparts";
import { orderOf } from "webmap/select/shapes";
import { post } from "webmap/api";
import { inUnit } from "webmap/select/units";
import { symbolUrl } from "webmap/components/catalogue";

const LISTED = 12;
const HECTARES_FROM_M2 = 100_000;
const KM2_FROM_M2 = 10_000_000;

/**
 * What lies in a shape: numbers, then the table of its grids.
 * @param {object} shape see ``shapes.js``
 * @param {{editions: string[], on: string, go: (version: string, ordinal: number) => void,
 *   onTold: (told: object) => void}} around
 * @returns {Node[]}
 */
export function summaryContent(shape, around) {
  const node = el("div", { class: "stack select-result", "aria-busy": "true", "aria-live": "polite" }, el("p", { text: gettext("Counting…") }));
  post("/api/v1/selection", { ...orderOf(shape), editions: around.editions }).then(
    (told) => {
      around.onTold(told);
      node.removeAttribute("aria-busy");
      replace(node, ...parts(told, shape, around));
    },
    (error) => {
      node.removeAttribute("aria-busy");
      replace(node, el("p", { class: "is-error", role: "alert", text: error.message }), el("code", { text: error.code ?? "" }));
    },
  );
  return [node];
}

/** An area in the unit that suits its size. */
export function fittingArea(squareMetres) {
  return inUnit(squareMetres, "area", squareMetres >= KM2_FROM_M2 ? "km2" : squareMetres >= HECTARES_FROM_M2 ? "ha" : "m2");
}

function parts(told, shape, around) {
  const { grids, components, cases } = told;
  const table = grids.count ? new GridSection(told, around) : null;
  const ofHour = (weekday, hour) => post("/api/v1/selection/hour", { ...orderOf(shape), weekday, hour });
  return [
    el("p", { class: "hint", text: shapeWords(shape) }),
    el("dl", { class: "figure-row" },
      figure(gettext("Area drawn"), fittingArea(told.area_m2)),
      figure(gettext("Unit grids"), formatNumber(grids.count), grids.count ? fill(gettext("%(area)s in all"), { area: fittingArea(grids.area_m2) }) : ""),
      figure(gettext("Components"), formatNumber(components.count)),
      cases && figure(gettext("Open cases"), formatNumber(cases.open.count)),
      cases && figure(fill(gettext("Cases of %(n)s days"), { n: cases.recent.days }), formatNumber(cases.recent.count))),
    cases?.open.count > 0 && section(gettext("Open cases by stage"), openRow(cases.open.stages)),
    cases && part("area-hours", gettext("When cases are reported"), () => post("/api/v1/selection/hours", orderOf(shape)), (hours) => hourParts(hours, table && hourNarrowing(ofHour, table))),
    components.count > 0 && section(gettext("Components by class"), classList(components.classes)),
    table?.node ?? el("p", { text: gettext("No unit grid here. Draw a larger area or move to a district.") }),
  ].filter(Boolean);
}

function section(title, ...children) {
  return el("section", { class: "stack" }, el("h3", { text: title }), ...children);
}

function figure(name, value, more = "") {
  return el("div", {}, el("dt", { text: name }), el("dd", {}, value, more && el("small", { text: more })));
}

function classList(classes) {
  const row = (one) => el("li", { title: one.kind_name },
    el("img", { src: symbolUrl(one.symbol), alt: "", width: 20, height: 20, loading: "lazy" }), el("span", { text: one.kind_name }), el("b", { text: formatCount(one.count) }));
  const more = classes.slice(LISTED);
  return el("div", {}, el("ul", { class: "class-counts" }, ...classes.slice(0, LISTED).map(row)),
    more.length > 0 && el("details", {}, el("summary", { text: fill(ngettext("%(n)s more class", "%(n)s more classes", more.length), { n: more.length }) }), el("ul", { class: "class-counts" }, ...more.map(row))));
}

function shapeWords(shape) {
  if (shape.kind === "circle") return fill(gettext("Within %(n)s m of %(place)s"), { n: formatNumber(shape.radius_m), place: shape.center.map((value) => value.toFixed(5)).join(", ") });
  if (shape.kind === "corridor") return fill(gettext("Along a line, %(n)s m wide"), { n: formatNumber(shape.width_m) });
  return shape.kind === "box" ? gettext("Within a box") : gettext("Within a drawn line");
}
