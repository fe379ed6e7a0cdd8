import { TileStore } from "webmap/tiles";
import { UnitGridLayer } from "webmap/gridlayer";
import { DATA_ZOOMS, LINE, fired } from "./shared.js";

/* The unit grid layer of the site: colours are a look into a table for each pixel. */
export async function start({ map, url, classes, palette }) {
  const grids = new UnitGridLayer(new TileStore(), { maxZoom: 19, minZoom: 9 });
  const [minZoom, maxZoom] = DATA_ZOOMS;
  grids.setLook({ fill: "transparent", line: LINE, draft: "#000" });
  const bounds = L.latLngBounds([-85, -180], [85, 180]);
  grids.setEditions([{ version: "bench", url, bounds, minZoom, maxZoom, count: classes.length, draft: false }]);
  grids.setColours("bench", classes, palette);
  const painted = fired(grids, "load");
  grids.addTo(map);
  await painted;
  return {
    async recolour(other) {
      grids.setColours("bench", other, palette);
      while (grids.queue.size) await new Promise(requestAnimationFrame);
    },
  };
}
