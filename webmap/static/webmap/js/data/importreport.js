import { el } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { request } from "webmap/api";

const COLOURS = { repaired: "#e08214", refused: "#c51b3a", info: "#4575b4" };
const CHANGES = {
  created: () => gettext("new"), updated: () => gettext("changed"),
  unmodified: () => gettext("as before"), removed: () => gettext("gone"),
};
const COUNTS = {
  read: () => gettext("read"), kept: () => gettext("taken"), left_out: () => gettext("not wanted by the layer map"),
  repaired: () => gettext("repaired"), refused: () => gettext("left out for a fault"),
};

function rows(result, names) {
  return Object.entries(names).map(([name, words]) => el("tr", {}, el("th", { scope: "row", text: words() }), el("td", { text: formatNumber(result[name] ?? 0) })));
}

/** The counts that an import or a dry run gave back. */
export function resultView(result) {
  const reasons = Object.entries(result).filter(([name, count]) => name.startsWith("why_") && count);
  const why = reasons.map(([name, count]) => el("tr", {}, el("th", { scope: "row" }, el("code", { text: name.slice(4) })), el("td", { text: formatNumber(count) })));
  return el("table", { class: "figures" }, el("tbody", {}, ...rows(result, COUNTS), ...why, ...rows(result, CHANGES)));
}

function marker(feature, latlng) {
  const { severity } = feature.properties;
  return L.circleMarker(latlng, { pane: "chosen", radius: 6, weight: 2, color: COLOURS[severity], fillOpacity: 0.5 });
}

function words({ properties }) {
  const { code, layer, feature, message } = properties;
  const place = [layer, feature].filter(Boolean).join(" · ");
  return el("div", {}, el("b", { text: code }), el("br"), place, el("br"), message);
}

/**
 * The notes of an import as marks on a map; each says what it is about.
 * @returns {Promise<{layer: L.GeoJSON, placed: number, count: number, features: object[]}>}
 */
export async function reportLayer(run) {
  const found = await request(`/api/v1/imports/${run}/report.geojson`);
  const placed = found.features.filter((feature) => feature.geometry);
  const layer = L.geoJSON({ type: "FeatureCollection", features: placed }, {
    pointToLayer: marker,
    onEachFeature: (feature, mark) => mark.bindPopup(() => words(feature)),
  });
  return { layer, placed: placed.length, count: found.features.length, features: found.features };
}

/** One note as a mark that says what it is about. */
export function placeMark(row, code) {
  const feature = { properties: { severity: "refused", code, ...row } };
  return marker(feature, [row.lat, row.lon]).bindPopup(() => words(feature));
}

/** A sentence on how many notes are shown. */
export function reportWords({ placed, count }) {
  return placed === count
    ? fill(gettext("%(count)s notes on the map"), { count: formatNumber(count) })
    : fill(gettext("%(placed)s of %(count)s notes have a place on the map"), { placed: formatNumber(placed), count: formatNumber(count) });
}
