import { distance } from "webmap/select/geodesy";
import { el } from "webmap/dom";
import { formatLength, gettext } from "webmap/i18n";

const LEAST_PX = 4;
const LOOK = { pane: "chosen", color: "#b45309", weight: 2, dashArray: "6 5", fillOpacity: 0.1, interactive: false };

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
  const hint = el("p", { class: "lasso-hint", role: "status", text: words });
  const veil = el("div", { class: "lasso-veil", tabindex: -1 }, hint);
  map.getContainer().append(veil);
  veil.focus({ preventScroll: true });
  let from = null;
  const at = (event) => {
    const box = veil.getBoundingClientRect();
    return L.point(event.clientX - box.left, event.clientY - box.top);
  };
  return new Promise((resolve) => {
    const end = (ends) => {
      veil.remove();
      document.removeEventListener("keydown", onKey, true);
      resolve(ends);
    };
    const onKey = (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      event.preventDefault();
      end(null);
    };
    document.addEventListener("keydown", onKey, true);
    veil.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      veil.setPointerCapture(event.pointerId);
      from = at(event);
    });
    veil.addEventListener("pointermove", (event) => {
      if (!from || from.distanceTo(at(event)) < LEAST_PX) return;
      hint.textContent = onDrag(map.containerPointToLatLng(from), map.containerPointToLatLng(at(event))) || words;
    });
    veil.addEventListener("pointerup", (event) => {
      const to = at(event);
      end(from && from.distanceTo(to) >= LEAST_PX ? [from, to].map((point) => map.containerPointToLatLng(point)) : null);
    });
    veil.addEventListener("pointercancel", () => end(null));
    for (const type of ["click", "dblclick", "wheel"]) veil.addEventListener(type, (event) => event.stopPropagation());
  });
}
