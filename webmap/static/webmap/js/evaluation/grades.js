import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

export const GRADES = ["A", "B", "C", "D", "E"];
/* The field's five colours; and five that everybody tells apart, of one scale from good to bad. */
const FIELD = { A: "#1a9641", B: "#2b6cd6", C: "#f2c230", D: "#d7301f", E: "#1f2328" };
const SAFE = { A: "#2c7bb6", B: "#abd9e9", C: "#ffffbf", D: "#fdae61", E: "#b2182b" };
const DARK_INK = "#15202b";
const LIGHT_INK = "#ffffff";
const INK = {
  field: { A: LIGHT_INK, B: LIGHT_INK, C: DARK_INK, D: LIGHT_INK, E: LIGHT_INK },
  safe: { A: LIGHT_INK, B: DARK_INK, C: DARK_INK, D: DARK_INK, E: LIGHT_INK },
};
const TILE_PX = 8;
const KEY = "wanmi-safe-colours";

/** Whether grades are shown in colours for everybody, with patterns; kept in this browser. */
export function isSafe() {
  return localStorage.getItem(KEY) === "1";
}

/** @param {boolean} on */
export function setSafe(on) {
  localStorage.setItem(KEY, on ? "1" : "0");
}

/** The colour of a grade. */
export function gradeColour(grade) {
  return (isSafe() ? SAFE : FIELD)[grade] ?? "transparent";
}

/** What a grade says, in a word. */
export function gradeName(grade) {
  return { A: gettext("very good"), B: gettext("good"), C: gettext("fair"), D: gettext("poor"), E: gettext("very poor") }[grade] ?? gettext("no grade");
}

/** A grade as a sign: its letter on its colour. @param {string} grade @param {string} [state] */
export function gradeSign(grade, state = "") {
  if (!grade) {
    const words = state === "few" ? gettext("too few cases for a grade") : gettext("nothing to grade");
    return el("span", { class: "grade-sign grade-none", title: words, text: state === "few" ? "<" : "–", "aria-label": words, role: "img" });
  }
  const sign = el("span", { class: "grade-sign", title: gradeName(grade), text: grade });
  sign.style.background = gradeColour(grade);
  sign.style.color = INK[isSafe() ? "safe" : "field"][grade];
  return sign;
}

/* The worse, the denser: dots, lines, crossed lines. */
function drawPattern(context, grade) {
  context.strokeStyle = context.fillStyle = grade === "E" ? "rgb(255 255 255 / 0.75)" : "rgb(20 30 45 / 0.6)";
  context.lineWidth = 1.2;
  context.beginPath();
  if (grade === "B" || grade === "C") context.rect(1, 1, 1.5, 1.5);
  if (grade === "C") context.rect(5, 5, 1.5, 1.5);
  if (grade === "B" || grade === "C") context.fill();
  if (grade === "D" || grade === "E") {
    context.moveTo(-1, TILE_PX + 1);
    context.lineTo(TILE_PX + 1, -1);
  }
  if (grade === "E") {
    context.moveTo(-1, -1);
    context.lineTo(TILE_PX + 1, TILE_PX + 1);
  }
  context.stroke();
}

const patterns = new Map();

/** A colour with the pattern of a grade upon it; the same canvas each time. @param {string} colour @param {string} grade */
export function patternFill(colour, grade) {
  const key = `${colour} ${grade}`;
  if (!patterns.has(key)) patterns.set(key, drawnPattern(colour, grade));
  return patterns.get(key);
}

function drawnPattern(colour, grade) {
  const canvas = el("canvas", { width: TILE_PX, height: TILE_PX });
  const context = canvas.getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, TILE_PX, TILE_PX);
  drawPattern(context, grade);
  return canvas;
}

/**
 * What a grid of a grade is filled with: a colour, or a pattern on it.
 * @param {string} grade
 * @param {string} alpha two hexadecimal digits
 * @returns {string|HTMLCanvasElement} a canvas is repeated
 */
export function gradeFill(grade, alpha) {
  const colour = `${gradeColour(grade)}${alpha}`;
  return isSafe() ? patternFill(colour, grade) : colour;
}
