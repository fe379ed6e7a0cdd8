import { decodeTile } from "./mvt.js";
import { rasterize } from "./raster.js";
import { drawLines } from "./gridlines.js";

/* A worker has no import map, so files are named by their places here. */

const LAYER = "grids";
/** @type {Map<string, object>} */
const decoded = new Map();

const WORK = {
  decode({ url, buffer }) {
    const layer = decodeTile(buffer)[LAYER];
    if (!layer) return [null, []];
    decoded.set(url, layer);
    // Grids carry nothing but their ordinals; a function cannot be sent.
    const { props: _props, ...arrays } = layer;
    return [arrays, []];
  },

  paint({ url, frame, lines }) {
    const layer = decoded.get(url);
    if (!layer) return [null, []];
    const pixels = rasterize(layer, frame);
    const image = lines ? drawLines(layer, frame, lines) : null;
    return [{ pixels, image }, image ? [pixels.buffer, image] : [pixels.buffer]];
  },

  lines({ url, frame, lines }) {
    const layer = decoded.get(url);
    if (!layer) return [null, []];
    const image = drawLines(layer, frame, lines);
    return [image, [image]];
  },
};

self.addEventListener("message", ({ data }) => {
  if (data.work === "forget") {
    decoded.delete(data.url);
    return;
  }
  try {
    const [result, sent] = WORK[data.work](data);
    self.postMessage({ id: data.id, result }, sent);
  } catch (error) {
    self.postMessage({ id: data.id, error: String(error) });
  }
});
