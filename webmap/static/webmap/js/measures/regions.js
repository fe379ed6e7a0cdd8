import { VectorLayer, dataFrame, meets, placement } from "webmap/vectorlayer";
import { hitTest } from "webmap/geometry";
import { nameOf } from "webmap/i18n";

/** Layers of tiles by the level that is coloured. */
export const TILES_OF = { street: "streets", district: "districts" };

/** Streets or districts in colours, from the same tiles as their borders. */
export const RegionLayer = VectorLayer.extend({
  initialize(store, borders, options) {
    VectorLayer.prototype.initialize.call(this, store, options);
    Object.assign(this, { borders, layer: "", classes: new Map(), palette: [] });
  },

  /**
   * Colours the regions of a level; those that are not named have no colour.
   * @param {"street"|"district"} level @param {Map<string, number>} classes by code
   * @param {(string|HTMLCanvasElement)[]} palette
   */
  setColours(level, classes, palette) {
    const before = this.layer;
    Object.assign(this, { layer: TILES_OF[level], classes, palette });
    if (!this._map) return;
    if (before === this.layer) this.repaint();
    else this.redraw();
  },

  sources() {
    const source = this.borders.known.get(this.layer);
    return source ? [{ ...source, key: this.layer }] : [];
  },

  paint(context, frame, part) {
    const layer = part.tile[this.layer];
    if (!layer) return;
    const place = placement(frame, layer.extent);
    context.setTransform(place.scale, 0, 0, place.scale, place.dx, place.dy);
    for (let i = 0; i < layer.length; i += 1) {
      const colour = meets(layer, i, place) && this.palette[this.classes.get(layer.props(i).code) ?? -1];
      if (!colour) continue;
      context.fillStyle = typeof colour === "string" ? colour : patternOf(context, colour);
      context.fill(outline(layer, i), "evenodd");
    }
  },

  /** The region at a place: its code and name. @param {L.LatLng} latlng @returns {{code: string, name: string}|null} */
  regionAt(latlng) {
    const [source] = this._map ? this.sources() : [];
    const zoom = Math.round(this._map?.getZoom() ?? 0);
    if (!source || zoom < source.minZoom) return null;
    const point = this._map.project(latlng, zoom).divideBy(256);
    const frame = dataFrame({ ...point.floor(), z: zoom }, source.maxZoom);
    const layer = this.store.peek(this.urlOf(source, frame))?.[this.layer];
    if (!layer) return null;
    const unit = layer.extent / frame.share;
    const found = hitTest(layer, (point.x - frame.x * frame.share) * unit, (point.y - frame.y * frame.share) * unit);
    if (found < 0) return null;
    const props = layer.props(found);
    return { code: props.code, name: nameOf(props) };
  },
});

/* In pixels of the screen: the canvas stands in units of the tile. */
function patternOf(context, image) {
  const pattern = context.createPattern(image, "repeat");
  pattern.setTransform(context.getTransform().inverse());
  return pattern;
}

function outline(layer, i) {
  const { ringStart, featureRing, xy } = layer;
  const path = new Path2D();
  for (let ring = featureRing[i]; ring < featureRing[i + 1]; ring += 1) {
    for (let at = ringStart[ring]; at < ringStart[ring + 1]; at += 1) {
      if (at === ringStart[ring]) path.moveTo(xy[at * 2], xy[at * 2 + 1]);
      else path.lineTo(xy[at * 2], xy[at * 2 + 1]);
    }
    path.closePath();
  }
  return path;
}
