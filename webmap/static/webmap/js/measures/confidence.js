import { NOTHING as NONE } from "webmap/values";
import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

const TILE_PX = 8;
const NEITHER = 4;
const ALPHA = "d8";
/*
 * From cold to hot as the server counts them, without the middle, each with the ink of its lines. The
 * surer, the further from the ground of the map: darker by day, brighter by night.
 */
const LOOKS = {
  day: {
    1: ["#0f4a94", "rgb(0 8 30 / 0.75)"], 2: ["#4b8fc4", "rgb(5 25 60 / 0.7)"], 3: ["#b9d7ea", "rgb(5 25 60 / 0.55)"],
    5: ["#fbcdb4", "rgb(70 10 0 / 0.55)"], 6: ["#e9764f", "rgb(70 5 0 / 0.7)"], 7: ["#b5122a", "rgb(40 0 8 / 0.75)"],
  },
  night: {
    1: ["#5cb0f2", "rgb(225 242 255 / 0.7)"], 2: ["#2f73ab", "rgb(200 228 250 / 0.6)"], 3: ["#1c3f60", "rgb(190 220 245 / 0.4)"],
    5: ["#5e2a1c", "rgb(250 205 185 / 0.4)"], 6: ["#b04a22", "rgb(255 215 195 / 0.6)"], 7: ["#ff7a33", "rgb(255 236 200 / 0.4)"],
  },
};
/* Pixels from line to line and across one, by how sure it is: 90, 95 and 99 %. */
const LINES = { 1: { step: 8, width: 1 }, 2: { step: 4, width: 1 }, 3: { step: 4, width: 2 } };

/** What a class of confidence says. @param {number} value */
export function confidenceName(value) {
  return {
    1: gettext("cold, 99 % sure"), 2: gettext("cold, 95 % sure"), 3: gettext("cold, 90 % sure"), 4: gettext("neither: may be chance"),
    5: gettext("hot, 90 % sure"), 6: gettext("hot, 95 % sure"), 7: gettext("hot, 99 % sure"),
  }[value] ?? "";
}

/* Hot lines rise and cold lines lie, the surer the denser: told apart without any colour. */
function drawLines(context, value, ink) {
  const isHot = value > NEITHER;
  const { step, width } = LINES[Math.abs(value - NEITHER)];
  context.strokeStyle = ink;
  context.lineWidth = width;
  context.beginPath();
  // Lines begin and end outside, so that the next tile goes on where this one ends.
  for (let at = isHot ? -TILE_PX : step / 2; at <= TILE_PX; at += step) {
    const middle = at + (width % 2) / 2;
    context.moveTo(isHot ? at - 1 : 0, isHot ? TILE_PX + 1 : middle);
    context.lineTo(isHot ? at + TILE_PX + 1 : TILE_PX, isHot ? -1 : middle);
  }
  context.stroke();
}

const fills = new Map();

function fillOf(value, style) {
  const key = `${style} ${value}`;
  if (!fills.has(key)) {
    const [colour, ink] = LOOKS[style][value];
    const canvas = el("canvas", { width: TILE_PX, height: TILE_PX });
    const context = canvas.getContext("2d");
    context.fillStyle = `${colour}${ALPHA}`;
    context.fillRect(0, 0, TILE_PX, TILE_PX);
    drawLines(context, value, ink);
    fills.set(key, canvas);
  }
  return fills.get(key);
}

/**
 * Hot and cold grids in their classes.
 * @param {Map<string, {values: Float32Array}>} readings
 * @param {(classes: Map<string, Uint8Array>) => Uint32Array} tallyOf
 * @param {"day"|"night"} style
 * @returns {object} see ``Coloured``
 */
export function confident(readings, tallyOf, style) {
  const classes = new Map();
  for (const [version, { values }] of readings) classes.set(version, Uint8Array.from(values, (value) => (value === value ? value : NONE)));
  const palette = ["", ...[1, 2, 3].map((value) => fillOf(value, style)), "", ...[5, 6, 7].map((value) => fillOf(value, style))];
  const tally = tallyOf(classes);
  const rows = [7, 6, 5, NEITHER, 3, 2, 1].map((value) => ({
    index: value, colour: LOOKS[style][value]?.[0] ?? "", pattern: value === NEITHER ? null : fillOf(value, style), label: confidenceName(value), count: tally[value],
  }));
  return { classes, palette, rows, ends: [] };
}
