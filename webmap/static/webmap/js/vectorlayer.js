import { tileUrl } from "webmap/tiles";

const FRAME_MS = 12;

/**
 * A tile source of a vector layer.
 * @typedef {{key: string, url: string, minZoom: number, maxZoom: number, bounds: L.LatLngBounds|null}} Source
 */

/**
 * A canvas layer over decoded tiles. Subclasses give ``sources()`` and ``paint(context, frame,
 * tiles)``. Tiles stay decoded: a repaint fetches nothing. Repaints are spread over frames so
 * that none blocks the page.
 */
export const VectorLayer = L.GridLayer.extend({
  options: { updateWhenZooming: false, keepBuffer: 1 },

  initialize(store, options) {
    L.GridLayer.prototype.initialize.call(this, options);
    this.store = store;
    this.queue = new Set();
    this.on("tileunload", (event) => this.releaseTile(event.tile));
  },

  /** Sources of the layer; a subclass says which. @returns {Source[]} */
  sources() {
    return [];
  },

  createTile(coords, done) {
    const canvas = L.DomUtil.create("canvas", "vector-tile");
    canvas.coords = coords;
    canvas.parts = this.askParts(coords);
    this.sizeCanvas(canvas);
    const settled = canvas.parts.map((part) => part.promise.then(
      async (tile) => {
        part.tile = tile;
        await this.prepare(canvas, part);
        this.paintTile(canvas);
      },
      // The store tells of a tile that cannot be had.
    ).catch(() => {}));
    Promise.all(settled).then(() => done(null, canvas));
    return canvas;
  },

  sizeCanvas(canvas) {
    const ratio = screenRatio();
    const size = this.getTileSize().x;
    canvas.width = size * ratio;
    canvas.height = size * ratio;
    canvas.ratio = ratio;
  },

  askParts(coords) {
    const bounds = this._tileCoordsToBounds(coords);
    return this.sources()
      .filter((source) => coords.z >= source.minZoom && (!source.bounds || source.bounds.intersects(bounds)))
      .map((source) => {
        const frame = dataFrame(coords, source.maxZoom);
        const url = this.urlOf(source, frame);
        return { source, frame, url, tile: null, ...this.ask(url) };
      });
  },

  /** Where the tile of a frame is. */
  urlOf(source, { z, x, y }) {
    return tileUrl(source.url, z, x, y);
  },

  /** Asks the store for a tile. */
  ask(url) {
    return this.store.request(url);
  },

  /** What is to be done with a part that has come before it is painted. */
  prepare() {},

  releaseTile(canvas) {
    for (const part of canvas.parts ?? []) part.release();
    this.queue.delete(canvas);
    // Safari keeps a canvas's memory until it is collected; an empty one costs nothing.
    canvas.width = 0;
    canvas.height = 0;
  },

  paintTile(canvas) {
    if (!canvas.width) return;
    // Software canvas: many small polygons are faster without a trip to the graphics card.
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    for (const part of canvas.parts) {
      if (part.tile) this.paint(context, { ...part.frame, size: canvas.width, ratio: canvas.ratio, zoom: canvas.coords.z }, part);
    }
  },

  paint() {},

  /** Paints all tiles again from what is decoded. */
  repaint() {
    for (const tile of Object.values(this._tiles ?? {})) this.queue.add(tile.el);
    if (this.queue.size && !this.frameAsked) this.askFrame();
  },

  askFrame() {
    this.frameAsked = true;
    requestAnimationFrame(() => {
      this.frameAsked = false;
      const start = performance.now();
      for (const canvas of this.queue) {
        this.queue.delete(canvas);
        this.paintTile(canvas);
        if (performance.now() - start > FRAME_MS) break;
      }
      if (this.queue.size) this.askFrame();
    });
  },
});

/** Pixels of the screen to one of the page, as far as it is worth to paint them. */
export function screenRatio() {
  return Math.min(window.devicePixelRatio || 1, 3);
}

/**
 * The data tile under a screen tile, and which part of it the screen tile shows.
 * @param {{x: number, y: number, z: number}} coords
 * @param {number} maxZoom deepest zoom that has data
 */
export function dataFrame(coords, maxZoom) {
  const deeper = Math.max(0, coords.z - maxZoom);
  const share = 2 ** deeper;
  const [x, y] = [Math.floor(coords.x / share), Math.floor(coords.y / share)];
  return { z: coords.z - deeper, x, y, share, left: coords.x - x * share, top: coords.y - y * share };
}

/** Scale and shift from tile units to canvas pixels, and the visible box in tile units. */
export function placement(frame, extent) {
  const scale = (frame.size * frame.share) / extent;
  const span = extent / frame.share;
  const margin = span / 16;
  return {
    scale,
    dx: -frame.left * frame.size,
    dy: -frame.top * frame.size,
    west: frame.left * span - margin,
    north: frame.top * span - margin,
    east: (frame.left + 1) * span + margin,
    south: (frame.top + 1) * span + margin,
  };
}

/** Whether feature ``i`` of a layer may show in a placement. */
export function meets(layer, i, place) {
  const { boxes } = layer;
  const at = i * 4;
  return boxes[at] <= place.east && boxes[at + 2] >= place.west && boxes[at + 1] <= place.south && boxes[at + 3] >= place.north;
}
