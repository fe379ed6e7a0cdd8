import { collectCodes, collectNumbers, collectPlaces, collectRegions, collectRoads } from "webmap/labelsources";
import { Placer } from "webmap/labelplacer";

const MARGIN = 96;
const WHILE_MOVING_MS = 300;

/**
 * All names on the map in one canvas: regions, places, roads along their course, grid codes. One
 * list by rank, so that nothing overlaps.
 */
export class LabelLayer {
  /**
   * @param {L.Map} map
   * @param {TileStore} store
   * @param {UnitGridLayer} grids
   */
  constructor(map, store, grids) {
    Object.assign(this, { map, store, grids, sources: {}, palette: null, codes: new Map(), covered: false, numbers: null });
    this.shown = new Set(["roads", "places", "districts", "streets", "communities", "codes"]);
    this.canvas = L.DomUtil.create("canvas", "label-canvas leaflet-zoom-hide", map.getPane("labels"));
    map.on("moveend zoomend viewreset resize", () => this.update());
    map.on("move", () => this.whileMoving());
    store.addEventListener("progress", (event) => {
      if (event.detail.pending === 0) this.update();
      else this.whileMoving();
    });
  }

  /** Tells where the tiles of ``basemap`` or a region level are. */
  setSource(name, source) {
    this.sources[name] = source;
    this.update();
  }

  /** Shows or hides one kind of label. */
  setShown(kind, visible) {
    if (visible) this.shown.add(kind);
    else this.shown.delete(kind);
    this.update();
  }

  /** Whether another map beneath names roads and places already. @param {boolean} on */
  setCovered(on) {
    if (this.covered === on) return;
    this.covered = on;
    this.update();
  }

  /**
   * Numbers of regions, by code, to be written upon them; none with an empty name.
   * @param {string} layer ``streets`` or ``districts`` @param {Map<string, string>} texts
   */
  setNumbers(layer, texts) {
    this.numbers = layer ? { layer, texts } : null;
    this.update();
  }

  setPalette(palette) {
    this.palette = palette;
    this.update();
  }

  /** Codes of an edition by ordinal, once they are known. */
  setCodes(version, codes) {
    this.codes.set(version, codes);
    this.update();
  }

  whileMoving() {
    const now = performance.now();
    if (now - (this.lastDraw ?? 0) > WHILE_MOVING_MS) this.update();
  }

  /** Draws again in the next frame, however often it is asked. */
  update() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      this.draw();
    });
  }

  draw() {
    if (!this.palette || this.map._animatingZoom) return;
    this.lastDraw = performance.now();
    const context = this.prepare();
    const placer = new Placer(context, this.origin, this.palette, this.map.getSize(), MARGIN);
    const zoom = Math.round(this.map.getZoom());
    const frame = { zoom, view: this.map.getPixelBounds(), store: this.store, palette: this.palette };
    if (this.numbers) collectNumbers(frame, this.sources[this.numbers.layer], this.numbers, context).forEach((label) => placer.place(label));
    for (const level of ["districts", "streets", "communities"]) {
      // Its name stands with its number.
      if (this.shown.has(level) && this.numbers?.layer !== level) collectRegions(frame, this.sources[level], level, this.numbers && context).forEach((label) => placer.place(label));
    }
    const named = (kind) => this.shown.has(kind) && !this.covered;
    const places = named("places") ? collectPlaces(frame, this.sources.basemap) : [];
    // What names the ground comes first; compounds, shops and the like take the room that is left.
    places.filter((label) => !label.isMinor).forEach((label) => placer.place(label));
    if (named("roads")) collectRoads(frame, this.sources.basemap, context).forEach((road) => placer.placeRoad(road));
    if (this.shown.has("codes")) collectCodes(frame, this.grids, this.codes, context).forEach((label) => placer.place(label));
    places.filter((label) => label.isMinor).forEach((label) => placer.placeNear(label));
  }

  /* Lays the canvas over the window and clears it. */
  prepare() {
    const size = this.map.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    const { canvas } = this;
    const [width, height] = [size.x + 2 * MARGIN, size.y + 2 * MARGIN];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    L.DomUtil.setPosition(canvas, this.map.containerPointToLayerPoint([-MARGIN, -MARGIN]));
    const topLeft = this.map.getPixelBounds().min;
    this.origin = { x: topLeft.x - MARGIN, y: topLeft.y - MARGIN };
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }
}
