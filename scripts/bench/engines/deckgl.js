import { DATA_ZOOMS, LINE, LINE_PX, LINES_FROM, finish, packageFile, script } from "./shared.js";

for (const name of ["core", "layers", "extensions"]) await script(`@deck.gl/${name}/dist.min.js`);
// The next bundle has layers of 3D meshes too, whose base class nobody needs here.
globalThis.deck = { ...deck, SimpleMeshLayer: class {} };
await script("@deck.gl/geo-layers/dist.min.js");
await script("deck.gl-leaflet/dist/deck.gl-leaflet.umd.min.js");

/**
 * deck.gl in Leaflet by deck.gl-leaflet: one layer of vector tiles, which a worker of loaders.gl
 * (served from here, not from the public place it would take) turns into binary arrays. All grids
 * are coloured anew by another value of ``updateTriggers``: only the colour attribute is made
 * again. Nothing can be picked, and no tile is drawn twice while others are awaited.
 */
export async function start({ map, url, classes, palette }) {
  const colours = palette.map(bytesOf);
  const drawn = new Signal();
  const hasLines = map.getZoom() >= LINES_FROM;
  let [isLoaded, turn] = [false, 0];
  const Tiles = tilesOfGrids(deck.MVTLayer);
  const layerOf = (own, turn) => new Tiles({
    id: "grids", data: url, minZoom: DATA_ZOOMS[0], maxZoom: DATA_ZOOMS[1], binary: true,
    pickable: false, refinementStrategy: "no-overlap",
    loadOptions: { mvt: { workerUrl: packageFile("@loaders.gl/mvt/dist/mvt-worker.js") } },
    getFillColor: ({ properties }) => colours[own[properties.ordinal - 1]],
    updateTriggers: { getFillColor: turn },
    stroked: hasLines, getLineColor: bytesOf(LINE), getLineWidth: LINE_PX, lineWidthUnits: "pixels",
    onViewportLoad: () => { isLoaded = true; },
  });
  const overlay = new DeckGlLeaflet.LeafletLayer({
    views: [new deck.MapView({ repeat: true })], layers: [layerOf(classes, 0)], onAfterRender: () => isLoaded && drawn.give(),
  });
  overlay.addTo(map);
  await drawn.next();
  const canvas = map.getPane("overlayPane").querySelector("canvas");
  finish(canvas);
  return {
    async recolour(other) {
      turn += 1;
      overlay.setProps({ layers: [layerOf(other, turn)] });
      await drawn.next();
      finish(canvas);
    },
  };
}

/* Features of binary tiles lose their numbers on the way to the accessors, which see properties. */
function tilesOfGrids(Base) {
  return class extends Base {
    static layerName = "GridTiles";

    async getTileData(asked) {
      // Nothing comes of the ground beside the city.
      const tile = await super.getTileData(asked) ?? [];
      const { polygons } = tile;
      if (polygons) polygons.properties = polygons.fields.map(({ id }) => ({ ordinal: id }));
      return tile;
    }
  };
}

function bytesOf(colour) {
  const context = document.createElement("canvas").getContext("2d");
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data];
}

/* Something that happens again and again, to be awaited. */
class Signal {
  constructor() {
    this.waiting = [];
  }

  give() {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  next() {
    return new Promise((resolve) => this.waiting.push(resolve));
  }
}
