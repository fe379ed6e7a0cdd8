import { VectorLayer, meets, placement } from "webmap/vectorlayer";
import { Symbols } from "webmap/components/catalogue";
import { debounce } from "webmap/dom";
import { formatCount } from "webmap/i18n";
import { tileUrl } from "webmap/tiles";
import { traceLine, tracePolygon } from "webmap/gridlines";

const SYMBOL_PX = 17;
const NEAR_SYMBOL_PX = 22;
const NEAR_FROM = 19;
const REACH_PX = 14;
const BAD = "#d92d20";
const PLAIN = new Set(["intact"]);

/** Components: rings of counts where they stand close, symbols where there is room. */
export const ComponentLayer = VectorLayer.extend({
  initialize(store, options) {
    VectorLayer.prototype.initialize.call(this, store, options);
    this.symbols = new Symbols(debounce(() => this.repaint(), 60));
    this.source = null;
    this.query = "";
    this.colours = new Map();
    this.look = { text: "#15202b", plate: "#ffffff", line: "#475664" };
  },

  /** Where the tiles are. @param {object} source see ``VectorLayer.sources`` */
  setSource(source) {
    this.source = source;
    if (this._map) this.redraw();
  },

  /** Which components are shown, as a query string. */
  setQuery(query) {
    if (query === this.query) return;
    this.query = query;
    if (this._map) this.redraw();
  },

  /** Colour of each main class by its code. @param {Map<string, string>} colours */
  setColours(colours) {
    this.colours = colours;
    this.repaint();
  },

  setLook(look) {
    this.look = look;
    this.repaint();
  },

  sources() {
    if (!this.source) return [];
    return [{ ...this.source, url: this.query ? `${this.source.url}?${this.query}` : this.source.url }];
  },

  paint(context, frame, part) {
    const { shapes, clusters, components } = part.tile;
    if (shapes) this.paintShapes(context, frame, shapes);
    if (components) this.each(context, frame, components, (x, y, i) => this.paintSymbol(context, frame, x, y, components.props(i)));
    if (clusters) this.each(context, frame, clusters, (x, y, i) => this.paintCluster(context, frame, x, y, clusters.props(i)));
  },

  each(context, frame, layer, draw) {
    const place = placement(frame, layer.extent);
    context.setTransform(1, 0, 0, 1, 0, 0);
    for (let i = 0; i < layer.length; i += 1) {
      if (!meets(layer, i, place)) continue;
      const at = layer.ringStart[layer.featureRing[i]] * 2;
      draw(layer.xy[at] * place.scale + place.dx, layer.xy[at + 1] * place.scale + place.dy, i);
    }
  },

  paintShapes(context, frame, layer) {
    const place = placement(frame, layer.extent);
    context.setTransform(place.scale, 0, 0, place.scale, place.dx, place.dy);
    for (let i = 0; i < layer.length; i += 1) {
      if (!meets(layer, i, place)) continue;
      const { colour } = layer.props(i);
      context.strokeStyle = colour;
      context.lineWidth = (2 * frame.ratio) / place.scale;
      context.beginPath();
      if (layer.types[i] === 3) {
        tracePolygon(context, layer, i);
        context.fillStyle = `${colour}33`;
        context.fill("evenodd");
      } else {
        traceLine(context, layer, i);
      }
      context.stroke();
    }
  },

  paintSymbol(context, frame, x, y, { symbol, state }) {
    const size = (frame.zoom >= NEAR_FROM ? NEAR_SYMBOL_PX : SYMBOL_PX) * frame.ratio;
    const picture = this.symbols.get(symbol);
    if (picture) {
      context.drawImage(picture, x - size / 2, y - size / 2, size, size);
    } else {
      context.fillStyle = this.look.line;
      context.fillRect(x - size / 4, y - size / 4, size / 2, size / 2);
    }
    if (PLAIN.has(state)) return;
    // A mark on the corner says that something is wrong.
    context.beginPath();
    context.arc(x + size * 0.42, y - size * 0.42, 4 * frame.ratio, 0, 2 * Math.PI);
    context.fillStyle = BAD;
    context.strokeStyle = "#ffffff";
    context.lineWidth = 1.4 * frame.ratio;
    context.fill();
    context.stroke();
  },

  paintCluster(context, frame, x, y, { count, parts }) {
    const radius = clusterRadius(count, frame.zoom) * frame.ratio;
    const ring = Math.max(3.5, radius * 0.24 / frame.ratio) * frame.ratio;
    context.beginPath();
    context.arc(x, y, radius, 0, 2 * Math.PI);
    context.fillStyle = this.look.plate;
    context.fill();
    let from = -Math.PI / 2;
    for (const [main, n] of partsOf(parts)) {
      const to = from + (2 * Math.PI * n) / count;
      context.beginPath();
      context.arc(x, y, radius - ring / 2, from, to);
      context.strokeStyle = this.colours.get(main) ?? this.look.line;
      context.lineWidth = ring;
      context.stroke();
      from = to;
    }
    const px = Math.max(9.5, Math.min(13, radius / frame.ratio * 0.62));
    context.font = `600 ${px * frame.ratio}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillStyle = this.look.text;
    context.fillText(formatCount(count), x, y + 0.5 * frame.ratio);
  },

  /** What is drawn at a place: ``{code}``, ``{count, bounds}``, or null. */
  at(latlng) {
    if (!this._map || !this.source) return null;
    const zoom = Math.round(this._map.getZoom());
    const { minZoom, maxZoom } = this.source;
    if (zoom < minZoom) return null;
    const dataZoom = Math.min(zoom, maxZoom);
    const size = 256 * 2 ** (zoom - dataZoom);
    const point = this._map.project(latlng, zoom);
    const [source] = this.sources();
    let best = { away: REACH_PX, found: null };
    for (const dx of [-1, 0, 1]) {
      for (const dy of [-1, 0, 1]) {
        const [x, y] = [Math.floor(point.x / size) + dx, Math.floor(point.y / size) + dy];
        const tile = this.store.peek(tileUrl(source.url, dataZoom, x, y));
        if (!tile) continue;
        for (const name of ["clusters", "components"]) best = nearest(tile[name], point, { x: x * size, y: y * size, size }, zoom, best);
      }
    }
    return best.found;
  },
});

function nearest(layer, point, frame, zoom, best) {
  if (!layer) return best;
  const scale = frame.size / layer.extent;
  for (let i = 0; i < layer.length; i += 1) {
    const at = layer.ringStart[layer.featureRing[i]] * 2;
    const away = Math.hypot(frame.x + layer.xy[at] * scale - point.x, frame.y + layer.xy[at + 1] * scale - point.y);
    if (away > Math.max(best.away, REACH_PX)) continue;
    const found = layer.props(i);
    // The whole ring of a cluster counts as being on it.
    const from = found.count ? Math.max(0, away - clusterRadius(found.count, zoom)) : away;
    if (from < best.away) best = { away: from, found };
  }
  return best;
}

function partsOf(text) {
  return text.split(",").map((part) => part.split(":")).map(([main, n]) => [main, Number(n)]);
}

function clusterRadius(count, zoom) {
  const most = zoom >= 17 ? 14 : 22;
  return Math.min(most, 9.5 + 3.2 * Math.log10(count) * (zoom >= 17 ? 0.9 : 1.2));
}
