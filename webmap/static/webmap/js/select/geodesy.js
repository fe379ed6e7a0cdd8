/* The ellipsoid of WGS 84; that of CGCS2000 differs by 0.1 mm in its shorter axis. */
const A = 6378137;
const F = 1 / 298.257223563;
const B = A * (1 - F);
const E2 = F * (2 - F);
const E = Math.sqrt(E2);
const RAD = Math.PI / 180;
const MOST_ROUNDS = 100;
const ENOUGH = 1e-12;

/** What `authalic` divides by: the same at the pole. */
const AT_POLE = q(1);
const AUTHALIC_RADIUS = A * Math.sqrt(AT_POLE / 2);

/**
 * The length of the geodesic between two places in metres (Vincenty's inverse formula).
 * @param {{lat: number, lng: number}} from
 * @param {{lat: number, lng: number}} to
 */
export function distance(from, to) {
  const lon = (to.lng - from.lng) * RAD;
  const [u1, u2] = [from, to].map(({ lat }) => Math.atan((1 - F) * Math.tan(lat * RAD)));
  const [sin1, cos1, sin2, cos2] = [Math.sin(u1), Math.cos(u1), Math.sin(u2), Math.cos(u2)];
  let lambda = lon;
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const across = cos2 * Math.sin(lambda);
    const along = cos1 * sin2 - sin1 * cos2 * Math.cos(lambda);
    const sinSigma = Math.hypot(across, along);
    if (sinSigma === 0) return 0;
    const cosSigma = sin1 * sin2 + cos1 * cos2 * Math.cos(lambda);
    const sigma = Math.atan2(sinSigma, cosSigma);
    const sinAlpha = (cos1 * cos2 * Math.sin(lambda)) / sinSigma;
    const cos2Alpha = 1 - sinAlpha * sinAlpha;
    const cosMiddle = cos2Alpha ? cosSigma - (2 * sin1 * sin2) / cos2Alpha : 0;
    const c = (F / 16) * cos2Alpha * (4 + F * (4 - 3 * cos2Alpha));
    const next = lon + (1 - c) * F * sinAlpha * (sigma + c * sinSigma * (cosMiddle + c * cosSigma * (2 * cosMiddle * cosMiddle - 1)));
    if (Math.abs(next - lambda) < ENOUGH) return lengthOf({ cos2Alpha, cosMiddle, cosSigma, sinSigma, sigma });
    lambda = next;
  }
  // Only for places opposite each other on the globe.
  return Math.PI * A;
}

function lengthOf({ cos2Alpha, cosMiddle, cosSigma, sinSigma, sigma }) {
  const u = (cos2Alpha * (A * A - B * B)) / (B * B);
  const a = 1 + (u / 16384) * (4096 + u * (-768 + u * (320 - 175 * u)));
  const b = (u / 1024) * (256 + u * (-128 + u * (74 - 47 * u)));
  const first = cosSigma * (2 * cosMiddle * cosMiddle - 1);
  const second = (b / 6) * cosMiddle * (4 * sinSigma * sinSigma - 3) * (4 * cosMiddle * cosMiddle - 3);
  return B * a * (sigma - b * sinSigma * (cosMiddle + (b / 4) * (first - second)));
}

/** The length of a line of places in metres. @param {{lat: number, lng: number}[]} places */
export function lengthAlong(places) {
  return places.slice(1).reduce((sum, place, i) => sum + distance(places[i], place), 0);
}

/**
 * The area of a polygon in square metres: that of the sphere as large as the ellipsoid, at latitudes
 * that keep areas; true to a few parts in a million for a city.
 * @param {{lat: number, lng: number}[]} places the last is joined to the first
 */
export function areaWithin(places) {
  if (places.length < 3) return 0;
  let sum = 0;
  places.forEach((place, i) => {
    const next = places[(i + 1) % places.length];
    const [t1, t2] = [place, next].map(({ lat }) => Math.tan(authalic(lat * RAD) / 2));
    const turn = Math.tan(((next.lng - place.lng) * RAD) / 2);
    sum += 2 * Math.atan2(turn * (t1 + t2), 1 + t1 * t2);
  });
  return Math.abs(sum) * AUTHALIC_RADIUS ** 2;
}

function q(sin) {
  return (1 - E2) * (sin / (1 - E2 * sin * sin) - Math.log((1 - E * sin) / (1 + E * sin)) / (2 * E));
}

function authalic(lat) {
  return Math.asin(q(Math.sin(lat)) / AT_POLE);
}
