/* Tiles of grids as pixels, for maps so far that a grid is a few pixels wide. */

export const SIDE = 256;
/** The nearest zoom that has pixels. */
export const PIXELS_UP_TO = 12;
const MARK = 0x31504d57;
const HEAD = 16;

/**
 * A tile of pixels. ``pixels`` holds the index + 1 of the grid over the middle of each, 0 for none;
 * ``boxes`` as in a decoded vector tile, in pixels. What the bytes are: ``webmap/tiles/pixels.py``.
 * @typedef {{extent: number, length: number, ids: Int32Array, boxes: Int16Array,
 *   pixels: Uint16Array|Uint32Array}} PixelLayer
 */

/**
 * @param {ArrayBuffer} buffer
 * @returns {{grids?: PixelLayer}}
 * @throws {RangeError} when it is no tile of pixels
 */
export function decodePixels(buffer) {
  if (!buffer.byteLength) return {};
  const [mark, length, shown, width] = new Uint32Array(buffer, 0, 4);
  if (mark !== MARK) throw new RangeError("not a tile of pixels");
  const ids = new Int32Array(buffer, HEAD, length).slice();
  addUp(ids, 0, shown);
  addUp(ids, shown, length);
  const others = length - shown;
  let at = HEAD + length * 4;
  const places = new Uint16Array(buffer, at, others);
  at += (others + (others % 2)) * 2;
  const pixels = width === 2 ? new Uint16Array(buffer, at).slice() : new Uint32Array(buffer, at).slice();
  for (let row = 0; row < SIDE; row += 1) addUp(pixels, row * SIDE, (row + 1) * SIDE);
  return { grids: { extent: SIDE, length, ids, boxes: boxesOf(pixels, length, shown, places), pixels } };
}

/* Differences become what they are differences of; they go round as the array's numbers do. */
function addUp(values, from, to) {
  for (let i = from + 1; i < to; i += 1) values[i] += values[i - 1];
}

function boxesOf(pixels, length, shown, places) {
  const boxes = new Int16Array(length * 4);
  for (let i = 0; i < length; i += 1) boxes.set([SIDE, SIDE, 0, 0], i * 4);
  for (let p = 0; p < pixels.length; p += 1) if (pixels[p]) widen(boxes, pixels[p] - 1, p);
  places.forEach((place, n) => widen(boxes, shown + n, place));
  return boxes;
}

function widen(boxes, i, place) {
  const [x, y, at] = [place % SIDE, Math.floor(place / SIDE), i * 4];
  if (x < boxes[at]) boxes[at] = x;
  if (y < boxes[at + 1]) boxes[at + 1] = y;
  if (x + 1 > boxes[at + 2]) boxes[at + 2] = x + 1;
  if (y + 1 > boxes[at + 3]) boxes[at + 3] = y + 1;
}

/** The grid at a place in pixels, or -1. @param {PixelLayer} layer */
export function pixelAt(layer, x, y) {
  return layer.pixels[Math.floor(y) * SIDE + Math.floor(x)] - 1;
}

/** Adds the pixels of grid ``i`` to the context's path, in pixels of the tile. */
export function tracePixels(context, layer, i) {
  const [west, north, east, south] = layer.boxes.subarray(i * 4, i * 4 + 4);
  for (let y = north; y < south; y += 1) {
    for (let x = west; x < east; x += 1) {
      if (layer.pixels[y * SIDE + x] === i + 1) context.rect(x, y, 1, 1);
    }
  }
}
