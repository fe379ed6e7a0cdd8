import { tracePixels } from "webmap/gridpixels";
import { tracePolygon } from "webmap/gridlines";

/**
 * The grid under the mouse, drawn on a light canvas of its own: no tile is painted again, so it
 * keeps up with the mouse.
 */
export class Highlight {
  /** @param {L.Map} map @param {UnitGridLayer} grids */
  constructor(map, grids) {
    Object.assign(this, { map, grids, current: null, look: { fill: "transparent", line: "#000" } });
    this.canvas = L.DomUtil.create("canvas", "highlight-canvas leaflet-zoom-hide", map.getPane("highlight"));
    map.on("move zoomstart viewreset", () => this.show(null));
  }

  setLook(look) {
    this.look = look;
  }

  /** Shows one grid, or none. @param {{version: string, ordinal: number}|null} grid */
  show(grid) {
    const same = grid && this.current && grid.version === this.current.version && grid.ordinal === this.current.ordinal;
    if (same || (!grid && !this.current)) return;
    this.current = grid;
    const context = this.prepare();
    if (grid) this.draw(context, grid);
  }

  prepare() {
    const size = this.map.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 3);
    const { canvas } = this;
    if (canvas.width !== Math.round(size.x * ratio) || canvas.height !== Math.round(size.y * ratio)) {
      canvas.width = Math.round(size.x * ratio);
      canvas.height = Math.round(size.y * ratio);
      canvas.style.width = `${size.x}px`;
      canvas.style.height = `${size.y}px`;
    }
    L.DomUtil.setPosition(canvas, this.map.containerPointToLayerPoint([0, 0]));
    const context = canvas.getContext("2d");
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    this.ratio = ratio;
    return context;
  }

  /* A grid may lie in several tiles; each draws its part, cut to the tile. */
  draw(context, grid) {
    const { min } = this.map.getPixelBounds();
    this.grids.eachTileInView((layer, tile) => {
      if (tile.edition.version !== grid.version) return;
      const index = indexOf(layer, grid.ordinal);
      if (index < 0) return;
      const scale = (tile.size / layer.extent) * this.ratio;
      context.save();
      context.setTransform(scale, 0, 0, scale, (tile.left - min.x) * this.ratio, (tile.top - min.y) * this.ratio);
      context.beginPath();
      context.rect(0, 0, layer.extent, layer.extent);
      context.clip();
      context.beginPath();
      if (layer.pixels) {
        // A few pixels: in the colour of the line, or they would not be seen.
        tracePixels(context, layer, index);
        context.fillStyle = this.look.line;
        context.fill();
        context.restore();
        return;
      }
      tracePolygon(context, layer, index);
      context.fillStyle = this.look.fill;
      context.fill("evenodd");
      context.strokeStyle = this.look.line;
      context.lineWidth = (2 * this.ratio) / scale;
      context.lineJoin = "round";
      context.stroke();
      context.restore();
    });
  }
}

const indices = new WeakMap();

function indexOf(layer, ordinal) {
  if (!indices.has(layer)) indices.set(layer, new Map(Array.from(layer.ids, (id, i) => [id, i])));
  return indices.get(layer).get(ordinal) ?? -1;
}
