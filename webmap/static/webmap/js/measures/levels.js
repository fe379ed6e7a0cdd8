/* Which unit of ground is coloured at which zoom. Nothing of the page is known here. */

const EQUATOR_M_PX = 156_543.034;
const METRES_A_DEGREE = 111_320;
/* Below it a grid is no longer seen as one. */
const GRID_PX = 1.5;
/* Below it the streets of a district are specks. */
const DISTRICT_PX = 32;

/**
 * @typedef {{count: number, box: [number, number, number, number]}} Extent
 *   so many grids in a box of west, south, east, north
 */

/* Metres of the sides of a square as large as the box. */
function sideOf([west, south, east, north]) {
  const across = (east - west) * METRES_A_DEGREE * Math.cos((((south + north) / 2) * Math.PI) / 180);
  return Math.sqrt(across * (north - south) * METRES_A_DEGREE);
}

/**
 * What is coloured: grids, streets when a grid is less than a pixel or so, districts when their
 * streets are specks.
 * @param {Extent[]} extents of the districts in view @param {number} zoom
 * @returns {"grid"|"street"|"district"}
 */
export function levelAt(extents, zoom) {
  const known = extents.filter((one) => one.count > 0);
  if (!known.length) return "grid";
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const lat = mean(known.map(({ box }) => (box[1] + box[3]) / 2));
  const metres = (EQUATOR_M_PX * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;
  const sides = known.map(({ box }) => sideOf(box));
  if (mean(known.map(({ count }, n) => sides[n] / Math.sqrt(count))) >= GRID_PX * metres) return "grid";
  return mean(sides) >= DISTRICT_PX * metres ? "street" : "district";
}

/** The next zoom at which smaller units are coloured. @param {Extent[]} extents @param {number} zoom @param {number} most */
export function nearerZoom(extents, zoom, most) {
  const now = levelAt(extents, zoom);
  let next = zoom + 1;
  while (next < most && levelAt(extents, next) === now) next += 1;
  return next;
}
