import { drawOnVeil } from "webmap/veil";

const STEP_PX = 6;
const LEAST_PX = 12;

/**
 * Lets the user draw round something on the map with mouse, pen or finger. Resolves with the ring
 * as [[longitude, latitude], …], closed; with null when given up by Esc or a mere click.
 * @param {L.Map} map
 * @param {string} words what is to be drawn round
 */
export function lasso(map, words) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.append(path);
  svg.setAttribute("class", "lasso-line");
  const points = [];
  return drawOnVeil(map, words, {
    begin: (point) => points.push(point),
    move(next) {
      if (!points.length) return;
      const last = points.at(-1);
      if (Math.hypot(next[0] - last[0], next[1] - last[1]) < STEP_PX) return;
      points.push(next);
      path.setAttribute("d", `M${points.map((point) => point.join(" ")).join("L")}Z`);
    },
    end: () => ringOf(map, points),
  }, [svg]);
}

function ringOf(map, points) {
  const [xs, ys] = [points.map((point) => point[0]), points.map((point) => point[1])];
  if (points.length < 3 || Math.max(...xs) - Math.min(...xs) < LEAST_PX || Math.max(...ys) - Math.min(...ys) < LEAST_PX) return null;
  const ring = points.map((point) => map.containerPointToLatLng(point)).map(({ lat, lng }) => [Number(lng.toFixed(7)), Number(lat.toFixed(7))]);
  return [...ring, ring[0]];
}
