import { editionCodes, request } from "webmap/api";
import { gettext } from "webmap/i18n";
import { GRADES, gradeColour, gradeFill, gradeName } from "webmap/evaluation/grades";
import { NOTHING, readValues } from "webmap/values";

/** How strongly colours cover the map beneath, two hexadecimal digits. */
export const ALPHA = "b0";
/** The class of a grid that has no colour. */
export const NONE = NOTHING;
/** How many digits of a grid's code name the area of a kind. */
const DIGITS = { community: 12, street: 9, district: 6 };
const MOST = 1000;
/** Colours of numbers of cases, few to many. */
export const CASES = ["#fed976", "#feb24c", "#fd8d3c", "#e31a1c", "#800026"];
const BOUNDS = [1, 2, 4, 8];

/** The class of a number of cases. */
export function casesClass(n) {
  return n > 0 ? BOUNDS.filter((bound) => n > bound).length : NONE;
}

/** Colours and words of these classes. */
export function casesLegend() {
  const names = BOUNDS.map((bound, k) => (k && BOUNDS[k - 1] + 1 < bound ? `${BOUNDS[k - 1] + 1}–${bound}` : String(bound)));
  return CASES.map((colour, k) => [colour, names[k] ?? `> ${BOUNDS.at(-1)}`]);
}

/** Grades of all objects of a kind, not only of those that the table shows. */
export async function gradesOf(kind, query) {
  const found = new Map();
  for (let offset = 0, count = 1; offset < count; offset += MOST) {
    const asked = new URLSearchParams(query);
    asked.set("limit", String(MOST));
    asked.set("offset", String(offset));
    const page = await request(`/api/v1/evaluation/${kind}?${asked}`);
    count = page.count;
    for (const one of page.results) found.set(one.code, one.grade);
  }
  return found;
}

/** The area of a kind that each unit grid lies in, by ordinal. */
export async function areasOf(kind, version, district) {
  const codes = await editionCodes(version);
  if (kind !== "patrol") return codes.map((code) => code.slice(0, DIGITS[kind]));
  const { areas, members } = await request(`/api/v1/patrol/areas?district=${district}`);
  return codes.map((_code, index) => areas[members[index]]?.code ?? "");
}

function graded(classes) {
  return { graded: true, classes, palette: GRADES.map((grade) => gradeFill(grade, ALPHA)), legend: GRADES.map((grade) => [gradeColour(grade), `${grade} ${gradeName(grade)}`]) };
}

/**
 * Classes and colours of the unit grids of an edition for what is graded: grids by their own
 * grades, areas by theirs; for departments and people the cases of the period.
 * @param {string} kind
 * @param {{version: string, district: string, days: [string, string], query: URLSearchParams}} asked
 */
export async function colouring(kind, { version, district, days, query }) {
  if (kind === "grid") {
    const { values } = await readValues("grade", version, days);
    const classOf = (byte) => (byte >= 1 && byte <= GRADES.length ? byte - 1 : NONE);
    return { ...graded(values.map(classOf)), title: gettext("Grades of unit grids") };
  }
  if (kind in DIGITS || kind === "patrol") {
    const [areas, grades] = await Promise.all([areasOf(kind, version, district), gradesOf(kind, query)]);
    const classOf = (area) => GRADES.indexOf(grades.get(area));
    return { ...graded(Uint8Array.from(areas, (area) => (classOf(area) < 0 ? NONE : classOf(area)))), areas, title: gettext("Grades of areas") };
  }
  const { values, step } = await readValues("cases", version, days);
  const classes = Uint8Array.from(values, (byte) => (byte === NONE ? NONE : casesClass(byte * step)));
  return { classes, palette: CASES.map((colour) => `${colour}${ALPHA}`), legend: casesLegend(), title: gettext("Cases by unit grid") };
}
