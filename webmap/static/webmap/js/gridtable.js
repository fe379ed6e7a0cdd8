import { editionCodes } from "webmap/api";
import { el } from "webmap/dom";
import { fill, formatCount, gettext } from "webmap/i18n";
import { toastError } from "webmap/toast";

const MOST = 200;

/**
 * The grids in view as a list: the equal of the map for those who do not see it.
 * @param {UnitGridLayer} grids
 * @param {(version: string, ordinal: number) => void} go
 * @returns {Node[]}
 */
export function tableContent(grids, go) {
  const seen = new Map();
  if (grids._map) grids.eachTileInView((layer, tile) => collect(grids._map, layer, tile, seen));
  if (!seen.size) return [el("p", { text: gettext("No grid in view. Zoom in or move to a district.") })];
  const rows = [...seen.values()].slice(0, MOST);
  const body = el("tbody");
  fillRows(body, rows, go);
  const note = seen.size > MOST
    ? fill(gettext("%(count)s grids in view; the first %(shown)s are listed. Zoom in for fewer."), { count: formatCount(seen.size), shown: MOST })
    : fill(gettext("%(count)s grids in view"), { count: formatCount(seen.size) });
  return [
    el("p", { class: "hint", text: note }),
    el("table", { class: "grid-table" },
      el("caption", { class: "visually-hidden", text: gettext("Grids in view") }),
      el("thead", {}, el("tr", {}, el("th", { scope: "col", text: gettext("No.") }), el("th", { scope: "col", text: gettext("Code") }))),
      body),
  ];
}

function collect(map, layer, tile, seen) {
  const view = map.getPixelBounds();
  const scale = tile.size / layer.extent;
  const box = [(view.min.x - tile.left) / scale, (view.min.y - tile.top) / scale, (view.max.x - tile.left) / scale, (view.max.y - tile.top) / scale];
  for (let i = 0; i < layer.length; i += 1) {
    const [west, north, east, south] = layer.boxes.subarray(i * 4, i * 4 + 4);
    if (west > box[2] || east < box[0] || north > box[3] || south < box[1]) continue;
    const { version } = tile.edition;
    seen.set(`${version} ${layer.ids[i]}`, { version, ordinal: layer.ids[i] });
  }
}

async function fillRows(body, rows, go) {
  rows.sort((a, b) => a.version.localeCompare(b.version) || a.ordinal - b.ordinal);
  try {
    const versions = [...new Set(rows.map((row) => row.version))];
    const codes = new Map(await Promise.all(versions.map(async (version) => [version, await editionCodes(version)])));
    body.replaceChildren(...rows.map((row) => el("tr", {},
      el("td", { text: row.ordinal }),
      el("td", {}, el("button", {
        type: "button", class: "link mono", text: codes.get(row.version)[row.ordinal - 1] ?? "",
        on: { click: () => go(row.version, row.ordinal) },
      })))));
  } catch (error) {
    toastError(error);
  }
}
