/*
 * GCJ-02, the offset system of China's public web maps, by the formula in common use ("eviltransform",
 * github.com/googollee/eviltransform): the same as geocode/gcj02.py, which says what is known of it.
 */
const BOX = { west: 72.004, south: 0.8293, east: 137.8347, north: 55.8271 };
const A_M = 6378245;
const E2 = 0.00669342162296594323;
const ROUNDS = 5;
const { PI, sin, cos, sqrt, abs } = Math;

function metres(x, y) {
  const root = sqrt(abs(x));
  const both = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
  let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both;
  north += ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3;
  north += ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
  let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both;
  east += ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3;
  east += ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  return [east, north];
}

/* What is added to latitude and longitude, in degrees. */
function offset({ lat, lng }) {
  const [east, north] = metres(lng - 105, lat - 35);
  const angle = (lat * PI) / 180;
  const inner = 1 - E2 * sin(angle) ** 2;
  const meridian = (A_M * (1 - E2)) / inner ** 1.5;
  const parallel = (A_M / sqrt(inner)) * cos(angle);
  return [(north / meridian) * (180 / PI), (east / parallel) * (180 / PI)];
}

function isInside({ lat, lng }) {
  return lng >= BOX.west && lng <= BOX.east && lat >= BOX.south && lat <= BOX.north;
}

/** Where a map in GCJ-02 shows a place. @param {L.LatLng} place @returns {L.LatLng} */
export function toGcj02(place) {
  if (!isInside(place)) return place;
  const [lat, lng] = offset(place);
  return L.latLng(place.lat + lat, place.lng + lng);
}

/** Which place a map in GCJ-02 shows at a point, by iteration. @param {L.LatLng} shown @returns {L.LatLng} */
export function fromGcj02(shown) {
  if (!isInside(shown)) return shown;
  let found = shown;
  for (let round = 0; round < ROUNDS; round += 1) {
    const [lat, lng] = offset(found);
    found = L.latLng(shown.lat - lat, shown.lng - lng);
  }
  return found;
}
