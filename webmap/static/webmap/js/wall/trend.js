import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { shortDayText } from "webmap/wall/words";

function ink(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** What came in and what was done on each of thirty days; one chart that is kept and filled anew. */
export class Trend {
  /** @param {HTMLElement} node @param {string} centre */
  constructor(node, centre) {
    this.second = centre === "command" ? "handled" : "closed";
    const done = this.second === "handled" ? gettext("handled") : gettext("closed");
    const title = gettext("30 days");
    this.canvas = el("canvas", { role: "img", "aria-label": title });
    replace(node, el("h2", {}, title, el("span", { class: "wall-keys" },
      el("span", {}, el("i", { class: "is-line" }), gettext("reported")), el("span", {}, el("i", { class: "is-dashes" }), done))),
      el("div", { class: "wall-chart" }, this.canvas));
    this.chart = new globalThis.Chart(this.canvas, {
      type: "line",
      data: { labels: [], datasets: [this.line(), this.line()] },
      options: {
        responsive: true, maintainAspectRatio: false, animation: false, events: [],
        scales: { x: this.axis({ maxTicksLimit: 5, maxRotation: 0 }), y: { ...this.axis({ maxTicksLimit: 4 }), beginAtZero: true } },
        plugins: { legend: { display: false }, tooltip: { enabled: false } },
      },
    });
    this.look();
  }

  line() {
    return { data: [], pointRadius: 0, tension: 0.3, fill: false };
  }

  axis(ticks) {
    return { grid: { display: true }, border: { display: false }, ticks };
  }

  /** Colours and sizes of the style and the screen. */
  look() {
    const size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 1.15;
    const [one, two] = this.chart.data.datasets;
    Object.assign(one, { borderColor: ink("--wall-first"), borderWidth: size / 6 });
    Object.assign(two, { borderColor: ink("--wall-second"), borderWidth: size / 6, borderDash: [size * 0.45, size * 0.35] });
    for (const scale of Object.values(this.chart.options.scales)) {
      scale.ticks.color = ink("--ink-2");
      scale.ticks.font = { size };
      scale.grid.color = ink("--wall-hair");
    }
    this.chart.options.scales.x.grid.display = false;
    this.chart.update("none");
  }

  show({ trend }) {
    const key = JSON.stringify(trend);
    if (key === this.key) return;
    this.key = key;
    this.chart.data.labels = trend.map((one) => shortDayText(one.day));
    this.chart.data.datasets[0].data = trend.map((one) => one.reported);
    this.chart.data.datasets[1].data = trend.map((one) => one[this.second]);
    this.chart.update("none");
  }

  /** Ends the chart before another takes its place. */
  end() {
    this.chart.destroy();
  }
}
