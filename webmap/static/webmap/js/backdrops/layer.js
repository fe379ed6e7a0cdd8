import { fromGcj02, toGcj02 } from "webmap/backdrops/gcj02";

/* Class of tiles that make a picture unreadable: no host has said that a page may read them. */
const UNREADABLE = "backdrop-unreadable";

/**
 * Tiles of a map in GCJ-02, each laid where its ground is. The offset changes by less than 0.3 % of
 * a way, so that a tile whose corners are put right is right within it to a third of a pixel.
 */
const ShiftedLayer = L.TileLayer.extend({
  /* Which tiles cover the window: those of where it would be shown. */
  _getTiledPixelBounds(center) {
    const bounds = L.TileLayer.prototype._getTiledPixelBounds.call(this, center);
    const zoom = this._tileZoom;
    const by = this._map.project(toGcj02(center), zoom).subtract(this._map.project(center, zoom)).round();
    return L.bounds(bounds.min.add(by).subtract([1, 1]), bounds.max.add(by).add([1, 1]));
  },

  _getTilePos(coords) {
    return this.cornerOf(coords.x, coords.y, coords.z).subtract(this._level.origin);
  },

  _addTile(coords, container) {
    L.TileLayer.prototype._addTile.call(this, coords, container);
    const tile = this._tiles[this._tileCoordsToKey(coords)]?.el;
    if (!tile) return;
    // To its neighbours' corners: no line of the ground beneath shows between two tiles.
    const size = this.cornerOf(coords.x + 1, coords.y + 1, coords.z).subtract(this.cornerOf(coords.x, coords.y, coords.z));
    tile.style.width = `${size.x}px`;
    tile.style.height = `${size.y}px`;
  },

  /* Where the north-west corner of a tile belongs, in whole pixels of the world. */
  cornerOf(x, y, zoom) {
    const size = this.getTileSize();
    const shown = this._map.unproject(L.point(x, y).scaleBy(size), zoom);
    return this._map.project(fromGcj02(shown), zoom).round();
  },
});

/**
 * A layer of tiles of others.
 * @param {string} address @param {{system: string, subdomains: string, max_zoom: number, cors: boolean}} backdrop
 * @param {string} pane
 */
export function tileLayer(address, { system, subdomains, max_zoom: maxNativeZoom, cors }, pane) {
  const Layer = system === "gcj02" ? ShiftedLayer : L.TileLayer;
  // Keys of such services are bound to the site that asks, so they are told its name, and no more.
  return new Layer(address, { pane, subdomains: subdomains || "a", maxNativeZoom, maxZoom: 19, referrerPolicy: "strict-origin", crossOrigin: cors && "anonymous", className: cors ? "" : UNREADABLE });
}
