import { config, isChinese } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { optionsOf } from "webmap/data/inspection";
import { post } from "webmap/api";
import { toastError } from "webmap/toast";

const NOT_READ = "-";
const byId = (id) => document.getElementById(id);
const form = byId("import-form");
let found = { layers: [], survey: { layers: {} } };

function named({ code, name, name_en: nameEn }) {
  return `${code} ${(!isChinese && nameEn) || name}`;
}

function catalogue() {
  return config.catalogues.find(({ version }) => version === form.elements.catalogue.value);
}

function classNamed(code) {
  const kind = catalogue()?.classes.find((one) => one.code === code);
  return kind ? named(kind) : code;
}

/* --- layers */

function boxes() {
  return [...byId("survey-layers").querySelectorAll("input")];
}

function chosenLayers() {
  const names = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  return found.layers.filter((layer) => names.has(layer.name));
}

/* What a layer is read as: by its columns, or by its own name. */
function classWords(layer) {
  const seen = found.survey.layers[layer.name];
  const code = seen.classes[form.elements.catalogue.value];
  if (seen.columns.kind) return fill(gettext("class by column %(column)s"), { column: seen.columns.kind });
  if (seen.columns.code) return fill(gettext("class by the code in column %(column)s"), { column: seen.columns.code });
  return code ? fill(gettext("class %(name)s by the name of the layer"), { name: classNamed(code) }) : gettext("class not named: choose one");
}

function showLayers() {
  const kept = new Map(boxes().map((box) => [box.value, box.checked]));
  replace(byId("survey-layers"), ...found.layers.map((layer) => {
    const count = layer.features === null ? "" : ` · ${formatNumber(layer.features)}`;
    return el(
      "label", {},
      el("input", { type: "checkbox", value: layer.name, checked: kept.get(layer.name) ?? true, on: { change: showColumns } }),
      el("span", { text: `${layer.name}${count}` }), el("small", { text: classWords(layer) }),
    );
  }));
}

/* --- columns */

function recognisedColumns() {
  const all = chosenLayers().map((layer) => found.survey.layers[layer.name].columns);
  return Object.assign({}, ...all.reverse());
}

function columnField(attribute, fields, seen) {
  const words = seen ? fill(gettext("recognised: %(column)s"), { column: seen }) : gettext("none");
  const select = el("select", { "data-attribute": attribute.name }, ...optionsOf(fields, words));
  if (seen) select.append(el("option", { value: NOT_READ, text: gettext("do not read") }));
  return el("label", { class: seen ? "field is-seen" : "field" }, attribute.title, select);
}

function showColumns() {
  const given = columns();
  const seen = recognisedColumns();
  const fields = [...new Set(chosenLayers().flatMap((layer) => layer.fields.map((field) => field.name)))];
  replace(byId("survey-columns"), ...config.attributes.map((one) => columnField(one, fields, seen[one.name])));
  for (const select of selects()) {
    const value = given[select.dataset.attribute];
    if (value !== undefined) select.value = value || NOT_READ;
    if (select.selectedIndex < 0) select.value = "";
  }
  byId("survey-seen").textContent = fill(gettext("%(count)s of %(all)s recognised by their names"), { count: Object.keys(seen).length, all: config.attributes.length });
}

function selects() {
  return [...byId("survey-columns").querySelectorAll("select")];
}

/* Only what the user chose; the others are read by their names. */
function columns() {
  const chosen = selects().filter((select) => select.value);
  return Object.fromEntries(chosen.map((select) => [select.dataset.attribute, select.value === NOT_READ ? "" : select.value]));
}

/* --- catalogues */

function showCatalogues() {
  const loaded = config.catalogues.length > 0;
  byId("survey-none").hidden = loaded;
  byId("survey-fields").hidden = !loaded;
  byId("survey-fields").disabled = !loaded;
  replace(form.elements.catalogue, ...config.catalogues.map((one) => el("option", { value: one.version, text: (!isChinese && one.name_en) || one.name })));
  showClasses();
}

function showClasses() {
  const classes = catalogue()?.classes ?? [];
  replace(form.elements.kind, el("option", { value: "", text: gettext("by the name of the layer") }), ...classes.map((one) => el("option", { value: one.code, text: named(one) })));
}

/* The catalogue is the server's: the page's own settings are fetched again as they stand. */
async function loadCatalogue({ currentTarget: button }) {
  button.disabled = true;
  try {
    await post(`/api/v1/catalogues/${button.dataset.version}/load`, {});
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    config.catalogues = JSON.parse(page.getElementById("wanmi-config").textContent).catalogues;
    showCatalogues();
    document.dispatchEvent(new CustomEvent("wanmi:catalogue"));
  } catch (error) {
    toastError(error);
  } finally {
    button.disabled = false;
  }
}

/** Shows what of an inspected file would be read as components. */
export function showSurvey(inspected) {
  found = inspected;
  byId("survey-columns").replaceChildren();
  byId("survey-layers").replaceChildren();
  showLayers();
  byId("survey-layers-part").hidden = found.layers.length < 2 && !Object.values(found.survey.layers).some(({ classes }) => Object.keys(classes).length);
  showColumns();
}

/** Whether components can be imported: their classes are there. */
export function hasCatalogue() {
  return config.catalogues.length > 0;
}

/** The part of an order that is about components. */
export function surveyOrder() {
  const layers = chosenLayers().map((layer) => layer.name);
  return {
    catalogue: form.elements.catalogue.value, kind: form.elements.kind.value, columns: columns(), day: form.elements.day.value || null,
    whole: form.elements.whole.checked, only_layers: layers.length === found.layers.length ? [] : layers,
  };
}

byId("load-catalogue").addEventListener("click", loadCatalogue);
form.elements.catalogue.addEventListener("change", () => {
  showClasses();
  showLayers();
});
showCatalogues();
