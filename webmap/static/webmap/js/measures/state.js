import { METHODS } from "webmap/measures/breaks";
import { MOST_CLASSES } from "webmap/measures/ramps";
import { config } from "webmap/config";
import { formOf } from "webmap/evaluation/periods";
import { measureNamed } from "webmap/measures/catalogue";

const NARROWED = { cl: "classes", dp: "departments", ch: "channels", ca: "campaigns" };
const PERIOD = /^(\d{4}(-(\d\d(-\d\d)?|Q[1-4]|W\d\d))?|\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d)$/;
const FEWEST_CLASSES = 2;

/**
 * How grids are coloured.
 * @typedef {{measure: string, period: string, against: ""|"period"|"year"|"beside-period"|"beside-year", method: string, count: number,
 *   own: number[], ramp: string, narrowed: Object<string, string>}} MeasureState
 */

/** No measure, and what one begins with. @returns {MeasureState} */
export function plainState() {
  return { measure: "", period: config.today.slice(0, 7), against: "", method: "quantile", count: 5, own: [], ramp: "warm", narrowed: {} };
}

/** As the address carries it; what is as it begins is left out. @param {MeasureState} state */
export function formatState(state) {
  const plain = plainState();
  const found = { m: state.measure, t: state.period };
  if (state.against) found.x = state.against;
  if (state.method !== plain.method || state.count !== plain.count) found.b = `${state.method}.${state.count}`;
  if (state.method === "own") found.be = state.own.join(",");
  if (state.ramp !== plain.ramp) found.r = state.ramp;
  for (const [key, name] of Object.entries(NARROWED)) if (state.narrowed[name]) found[key] = state.narrowed[name];
  return found;
}

/** Reads an address; what does not make sense, or no longer does, is left out. @param {Object<string, string>} address */
export function parseState(address) {
  const state = plainState();
  if (!measureNamed(address.m ?? "")) return state;
  state.measure = address.m;
  if (PERIOD.test(address.t ?? "") && formOf(address.t)) state.period = address.t;
  if (["period", "year", "beside-period", "beside-year"].includes(address.x) && measureNamed(address.m).compares) state.against = address.x;
  const [method, count] = (address.b ?? "").split(".");
  if (METHODS.includes(method)) state.method = method;
  if (Number(count) >= FEWEST_CLASSES && Number(count) <= MOST_CLASSES) state.count = Number(count);
  state.own = (address.be ?? "").split(",").map(Number).filter((value) => Number.isFinite(value) && value > 0);
  if (state.method === "own" && !state.own.length) state.method = plainState().method;
  if (address.r) state.ramp = address.r;
  for (const [key, name] of Object.entries(NARROWED)) if (/^[\w,-]{1,200}$/.test(address[key] ?? "")) state.narrowed[name] = address[key];
  return state;
}

/** Keys of the address that are of measures. */
export const KEYS = ["m", "t", "x", "b", "be", "r", ...Object.keys(NARROWED)];
