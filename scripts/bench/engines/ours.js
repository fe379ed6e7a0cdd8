import { TileStore } from "webmap/tiles";
import { UnitGridLayer } from "webmap/gridlayer";

/* The unit grid layer of the site. */
export async function start({ map, url, classes, palette }) {
  const grids = new UnitGridLayer(new TileStore(), { maxZoom: 19, minZoom: 9 });
  grids.setLook({ fill: "transparent", line: "rgba(24, 78, 190, 0.8)", draft: "#000" });
  const bounds = L.latLngBounds([-85, -180], [85, 180]);
  grids.setEditions([{ version: "bench", url, bounds, minZoom: 9, maxZoom: 14, count: classes.length, draft: false }]);
  grids.setColours("bench", classes, palette);
  const painted = new Promise((resolve) => grids.once("load", resolve));
  grids.addTo(map);
  await painted;
  return {
    async recolour(other) {
      grids.setColours("bench", other, palette);
      while (grids.queue.size) await new Promise(requestAnimationFrame);
    },
    at: (latlng) => grids.gridAt(latlng)?.ordinal ?? 0,
  };
}
