import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

/*
 * Colours from few to many; each told apart by everybody and in grey, after ColorBrewer's YlOrRd,
 * PuBu, Greys and RdYlBu and matplotlib's viridis. By night the order is turned: many is bright.
 */
const RAMPS = {
  warm: { day: ["#ffeda0", "#feb24c", "#fd8d3c", "#e31a1c", "#800026"], night: ["#4a2c16", "#7d3f13", "#c05a10", "#f58f29", "#ffe08a"] },
  blue: { day: ["#d0d1e6", "#a6bddb", "#67a9cf", "#2b8cbe", "#034e7b"], night: ["#12304a", "#1b4d78", "#2b74ad", "#5aa5dd", "#c6e2fb"] },
  viridis: { day: ["#fde725", "#5ec962", "#21918c", "#3b528b", "#440154"], night: ["#440154", "#3b528b", "#21918c", "#5ec962", "#fde725"] },
  grey: { day: ["#e8e8e8", "#c2c2c2", "#949494", "#5c5c5c", "#1c1c1c"], night: ["#2b2f33", "#4d5358", "#7d858c", "#b3bbc2", "#f2f5f8"] },
};
/* From less to more, about a middle. */
const DIVERGING = ["#2166ac", "#67a9cf", "#d1e5f0", "#fddbc7", "#ef8a62", "#b2182b"];
const ALPHA = "d0";
const HATCH_PX = 8;
export const MOST_CLASSES = 7;

/** Names of ramps with words for them. */
export function rampNames() {
  return { warm: gettext("Yellow to red"), blue: gettext("Blue"), viridis: gettext("Viridis"), grey: gettext("Grey, for print") };
}

/**
 * As many colours of a ramp as there are classes.
 * @param {string} name @param {"day"|"night"} style @param {number} count
 */
export function rampColours(name, style, count) {
  const stops = (RAMPS[name] ?? RAMPS.warm)[style];
  return spread(stops, count).map((colour) => `${colour}${ALPHA}`);
}

/** Colours for a change: less to more. @param {number} count */
export function changeColours(count) {
  return spread(DIVERGING, count).map((colour) => `${colour}${ALPHA}`);
}

function spread(stops, count) {
  if (count === 1) return [stops[Math.floor(stops.length / 2)]];
  return Array.from({ length: count }, (_none, k) => between(stops, (k * (stops.length - 1)) / (count - 1)));
}

function between(stops, at) {
  const low = Math.min(Math.floor(at), stops.length - 2);
  const share = at - low;
  const parts = (colour) => [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
  const [one, other] = [parts(stops[low]), parts(stops[low + 1])];
  return `#${one.map((value, k) => Math.round(value + (other[k] - value) * share).toString(16).padStart(2, "0")).join("")}`;
}

const hatches = new Map();

/** What says "too few to tell": thin lines, no colour. @param {"day"|"night"} style */
export function hatch(style) {
  if (!hatches.has(style)) {
    const canvas = el("canvas", { width: HATCH_PX, height: HATCH_PX });
    const context = canvas.getContext("2d");
    context.strokeStyle = style === "day" ? "rgb(60 70 85 / 0.45)" : "rgb(200 210 225 / 0.4)";
    context.lineWidth = 1;
    context.beginPath();
    for (const shift of [-HATCH_PX, 0, HATCH_PX]) {
      context.moveTo(shift, HATCH_PX);
      context.lineTo(shift + HATCH_PX, 0);
    }
    context.stroke();
    hatches.set(style, canvas);
  }
  return hatches.get(style);
}
