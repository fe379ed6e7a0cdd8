import { ApiError } from "webmap/api";
import { fill, formatNumber, gettext, ngettext } from "webmap/i18n";

const RAMP = { day: ["", "#fde9c9", "#fbc97f", "#f3994b", "#d9622b", "#9c2f1f"], night: ["", "#3a2f22", "#6b4a26", "#a1662b", "#d78a3c", "#f7c07a"] };
const OPACITY = "c8";
/** Up to this zoom grids are coloured; nearer the components themselves are shown. */
export const COLOUR_UP_TO = 13;

/** How many components each grid has, as colours of the grid layer while the map is far. */
export class Density {
  /** @param {object} stage see ``createMap`` @param {Theme} theme */
  constructor(stage, theme) {
    Object.assign(this, { stage, theme, counts: new Map(), painted: new Set(), query: null, measure: null });
  }

  /** Colours what is in view, or takes the colours away. */
  async update(isOn, query, editions) {
    if (!isOn || this.stage.map.getZoom() > COLOUR_UP_TO) {
      this.clear();
      return;
    }
    if (query !== this.query) {
      this.counts.clear();
      this.query = query;
    }
    const view = this.stage.map.getBounds();
    const wanted = editions.filter((edition) => edition.bounds.intersects(view));
    await Promise.all(wanted.map((edition) => this.learn(edition.version, query)));
    if (query === this.query) this.paint(wanted.map((edition) => edition.version));
  }

  async learn(version, query) {
    if (this.counts.has(version)) return;
    const response = await fetch(`/api/v1/values/components?edition=${encodeURIComponent(version)}${query ? `&${query}` : ""}`, { credentials: "same-origin" });
    if (!response.ok) throw new ApiError(`E-HTTP-${response.status}`, gettext("The server answered with an error."), response.status);
    const view = new DataView(await response.arrayBuffer());
    this.counts.set(version, Uint16Array.from({ length: view.byteLength / 2 }, (_none, i) => view.getUint16(i * 2, true)));
  }

  paint(versions) {
    const all = versions.flatMap((version) => [...(this.counts.get(version) ?? [])]);
    const breaks = quantiles(all, 5);
    const palette = RAMP[this.theme.name].map((colour) => colour && colour + OPACITY);
    const tally = new Array(6).fill(0);
    for (const version of versions) {
      const counts = this.counts.get(version);
      if (!counts) continue;
      const classes = Uint8Array.from(counts, (n) => classOf(n, breaks));
      for (const one of classes) tally[one] += 1;
      this.stage.grids.setColours(version, classes, palette);
      this.painted.add(version);
    }
    this.measure = {
      title: gettext("Components in a grid"),
      classes: breaks.map((top, i) => ({ colour: palette[i + 1], label: label(i ? breaks[i - 1] + 1 : 1, top), count: tally[i + 1] })),
    };
  }

  /** The count of a grid in words while it colours the map, else an empty text. */
  valueOf(version, ordinal) {
    const n = this.measure && this.counts.get(version)?.[ordinal - 1];
    return typeof n === "number" ? fill(ngettext("%(count)s component", "%(count)s components", n), { count: formatNumber(n) }) : "";
  }

  clear() {
    for (const version of this.painted) this.stage.grids.setColours(version, null, []);
    this.painted.clear();
    this.measure = null;
  }
}

function label(from, to) {
  return from >= to ? String(to) : `${from} – ${to}`;
}

/* Upper ends of classes with about as many grids each; equal ends are one class. */
function quantiles(values, classes) {
  const some = values.filter((value) => value > 0).sort((a, b) => a - b);
  if (!some.length) return [];
  const ends = Array.from({ length: classes }, (_none, i) => some[Math.min(some.length - 1, Math.ceil(((i + 1) * some.length) / classes) - 1)]);
  return [...new Set(ends)];
}

function classOf(n, breaks) {
  if (!n) return 0;
  const found = breaks.findIndex((top) => n <= top);
  return (found < 0 ? breaks.length - 1 : found) + 1;
}
