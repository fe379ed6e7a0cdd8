import { GRADES, gradeColour, gradeFill, gradeName } from "webmap/evaluation/grades";
import { breaksOf, classesOf } from "webmap/measures/breaks";
import { changeColours, hatch, rampColours } from "webmap/measures/ramps";
import { confident } from "webmap/measures/confidence";
import { fill, gettext } from "webmap/i18n";
import { NOTHING as NONE, TOO_FEW as FEW } from "webmap/values";
import { valueText } from "webmap/measures/catalogue";

const GRADE_ALPHA = "d0";

/**
 * Classes of grids, their colours, and what the legend says.
 * @typedef {{classes: Map<string, Uint8Array>, palette: (string|HTMLCanvasElement)[], rows: object[], ends: number[]}} Coloured
 */

/**
 * @param {Map<string, object>} readings by version of the edition, see `Readings`
 * @param {{measure: object, style: string, ramp: string, method: string, count: number, own: number[], isChange: boolean, ends: number[]|null}} look
 *   ``ends``: class breaks that are held, else they are found anew
 * @returns {Coloured}
 */
export function colour(readings, look) {
  if (look.measure.unit === "grade" && !look.isChange) return graded(readings);
  if (look.measure.unit === "confidence") return confident(readings, tallyOf, look.style);
  const all = joined([...readings.values()].map((one) => one.values));
  const ends = look.ends ?? endsOf(all, look);
  const shift = look.isChange ? (values) => values : null;
  const classes = new Map();
  for (const [version, { values, few }] of readings) {
    const own = shift ? changeClasses(values, ends) : classesOf(values, ends);
    if (few) for (let i = 0; i < few.length; i += 1) if (few[i]) own[i] = FEW;
    classes.set(version, own);
  }
  const palette = look.isChange ? ["", ...changeColours(ends.length + 1)] : ["", ...rampColours(look.ramp, look.style, ends.length)];
  palette[FEW] = hatch(look.style);
  const labels = look.isChange ? changeLabels(ends, look.measure) : isExact(all, ends, look) ? ends.map((end) => valueText(look.measure, end)) : valueLabels(ends, look.measure);
  return { classes, palette, ends, rows: rowsOf(classes, palette, labels, look) };
}

function joined(arrays) {
  const all = new Float32Array(arrays.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const one of arrays) {
    all.set(one, at);
    at += one.length;
  }
  return all;
}

function endsOf(values, { measure, method, count, own, isChange }) {
  if (!isChange) return breaksOf(values, method, count, { standard: measure.standard, own });
  // About nothing: as many classes of less as of more, of the same widths.
  const sizes = breaksOf(values.map(Math.abs), method === "own" || method === "standard" ? "quantile" : method, Math.ceil(count / 2));
  const inner = sizes.slice(0, -1);
  return [...inner.map((end) => -end).reverse(), 0, ...inner];
}

/* A class between each two ends and beyond them; no change has no colour. */
function changeClasses(values, ends) {
  const found = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (value !== value) found[i] = NONE;
    else if (value !== 0) found[i] = 1 + (value > 0 ? ends.filter((end) => value > end).length : ends.filter((end) => value >= end).length);
  }
  return found;
}

/* Whether each class is of one value, as of a few districts; thresholds and breaks that are held stay as they are. */
function isExact(values, ends, { method, ends: held }) {
  if (held || method === "own" || method === "standard") return false;
  const found = new Set();
  for (const value of values) {
    if (value > 0) found.add(value);
    if (found.size > ends.length) return false;
  }
  return found.size === ends.length && ends.every((end) => found.has(Math.fround(end)));
}

function valueLabels(ends, measure) {
  const isWhole = measure.unit === "count";
  return ends.map((end, k) => {
    const from = k ? ends[k - 1] : 0;
    if (isWhole && from + 1 >= end) return valueText(measure, end);
    return `${isWhole ? "" : "> "}${valueText(measure, isWhole ? from + 1 : from)} – ${valueText(measure, end)}`;
  });
}

function changeLabels(ends, measure) {
  const signed = (value) => (value > 0 ? `+${valueText(measure, value)}` : valueText(measure, value).replace("-", "−"));
  const last = ends.length - 1;
  return [
    last > 0 ? `≤ ${signed(ends[0])}` : gettext("less"),
    ...ends.slice(1).map((end, k) => `${signed(ends[k])} … ${signed(end)}`),
    last > 0 ? `> ${signed(ends[last])}` : gettext("more"),
  ];
}

function rowsOf(classes, palette, labels, { measure, isChange }) {
  const tally = tallyOf(classes);
  const rows = labels.map((label, k) => ({ index: k + 1, colour: palette[k + 1], label, count: tally[k + 1] }));
  const none = isChange ? gettext("no change") : fill(gettext("%(value)s: no colour"), { value: valueText(measure, 0) });
  return [
    { index: 0, colour: "", label: none, count: tally[0] },
    ...rows,
    tally[FEW] && { index: FEW, hatched: true, label: gettext("too few cases to tell"), count: tally[FEW] },
    tally[NONE] && { index: NONE, colour: "", label: gettext("no value"), count: tally[NONE] },
  ].filter(Boolean);
}

/* Of the period itself; what stands beside it is not counted twice. */
function tallyOf(classes) {
  const tally = new Uint32Array(256);
  for (const [name, own] of classes) if (!name.includes(" ")) for (const one of own) tally[one] += 1;
  return tally;
}

/* Bytes 1 to 5 are the grades. */
function graded(readings) {
  const classes = new Map();
  for (const [version, { values, few }] of readings) {
    classes.set(version, Uint8Array.from(values, (value, i) => (few?.[i] ? FEW : value === value ? value : NONE)));
  }
  const palette = ["", ...GRADES.map((grade) => gradeFill(grade, GRADE_ALPHA))];
  palette[FEW] = hatch("day");
  const tally = tallyOf(classes);
  const rows = GRADES.map((grade, k) => ({ index: k + 1, colour: gradeColour(grade), label: `${grade} ${gradeName(grade)}`, count: tally[k + 1] }));
  rows.push({ index: FEW, hatched: true, label: gettext("too few cases to tell"), count: tally[FEW] });
  rows.push({ index: NONE, colour: "", label: gettext("no value"), count: tally[NONE] });
  return { classes, palette, rows, ends: [] };
}
