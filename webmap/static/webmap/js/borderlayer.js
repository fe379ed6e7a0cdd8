import { VectorLayer, meets, placement } from "webmap/vectorlayer";

/** Levels from the finest to the coarsest; the coarser is drawn over the finer. */
export const LEVELS = ["communities", "streets", "districts"];

/* From far, borders as wide as near would cover what they enclose. */
const FAR_BELOW = 12;
const FAR_SHARE = 0.6;

const STYLES = {
  communities: { width: (zoom) => (zoom >= 15 ? 2 : 1.3), dash: [4, 3], casing: 1.4, from: 13 },
  streets: { width: (zoom) => (zoom >= 15 ? 2.4 : 1.7), dash: [9, 3, 2, 3], casing: 1.6, from: 10 },
  districts: { width: (zoom) => (zoom >= 13 ? 3.2 : 2.2), dash: [], casing: 3.4, from: 0 },
};

/** Borders of districts, streets and communities, each with its own line. */
export const BorderLayer = VectorLayer.extend({
  initialize(store, options) {
    VectorLayer.prototype.initialize.call(this, store, options);
    this.known = new Map();
    this.shown = new Set(LEVELS);
    this.look = {};
  },

  /** Adds the tiles of levels, in one step so that no tile is asked for twice. @param {Array<[string, Source]>} levels */
  addLevels(levels) {
    for (const [level, source] of levels) this.known.set(level, source);
    if (this._map && levels.length) this.redraw();
  },

  /** Shows or hides a level without fetching. */
  setShown(level, visible) {
    if (visible) this.shown.add(level);
    else this.shown.delete(level);
    this.repaint();
  },

  /** Colours by level, and of the casing. */
  setLook(look) {
    this.look = look;
    this.repaint();
  },

  sources() {
    return LEVELS.filter((level) => this.known.has(level)).map((level) => ({
      key: level,
      ...this.known.get(level),
      minZoom: Math.max(STYLES[level].from, this.known.get(level).minZoom),
    }));
  },

  paint(context, frame, part) {
    const level = part.source.key;
    const layer = part.tile[level];
    if (!layer || !this.shown.has(level)) return;
    const place = placement(frame, layer.extent);
    const path = borderPath(layer, place);
    const style = STYLES[level];
    const unit = (frame.ratio / place.scale) * (frame.zoom < FAR_BELOW ? FAR_SHARE : 1);
    context.setTransform(place.scale, 0, 0, place.scale, place.dx, place.dy);
    context.lineJoin = "round";
    if (style.casing) this.stroke(context, path, this.look.casing, (style.width(frame.zoom) + style.casing) * unit, []);
    this.stroke(context, path, this.look[level], style.width(frame.zoom) * unit, style.dash.map((length) => length * unit));
  },

  stroke(context, path, colour, width, dash) {
    context.strokeStyle = colour;
    context.lineWidth = width;
    context.setLineDash(dash);
    context.stroke(path);
  },
});

/* Two neighbours share each border: drawn twice, dashes of different phase would close to a full
   line. So each piece is taken once. */
function borderPath(layer, place) {
  const path = new Path2D();
  const seen = new Set();
  for (let i = 0; i < layer.length; i += 1) {
    if (!meets(layer, i, place)) continue;
    for (let ring = layer.featureRing[i]; ring < layer.featureRing[i + 1]; ring += 1) traceOnce(path, layer, ring, seen);
  }
  return path;
}

function traceOnce(path, layer, ring, seen) {
  const { ringStart, xy } = layer;
  const [start, end] = [ringStart[ring], ringStart[ring + 1]];
  let drawing = false;
  for (let at = start; at < end; at += 1) {
    const next = at + 1 < end ? at + 1 : start;
    const [x1, y1, x2, y2] = [xy[at * 2], xy[at * 2 + 1], xy[next * 2], xy[next * 2 + 1]];
    const key = pieceKey(x1, y1, x2, y2);
    const known = seen.has(key);
    seen.add(key);
    if (known) {
      drawing = false;
      continue;
    }
    if (!drawing) path.moveTo(x1, y1);
    path.lineTo(x2, y2);
    drawing = true;
  }
}

/* Tile units with their margin fit 13 bits; two points make one exact number below 2^53. */
function pieceKey(x1, y1, x2, y2) {
  const a = (x1 + 512) * 8192 + (y1 + 512);
  const b = (x2 + 512) * 8192 + (y2 + 512);
  return a < b ? a * 67108864 + b : b * 67108864 + a;
}
