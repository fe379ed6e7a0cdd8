import { NOTHING as NONE } from "webmap/values";
import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

const TILE_PX = 8;
const NEITHER = 4;
const ALPHA = "d8";
/* From cold to hot as the server counts them, without the middle; after ColorBrewer's RdBu. */
const COLOURS = { 1: "#2166ac", 2: "#67a9cf", 3: "#bcd9ea", 5: "#f9c5a9", 6: "#ef8a62", 7: "#b2182b" };
const DARK_INK = "rgb(20 30 45 / 0.6)";
const LIGHT_INK = "rgb(255 255 255 / 0.8)";

/** What a class of confidence says. @param {number} value */
export function confidenceName(value) {
  return {
    1: gettext("cold, 99 % sure"), 2: gettext("cold, 95 % sure"), 3: gettext("cold, 90 % sure"), 4: gettext("neither: may be chance"),
    5: gettext("hot, 90 % sure"), 6: gettext("hot, 95 % sure"), 7: gettext("hot, 99 % sure"),
  }[value] ?? "";
}

/* Hot lines rise and cold lines lie, the surer the closer: told apart without any colour. */
function drawLines(context, value) {
  const isSure = value === 1 || value === 7;
  context.strokeStyle = isSure ? LIGHT_INK : DARK_INK;
  context.lineWidth = 1;
  context.beginPath();
  const steps = { 3: [4], 2: [2, 6], 1: [1, 3, 5, 7], 5: [0], 6: [-4, 0, 4], 7: [-6, -4, -2, 0, 2, 4, 6] }[value];
  for (const at of steps) {
    context.moveTo(value < NEITHER ? 0 : at, value < NEITHER ? at + 0.5 : TILE_PX);
    context.lineTo(value < NEITHER ? TILE_PX : at + TILE_PX, value < NEITHER ? at + 0.5 : 0);
  }
  context.stroke();
}

const fills = new Map();

function fillOf(value) {
  if (!fills.has(value)) {
    const canvas = el("canvas", { width: TILE_PX, height: TILE_PX });
    const context = canvas.getContext("2d");
    context.fillStyle = `${COLOURS[value]}${ALPHA}`;
    context.fillRect(0, 0, TILE_PX, TILE_PX);
    drawLines(context, value);
    fills.set(value, canvas);
  }
  return fills.get(value);
}

/**
 * Hot and cold grids in their classes.
 * @param {Map<string, {values: Float32Array}>} readings
 * @param {(classes: Map<string, Uint8Array>) => Uint32Array} tallyOf
 * @returns {object} see ``Coloured``
 */
export function confident(readings, tallyOf) {
  const classes = new Map();
  for (const [version, { values }] of readings) classes.set(version, Uint8Array.from(values, (value) => (value === value ? value : NONE)));
  const palette = ["", ...[1, 2, 3].map(fillOf), "", ...[5, 6, 7].map(fillOf)];
  const tally = tallyOf(classes);
  const rows = [7, 6, 5, NEITHER, 3, 2, 1].map((value) => ({
    index: value, colour: COLOURS[value] ?? "", pattern: value === NEITHER ? null : fillOf(value), label: confidenceName(value), count: tally[value],
  }));
  return { classes, palette, rows, ends: [] };
}
