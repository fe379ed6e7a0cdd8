import { FileChooser, showStep } from "webmap/data/filechooser";
import { Theme } from "webmap/theme";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { inspectionView, optionsOf } from "webmap/data/inspection";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { grouped, notesView } from "webmap/data/importnotes";
import { feedOrder, hasCaseCatalogue, showFeed } from "webmap/data/feedform";
import { hasCatalogue, showSurvey, surveyOrder } from "webmap/data/surveyform";
import { ownOrder, showOwnMap } from "webmap/data/ownmap";
import { post, request, watchJob } from "webmap/api";
import { placeMark, reportLayer, reportWords, resultView } from "webmap/data/importreport";
import { showJob } from "webmap/data/jobbar";
import { toast, toastError } from "webmap/toast";

const EXTENT = { color: "#d73027", weight: 2, dashArray: "6 4", fill: false, interactive: false };
const OUTCOMES = {
  done: () => gettext("Imported."), unchanged: () => gettext("The same file was imported before; nothing has changed."),
  "dry run": () => gettext("Dry run: nothing was written. This would come of it:"),
};
const GOOD_ROWS = ["E-COMPONENT-ROWS", "E-CASE-ROWS"];
const byId = (id) => document.getElementById(id);
const form = byId("import-form");
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const extent = L.featureGroup().addTo(map);
const report = L.featureGroup().addTo(map);
const files = new FileChooser(showInspection);
let job = null;
let tried = false;

/* --- the file */

function showInspection(_upload, found) {
  replace(byId("inspected"), ...inspectionView(found));
  const fields = [...new Set(found.layers.flatMap((layer) => layer.fields.map((field) => field.name)))];
  for (const name of ["code_field", "name_field", "name_en_field"]) replace(form.elements[name], ...optionsOf(fields, gettext("the usual one")));
  replace(form.elements.layer, ...optionsOf(found.layers.map((layer) => layer.name), gettext("the usual one")));
  form.elements.layers.value = found.layer_map ?? "own";
  form.elements.dataset.placeholder = found.file.split(".")[0];
  form.elements.what.value = kindOf(found);
  form.elements.skip_bad.checked = false;
  showSurvey(found);
  showFeed(found);
  showOwnMap(found);
  byId("result").replaceChildren();
  showExtent(found);
  showKind();
}

function kindOf({ feed, survey }) {
  if (feed.likely) return "cases";
  return survey.likely ? "components" : "basemap";
}

function showExtent(found) {
  extent.clearLayers();
  for (const layer of found.layers) if (layer.bounds_wgs84) L.rectangle(toBounds(layer.bounds_wgs84), { ...EXTENT, pane: "chosen" }).addTo(extent);
  if (found.bounds_wgs84) map.fitBounds(toBounds(found.bounds_wgs84), { padding: [40, 40], maxZoom: 17 });
}

/* --- the import */

function showKind() {
  const what = form.elements.what.value;
  const kind = ["basemap", "places", "components", "cases"].includes(what) ? what : "regions";
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
  byId("own-map").hidden = kind !== "basemap" || form.elements.layers.value !== "own";
  const can = { components: hasCatalogue, cases: hasCaseCatalogue }[kind]?.() ?? true;
  for (const button of form.querySelectorAll("[type=submit]")) button.disabled = !can;
}

function wanted(dryRun) {
  const values = new FormData(form);
  const texts = ["what", "layers", "layer", "code_field", "name_field", "name_en_field", "dataset", "attribution"];
  return {
    upload: files.chosen.id, dry_run: dryRun, mend: values.has("mend"), skip_bad: values.has("skip_bad"), made_up: values.has("made_up"), valid_from: values.get("valid_from") || null,
    ...Object.fromEntries(texts.map((name) => [name, values.get(name) ?? ""])),
    ...(values.get("layers") === "own" && ownOrder()),
    ...(values.get("what") === "components" && surveyOrder()),
    ...(values.get("what") === "cases" && feedOrder()),
  };
}

async function bringIn(dryRun) {
  tried = dryRun;
  try {
    await follow((await post("/api/v1/imports", wanted(dryRun))).job);
  } catch (error) {
    toastError(error);
  }
}

/* The job goes on without the page; whoever comes back finds it again. */
async function follow(ordered) {
  job = ordered;
  showStep("importing");
  byId("import-cancel").disabled = false;
  try {
    job = await watchJob(ordered, (now) => showJob(byId("imported"), byId("imported-words"), now));
  } catch (error) {
    toastError(error, () => follow(ordered));
    return;
  }
  showStep(files.chosen ? "ready" : "choose");
  showOutcome();
  byId("result").scrollIntoView({ block: "nearest" });
  await refreshHistory();
}

function showOutcome() {
  const failed = job.state !== "done";
  const { notes = [], run = null } = failed ? job.error_detail : job.result;
  const head = failed
    ? [el("p", { class: "import-problem", role: "alert" }, el("code", { text: job.error_code }), ` ${job.error_message}`), goodRowsButton()]
    : [el("p", { role: "status", class: "import-done", text: OUTCOMES[job.result.state]() }), resultView(job.result)];
  replace(byId("result"), ...head, notes.length > 0 && notesView(notes, run, showPlace));
}

/* Where some rows are good, the same order can be given again without the others. */
function goodRowsButton() {
  const { refused, read } = job.error_detail;
  if (!GOOD_ROWS.includes(job.error_code) || !files.chosen || refused >= read) return null;
  const again = () => {
    form.elements.skip_bad.checked = true;
    bringIn(tried);
  };
  const words = fill(gettext("Import the %(count)s good rows only"), { count: formatNumber(read - refused) });
  return el("div", { class: "data-actions" }, el("button", { id: "good-rows", type: "button", class: "button button-primary", text: words, on: { click: again } }));
}

function showPlace(row, code) {
  report.clearLayers();
  const mark = placeMark(row, code).addTo(report);
  map.setView([row.lat, row.lon], Math.max(map.getZoom(), 17), { animate: false });
  mark.openPopup();
  map.getContainer().scrollIntoView({ block: "nearest", behavior: "smooth" });
}

/* The table is the server's: it is fetched again as it stands. */
async function refreshHistory() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  byId("history").replaceWith(document.adoptNode(page.getElementById("history")));
}

async function stop() {
  byId("import-cancel").disabled = true;
  try {
    await post(`/api/v1/jobs/${job.id}/cancel`, {});
  } catch (error) {
    byId("import-cancel").disabled = false;
    toastError(error);
  }
}

async function showReport(run) {
  try {
    const found = await reportLayer(run);
    report.clearLayers();
    found.layer.addTo(report);
    replace(byId("result"), notesView(grouped(found.features), run, showPlace));
    toast({ text: reportWords(found) });
    if (found.placed) map.fitBounds(found.layer.getBounds(), { padding: [40, 40], maxZoom: 17 });
    map.getContainer().scrollIntoView({ block: "nearest", behavior: "smooth" });
  } catch (error) {
    toastError(error, () => showReport(run));
  }
}

/* --- listeners */

form.elements.what.addEventListener("change", showKind);
form.elements.layers.addEventListener("change", showKind);
document.addEventListener("wanmi:catalogue", async () => {
  if (files.chosen) showSurvey(await request(files.chosen.inspection));
  showKind();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  bringIn(event.submitter?.value === "dry");
});
byId("import-cancel").addEventListener("click", stop);
document.addEventListener("click", ({ target }) => {
  const run = target.closest?.("[data-report]")?.dataset.report;
  if (run) showReport(run);
});

if (config.districts.length) map.fitBounds(toBounds(config.districts[0].bounds), { animate: false });
byId("map-origins").textContent = config.attribution;
addReadouts(map);
addTileLayers(stage, theme);
showStep("choose");
files.list();
if (config.running.length) follow(config.running[0]);
document.documentElement.dataset.ready = "true";
