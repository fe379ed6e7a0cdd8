import { gettext } from "webmap/i18n";
import { isChinese } from "webmap/config";
import { ringsOf } from "webmap/data/editboard";

/** Handles stand apart from this zoom on. */
export const HANDLES_FROM = 18;
const SAME_DEG = 1e-9;
const SNAP_PX = 12;

/** Prepares Leaflet-Geoman, which draws lines and handles. @param {L.Map} map */
export function prepareDrawing(map) {
  map.pm.setLang(isChinese ? "zh" : "en");
  map.pm.setGlobalOptions({ snappable: true, snapDistance: SNAP_PX, allowSelfIntersection: false, continueDrawing: false });
}

function places(latlngs) {
  return latlngs.map(({ lng, lat }) => [lng, lat]);
}

/**
 * Lets a line be drawn: each click is a vertex, a double click or Enter ends it.
 * @param {L.Map} map
 * @param {string} colour
 * @param {(line: Array<[number, number]>) => void} onLine
 * @returns {{finish: () => void, stop: () => void}}
 */
export function drawLine(map, colour, onLine) {
  const look = { color: colour, weight: 3 };
  map.pm.enableDraw("Line", { finishOn: "dblclick", tooltips: false, templineStyle: look, hintlineStyle: { ...look, dashArray: "5 5" }, pathOptions: look });
  const take = ({ layer }) => {
    const line = places(layer.getLatLngs());
    layer.remove();
    onLine(line);
  };
  map.once("pm:create", take);
  return {
    finish: () => map.pm.Draw.Line._finishShape(),
    stop: () => {
      map.off("pm:create", take);
      map.pm.disableDraw("Line");
    },
  };
}

/** The common borders of two grids as lines of places, in the order of the first. */
export function commonBorders(one, other) {
  const key = (a, b) => [a, b].map(String).sort().join(" ");
  const theirs = new Set(other.geometry.coordinates.flatMap((ring) => ring.slice(1).map((place, i) => key(ring[i], place))));
  const lines = [];
  for (const ring of one.geometry.coordinates) {
    let line = null;
    const runs = [];
    for (let i = 1; i < ring.length; i += 1) {
      if (!theirs.has(key(ring[i - 1], ring[i]))) line = null;
      else if (line) line.push(ring[i]);
      else runs.push(line = [ring[i - 1], ring[i]]);
    }
    // A border over the point where the ring begins is one.
    const [first, last] = [runs[0], runs.at(-1)];
    if (runs.length > 1 && String(last.at(-1)) === String(first[0])) runs.splice(0, 1, [...runs.pop(), ...first.slice(1)]);
    lines.push(...runs);
  }
  return lines;
}

/**
 * Handles on a grid's outline, or on the borders between two.
 * @param {L.Map} map
 * @param {object[]} forms one grid or two
 * @param {string} colour
 * @param {(move: {from: [number, number], to: [number, number]}) => void} onMove
 * @returns {{stop: () => void, count: number}}
 */
export function showHandles(map, forms, colour, onMove) {
  const look = { color: colour, weight: 3, fill: false, pane: "chosen", interactive: true };
  const shapes = forms.length === 1
    ? [{ layer: L.polygon(ringsOf(forms[0]), look), closed: true }]
    : commonBorders(...forms).map((line) => ({ layer: L.polyline(line.map(([lon, lat]) => [lat, lon]), look), closed: false }));
  for (const { layer, closed } of shapes) {
    const before = parts(layer, closed);
    layer.addTo(map);
    layer.pm.enable({ snappable: true, snapDistance: SNAP_PX, allowSelfIntersection: true, preventMarkerRemoval: true, draggable: false });
    layer.on("pm:markerdragend", () => {
      const move = moved(before, parts(layer, closed), closed);
      if (move) onMove(move);
    });
  }
  return {
    count: shapes.length,
    stop: () => {
      for (const { layer } of shapes) {
        layer.pm.disable();
        layer.remove();
      }
    },
  };
}

function parts(layer, closed) {
  return (closed ? layer.getLatLngs() : [layer.getLatLngs()]).map(places);
}

function same(a, b) {
  return Math.abs(a[0] - b[0]) < SAME_DEG && Math.abs(a[1] - b[1]) < SAME_DEG;
}

/**
 * The one vertex that was moved, or the point on an edge that was drawn out.
 * @param {Array<Array<[number, number]>>} before
 * @param {Array<Array<[number, number]>>} after
 * @param {boolean} closed whether the last point is joined to the first
 */
export function moved(before, after, closed) {
  for (let part = 0; part < before.length; part += 1) {
    const [old, now] = [before[part], after[part]];
    const at = now.findIndex((place, i) => i >= old.length || !same(place, old[i]));
    if (at < 0) continue;
    if (now.length === old.length) return { from: old[at], to: now[at] };
    const [left, right] = [old[at - 1] ?? old.at(-1), old[at] ?? (closed ? old[0] : null)];
    return right && { from: [(left[0] + right[0]) / 2, (left[1] + right[1]) / 2], to: now[at] };
  }
  return null;
}

/** What can be done while a line is drawn or a border moved. */
export function hintOf(tool) {
  return {
    split: gettext("Draw a line across the grid, from border to border. Enter or a double click ends it, Esc gives up."),
    reassign: gettext("Draw a line round the piece that the first grid gives to the second. Enter or a double click ends it, Esc gives up."),
    move: gettext("Drag a point of the border; drag out the middle of an edge for a new one. Neighbours follow. Esc ends it."),
  }[tool];
}
