import { distance } from "webmap/select/geodesy";
import { formatNumber } from "webmap/i18n";

const PIXEL_MM = 25.4 / 96;

/**
 * Metres on the ground for a pixel of the map, along its middle.
 * @param {L.Map} map
 */
export function metresAPixel(map) {
  const { x, y } = map.getSize();
  const [west, east] = [0, x].map((at) => map.containerPointToLatLng([at, y / 2]));
  return distance(west, east) / x;
}

/** A round length that is at most so long: 1, 2 or 5 with noughts. */
export function roundLength(metres) {
  const power = 10 ** Math.floor(Math.log10(metres));
  return power * [5, 2, 1].find((step) => step * power <= metres);
}

/**
 * The number of a scale, to three digits.
 * @param {number} metres on the ground for a pixel
 * @param {number} [pixelMm] size of a pixel on the paper or screen
 */
export function scaleNumber(metres, pixelMm = PIXEL_MM) {
  const exact = (metres * 1000) / pixelMm;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(exact)) - 2);
  return Math.round(exact / step) * step;
}

/** A scale as it is written. */
export function scaleText(number) {
  return `1 : ${formatNumber(number)}`;
}
