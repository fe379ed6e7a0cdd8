/* Ends of two pieces this near (pixels) are one point cut by a tile border. */
const JOIN_PX = 3;

/**
 * Lines of one tile layer in world pixels, cut to the tile so that pieces of neighbours meet.
 * @param {TileLayer} layer
 * @param {number} i feature
 * @param {{left: number, top: number, size: number}} tile
 * @returns {Array<Array<[number, number]>>}
 */
export function featureLines(layer, i, tile) {
  const scale = tile.size / layer.extent;
  const lines = [];
  for (let ring = layer.featureRing[i]; ring < layer.featureRing[i + 1]; ring += 1) {
    let line = [];
    for (let at = layer.ringStart[ring]; at + 1 < layer.ringStart[ring + 1]; at += 1) {
      const cut = clip(layer.xy[at * 2], layer.xy[at * 2 + 1], layer.xy[at * 2 + 2], layer.xy[at * 2 + 3], layer.extent);
      if (!cut) continue;
      const [x1, y1, x2, y2] = cut.map((value, k) => value * scale + (k % 2 ? tile.top : tile.left));
      const last = line.at(-1);
      if (!last || Math.hypot(last[0] - x1, last[1] - y1) > 0.01) {
        if (line.length > 1) lines.push(line);
        line = [[x1, y1]];
      }
      line.push([x2, y2]);
    }
    if (line.length > 1) lines.push(line);
  }
  return lines;
}

/* The part of a piece inside the tile's square (Liang and Barsky), or null. */
function clip(x1, y1, x2, y2, extent) {
  const [dx, dy] = [x2 - x1, y2 - y1];
  let [from, to] = [0, 1];
  for (const [p, q] of [[-dx, x1], [dx, extent - x1], [-dy, y1], [dy, extent - y1]]) {
    if (p === 0 && q < 0) return null;
    if (p === 0) continue;
    const share = q / p;
    if (p < 0) from = Math.max(from, share);
    else to = Math.min(to, share);
  }
  if (from >= to) return null;
  return [x1 + dx * from, y1 + dy * from, x1 + dx * to, y1 + dy * to];
}

/**
 * Joins lines of one name that meet end to end.
 * @param {Array<Array<[number, number]>>} lines
 */
export function joinLines(lines) {
  const open = lines.slice();
  const joined = [];
  while (open.length) {
    let line = open.pop();
    for (let next = takeMeeting(open, line); next; next = takeMeeting(open, line)) line = next;
    joined.push(line);
  }
  return joined;
}

function takeMeeting(open, line) {
  for (let i = 0; i < open.length; i += 1) {
    const merged = merge(line, open[i]);
    if (!merged) continue;
    open.splice(i, 1);
    return merged;
  }
  return null;
}

function merge(a, b) {
  if (near(a.at(-1), b[0])) return a.concat(b.slice(1));
  if (near(a.at(-1), b.at(-1))) return a.concat(b.slice(0, -1).reverse());
  if (near(a[0], b.at(-1))) return b.concat(a.slice(1));
  if (near(a[0], b[0])) return b.slice(1).reverse().concat(a);
  return null;
}

function near(a, b) {
  return Math.abs(a[0] - b[0]) < JOIN_PX && Math.abs(a[1] - b[1]) < JOIN_PX;
}

/** Distance along a line at each of its points. */
export function distances(line) {
  const along = [0];
  for (let i = 1; i < line.length; i += 1) {
    along.push(along[i - 1] + Math.hypot(line[i][0] - line[i - 1][0], line[i][1] - line[i - 1][1]));
  }
  return along;
}

/** The point at a distance along a line. */
export function pointAlong(line, along, distance) {
  let i = 1;
  while (i < along.length - 1 && along[i] < distance) i += 1;
  const span = along[i] - along[i - 1] || 1;
  const share = (distance - along[i - 1]) / span;
  return [
    line[i - 1][0] + (line[i][0] - line[i - 1][0]) * share,
    line[i - 1][1] + (line[i][1] - line[i - 1][1]) * share,
  ];
}

/**
 * Places each sign of a text along a line, centred at a distance; null where the road bends too
 * much. Each sign stands on the chord of its own width, which smooths small bends.
 * @returns {Array<{x: number, y: number, angle: number}>|null}
 */
export function placeAlong(line, along, centre, widths, maxTurn) {
  const total = widths.reduce((sum, width) => sum + width, 0);
  const places = [];
  let distance = centre - total / 2;
  let before = null;
  for (const width of widths) {
    const [from, to] = [pointAlong(line, along, distance), pointAlong(line, along, distance + width)];
    const angle = Math.atan2(to[1] - from[1], to[0] - from[0]);
    if (before !== null && Math.abs(turn(angle, before)) > maxTurn) return null;
    places.push({ x: (from[0] + to[0]) / 2, y: (from[1] + to[1]) / 2, angle });
    before = angle;
    distance += width;
  }
  return places;
}

/** Signed difference of two angles, between -π and π. */
export function turn(a, b) {
  return Math.atan2(Math.sin(a - b), Math.cos(a - b));
}
