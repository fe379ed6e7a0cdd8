import { el, replace } from "webmap/dom";
import { exportRow } from "webmap/select/exportrow";
import { fill, gettext } from "webmap/i18n";
import { gridTable } from "webmap/select/table";

/** The grids of a selection: all of them, or those with cases of one hour of the week. */
export class GridSection {
  /** @param {object} told answer to the selection @param {{on: string, go: (version: string, ordinal: number) => void}} around */
  constructor(told, around) {
    Object.assign(this, { told, around, node: el("section", { class: "stack select-grids" }) });
    this.showAll();
  }

  /** Shows all grids. */
  showAll() {
    this.show(gettext("Unit grids"), this.told.grids);
  }

  /**
   * Shows those that have cases of an hour, the most first.
   * @param {string} hour in words @param {{code: string, n: number}[]} found
   * @returns {number} how many cases lie in them
   */
  showHour(hour, found) {
    const grids = narrowed(this.told.grids, hour, found);
    this.show(fill(gettext("Unit grids with cases of %(hour)s"), { hour }), grids);
    return grids.rows.hour.reduce((sum, n) => sum + n, 0);
  }

  show(title, grids) {
    const table = gridTable(grids, this.around.go);
    replace(this.node, el("h3", { text: title }), exportRow(this.told, table, this.around.on) ?? "", table.node);
  }
}

function narrowed(grids, hour, found) {
  const counts = new Map(found.map(({ code, n }) => [code, n]));
  const kept = [...grids.rows.code.keys()].filter((i) => counts.has(grids.rows.code[i]));
  const rows = Object.fromEntries(Object.entries(grids.rows).map(([key, column]) => [key, column && kept.map((i) => column[i])]));
  // The hour takes the room of the area, which says nothing of it.
  return { ...grids, count: kept.length, hour, rows: { ...rows, area_m2: null, hour: rows.code.map((code) => counts.get(code)) } };
}
