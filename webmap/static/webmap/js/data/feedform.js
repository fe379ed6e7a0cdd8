import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { optionsOf } from "webmap/data/inspection";

const NOT_READ = "-";
const byId = (id) => document.getElementById(id);
const form = byId("import-form");

function columnField(attribute, fields, seen) {
  const words = seen ? fill(gettext("recognised: %(column)s"), { column: seen }) : gettext("none");
  const select = el("select", { "data-attribute": attribute.name }, ...optionsOf(fields, words));
  if (seen) select.append(el("option", { value: NOT_READ, text: gettext("do not read") }));
  return el("label", { class: seen ? "field is-seen" : "field" }, attribute.title, select);
}

/* Only what the user chose; the others are read by their names. */
function columns() {
  const chosen = [...byId("feed-columns").querySelectorAll("select")].filter((select) => select.value);
  return Object.fromEntries(chosen.map((select) => [select.dataset.attribute, select.value === NOT_READ ? "" : select.value]));
}

/** Shows what of an inspected file would be read as past cases. */
export function showFeed(found) {
  const seen = Object.assign({}, ...found.layers.map((layer) => found.feed.layers[layer.name].columns).reverse());
  const fields = [...new Set(found.layers.flatMap((layer) => layer.fields.map((field) => field.name)))];
  replace(byId("feed-columns"), ...config.caseAttributes.map((one) => columnField(one, fields, seen[one.name])));
  byId("feed-seen").textContent = fill(gettext("%(count)s of %(all)s recognised by their names"), { count: Object.keys(seen).length, all: config.caseAttributes.length });
}

/** Whether past cases can be imported: their classes are there. */
export function hasCaseCatalogue() {
  return form.elements.case_catalogue.options.length > 0;
}

/** The part of an order that is about past cases. */
export function feedOrder() {
  const { case_catalogue: catalogue, channel, zone } = form.elements;
  return { case_catalogue: catalogue.value, channel: channel.value, zone: zone.value, case_columns: columns() };
}
