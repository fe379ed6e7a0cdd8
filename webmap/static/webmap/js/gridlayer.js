import { VectorLayer, dataFrame, meets, placement } from "webmap/vectorlayer";
import { tileUrl } from "webmap/tiles";
import { hitTest } from "webmap/geometry";

/* One long path is slow to fill on every browser; measured best at 64 polygons a path. */
const BATCH = 64;
const BOXES_UP_TO = 11;
const OUTLINES_FROM = 13;
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

/** The unit grids: fill by class of ordinal, outline when near, hit test in the decoded tiles. */
export const UnitGridLayer = VectorLayer.extend({
  initialize(store, options) {
    VectorLayer.prototype.initialize.call(this, store, options);
    /** @type {Map<string, Edition>} */
    this.editions = new Map();
    this.colours = new Map();
    this.look = { fill: "transparent", line: "#000", draft: "#000" };
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
    this.repaint();
  },

  /**
   * Colours the grids of an edition by class: no geometry is fetched again.
   * @param {string} version
   * @param {Uint8Array|null} classes class of ordinal ``i + 1`` at ``i``; null goes back to plain
   * @param {(string|CanvasPattern)[]} palette colour or pattern of each class; an empty text leaves
   *   the grid unfilled
   */
  setColours(version, classes, palette) {
    if (classes) this.colours.set(version, { classes, palette });
    else this.colours.delete(version);
    this.repaint();
  },

  sources() {
    return [...this.editions.values()].map((edition) => ({ key: edition.version, ...edition }));
  },

  paint(context, frame, part) {
    const layer = part.tile.grids;
    const edition = this.editions.get(part.source.key);
    if (!layer || !edition) return;
    const place = placement(frame, layer.extent);
    context.setTransform(place.scale, 0, 0, place.scale, place.dx, place.dy);
    for (const [colour, members] of this.groups(layer, edition.version, place)) {
      if (colour) this.fillGroup(context, frame, layer, members, colour);
    }
    if (frame.zoom >= OUTLINES_FROM) this.outline(context, frame, layer, place, edition);
  },

  /* Features to draw by fill colour. */
  groups(layer, version, place) {
    const groups = new Map();
    const coloured = this.colours.get(version);
    for (let i = 0; i < layer.length; i += 1) {
      if (!meets(layer, i, place)) continue;
      const colour = coloured ? coloured.palette[coloured.classes[layer.ids[i] - 1]] ?? "" : this.look.fill;
      if (!groups.has(colour)) groups.set(colour, []);
      groups.get(colour).push(i);
    }
    return groups;
  },

  fillGroup(context, frame, layer, members, colour) {
    context.fillStyle = colour;
    // A pattern keeps its size on the screen, whatever the units of the tile are.
    if (typeof colour !== "string") colour.setTransform(context.getTransform().inverse().scale(frame.ratio));
    if (frame.zoom <= BOXES_UP_TO) {
      const { boxes } = layer;
      for (const i of members) {
        const at = i * 4;
        context.fillRect(boxes[at], boxes[at + 1], boxes[at + 2] - boxes[at], boxes[at + 3] - boxes[at + 1]);
      }
      return;
    }
    inBatches(context, layer, members, () => context.fill("evenodd"));
  },

  outline(context, frame, layer, place, edition) {
    const members = [];
    for (let i = 0; i < layer.length; i += 1) if (meets(layer, i, place)) members.push(i);
    const width = Math.min(1.8, 0.55 + (frame.zoom - OUTLINES_FROM) * 0.3);
    context.strokeStyle = edition.draft ? this.look.draft : this.look.line;
    context.lineWidth = (width * frame.ratio) / place.scale;
    context.lineJoin = "round";
    const dash = (edition.draft ? 4 * frame.ratio : 0) / place.scale;
    context.setLineDash(dash ? [dash, dash] : []);
    // From far the lines stand close together: fainter ones leave the map beneath readable.
    context.globalAlpha = Math.min(1, 0.5 + (frame.zoom - OUTLINES_FROM) * 0.17);
    inBatches(context, layer, members, () => context.stroke());
    context.globalAlpha = 1;
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
      const layer = this.store.peek(tileUrl(edition.url, frame.z, frame.x, frame.y))?.grids;
      if (!layer) continue;
      const unit = layer.extent / frame.share;
      const found = hitTest(layer, (point.x - frame.x * frame.share) * unit, (point.y - frame.y * frame.share) * unit);
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
          const layer = this.store.peek(tileUrl(edition.url, dataZoom, x, y))?.grids;
          if (layer) visit(layer, { edition, left: x * size, top: y * size, size });
        }
      }
    }
  },
});

function inBatches(context, layer, members, draw) {
  for (let start = 0; start < members.length; start += BATCH) {
    context.beginPath();
    for (const i of members.slice(start, start + BATCH)) tracePolygon(context, layer, i);
    draw();
  }
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
