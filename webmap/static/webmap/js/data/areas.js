import { el } from "webmap/dom";
import { fill, formatNumber, gettext, ngettext } from "webmap/i18n";

const SVG = "http://www.w3.org/2000/svg";
const BINS = 21;
const TOP = 14;
const BASE = 120;
const STEP = 17;

/** Colours of areas by share of the target: far below, below, near, above, far above. */
export const AREA_COLOURS = ["#7b3294", "#c2a5cf", "#f2efe6", "#fdb863", "#e66101"];

/** Words for these classes. */
export function areaNames() {
  return [
    gettext("below half of the target"), gettext("half to three quarters"), gettext("near the target"),
    gettext("up to one and a half"), gettext("above one and a half"),
  ];
}

/** The class of a share of the target. @param {number} share */
export function areaClass(share) {
  return [0.5, 0.75, 1.25, 1.5].filter((bound) => share > bound).length;
}

/** The bin of the histogram a share falls into. @param {number} share */
export function binOf(share) {
  return Math.min(BINS - 1, Math.floor(share * 10 + 1e-9));
}

/**
 * The histogram of areas in tenths of the target; a bar is a button.
 * @param {number[]} shares
 * @param {(bin: number|null) => void} onChoose null takes the choice back
 */
export function histogram(shares, onChoose) {
  const counts = new Array(BINS).fill(0);
  for (const share of shares) counts[binOf(share)] += 1;
  const most = Math.max(...counts, 1);
  const picture = node("svg", { class: "histogram", viewBox: `-10 0 ${BINS * STEP + 26} 140`, role: "group", "aria-label": gettext("Grids by share of their target area") });
  let chosen = null;
  const choose = (bin, group) => {
    chosen = chosen === bin ? null : bin;
    for (const other of picture.querySelectorAll("rect")) other.classList.toggle("is-chosen", chosen !== null && other.parentNode === group);
    onChoose(chosen);
  };
  counts.forEach((count, bin) => count && picture.append(bar(bin, count, most, choose)));
  picture.append(node("line", { x1: 4, x2: BINS * STEP + 8, y1: BASE, y2: BASE }));
  for (const tenth of [0, 5, 10, 15, 20]) {
    picture.append(node("text", { x: 6 + tenth * STEP, y: BASE + 14 }, `${formatNumber(tenth * 10)}%${tenth === 20 ? "+" : ""}`));
  }
  return picture;
}

function bar(bin, count, most, choose) {
  const height = Math.max(2, Math.round(((BASE - TOP) * count) / most));
  const range = `${bin * 10}–${bin < BINS - 1 ? bin * 10 + 10 : "…"}%`;
  const label = fill(ngettext("%(range)s of the target: %(count)s grid", "%(range)s of the target: %(count)s grids", count), { range, count });
  const group = node("g", { role: "button", tabindex: 0, "aria-label": label });
  const rect = node("rect", { x: 6 + bin * STEP, y: BASE - height, width: STEP - 2, height, fill: AREA_COLOURS[areaClass((bin + 0.5) / 10)] });
  rect.style.stroke = "var(--ink-3)";
  rect.style.strokeWidth = "0.5";
  group.append(node("title", {}, label), rect);
  group.addEventListener("click", () => choose(bin, group));
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(bin, group);
  });
  return group;
}

function node(tag, attributes, text = "") {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  if (text) made.textContent = text;
  return made;
}

/** Rows of the legend. @param {string[]} colours @param {string[]} names */
export function legendRows(colours, names) {
  return names.map((name, i) => {
    const swatch = el("i", { "aria-hidden": "true" });
    swatch.style.background = colours[i];
    return el("li", {}, swatch, el("span", { text: name }));
  });
}
