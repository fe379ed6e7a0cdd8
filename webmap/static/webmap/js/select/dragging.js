import { distance } from "webmap/select/geodesy";
import { drawOnVeil } from "webmap/veil";
import { formatLength, gettext } from "webmap/i18n";

const LEAST_PX = 4;
/** How what selects is drawn. */
export const LOOK = { pane: "chosen", color: "#b45309", weight: 2, dashArray: "6 5", fillOpacity: 0.1, interactive: false };

/** A box drawn by dragging. @param {L.Map} map @returns {Promise<object|null>} the shape, see ``shapes.js`` */
export async function dragBox(map) {
  const rectangle = L.rectangle([[0, 0], [0, 0]], LOOK);
  const ends = await drag(map, gettext("Drag a box; Esc gives up."), (from, to) => {
    rectangle.setBounds(L.latLngBounds(from, to)).addTo(map);
    return "";
  });
  rectangle.remove();
  if (!ends) return null;
  const box = L.latLngBounds(...ends);
  return { kind: "box", box: [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()] };
}

/** A circle drawn from its centre; its radius is told while it is drawn. */
export async function dragCircle(map) {
  const ring = L.circle([0, 0], { ...LOOK, radius: 1 });
  const ends = await drag(map, gettext("Drag from the centre outwards; Esc gives up."), (from, to) => {
    const metres = distance(from, to);
    ring.setLatLng(from).setRadius(metres).addTo(map);
    return formatLength(metres);
  });
  ring.remove();
  if (!ends) return null;
  const [{ lng, lat }] = ends;
  return { kind: "circle", center: [lng, lat], radius_m: Math.max(1, Math.round(distance(...ends))) };
}

/* Resolves with the places where a drag began and ended; null for Esc or a mere press. */
function drag(map, words, onDrag) {
  let from = null;
  const ends = (to) => [from, to].map((point) => map.containerPointToLatLng(point));
  const isFar = (to) => from && Math.hypot(to[0] - from[0], to[1] - from[1]) >= LEAST_PX;
  return drawOnVeil(map, words, {
    begin(point) { from = point; },
    move(to, hint) {
      if (isFar(to)) hint.textContent = onDrag(...ends(to)) || words;
    },
    end: (to) => (isFar(to) ? ends(to) : null),
  });
}
