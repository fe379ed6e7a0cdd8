import { editionCodes, request } from "webmap/api";
import { ALPHA, CASES, NONE, areasOf, casesClass, casesLegend } from "webmap/evaluation/colouring";

const MOST_CODES = 100;
const OF_GROUND = new Set(["grid", "community", "street", "district", "patrol"]);

/**
 * The cases of a part of a chart: colours for the map, and how many each object of a kind has.
 * @param {{label: string, params: object}} part
 * @param {URLSearchParams} asked district and days
 * @param {string} kind
 * @param {{version: string, district: string}} ground
 */
export async function colourPart(part, asked, kind, { version, district }) {
  const found = await request(`/api/v1/analysis/chosen?${new URLSearchParams([...asked, ...Object.entries(part.params)])}`);
  const codes = await editionCodes(version);
  const classes = new Uint8Array(codes.length).fill(NONE);
  const areas = OF_GROUND.has(kind) ? (kind === "grid" ? codes : await areasOf(kind, version, district)) : null;
  const objects = new Map(kind === "department" ? Object.entries(found.departments) : []);
  found.ordinals.forEach((ordinal, k) => {
    const n = found.counts[k];
    classes[ordinal - 1] = casesClass(n);
    const area = areas?.[ordinal - 1];
    if (area) objects.set(area, (objects.get(area) ?? 0) + n);
  });
  const most = [...objects].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_CODES);
  return {
    classes, areas, palette: CASES.map((colour) => `${colour}${ALPHA}`), legend: casesLegend(), title: part.label,
    only: areas || kind === "department" ? { counts: new Map(most), label: part.label } : null,
  };
}
