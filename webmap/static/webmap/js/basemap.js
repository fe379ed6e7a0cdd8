import { leafletLayer, LineSymbolizer, PolygonSymbolizer } from "protomaps-leaflet";
import { tileUrl } from "webmap/tiles";

/* Width in pixels of road classes 1 (motorway) to 7 (path) at zooms 10, 12, 14, 16, 18. */
const ROAD_WIDTHS = [
  [1.6, 2.6, 5, 11, 22],
  [1.2, 2.2, 4.4, 10, 20],
  [0.8, 1.6, 3.6, 8.5, 17],
  [0, 1, 2.6, 6.5, 13],
  [0, 0, 1.4, 4.2, 9],
  [0, 0, 0.8, 2.6, 6],
  [0, 0, 0, 1, 1.8],
];
const ROAD_FROM = [9, 9, 10, 12, 13, 14, 15];
const POLYGON = 3;
/* More than the tiles of one view on the largest screen. */
const HELD = 256;
const WATER_WIDTHS = [2.5, 1.6, 1];

function byZoom(values) {
  return (zoom) => {
    const place = Math.min(Math.max((zoom - 10) / 2, 0), values.length - 1);
    const low = Math.floor(place);
    const high = Math.min(low + 1, values.length - 1);
    return values[low] + (values[high] - values[low]) * (place - low);
  };
}

/** Width in pixels of a road of a class at a zoom. */
export function roadWidth(roadClass, zoom) {
  return byZoom(ROAD_WIDTHS[Math.min(Math.max(roadClass, 1), 7) - 1])(zoom);
}

function line(dataLayer, minzoom, color, width, more = {}) {
  const { filter, ...options } = more;
  const symbolizer = new LineSymbolizer({ color, width, lineCap: "round", lineJoin: "round", ...options });
  return { dataLayer, minzoom, symbolizer, filter };
}

function area(dataLayer, minzoom, fill, stroke, part) {
  const symbolizer = new PolygonSymbolizer(stroke ? { fill, stroke, width: 0.6 } : { fill });
  return { dataLayer, minzoom, symbolizer, part };
}

function roadRules(palette) {
  const casings = [];
  const fills = [];
  for (let roadClass = 7; roadClass >= 1; roadClass -= 1) {
    const at = roadClass - 1;
    const width = byZoom(ROAD_WIDTHS[at]);
    const filter = (zoom, feature) => (feature.props.cls ?? 5) === roadClass;
    const from = ROAD_FROM[at];
    if (roadClass === 7) {
      fills.push(line("road", from, palette.roads[at], width, { filter, dash: [3, 2.5], lineCap: "butt" }));
      continue;
    }
    const casing = (zoom) => width(zoom) + (zoom >= 14 ? 1.6 : 1);
    casings.push(line("road", Math.max(from, 11), palette.casings[at], casing, { filter }));
    fills.push(line("road", from, palette.roads[at], width, { filter }));
  }
  return [...casings, ...fills].map((rule) => ({ ...rule, part: "roads" }));
}

function railRules(palette) {
  const base = line("rail", 11, palette.rail, byZoom([0.8, 1.1, 1.5, 2.4, 4]), { lineCap: "butt" });
  const gaps = line("rail", 13, palette.railGap, byZoom([0, 0, 0.8, 1.4, 2.6]), { lineCap: "butt", dash: [7, 7] });
  return [base, gaps].map((rule) => ({ ...rule, part: "roads" }));
}

function waterLineRules(palette) {
  return WATER_WIDTHS.map((factor, at) => ({
    ...line("waterline", 10 + at, palette.waterLine, (zoom) => byZoom([0.8, 1.4, 2.2, 4, 6])(zoom) * (factor / 1.6), {
      filter: (zoom, feature) => Math.min(feature.props.cls || 2, 3) === at + 1,
    }),
    part: "water",
  }));
}

/**
 * Paint rules of a style, from the ground up, each with the part of the base map it belongs to.
 * @param {object} palette
 */
export function rulesFor(palette) {
  return [
    area("green", 0, palette.green, null, "green"),
    area("water", 0, palette.water, null, "water"),
    ...waterLineRules(palette),
    area("compound", 13, palette.compound, palette.compoundLine, "buildings"),
    area("building", 14, palette.building, palette.buildingLine, "buildings"),
    { ...line("wall", 15, palette.wall, byZoom([0, 0, 0.5, 1, 1.6]), { lineCap: "butt" }), part: "buildings" },
    ...roadRules(palette),
    ...railRules(palette),
  ];
}

/* The point class protomaps-leaflet needs where a tile is shown deeper than it was made. */
class Point {
  constructor(x, y) {
    this.x = x;
    this.y = y;
  }

  clone() {
    return new Point(this.x, this.y);
  }

  mult(factor) {
    this.x *= factor;
    this.y *= factor;
    return this;
  }

  add(other) {
    this.x += other.x;
    this.y += other.y;
    return this;
  }
}

function toFeatures(layer, tileSize) {
  const scale = tileSize / layer.extent;
  return Array.from({ length: layer.length }, (_, i) => {
    const [west, north, east, south] = layer.boxes.subarray(i * 4, i * 4 + 4);
    const geom = [];
    for (let ring = layer.featureRing[i]; ring < layer.featureRing[i + 1]; ring += 1) {
      const points = toPoints(layer, ring, scale);
      // Outlines of areas need their last side, which the decoder leaves out.
      if (layer.types[i] === POLYGON) points.push(points[0].clone());
      geom.push(points);
    }
    return {
      id: layer.ids[i],
      geomType: layer.types[i],
      geom,
      numVertices: 0,
      bbox: { minX: west * scale, minY: north * scale, maxX: east * scale, maxY: south * scale },
      props: layer.props(i),
    };
  });
}

function toPoints(layer, ring, scale) {
  const points = [];
  for (let at = layer.ringStart[ring]; at < layer.ringStart[ring + 1]; at += 1) {
    points.push(new Point(layer.xy[at * 2] * scale, layer.xy[at * 2 + 1] * scale));
  }
  return points;
}

/* What failed the store tells the user; protomaps-leaflet would write it to the console once more,
   unless it was given up. */
function givenUp(error) {
  throw new DOMException(error.message, "AbortError");
}

/* Tiles come from the page's store: decoded once for base map and labels, with its retries. The
   latest are held there for the labels; those of a zoom that was left are given up. */
class StoreSource {
  constructor(store, template) {
    Object.assign(this, { store, template, held: new Map() });
  }

  async get(coords, tileSize) {
    const url = tileUrl(this.template, coords.z, coords.x, coords.y);
    this.letGo((other) => !other.done && other.zoom !== coords.z);
    this.held.get(url)?.release();
    const { promise, release } = this.store.request(url);
    const entry = { zoom: coords.z, done: false, release };
    this.held.delete(url);
    this.held.set(url, entry);
    const tile = await promise.catch(givenUp);
    entry.done = true;
    this.letGo(() => this.held.size > HELD);
    return new Map(Object.values(tile).map((layer) => [layer.name, toFeatures(layer, tileSize)]));
  }

  letGo(isOver) {
    for (const [url, entry] of this.held) {
      if (!isOver(entry)) continue;
      this.held.delete(url);
      entry.release();
    }
  }
}

/**
 * The base map: protomaps-leaflet painting our own tiles by our own rules.
 * @param {TileStore} store
 * @param {{url: string, minZoom: number, maxZoom: number}} source
 * @param {object} options Leaflet's layer options
 */
export function createBaseMap(store, source, options) {
  const layer = leafletLayer({
    url: source.url,
    levelDiff: 0,
    maxDataZoom: source.maxZoom,
    attribution: "",
    paintRules: [],
    labelRules: [],
    ...options,
  });
  for (const view of layer.views.values()) view.tileCache.source = new StoreSource(store, source.url);
  const parts = new Set(["roads", "buildings", "green", "water"]);
  let palette = null;
  const apply = () => {
    layer.backgroundColor = palette.land;
    layer.paintRules = rulesFor(palette).filter((rule) => parts.has(rule.part));
    if (layer._map) layer.rerenderTiles();
  };
  return {
    layer,
    setPalette(next) {
      palette = next;
      apply();
    },
    setPart(name, visible) {
      if (visible) parts.add(name);
      else parts.delete(name);
      apply();
    },
  };
}
