import { nameOf } from "webmap/i18n";
import { featureArea, labelPoint } from "webmap/geometry";
import { featureLines, joinLines } from "webmap/labelpaths";
import { roadWidth } from "webmap/basemap";
import { tileUrl } from "webmap/tiles";

const FACE = 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC", sans-serif';
const MONO = 'ui-monospace, "SF Mono", Consolas, "DejaVu Sans Mono", monospace';
const REGION_LOOK = {
  districts: { from: 8, to: 12, size: 17, weight: 700, gap: 14 },
  streets: { from: 12, to: 14, size: 14, weight: 600, gap: 10 },
  communities: { from: 14, to: 17, size: 12.5, weight: 600, gap: 12 },
};
const NUMBER_PX = 13;
const BENEATH_PX = 4;
const ROAD_NAMES_FROM = [12, 12, 13, 14, 15, 16, 17];
const CODES_FROM = 16;
const FULL_CODES_FROM = 17;
const SHORT_DIGITS = 3;
/* Ranks of places: 1 city … 5 quarter, 6 named compounds and the like, 7 shops and other points. */
const MINOR_RANK = 6;
const MINOR_FROM = 16;
const POI_RANK = 7;
const POIS_FROM = 17;
const HAN = /\p{Script=Han}/u;

/* Calls back for each decoded tile of a source in view. */
function eachTile(frame, source, visit) {
  if (!source || frame.zoom < source.minZoom) return;
  const dataZoom = Math.min(frame.zoom, source.maxZoom);
  const size = 256 * 2 ** (frame.zoom - dataZoom);
  for (let x = Math.floor(frame.view.min.x / size); x <= Math.floor(frame.view.max.x / size); x += 1) {
    for (let y = Math.floor(frame.view.min.y / size); y <= Math.floor(frame.view.max.y / size); y += 1) {
      const tile = frame.store.peek(tileUrl(source.url, dataZoom, x, y));
      if (tile) visit(tile, { left: x * size, top: y * size, size });
    }
  }
}

function eachPoint(layer, tile, visit) {
  if (!layer) return;
  const scale = tile.size / layer.extent;
  for (let i = 0; i < layer.length; i += 1) {
    const at = layer.ringStart[layer.featureRing[i]] * 2;
    visit(layer.props(i), tile.left + layer.xy[at] * scale, tile.top + layer.xy[at + 1] * scale);
  }
}

/**
 * Names of regions of one level that belong to this zoom.
 * @param {CanvasRenderingContext2D} [beneath] names stand beneath their regions, where no other is: the colours within are looked at
 */
export function collectRegions(frame, source, level, beneath = null) {
  const look = REGION_LOOK[level];
  if (frame.zoom < look.from || frame.zoom > look.to) return [];
  const labels = [];
  const boxes = beneath ? boxesOf(frame, source, level) : null;
  eachTile(frame, source, (tile, place) => eachPoint(tile.labels, place, (props, x, y) => {
    const label = {
      x, y, lines: wrap(mapName(nameOf(props)), 16), size: look.size, gap: look.gap,
      font: `${look.weight} ${look.size}px ${FACE}`, colour: frame.palette.regionText[level],
    };
    labels.push((boxes && placedBeneath(label, props.code, boxes, beneath)) ?? label);
  }));
  return labels;
}

/**
 * Numbers of regions, where they fit into most of them. Districts are few: theirs have the name above, and
 * stand beneath where they do not fit and no other district is.
 * @param {object} frame @param {object} source @param {{layer: string, texts: Map<string, string>}} numbers
 * @param {CanvasRenderingContext2D} context to measure texts
 */
export function collectNumbers(frame, source, { layer, texts }, context) {
  const labels = [];
  let all = 0;
  const boxes = boxesOf(frame, source, layer);
  eachTile(frame, source, (tile, place) => eachPoint(tile.labels, place, (props, x, y) => {
    const text = texts.get(props.code);
    if (!text) return;
    all += 1;
    const number = { x, y, lines: [text], size: NUMBER_PX, gap: 2, font: `700 ${NUMBER_PX}px ${FACE}`, colour: frame.palette.textStrong };
    const full = layer === "districts" ? { ...number, lines: [...wrap(mapName(nameOf(props)), 16), text] } : number;
    const within = [full, number].find((one) => fits(one, boxes.get(props.code), context));
    const label = within ?? (layer === "districts" ? placedBeneath(full, props.code, boxes, context) : null);
    if (label) labels.push(label);
  }));
  // A few numbers among many regions would say more of their shape than of what is there.
  return labels.length * 2 >= all ? labels : [];
}

const tileBoxes = new WeakMap();

/* West, north, east and south of a tile's regions, in its units, worked out once. */
function tileBoxesOf(layer) {
  if (!tileBoxes.has(layer)) {
    tileBoxes.set(layer, Array.from({ length: layer.length }, (_none, i) => {
      const box = [Infinity, Infinity, -Infinity, -Infinity];
      for (let at = layer.ringStart[layer.featureRing[i]]; at < layer.ringStart[layer.featureRing[i + 1]]; at += 1) {
        const [x, y] = [layer.xy[at * 2], layer.xy[at * 2 + 1]];
        widen(box, [x, y, x, y]);
      }
      return box;
    }));
  }
  return tileBoxes.get(layer);
}

function widen(box, [west, north, east, south]) {
  box[0] = Math.min(box[0], west);
  box[1] = Math.min(box[1], north);
  box[2] = Math.max(box[2], east);
  box[3] = Math.max(box[3], south);
}

/* The boxes of the regions in view, by code, in pixels of the world. */
function boxesOf(frame, source, level) {
  const found = new Map();
  eachTile(frame, source, (tile, { left, top, size }) => {
    const layer = tile[level];
    if (!layer) return;
    const scale = size / layer.extent;
    tileBoxesOf(layer).forEach(([west, north, east, south], i) => {
      const { code } = layer.props(i);
      if (!found.has(code)) found.set(code, [Infinity, Infinity, -Infinity, -Infinity]);
      widen(found.get(code), [left + west * scale, top + north * scale, left + east * scale, top + south * scale]);
    });
  });
  return found;
}

function extentOf({ lines, size, font }, context) {
  context.font = font;
  return [Math.max(...lines.map((line) => context.measureText(line).width)), lines.length * size * 1.25];
}

function fits(label, box, context) {
  if (!box) return true;
  const [width, height] = extentOf(label, context);
  return width <= box[2] - box[0] && height <= box[3] - box[1];
}

/* Under its region, unless another one is there. */
function placedBeneath(label, code, boxes, context) {
  const own = boxes.get(code);
  if (!own) return null;
  const [width, height] = extentOf(label, context);
  const placed = { ...label, gap: 2, x: (own[0] + own[2]) / 2, y: own[3] + height / 2 + BENEATH_PX };
  const [west, east, north, south] = [placed.x - width / 2, placed.x + width / 2, placed.y - height / 2, placed.y + height / 2];
  const isTaken = [...boxes].some(([other, box]) => other !== code && west < box[2] && east > box[0] && north < box[3] && south > box[1]);
  return isTaken ? null : placed;
}

/* On the map a community goes by its short name; the panel gives the full one. */
function mapName(name) {
  return name.replace(/社区居(?:民)?委(?:员)?会$/, "社区");
}

/** Names of places, the most important first. */
export function collectPlaces(frame, source) {
  const labels = [];
  eachTile(frame, source, (tile, place) => eachPoint(tile.place, place, (props, x, y) => {
    const rank = props.rank ?? 6;
    const isPoi = rank >= POI_RANK;
    const isMinor = rank >= MINOR_RANK;
    if (frame.zoom < (isPoi ? POIS_FROM : isMinor ? MINOR_FROM : 0)) return;
    const size = isMinor ? 11 : Math.max(12, 16 - rank);
    labels.push({
      x, y, isMinor, rank, lines: wrap(props.name ?? "", 12), size, gap: isMinor ? 5 : 10, dot: isPoi,
      font: `${isMinor ? 400 : 600} ${size}px ${FACE}`,
      colour: isMinor ? frame.palette.text : frame.palette.textStrong,
    });
  }));
  return labels.sort((a, b) => a.rank - b.rank);
}

/** Named roads in view, the greater class first, each with its joined courses. */
export function collectRoads(frame, source, context) {
  const named = new Map();
  eachTile(frame, source, (tile, place) => {
    const layer = tile.road;
    for (let i = 0; layer && i < layer.length; i += 1) addRoad(named, frame.zoom, layer, i, place);
  });
  const roads = [...named.values()].sort((a, b) => a.roadClass - b.roadClass);
  return roads.flatMap((road) => roadLabels(road, frame, context));
}

function addRoad(named, zoom, layer, i, place) {
  const { name, cls: roadClass = 5 } = layer.props(i);
  if (!name || zoom < ROAD_NAMES_FROM[Math.min(Math.max(roadClass, 1), 7) - 1]) return;
  const key = `${roadClass} ${name}`;
  if (!named.has(key)) named.set(key, { name, roadClass, lines: [] });
  named.get(key).lines.push(...featureLines(layer, i, place));
}

const signWidths = new Map();

/* Measuring text is slow, and the same few hundred signs come again and again. */
function signWidth(context, font, sign) {
  const key = `${font} ${sign}`;
  if (!signWidths.has(key)) signWidths.set(key, context.measureText(sign).width);
  return signWidths.get(key);
}

function roadLabels(road, frame, context) {
  const width = roadWidth(road.roadClass, frame.zoom);
  const size = Math.min(13, Math.max(10.5, width * 0.75));
  const font = `${road.roadClass <= 3 ? 600 : 500} ${size}px ${FACE}`;
  context.font = font;
  const isHan = HAN.test(road.name);
  const spacing = isHan ? size * 0.22 : 0.3;
  const signs = [...road.name];
  const widths = signs.map((sign) => signWidth(context, font, sign) + spacing);
  return joinLines(road.lines)
    .map((line) => ({ name: road.name, line, signs, widths, font, size, isHan, colour: frame.palette.roadText }))
    .sort((a, b) => b.line.length - a.line.length);
}

const anchors = new WeakMap();

/* Label points of a tile's grids, worked out once. */
function anchorsOf(layer) {
  if (!anchors.has(layer)) {
    anchors.set(layer, Array.from({ length: layer.length }, (_, i) => ({
      ...labelPoint(layer, i), area: featureArea(layer, i), ordinal: layer.ids[i],
    })));
  }
  return anchors.get(layer);
}

/** Codes of grids: the last digits, and the full code where near enough and wide enough. */
export function collectCodes(frame, grids, codes, context) {
  if (frame.zoom < CODES_FROM) return [];
  const found = new Map();
  grids.eachTileInView((layer, tile) => {
    const scale = tile.size / layer.extent;
    for (const anchor of anchorsOf(layer)) keepLargest(found, tile, anchor, scale);
  });
  const size = frame.zoom >= FULL_CODES_FROM ? 12 : 11;
  const font = `600 ${size}px ${MONO}`;
  context.font = font;
  return [...found.values()]
    .map((spot) => codeLabel(spot, codes.get(spot.version), frame, context, { size, font }))
    .filter(Boolean);
}

/* A grid over a tile border shows in both tiles; its larger part carries the code. */
function keepLargest(found, tile, anchor, scale) {
  const key = `${tile.edition.version} ${anchor.ordinal}`;
  const area = anchor.area * scale * scale;
  if (found.has(key) && found.get(key).area >= area) return;
  found.set(key, {
    area, version: tile.edition.version, ordinal: anchor.ordinal, width: anchor.width * scale,
    x: tile.left + anchor.x * scale, y: tile.top + anchor.y * scale,
  });
}

function codeLabel(spot, codes, frame, context, { size, font }) {
  const code = codes?.[spot.ordinal - 1];
  if (!code) return null;
  const label = { x: spot.x, y: spot.y, size, font, gap: 1, colour: frame.palette.gridText };
  if (frame.zoom >= FULL_CODES_FROM && context.measureText(code).width < spot.width) return { ...label, lines: [code] };
  const short = code.slice(-SHORT_DIGITS);
  return context.measureText(short).width < spot.width ? { ...label, lines: [short] } : null;
}

/* Long Latin names break at the space nearest the middle. */
function wrap(text, longest) {
  if (text.length <= longest || !text.includes(" ")) return [text];
  const middle = text.length / 2;
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  const at = spaces.reduce((best, index) => (Math.abs(index - middle) < Math.abs(best - middle) ? index : best));
  return [text.slice(0, at), text.slice(at + 1)];
}
