import { LINE, LINE_PX, LINES_FROM, fired, script } from "./shared.js";

await script("leaflet.vectorgrid/dist/Leaflet.VectorGrid.bundled.min.js");

/**
 * Leaflet.VectorGrid on canvas. It knows features by their number; all grids are coloured anew by
 * ``setFeatureStyle`` of those that changed, which paints no sooner than the next frame and is
 * faster than to draw every tile from the beginning. Styles are shared by the grids of a class;
 * no mouse is watched.
 */
export async function start({ map, url, classes, palette }) {
  const stroke = map.getZoom() >= LINES_FROM;
  const styles = palette.map((colour) => ({
    fill: true, fillColor: colour, fillOpacity: 1, stroke, color: LINE, opacity: 1, weight: LINE_PX,
  }));
  const layer = L.vectorGrid.protobuf(url, {
    rendererFactory: L.canvas.tile, interactive: false, getFeatureId: (feature) => feature.id,
    fetchOptions: { credentials: "same-origin" },
  });
  let shown = tell(layer, styles, classes, null);
  const painted = fired(layer, "load");
  layer.addTo(map);
  await painted;
  return {
    async recolour(other) {
      shown = tell(layer, styles, other, shown);
      // Its tiles paint in the frame after.
      await new Promise(requestAnimationFrame);
    },
  };
}

function tell(layer, styles, classes, before) {
  for (let i = 0; i < classes.length; i += 1) {
    if (!before || classes[i] !== before[i]) layer.setFeatureStyle(i + 1, styles[classes[i]]);
  }
  return classes;
}
