/**
 * The feature of a tile layer that contains a point in tile units, or -1.
 * @param {TileLayer} layer
 */
export function hitTest(layer, x, y) {
  const { boxes } = layer;
  for (let i = 0; i < layer.length; i += 1) {
    const at = i * 4;
    if (x < boxes[at] || x > boxes[at + 2] || y < boxes[at + 1] || y > boxes[at + 3]) continue;
    if (contains(layer, i, x, y)) return i;
  }
  return -1;
}

/** Whether feature ``i`` contains the point (even-odd over all its rings, so holes count). */
export function contains(layer, i, x, y) {
  let inside = false;
  for (const [x1, y1, x2, y2] of edges(layer, i)) {
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside;
  }
  return inside;
}

function* edges(layer, i) {
  const { featureRing, ringStart, xy } = layer;
  for (let ring = featureRing[i]; ring < featureRing[i + 1]; ring += 1) {
    const start = ringStart[ring];
    const end = ringStart[ring + 1];
    for (let at = start; at < end; at += 1) {
      const next = at + 1 < end ? at + 1 : start;
      yield [xy[at * 2], xy[at * 2 + 1], xy[next * 2], xy[next * 2 + 1]];
    }
  }
}

/**
 * A point well inside feature ``i`` and the free width there, for a label: the middle of the
 * widest of three level cuts.
 * @returns {{x: number, y: number, width: number}}
 */
export function labelPoint(layer, i) {
  const at = i * 4;
  const [north, south] = [layer.boxes[at + 1], layer.boxes[at + 3]];
  let best = { x: 0, y: 0, width: -1 };
  for (const share of [0.5, 0.38, 0.62]) {
    const y = north + (south - north) * share + 0.01;
    const cut = widestSpan(layer, i, y);
    // The middle cut wins unless another is clearly wider: labels stay near the middle.
    if (cut.width > best.width * 1.25) best = { x: cut.x, y, width: cut.width };
  }
  return best;
}

function widestSpan(layer, i, y) {
  const crossings = [];
  for (const [x1, y1, x2, y2] of edges(layer, i)) {
    if (y1 > y !== y2 > y) crossings.push(((x2 - x1) * (y - y1)) / (y2 - y1) + x1);
  }
  crossings.sort((a, b) => a - b);
  let best = { x: 0, width: -1 };
  for (let k = 0; k + 1 < crossings.length; k += 2) {
    const width = crossings[k + 1] - crossings[k];
    if (width > best.width) best = { x: (crossings[k] + crossings[k + 1]) / 2, width };
  }
  return best;
}

/** Area of feature ``i`` in square tile units. */
export function featureArea(layer, i) {
  let twice = 0;
  for (const [x1, y1, x2, y2] of edges(layer, i)) twice += x1 * y2 - x2 * y1;
  return Math.abs(twice) / 2;
}
