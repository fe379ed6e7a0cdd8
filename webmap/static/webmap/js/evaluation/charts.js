import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

const made = new WeakMap();

function ink(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function axis(more = {}) {
  return { grid: { color: ink("--line") }, ticks: { color: ink("--ink-2") }, border: { color: ink("--line") }, ...more };
}

/**
 * A chart with its numbers as a table beneath: what is drawn can also be read and heard.
 * @param {string} title
 * @param {object} chart of Chart.js: type, data, options
 * @param {[string[], (string|number)[][]]} table head and rows
 * @param {(index: number) => void} [onPick] a part of the chart was clicked
 */
export function chartCard(title, { type, data, options = {} }, [head, rows], onPick = null) {
  const canvas = el("canvas", { role: "img", "aria-label": title });
  const card = el("figure", { class: "chart-card" },
    el("figcaption", { text: title }), el("div", { class: "chart-frame" }, canvas),
    el("details", {}, el("summary", { text: gettext("As a table") }),
      el("table", { class: "figures" }, el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col", text })))),
        el("tbody", {}, ...rows.map(([first, ...rest]) => el("tr", {}, el("th", { scope: "row", text: first }), ...rest.map((text) => el("td", { text }))))))));
  const scales = type === "doughnut" ? {} : { x: axis(options.x), y: axis({ beginAtZero: true, ...options.y }) };
  // Chart.js measures its place, which has to be in the page.
  requestAnimationFrame(() => {
    if (!canvas.isConnected) return;
    made.set(canvas, new globalThis.Chart(canvas, {
      type, data,
      options: {
        responsive: true, maintainAspectRatio: false, animation: false, indexAxis: options.indexAxis, scales,
        onClick: (_event, hit) => hit.length && onPick?.(hit[0].index),
        onHover: (event, hit) => { event.native.target.style.cursor = onPick && hit.length ? "pointer" : "default"; },
        plugins: { legend: { display: Boolean(options.legend), position: "right", labels: { color: ink("--ink-2"), boxWidth: 12 } } },
      },
    }));
  });
  return card;
}

/** Ends the charts of a part of the page before it is filled anew. @param {HTMLElement} node */
export function endCharts(node) {
  for (const canvas of node.querySelectorAll("canvas")) made.get(canvas)?.destroy();
}

/** Colours for parts that are merely different. */
export const PARTS = ["#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#edc948", "#76b7b2", "#e15759", "#9c755f", "#ff9da7", "#8cd17d", "#bab0ac", "#499894"];

/** A line that is no part of the five grades. */
export function lineColour() {
  return ink("--accent");
}
