/* Borders of unit grids as a picture. No imports: a worker runs this file. */

/* One long path is slow to stroke on every browser; measured best at 64 polygons a path. */
const BATCH = 64;

/**
 * @typedef {{colour: string, width: number, dash: number, alpha: number}} LineLook
 *   width and dash in pixels of the picture
 */

/**
 * The borders of all features in a screen tile.
 * @param {TileLayer} layer
 * @param {RasterFrame} frame
 * @param {LineLook} look
 * @returns {ImageBitmap}
 */
export function drawLines(layer, frame, look) {
  const canvas = new OffscreenCanvas(frame.size, frame.size);
  // Software canvas: many small polygons are faster without a trip to the graphics card.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const scale = (frame.size * frame.share) / layer.extent;
  context.setTransform(scale, 0, 0, scale, -frame.left * frame.size, -frame.top * frame.size);
  context.strokeStyle = look.colour;
  context.globalAlpha = look.alpha;
  context.lineWidth = look.width / scale;
  context.lineJoin = "round";
  const dash = look.dash / scale;
  context.setLineDash(dash ? [dash, dash] : []);
  const members = inside(layer, frame);
  for (let start = 0; start < members.length; start += BATCH) {
    context.beginPath();
    for (const i of members.slice(start, start + BATCH)) tracePolygon(context, layer, i);
    context.stroke();
  }
  return canvas.transferToImageBitmap();
}

/* Features whose box meets the screen tile, lines at its edge included. */
function inside(layer, { share, left, top }) {
  const span = layer.extent / share;
  const margin = span / 16;
  const [west, north] = [left * span - margin, top * span - margin];
  const [east, south] = [(left + 1) * span + margin, (top + 1) * span + margin];
  const { boxes } = layer;
  const found = [];
  for (let i = 0; i < layer.length; i += 1) {
    const at = i * 4;
    if (boxes[at] <= east && boxes[at + 2] >= west && boxes[at + 1] <= south && boxes[at + 3] >= north) found.push(i);
  }
  return found;
}

/** Adds polygon ``i`` to the context's path, in tile units. */
export function tracePolygon(context, layer, i) {
  trace(context, layer, i, true);
}

/** Adds line ``i`` to the context's path, in tile units. */
export function traceLine(context, layer, i) {
  trace(context, layer, i, false);
}

function trace(context, layer, i, isClosed) {
  const { featureRing, ringStart, xy } = layer;
  for (let ring = featureRing[i]; ring < featureRing[i + 1]; ring += 1) {
    const end = ringStart[ring + 1] * 2;
    let at = ringStart[ring] * 2;
    context.moveTo(xy[at], xy[at + 1]);
    for (at += 2; at < end; at += 2) context.lineTo(xy[at], xy[at + 1]);
    if (isClosed) context.closePath();
  }
}
