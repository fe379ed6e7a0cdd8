import { gettext } from "webmap/i18n";

const AREAS = ["#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#edc948", "#76b7b2", "#e15759", "#9c755f", "#ff9da7", "#8cd17d"];
const BURDENS = ["#2b8cbe", "#a6bddb", "#d9d9d9", "#fdbb84", "#e34a33"];
const BOUNDS = [0.8, 0.92, 1.08, 1.2];
const WALKED = ["#d9d9d9", "#74c476", "#238b45"];
const NONE = 255;

/* Neighbouring areas have a vertex in common: the first colour that none of them has. */
function spread(areas) {
  const at = new Map();
  const near = areas.map(() => new Set());
  areas.forEach((area, k) => {
    for (const polygon of area.geometry?.coordinates ?? []) {
      for (const [lon, lat] of polygon.flat()) {
        const key = `${lon},${lat}`;
        if (!at.has(key)) at.set(key, new Set());
        for (const other of at.get(key)) {
          near[k].add(other);
          near[other].add(k);
        }
        at.get(key).add(k);
      }
    }
    near[k].delete(k);
  });
  const chosen = [];
  areas.forEach((_area, k) => {
    const taken = new Set([...near[k]].map((other) => chosen[other]));
    const free = AREAS.findIndex((_colour, n) => !taken.has((n + k) % AREAS.length));
    chosen[k] = (Math.max(free, 0) + k) % AREAS.length;
  });
  return chosen;
}

function byArea(members, classOf) {
  return Uint8Array.from(members, (k) => (k < 0 ? NONE : classOf(k)));
}

/**
 * Classes and colours of the unit grids in one of the page's modes.
 * @param {string} mode ``areas``, ``burden`` or ``coverage``
 * @param {{areas: object[], members: number[], mean_burden: number}} found
 * @param {{codes: string[], visits: Map<string, object>}} walked
 * @returns {{classes: Uint8Array, palette: string[], names: string[]}}
 */
export function colouring(mode, found, walked) {
  if (mode === "burden") {
    const share = (k) => found.areas[k].burden / (found.mean_burden || 1);
    return {
      classes: byArea(found.members, (k) => BOUNDS.filter((bound) => share(k) > bound).length),
      palette: BURDENS,
      names: [gettext("under 80 % of the mean"), gettext("80–92 %"), gettext("about the mean"), gettext("108–120 %"), gettext("over 120 % of the mean")],
    };
  }
  if (mode === "coverage") {
    const classOf = (code) => Math.min(walked.visits.get(code)?.walkers ?? 0, 2);
    return {
      classes: Uint8Array.from(found.members, (k, n) => (k < 0 ? NONE : classOf(walked.codes[n]))),
      palette: WALKED,
      names: [gettext("not walked"), gettext("walked by one"), gettext("walked by several")],
    };
  }
  const chosen = spread(found.areas);
  return { classes: byArea(found.members, (k) => chosen[k]), palette: AREAS, names: [] };
}
