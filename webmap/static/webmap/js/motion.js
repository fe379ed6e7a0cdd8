const asked = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Whether the system asks for no movement. */
export const isStill = () => asked.matches;

/* Leaflet moves by script and by style, and asks the system about neither. */
const StillMap = L.Map.extend({
  options: { zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false, inertia: false },

  panBy(offset, options) {
    return L.Map.prototype.panBy.call(this, offset, { ...options, animate: false });
  },

  flyTo(center, zoom) {
    return this.setView(center, zoom, { animate: false });
  },
});

/**
 * Leaflet's map, that jumps where it would glide for whoever wants no movement.
 * @param {string|HTMLElement} node
 * @param {object} options of Leaflet
 */
export function newMap(node, options) {
  return isStill() ? new StillMap(node, options) : L.map(node, options);
}
