import { el } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";

const SHOWN = 10;
const WEIGHT = ["refused", "repaired", "info"];
const SEVERITIES = { refused: () => gettext("refused"), repaired: () => gettext("mended"), info: () => gettext("noted") };

/** Groups the features of a report by severity and code, as an import itself tells them. */
export function grouped(features) {
  const groups = new Map();
  for (const { properties: { severity, code, layer, feature, message }, geometry } of features) {
    const key = `${severity} ${code}`;
    const group = groups.get(key) ?? groups.set(key, { severity, code, count: 0, rows: [] }).get(key);
    group.count += 1;
    if (group.rows.length < SHOWN) group.rows.push({ layer, feature, message, ...placeOf(geometry) });
  }
  return [...groups.values()].sort((a, b) => WEIGHT.indexOf(a.severity) - WEIGHT.indexOf(b.severity) || b.count - a.count);
}

function placeOf(geometry) {
  if (geometry?.type !== "Point") return { lon: null, lat: null };
  const [lon, lat] = geometry.coordinates;
  return { lon, lat };
}

function noteRow(row, code, onPlace) {
  const where = [row.layer, row.feature].filter(Boolean).join(" · ");
  const place = row.lon !== null && el("button", { type: "button", class: "button button-small", text: gettext("On the map"), on: { click: () => onPlace(row, code) } });
  return el("tr", {}, el("th", { scope: "row", text: where }), el("td", { class: "data-words", text: row.message }), el("td", {}, place));
}

function groupView(group, index, onPlace) {
  const more = group.count - group.rows.length;
  return el(
    "details", { class: `note-group note-${group.severity}`, open: index === 0, "data-code": group.code },
    el("summary", {}, el("b", { text: formatNumber(group.count) }), ` ${SEVERITIES[group.severity]()} `, el("code", { text: group.code }), el("span", { text: ` ${group.rows[0]?.message ?? ""}` })),
    el(
      "div", { class: "data-scroll" },
      el("table", { class: "data-table" }, el("tbody", {}, ...group.rows.map((row) => noteRow(row, group.code, onPlace)))),
    ),
    more > 0 && el("p", { class: "hint", text: fill(gettext("and %(count)s more; the report has them all"), { count: formatNumber(more) }) }),
  );
}

/**
 * The notes of an import, grouped, and where its whole report can be fetched.
 * @param {object[]} groups
 * @param {number|null} run key of the import's record; a dry run has none
 * @param {(row: object, code: string) => void} onPlace
 */
export function notesView(groups, run, onPlace) {
  const base = `/api/v1/imports/${run}/report`;
  const links = run && el(
    "p", { class: "data-actions" },
    el("a", { class: "button button-small", href: `${base}.csv`, download: true, text: gettext("Report as CSV") }),
    el("a", { class: "button button-small", href: `${base}.geojson`, download: true, text: gettext("Report as GeoJSON") }),
  );
  return el("div", { class: "note-groups" }, ...groups.map((group, index) => groupView(group, index, onPlace)), links);
}
