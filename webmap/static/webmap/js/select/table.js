import { el } from "webmap/dom";
import { fill, formatNumber, gettext, nameOf } from "webmap/i18n";

const ROW_PX = 34;
const SPARE_ROWS = 8;

/**
 * The selected grids as a table of any length: only the rows in sight are in the page. A press on a
 * head sorts by it, a second one the other way round.
 * @param {object} grids of the answer to a selection; ``hour`` names the hour of a column of that name, by which they are sorted first
 * @param {(version: string, ordinal: number) => void} go
 * @returns {{node: HTMLElement, order: () => Uint32Array, columns: object[]}}
 */
export function gridTable(grids, go) {
  const columns = columnsOf(grids);
  const order = Uint32Array.from({ length: grids.count }, (_none, i) => i);
  const sorted = { by: "code", down: false };
  const body = el("tbody");
  const heads = columns.map((one) => el("th", { scope: "col", class: one.isNumber && "is-number" },
    el("button", { type: "button", text: one.title, on: { click: () => sort(one) } })));
  const table = el("table", { class: "grid-table select-table", "aria-rowcount": grids.count + 1 },
    el("caption", { class: "visually-hidden", text: gettext("Selected grids") }),
    el("thead", {}, el("tr", { "aria-rowindex": 1 }, ...heads)), body);
  const node = el("div", { class: "select-scroll", tabindex: 0, role: "region", "aria-label": gettext("Selected grids") }, table);

  function sort(column) {
    sorted.down = sorted.by === column.key ? !sorted.down : Boolean(column.isNumber);
    sorted.by = column.key;
    order.sort((a, b) => (sorted.down ? column.compare(b, a) : column.compare(a, b)) || a - b);
    node.scrollTop = 0;
    paint();
  }

  function paint() {
    columns.forEach((one, i) => heads[i].setAttribute("aria-sort", one.key !== sorted.by ? "none" : sorted.down ? "descending" : "ascending"));
    const inSight = Math.ceil((node.clientHeight || 320) / ROW_PX);
    const first = Math.max(0, Math.floor(node.scrollTop / ROW_PX) - SPARE_ROWS);
    const last = Math.min(order.length, first + inSight + 2 * SPARE_ROWS);
    const rows = Array.from({ length: last - first }, (_none, i) => line(first + i));
    body.replaceChildren(spacer(first, columns.length), ...rows, spacer(order.length - last, columns.length));
  }

  function line(place) {
    const i = order[place];
    return el("tr", { "aria-rowindex": place + 2 }, ...columns.map((one) => (one.key === "code"
      ? el("td", {}, el("button", { type: "button", class: "link mono", text: one.text(i), on: { click: () => go(grids.editions[grids.rows.edition[i]].version, grids.rows.ordinal[i]) } }))
      : el("td", { class: one.isNumber && "is-number", text: one.text(i), title: one.isNumber ? null : one.text(i) }))));
  }

  let asked = 0;
  node.addEventListener("scroll", () => {
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(paint);
  });
  new ResizeObserver(paint).observe(node);
  const first = columns.find((one) => one.key === "hour");
  if (first) sort(first);
  else paint();
  return { node, order: () => order, columns };
}

function spacer(rows, colspan) {
  const cell = el("td", { colspan });
  cell.style.height = `${rows * ROW_PX}px`;
  return el("tr", { class: "spacer", "aria-hidden": "true", hidden: !rows }, cell);
}

function columnsOf({ rows, communities, hour }) {
  const names = communities.map(nameOf);
  const ranks = names.map((name, i) => [name, i]).sort((a, b) => a[0].localeCompare(b[0])).reduce((all, [, i], rank) => all.set(i, rank), new Map());
  const number = (key, title, digits = (value) => formatNumber(value)) => rows[key] && {
    key, title, isNumber: true, text: (i) => digits(rows[key][i]), plain: (i) => rows[key][i], compare: (a, b) => rows[key][a] - rows[key][b],
  };
  return [
    { key: "code", title: gettext("Code"), text: (i) => rows.code[i], plain: (i) => rows.code[i], compare: (a, b) => (rows.code[a] < rows.code[b] ? -1 : Number(rows.code[a] > rows.code[b])) },
    { key: "community", title: gettext("Community"), text: (i) => names[rows.community[i]], plain: (i) => names[rows.community[i]], compare: (a, b) => ranks.get(rows.community[a]) - ranks.get(rows.community[b]) },
    number("hour", hour),
    number("area_m2", gettext("Area (m²)")),
    number("components", gettext("Components")),
    number("open", gettext("Open cases")),
    number("recent", fill(gettext("Cases of %(n)s days"), { n: 30 })),
  ].filter(Boolean);
}

/**
 * The table as CSV, in its order; texts that a spreadsheet would take for a formula are defused.
 * @param {{order: () => Uint32Array, columns: object[]}} table
 */
export function tableCsv({ order, columns }) {
  const cell = (value) => {
    const text = String(value);
    const safe = /^[=+\-@\t\r]/.test(text) && typeof value !== "number" ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  const lines = [columns.map((one) => cell(one.title)).join(",")];
  for (const i of order()) lines.push(columns.map((one) => cell(one.plain(i))).join(","));
  // Spreadsheets read UTF-8 only with its mark.
  return `\ufeff${lines.join("\r\n")}\r\n`;
}
