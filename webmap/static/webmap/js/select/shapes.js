/**
 * A shape that selects, as it was drawn.
 * @typedef {{kind: "box", box: number[]} | {kind: "lasso", ring: number[][]}
 *   | {kind: "circle", center: number[], radius_m: number} | {kind: "corridor", line: number[][], width_m: number}} Shape
 */

const UNITS_A_DEGREE = 1e5;
const LETTERS = { box: "b", lasso: "p", circle: "o", corridor: "l" };
/** The greatest radius of a circle, and width of a corridor. */
export const WIDEST_M = 20_000;
const MOST_POINTS = 120;

/** A shape as the API asks for it. @param {Shape} shape */
export function orderOf(shape) {
  if (shape.kind === "circle") return { circle: { center: shape.center, radius_m: shape.radius_m } };
  if (shape.kind === "corridor") return { corridor: { line: shape.line, width_m: shape.width_m } };
  return { polygon: { type: "Polygon", coordinates: [ringOf(shape)] } };
}

function ringOf(shape) {
  if (shape.kind === "lasso") return shape.ring;
  const [west, south, east, north] = shape.box;
  return [[west, south], [east, south], [east, north], [west, north], [west, south]];
}

/** A shape in a few letters for the address. @param {Shape|null} shape */
export function encodeShape(shape) {
  if (!shape) return "";
  const letter = LETTERS[shape.kind];
  if (shape.kind === "circle") return `${letter}${packed([shape.center])}~${shape.radius_m}`;
  if (shape.kind === "corridor") return `${letter}${packed(shape.line)}~${shape.width_m}`;
  if (shape.kind === "lasso") return `${letter}${packed(shape.ring.slice(0, -1))}`;
  const [west, south, east, north] = shape.box;
  return `${letter}${packed([[west, south], [east, north]])}`;
}

/** The shape of an address, null where it says none. @param {string} text @returns {Shape|null} */
export function decodeShape(text) {
  const found = /^([bpol])([0-9a-z.-]{1,4000})(?:~(\d{1,5}))?$/.exec(text ?? "");
  if (!found) return null;
  const places = unpacked(found[2]);
  const metres = Number(found[3] ?? 0);
  if (!places.length || places.some(([lon, lat]) => !(Math.abs(lon) <= 180 && Math.abs(lat) <= 85))) return null;
  const sized = metres >= 1 && metres <= WIDEST_M;
  if (found[1] === "o") return sized ? { kind: "circle", center: places[0], radius_m: metres } : null;
  if (found[1] === "l") return sized && places.length > 1 ? { kind: "corridor", line: places, width_m: metres } : null;
  if (found[1] === "p") return places.length > 2 ? { kind: "lasso", ring: [...places, places[0]] } : null;
  return places.length === 2 ? { kind: "box", box: [...places[0], ...places[1]] } : null;
}

/* Whole steps of 1e-5 degrees (a metre) from place to place, to the base 36. */
function packed(places) {
  let before = [0, 0];
  return places.map((place) => {
    const now = place.map((value) => Math.round(value * UNITS_A_DEGREE));
    const steps = now.map((value, i) => (value - before[i]).toString(36));
    before = now;
    return steps.join(".");
  }).join(".");
}

function unpacked(text) {
  const steps = text.split(".").map((one) => parseInt(one, 36));
  if (steps.length % 2 || steps.some(Number.isNaN)) return [];
  const places = [];
  let at = [0, 0];
  for (let i = 0; i < steps.length; i += 2) {
    at = [at[0] + steps[i], at[1] + steps[i + 1]];
    places.push(at.map((value) => value / UNITS_A_DEGREE));
  }
  return places;
}

/**
 * A drawn ring with as many points as an address has room for.
 * @param {L.Map} map
 * @param {number[][]} ring
 */
export function simplified(map, ring) {
  const points = ring.map(([lon, lat]) => map.project([lat, lon]));
  let kept = points;
  for (let tolerance = 1; kept.length > MOST_POINTS; tolerance *= 1.5) kept = L.LineUtil.simplify(points, tolerance);
  const places = kept.map((point) => map.unproject(point)).map(({ lng, lat }) => [Number(lng.toFixed(6)), Number(lat.toFixed(6))]);
  return [...places.slice(0, -1), places[0]];
}
