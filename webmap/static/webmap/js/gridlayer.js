import { VectorLayer, dataFrame, screenRatio } from "webmap/vectorlayer";
import { PIXELS_UP_TO, decodePixels, pixelAt } from "webmap/gridpixels";
import { blend, coloursOf } from "webmap/gridcolours";
import { gridPool } from "webmap/gridpool";
import { hitTest } from "webmap/geometry";

const OUTLINES_FROM = 13;
const DASH_PX = 4;
const GRID_TILES = { minZoom: 9, maxZoom: 14 };

/**
 * One district's grids in one edition.
 * @typedef {{version: string, url: string, bounds: L.LatLngBounds, minZoom: number, maxZoom: number,
 *   draft: boolean, count: number}} Edition
 */

/**
 * One district's grids as the grid layer takes them.
 * @param {{version: string, grid_count: number}} edition as the API tells of it
 * @param {number[]} bounds of the district, in the API's form
 * @param {{draft?: boolean, revision?: number|null}} [about] a draft's tiles change with its revision
 * @returns {Edition}
 */
export function gridEdition({ version, grid_count: count }, [west, south, east, north], { draft = false, revision = null } = {}) {
  const url = `/tiles/grids/${version}/{z}/{x}/{y}.mvt${revision === null ? "" : `?r=${revision}`}`;
  return { ...GRID_TILES, version, count, bounds: L.latLngBounds([south, west], [north, east]), url, draft };
}

/**
 * The unit grids: fill by class of ordinal, outline when near, hit test in the decoded tiles.
 *
 * Workers say once for each screen tile which grid covers each pixel; a colour is then a look into
 * a table for each pixel, so that recolouring a city takes a few milliseconds however many grids
 * it has.
 */
export const UnitGridLayer = VectorLayer.extend({
  initialize(store, options) {
    VectorLayer.prototype.initialize.call(this, store, options);
    /** @type {Map<string, Edition>} */
    this.editions = new Map();
    this.colours = new Map();
    this.look = { fill: "transparent", line: "#000", draft: "#000" };
    store.addEventListener("gone", (event) => gridPool.forget(event.detail.url));
  },

  /** Replaces the editions shown. @param {Edition[]} editions */
  setEditions(editions) {
    const before = [...this.editions.keys()].join();
    this.editions = new Map(editions.map((edition) => [edition.version, edition]));
    if (this._map && before !== [...this.editions.keys()].join()) this.redraw();
  },

  /** Colours of fill, line and draft line for the day or night style. */
  setLook(look) {
    this.look = look;
    for (const { el: canvas } of Object.values(this._tiles ?? {})) {
      for (const part of canvas.parts) if (part.image) this.drawLines(canvas, part);
    }
    this.repaint();
  },

  /**
   * Colours the grids of an edition by class: no geometry is fetched again.
   * @param {string} version
   * @param {Uint8Array|null} classes class of ordinal ``i + 1`` at ``i``; null goes back to plain
   * @param {(string|HTMLCanvasElement)[]} palette colour of each class, or a canvas that is
   *   repeated; an empty text leaves the grid unfilled
   */
  setColours(version, classes, palette) {
    if (classes) this.colours.set(version, { classes, palette });
    else this.colours.delete(version);
    this.repaint();
  },

  sources() {
    return [...this.editions.values()].map((edition) => ({ key: edition.version, ...edition }));
  },

  /* From far a tile comes as pixels, unless the screen has more of them to one of the page. */
  urlOf(source, frame) {
    const url = VectorLayer.prototype.urlOf.call(this, source, frame);
    return frame.z <= PIXELS_UP_TO && screenRatio() === 1 ? url.replace(".mvt", ".px") : url;
  },

  ask(url) {
    const decode = url.includes(".px") ? decodePixels : (buffer, named) => gridPool.decode(buffer, named);
    return this.store.request(url, decode);
  },

  /* What of a tile the workers make, before it is painted. */
  async prepare(canvas, part) {
    if (!part.tile.grids) return;
    if (part.tile.grids.pixels) {
      part.pixels = part.tile.grids.pixels;
      return;
    }
    const { look } = this;
    const made = await gridPool.paint(part.url, rasterFrame(canvas, part), this.linesOf(canvas, part));
    if (!made || !canvas.width) return;
    Object.assign(part, made);
    if (this.look !== look) this.drawLines(canvas, part);
  },

  async drawLines(canvas, part) {
    const lines = this.linesOf(canvas, part);
    if (!lines) return;
    const image = await gridPool.lines(part.url, rasterFrame(canvas, part), lines);
    if (!image || !canvas.width) return;
    part.image = image;
    this.repaint();
  },

  /* How the outlines of a screen tile are drawn; null while the map is far. */
  linesOf(canvas, part) {
    const beyond = canvas.coords.z - OUTLINES_FROM;
    const edition = this.editions.get(part.source.key);
    if (beyond < 0 || !edition) return null;
    return {
      colour: edition.draft ? this.look.draft : this.look.line,
      width: Math.min(1.8, 0.55 + beyond * 0.3) * canvas.ratio,
      dash: edition.draft ? DASH_PX * canvas.ratio : 0,
      // From far the lines stand close together: fainter ones leave the map beneath readable.
      alpha: Math.min(1, 0.5 + beyond * 0.17),
    };
  },

  paintTile(canvas) {
    if (!canvas.width) return;
    // Software canvas: pixels are written as they are, without a trip to the graphics card.
    const context = canvas.getContext("2d", { willReadFrequently: true });
    const parts = canvas.parts.filter((part) => part.pixels);
    blend(context, canvas.width, canvas.ratio, parts.map((part) => ({
      pixels: part.pixels, colours: this.coloursIn(part),
    })));
    for (const part of parts) if (part.image) context.drawImage(part.image, 0, 0);
  },

  /* The colour of each feature of a part; the same until other colours are set. */
  coloursIn(part) {
    const coloured = this.colours.get(part.source.key) ?? null;
    const key = coloured ?? this.look;
    if (part.colouredBy !== key) {
      part.colouredBy = key;
      part.coloursOf = coloursOf(part.tile.grids.ids, coloured, this.look.fill);
    }
    return part.coloursOf;
  },

  /* A place in tiles of the map's zoom, and the tile there. */
  placeOf(latlng) {
    const zoom = Math.round(this._map.getZoom());
    const point = this._map.project(latlng, zoom).divideBy(256);
    return { point, coords: L.extend(point.floor(), { z: zoom }) };
  },

  /**
   * The grid at a place, in the tile under it; null where there is none or it is not loaded.
   * @param {L.LatLng} latlng
   * @returns {{version: string, ordinal: number}|null}
   */
  gridAt(latlng) {
    const { point, coords } = this.placeOf(latlng);
    for (const edition of this.editions.values()) {
      if (coords.z < edition.minZoom) continue;
      const frame = dataFrame(coords, edition.maxZoom);
      const layer = this.store.peek(this.urlOf(edition, frame))?.grids;
      if (!layer) continue;
      const unit = layer.extent / frame.share;
      const place = [(point.x - frame.x * frame.share) * unit, (point.y - frame.y * frame.share) * unit];
      const found = layer.pixels ? pixelAt(layer, ...place) : hitTest(layer, ...place);
      if (found >= 0) return { version: edition.version, ordinal: layer.ids[found] };
    }
    return null;
  },

  /**
   * The grid at a place as soon as the tile under it is here: a press is answered on a slow line too.
   * @param {L.LatLng} latlng
   * @returns {Promise<{version: string, ordinal: number}|null>}
   */
  async gridSoon(latlng) {
    const found = this.gridAt(latlng);
    if (found || !this._map) return found;
    const parts = this.askParts(this.placeOf(latlng).coords);
    // A tile that cannot be had is told of by the store.
    await Promise.allSettled(parts.map((part) => part.promise));
    for (const part of parts) part.release();
    return this._map ? this.gridAt(latlng) : null;
  },

  /**
   * Calls back for each decoded tile in view.
   * @param {(layer: object, tile: {edition: Edition, left: number, top: number, size: number}) => void} visit
   *   ``left``, ``top`` and ``size`` are world pixels at the map's zoom
   */
  eachTileInView(visit) {
    const zoom = Math.round(this._map.getZoom());
    const view = this._map.getPixelBounds();
    for (const edition of this.editions.values()) {
      if (zoom < edition.minZoom) continue;
      const dataZoom = Math.min(zoom, edition.maxZoom);
      const size = 256 * 2 ** (zoom - dataZoom);
      for (let x = Math.floor(view.min.x / size); x <= Math.floor(view.max.x / size); x += 1) {
        for (let y = Math.floor(view.min.y / size); y <= Math.floor(view.max.y / size); y += 1) {
          const layer = this.store.peek(this.urlOf(edition, { z: dataZoom, x, y }))?.grids;
          if (layer) visit(layer, { edition, left: x * size, top: y * size, size });
        }
      }
    }
  },
});

function rasterFrame(canvas, part) {
  const { share, left, top } = part.frame;
  return { size: canvas.width, share, left, top };
}
