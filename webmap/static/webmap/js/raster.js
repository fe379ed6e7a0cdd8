/* Which feature covers each pixel of a screen tile. No imports: a worker runs this file. */

/**
 * @typedef {{size: number, share: number, left: number, top: number}} RasterFrame
 *   ``size`` pixels a side; the screen tile is column ``left`` and row ``top`` of the ``share`` by
 *   ``share`` that the data tile is cut into
 */

/**
 * The feature over the middle of each pixel, row by row: its index + 1, and 0 where there is none.
 * Polygons that share a border share no pixel and leave none between them.
 * @param {TileLayer} layer
 * @param {RasterFrame} frame
 * @returns {Uint16Array|Uint32Array}
 */
export function rasterize(layer, { size, share, left, top }) {
  const pixels = new (layer.length < 65535 ? Uint16Array : Uint32Array)(size * size);
  const scale = (size * share) / layer.extent;
  const place = { scale, dx: -left * size, dy: -top * size, size };
  const rows = new Rows(size);
  const { boxes } = layer;
  for (let i = 0; i < layer.length; i += 1) {
    const at = i * 4;
    const from = Math.max(0, Math.ceil(boxes[at + 1] * scale + place.dy - 0.5));
    const to = Math.min(size, Math.ceil(boxes[at + 3] * scale + place.dy - 0.5));
    if (from >= to || boxes[at] * scale + place.dx >= size || boxes[at + 2] * scale + place.dx < 0) continue;
    rows.clear(from, to);
    addEdges(rows, layer, i, place, from, to);
    fill(pixels, rows, i + 1, size, from, to);
  }
  return pixels;
}

const CROSSINGS = 64;

/* Where the border of one polygon crosses the middle of each row of pixels. */
class Rows {
  constructor(size) {
    this.counts = new Uint16Array(size);
    this.room = CROSSINGS;
    this.at = new Float32Array(size * this.room);
  }

  clear(from, to) {
    this.counts.fill(0, from, to);
  }

  add(row, x) {
    const count = this.counts[row];
    if (count === this.room) this.widen();
    // Kept in order as they come: there are two of almost every polygon.
    let place = row * this.room + count;
    const first = row * this.room;
    while (place > first && this.at[place - 1] > x) {
      this.at[place] = this.at[place - 1];
      place -= 1;
    }
    this.at[place] = x;
    this.counts[row] = count + 1;
  }

  widen() {
    const size = this.counts.length;
    const wider = new Float32Array(size * this.room * 2);
    for (let row = 0; row < size; row += 1) {
      wider.set(this.at.subarray(row * this.room, (row + 1) * this.room), row * this.room * 2);
    }
    this.at = wider;
    this.room *= 2;
  }
}

function addEdges(rows, layer, i, { scale, dx, dy }, from, to) {
  const { featureRing, ringStart, xy } = layer;
  for (let ring = featureRing[i]; ring < featureRing[i + 1]; ring += 1) {
    const end = ringStart[ring + 1] * 2;
    let [x1, y1] = [xy[end - 2] * scale + dx, xy[end - 1] * scale + dy];
    for (let at = ringStart[ring] * 2; at < end; at += 2) {
      const x2 = xy[at] * scale + dx;
      const y2 = xy[at + 1] * scale + dy;
      // Always from above, so that a neighbour's edge, which runs the other way, crosses at the same place.
      if (y1 < y2) addEdge(rows, x1, y1, x2, y2, from, to);
      else if (y2 < y1) addEdge(rows, x2, y2, x1, y1, from, to);
      x1 = x2;
      y1 = y2;
    }
  }
}

function addEdge(rows, x1, y1, x2, y2, from, to) {
  const first = Math.max(from, Math.ceil(y1 - 0.5));
  const last = Math.min(to, Math.ceil(y2 - 0.5));
  if (first >= last) return;
  const slope = (x2 - x1) / (y2 - y1);
  for (let row = first; row < last; row += 1) rows.add(row, x1 + (row + 0.5 - y1) * slope);
}

function fill(pixels, rows, value, size, from, to) {
  const { counts, at, room } = rows;
  for (let row = from; row < to; row += 1) {
    const first = row * room;
    const last = first + counts[row] - 1;
    for (let k = first; k < last; k += 2) {
      const begin = Math.max(0, Math.ceil(at[k] - 0.5));
      const end = Math.min(size, Math.ceil(at[k + 1] - 0.5));
      if (begin < end) pixels.fill(value, row * size + begin, row * size + end);
    }
  }
}
