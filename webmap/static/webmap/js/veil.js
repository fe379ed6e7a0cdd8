import { el } from "webmap/dom";

/**
 * A veil over the map on which something is drawn with mouse, pen or finger; Esc gives up.
 * @template T
 * @param {L.Map} map
 * @param {string} words what is to be drawn
 * @param {{begin: (point: number[]) => void, move: (point: number[], hint: HTMLElement) => void, end: (point: number[]) => T|null}} hand
 *   points are pixels of the map
 * @param {Node[]} [drawn] what stands on the veil
 * @returns {Promise<T|null>} what ``end`` made of it; null when given up
 */
export function drawOnVeil(map, words, hand, drawn = []) {
  const hint = el("p", { class: "lasso-hint", role: "status", text: words });
  const veil = el("div", { class: "lasso-veil", tabindex: -1 }, ...drawn, hint);
  map.getContainer().append(veil);
  veil.focus({ preventScroll: true });
  const at = (event) => {
    const box = veil.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  return new Promise((resolve) => {
    const end = (found) => {
      veil.remove();
      document.removeEventListener("keydown", onKey, true);
      resolve(found);
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
      hand.begin(at(event));
    });
    veil.addEventListener("pointermove", (event) => hand.move(at(event), hint));
    veil.addEventListener("pointerup", (event) => end(hand.end(at(event))));
    veil.addEventListener("pointercancel", () => end(null));
    for (const type of ["click", "dblclick", "wheel"]) veil.addEventListener(type, (event) => event.stopPropagation());
  });
}
