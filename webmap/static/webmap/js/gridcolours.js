/* Colours of grids, pixel by pixel. */

const PATTERN_PX = 8;
const NOTHING = 0;
const known = new Map();
const images = new Map();

/**
 * What a class is filled with: one number for a colour, ``PATTERN_PX`` squared for a pattern, as
 * pixels stand in an image.
 * @param {string|HTMLCanvasElement} fill a CSS colour, or a canvas that is repeated
 * @returns {number|Uint32Array}
 */
function pixelsOf(fill) {
  if (!known.has(fill)) known.set(fill, readPixels(fill));
  return known.get(fill);
}

function readPixels(fill) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = PATTERN_PX;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (typeof fill === "string") {
    context.fillStyle = fill || "transparent";
    context.fillRect(0, 0, PATTERN_PX, PATTERN_PX);
  } else {
    context.drawImage(fill, 0, 0);
  }
  const pixels = new Uint32Array(context.getImageData(0, 0, PATTERN_PX, PATTERN_PX).data.buffer);
  return typeof fill === "string" ? pixels[0] : pixels;
}

/**
 * The colour of each feature of a tile, by index + 1; 0 stands for none.
 * @typedef {{plain: Uint32Array, patterns: Map<number, Uint32Array>}} FeatureColours
 *   ``patterns``: of the features that have one
 */

/**
 * @param {Int32Array} ids ordinals of the features
 * @param {{classes: Uint8Array, palette: (string|HTMLCanvasElement)[]}|null} coloured
 * @param {string} fill where nothing is coloured
 * @returns {FeatureColours}
 */
export function coloursOf(ids, coloured, fill) {
  const plain = new Uint32Array(ids.length + 1);
  const patterns = new Map();
  if (!coloured) {
    plain.fill(pixelsOf(fill), 1);
    return { plain, patterns };
  }
  // A class that the palette does not have is left unfilled.
  const table = new Uint32Array(256);
  const patterned = new Array(256);
  coloured.palette.forEach((one, k) => {
    const pixels = pixelsOf(one);
    if (typeof pixels === "number") table[k] = pixels;
    else patterned[k] = pixels;
  });
  const { classes } = coloured;
  for (let i = 0; i < ids.length; i += 1) {
    const own = classes[ids[i] - 1] ?? 255;
    plain[i + 1] = table[own];
    if (patterned[own]) patterns.set(i + 1, patterned[own]);
  }
  return { plain, patterns };
}

/**
 * Fills a canvas with the parts of a tile, of which no two cover the same pixel.
 * @param {CanvasRenderingContext2D} context
 * @param {number} size pixels a side
 * @param {number} ratio pixels of the canvas to one of the page: patterns keep their size
 * @param {{pixels: Uint16Array|Uint32Array, colours: FeatureColours}[]} parts
 */
export function blend(context, size, ratio, parts) {
  const image = imageOf(size);
  const out = new Uint32Array(image.data.buffer);
  parts.forEach(({ pixels, colours }, n) => {
    const { plain, patterns } = colours;
    if (n === 0) for (let p = 0; p < out.length; p += 1) out[p] = plain[pixels[p]];
    else for (let p = 0; p < out.length; p += 1) if (pixels[p]) out[p] = plain[pixels[p]];
    if (patterns.size) addPatterns(out, size, ratio, pixels, patterns);
  });
  if (!parts.length) out.fill(NOTHING);
  context.putImageData(image, 0, 0);
}

function addPatterns(out, size, ratio, pixels, patterns) {
  for (let y = 0, p = 0; y < size; y += 1) {
    const row = (Math.floor(y / ratio) % PATTERN_PX) * PATTERN_PX;
    for (let x = 0; x < size; x += 1, p += 1) {
      const pattern = patterns.get(pixels[p]);
      if (pattern) out[p] = pattern[row + (Math.floor(x / ratio) % PATTERN_PX)];
    }
  }
}

/* One image serves all canvases of a size: it is copied into them. */
function imageOf(size) {
  if (!images.has(size)) images.set(size, new ImageData(size, size));
  return images.get(size);
}
