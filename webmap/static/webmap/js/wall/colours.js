import { editionCodes } from "webmap/api";
import { el } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { areasOf, gradesOf } from "webmap/evaluation/colouring";
import { GRADES, gradeName, patternFill } from "webmap/evaluation/grades";
import { NOTHING as NONE, readValues } from "webmap/values";

const MOST_BYTE = 250;
const DISTRICT_DIGITS = 6;
const STREET_DIGITS = 9;
const FULL = "d8";
const DIM = "2b";
/* Seen on a dark wall from afar, told apart by everybody, and each with a pattern or a letter. */
const OF_GRADES = ["#2f86c9", "#86c9e4", "#eee3a0", "#f39b45", "#d2364a"];
const OF_NUMBERS = ["#6f62b8", "#a95bb0", "#e0648a", "#f5945a", "#fde08a"];
/* A grid of which there is nothing to tell: the city keeps its shape. */
const BLANK = { night: "#2b3b4a", day: "#c6ced6" };
/* Patterns of five classes of numbers: the two highest are hatched. */
const HATCHES = ["A", "A", "A", "D", "E"];

/** What the map can be coloured by. */
export const MEASURES = ["grade", "grids", "density", "open", "overdue"];

/** The name of a measure. */
export function measureName(measure) {
  return {
    grade: gettext("Grades of communities"), grids: gettext("Grades of unit grids"), density: gettext("Cases per km²"),
    open: gettext("Cases in hand"), overdue: gettext("Overdue cases"),
  }[measure];
}

/* Upper bounds of four classes such that each has about as many grids; the fifth is what is above. */
function boundsOf(found) {
  const counts = new Map();
  for (const { values, step } of found) {
    for (const byte of values) if (byte > 0 && byte <= MOST_BYTE) counts.set(byte * step, (counts.get(byte * step) ?? 0) + 1);
  }
  const known = [...counts.keys()].sort((a, b) => a - b);
  const total = known.reduce((sum, value) => sum + counts.get(value), 0);
  const bounds = [];
  let sum = 0;
  for (const value of known.slice(0, -1)) {
    sum += counts.get(value);
    if (bounds.length < 4 && sum >= (total * (bounds.length + 1)) / 5) bounds.push(value);
  }
  return bounds;
}

function classesOfNumbers({ values, step }, bounds) {
  return values.map((byte) => {
    if (byte === 0 || byte > MOST_BYTE) return NONE;
    const value = byte * step;
    const place = bounds.findIndex((bound) => value <= bound);
    return place < 0 ? bounds.length : place;
  });
}

function numbersLegend(bounds) {
  const shown = (value) => formatNumber(Math.ceil(value));
  const rows = bounds.map((bound, k) => {
    const least = k === 0 ? 1 : Math.ceil(bounds[k - 1]) + 1;
    return least >= Math.ceil(bound) ? shown(bound) : k === 0 ? fill(gettext("up to %(n)s"), { n: shown(bound) }) : `${shown(least)}–${shown(bound)}`;
  });
  return [...rows, bounds.length ? fill(gettext("over %(n)s"), { n: shown(bounds.at(-1)) }) : gettext("some")];
}

/* Classes are spread over the scale: two of them are its ends, not its two darkest. */
function spread(count) {
  return Array.from({ length: count }, (_, k) => (count === 1 ? 4 : Math.round((k * 4) / (count - 1))));
}

/* Unit grids in the grades of their communities: of a grid alone there are seldom cases enough. */
async function ofCommunities(versions, first, last, district) {
  const query = new URLSearchParams({ period: `${first}..${last}`, district });
  const grades = await gradesOf("community", query);
  return Promise.all(versions.map(async (version) => {
    const communities = await areasOf("community", version, district);
    return Uint8Array.from(communities, (code) => classOfGrade(GRADES.indexOf(grades.get(code)) + 1));
  }));
}

function classOfGrade(byte) {
  return byte >= 1 && byte <= GRADES.length ? byte - 1 : NONE;
}

/**
 * Colours of the unit grids of editions by a measure.
 * @param {string} measure @param {string[]} versions @param {string} first @param {string} last
 * @param {string} district code, or empty for all
 * @returns {Promise<{classes: Map<string, Uint8Array>, palette: (string|HTMLCanvasElement)[], legend: {sign: string, text: string, colour: string, hatch: string}[]}>}
 *   ``palette`` has the classes twice: as they are, and faint
 */
export async function coloursOf(measure, versions, first, last, district) {
  const legend = GRADES.map((grade, k) => ({ sign: grade, text: gradeName(grade), colour: OF_GRADES[k], hatch: grade }));
  const few = gettext("too few cases");
  if (measure === "grade") return made(versions, await ofCommunities(versions, first, last, district), legend, few);
  const found = await Promise.all(versions.map((version) => readValues(measure === "grids" ? "grade" : measure, version, [first, last])));
  if (measure === "grids") return made(versions, found.map(({ values }) => values.map(classOfGrade)), legend, few);
  const bounds = boundsOf(found);
  const texts = numbersLegend(bounds);
  const numbers = spread(texts.length).map((place, k) => ({ sign: "", text: texts[k], colour: OF_NUMBERS[place], hatch: HATCHES[place] }));
  return made(versions, found.map((one) => classesOfNumbers(one, bounds)), numbers, gettext("none"));
}

function made(versions, classes, coloured, blank) {
  const legend = [...coloured, { sign: "", text: blank, colour: BLANK[document.documentElement.dataset.theme], hatch: "A" }];
  const palette = [FULL, DIM].flatMap((alpha) => legend.map(({ colour, hatch }) => fillOf(colour, hatch, alpha)));
  const all = classes.map((one) => one.map((place) => (place === NONE ? coloured.length : place)));
  return { classes: new Map(versions.map((version, k) => [version, all[k]])), palette, legend };
}

/* The three best grades are plain: letters tell them apart, and hatching is for what calls. */
function fillOf(colour, hatch, alpha) {
  return (hatch === "D" || hatch === "E") && alpha === FULL ? patternFill(`${colour}${alpha}`, hatch) : `${colour}${alpha}`;
}

/** The sign of a class: its colour, its hatching and its letter. */
export function classSign({ sign, colour, hatch }) {
  const canvas = el("canvas", { width: 48, height: 32, class: "wall-swatch", "aria-hidden": "true" });
  const context = canvas.getContext("2d");
  context.scale(2, 2);
  const fill = fillOf(colour, hatch, FULL);
  context.fillStyle = typeof fill === "string" ? fill : context.createPattern(fill, "repeat");
  context.fillRect(0, 0, 24, 16);
  return el("span", { class: "wall-sign" }, canvas, sign && el("b", { text: sign }));
}

/** The colour of a grade on the wall, and the ink on it. */
export function gradeLook(grade) {
  const place = GRADES.indexOf(grade);
  if (place < 0) return null;
  return { colour: OF_GRADES[place], ink: place === 0 || place === 4 ? "#ffffff" : "#15202b" };
}

const streets = new Map();

/**
 * The grids outside an area are faint. Which area each grid lies in is kept as numbers.
 * @param {string} version @param {Uint8Array} classes @param {string} area code, empty for all
 * @param {number} count of classes
 */
export async function litArea(version, classes, area, count) {
  if (!area || (area.length === DISTRICT_DIGITS && version.startsWith(area))) return classes;
  if (area.length === DISTRICT_DIGITS) return classes.map((one) => one + count);
  const known = await streetsOf(version);
  const place = known.names.indexOf(area);
  return classes.map((one, i) => (known.places[i] === place ? one : one + count));
}

async function streetsOf(version) {
  if (!streets.has(version)) {
    const codes = await editionCodes(version);
    const names = [];
    const at = new Map();
    const places = Uint16Array.from(codes, (code) => {
      const street = (code ?? "").slice(0, STREET_DIGITS);
      if (!at.has(street)) at.set(street, names.push(street) - 1);
      return at.get(street);
    });
    streets.clear();
    streets.set(version, { names, places });
  }
  return streets.get(version);
}
