import { FileChooser, showStep } from "webmap/data/filechooser";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext, nameOf, ngettext } from "webmap/i18n";
import { post, remove, watchJob } from "webmap/api";
import { ratesView } from "webmap/data/rates";
import { showJob } from "webmap/data/jobbar";
import { toastError } from "webmap/toast";

const TABLE = /\.(csv|xlsx|zip)$/i;
const byId = (id) => document.getElementById(id);
const form = byId("batch-form");
const files = new FileChooser(showList, (upload) => TABLE.test(upload.name));
let layers = [];
let job = null;

function options(pairs) {
  return pairs.map(([value, text]) => el("option", { value, text }));
}

/* The likeliest column comes first: what it is called decides, as on the server. */
function likely(fields) {
  const known = new Map(fields.map((name) => [name.trim().toLowerCase(), name]));
  return known.get(config.address_columns.find((name) => known.has(name))) ?? "";
}

function showList(_upload, found) {
  layers = found.layers;
  const rows = layers.reduce((sum, layer) => sum + (layer.features ?? 0), 0);
  replace(byId("inspected"), el("p", { class: "hint", text: [found.file, fill(ngettext("%(count)s row", "%(count)s rows", rows), { count: formatNumber(rows) }), layers[0].encoding.name].join(" · ") }),
    el("div", { class: "import-samples" }, el("ul", {}, ...layers[0].samples.slice(0, 8).map((text) => el("li", { text: text.slice(0, 40) })))));
  byId("sheet-field").hidden = layers.length === 1;
  const sheet = layers.find((layer) => likely(names(layer))) ?? layers[0];
  replace(form.elements.layer, ...options(layers.map((layer) => [layer.name, layer.name])));
  form.elements.layer.value = sheet.name;
  fillFields();
  byId("outcome").replaceChildren();
}

function names(layer) {
  return layer.fields.map((field) => field.name);
}

function fillFields() {
  const fields = names(layers.find((layer) => layer.name === form.elements.layer.value));
  replace(form.elements.field, el("option", { value: "", text: gettext("choose a column") }), ...options(fields.map((name) => [name, name])));
  form.elements.field.value = likely(fields);
}

async function follow(ordered) {
  job = ordered;
  showStep("finding");
  byId("batch-cancel").disabled = false;
  try {
    job = await watchJob(ordered, (now) => showJob(byId("batch-bar"), byId("batch-words"), now));
  } catch (error) {
    toastError(error, () => follow(ordered));
    return;
  }
  showStep(files.chosen ? "ready" : "choose");
  showOutcome();
  await refreshLists();
}

function showOutcome() {
  if (job.state !== "done") {
    replace(byId("outcome"), el("p", { class: "import-problem", role: "alert" }, el("code", { text: job.error_code }), ` ${job.error_message}`));
    return;
  }
  const { batch, rows, ...counts } = job.result;
  replace(byId("outcome"), el("p", { role: "status", class: "import-done", text: fill(ngettext("%(count)s row done", "%(count)s rows done", rows), { count: formatNumber(rows) }) }),
    ...ratesView(counts, rows),
    el("div", { class: "data-actions" }, el("a", { class: "button button-primary", href: `/data/addresses/${batch}`, text: gettext("Review") })));
}

/* The table is the server's: it is fetched again as it stands. */
async function refreshLists() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  byId("batches").replaceWith(document.adoptNode(page.getElementById("batches")));
}

async function stop() {
  byId("batch-cancel").disabled = true;
  try {
    await post(`/api/v1/jobs/${job.id}/cancel`, {});
  } catch (error) {
    byId("batch-cancel").disabled = false;
    toastError(error);
  }
}

async function drop(id) {
  if (!window.confirm(gettext("Delete this list? What was corrected stays in the gazetteer."))) return;
  try {
    await remove(`/api/v1/batches/${id}`);
    await refreshLists();
  } catch (error) {
    toastError(error);
  }
}

form.elements.layer.addEventListener("change", fillFields);
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { layer, field, district } = form.elements;
  try {
    await follow((await post("/api/v1/batches", { upload: files.chosen.id, layer: layer.value, field: field.value, district: district.value })).job);
  } catch (error) {
    toastError(error);
  }
});
byId("batch-cancel").addEventListener("click", stop);
document.addEventListener("click", ({ target }) => {
  const id = target.closest?.("[data-delete]")?.dataset.delete;
  if (id) drop(id);
});

const districts = config.districts.map((one) => [one.code, `${nameOf(one)} ${one.code}`]);
replace(form.elements.district, ...options([["", gettext("all districts")], ...districts]));
showStep("choose");
files.list();
if (config.running.length) follow(config.running[0]);
document.documentElement.dataset.ready = "true";
