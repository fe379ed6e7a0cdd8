import { config } from "webmap/config";
import { el } from "webmap/dom";
import { fill, formatNumber, gettext, ngettext } from "webmap/i18n";

const ENCODINGS = ["auto", "UTF-8", "GB18030", "GBK", "Big5"];

function crsText(crs) {
  if (!crs.name) return gettext("not named");
  return crs.epsg ? `${crs.name} · EPSG:${crs.epsg}` : crs.name;
}

function layerRow(layer) {
  const count = layer.features === null ? gettext("many") : formatNumber(layer.features);
  const wrong = layer.problems.map((problem) => el("p", { class: "import-problem" }, el("code", { text: problem.code }), ` ${problem.message}`));
  return el(
    "tr", {},
    el("th", { scope: "row" }, layer.name, el("small", { text: layer.geometry_type })),
    el("td", { class: "number", text: count }),
    el("td", { class: "data-words" }, crsText(layer.crs), layer.crs.note && el("small", { text: layer.crs.note }), ...wrong),
    el("td", { text: layer.encoding.name }),
  );
}

/* Values of the first layer are open: they show at a glance whether the encoding is right. */
function samples(layer, index) {
  return el(
    "details", { class: "import-samples", open: index === 0 },
    el("summary", { text: fill(gettext("Text of %(layer)s"), { layer: layer.name }) }),
    el("ul", {}, ...layer.samples.map((text) => el("li", { text }))),
  );
}

/** What is in a file: layers with count, reference system, encoding, and values to judge it by. */
export function inspectionView(found) {
  const heads = [gettext("Layer"), gettext("Features"), gettext("Reference system"), gettext("Encoding")];
  const shown = el(
    "table", { class: "data-table" },
    el("thead", {}, el("tr", {}, ...heads.map((text, i) => el("th", { scope: "col", class: i === 1 ? "number" : null, text })))),
    el("tbody", {}, ...found.layers.map(layerRow)),
  );
  const count = fill(ngettext("%(count)s layer", "%(count)s layers", found.layers.length), { count: found.layers.length });
  return [
    el("p", { class: "hint", text: `${found.file} · ${found.driver} · ${count}` }),
    el("div", { class: "data-scroll" }, shown),
    ...found.layers.filter((layer) => layer.samples.length).map(samples),
  ];
}

/** The names in a select: of fields, of layers. */
export function optionsOf(values, none) {
  return [el("option", { value: "", text: none }), ...values.map((value) => el("option", { value, text: value }))];
}

/** The form's lists of systems and encodings; what the upload has now comes first. */
export function answerLists(upload) {
  const known = (config.systems ?? []).map(({ value, name }) => [value, value === name ? name : `${name} · ${value}`]);
  const given = upload.crs && !known.some(([value]) => value === upload.crs) ? [[upload.crs, upload.crs]] : [];
  const systems = [["", gettext("as the file says")], ...given, ...known];
  return {
    systems: systems.map(([value, text]) => el("option", { value, text, selected: value === upload.crs })),
    encodings: [...new Set([...ENCODINGS, upload.encoding])].map((value) => el("option", {
      value, text: value === "auto" ? gettext("found by itself") : value, selected: value === upload.encoding,
    })),
  };
}
