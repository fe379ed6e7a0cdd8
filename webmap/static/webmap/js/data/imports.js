import { Theme } from "webmap/theme";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { answerLists, inspectionView, optionsOf } from "webmap/data/inspection";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatNumber, formatShare, gettext } from "webmap/i18n";
import { grouped, notesView } from "webmap/data/importnotes";
import { hasCatalogue, showSurvey, surveyOrder } from "webmap/data/surveyform";
import { post, remove, request, watchJob } from "webmap/api";
import { placeMark, reportLayer, reportWords, resultView } from "webmap/data/importreport";
import { sendFile } from "webmap/data/sendfile";
import { setBar, showJob } from "webmap/data/jobbar";
import { toast, toastError } from "webmap/toast";

const ASK_EVERY_MS = 700;
const EXTENT = { color: "#d73027", weight: 2, dashArray: "6 4", fill: false, interactive: false };
const OUTCOMES = {
  done: () => gettext("Imported."), unchanged: () => gettext("The same file was imported before; nothing has changed."),
  "dry run": () => gettext("Dry run: nothing was written. This would come of it:"),
};
const byId = (id) => document.getElementById(id);
const form = byId("import-form");
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const extent = L.featureGroup().addTo(map);
const report = L.featureGroup().addTo(map);
let chosen = null;
let sending = null;
let job = null;
let tried = false;

function step(name) {
  byId("drop").classList.toggle("is-small", name !== "choose");
  for (const part of document.querySelectorAll("[data-step]")) part.hidden = !part.dataset.step.split(" ").includes(name);
}

/* --- the file */

async function send(file) {
  sending?.abort();
  sending = new AbortController();
  step("sending");
  try {
    const upload = await sendFile(file, (share) => {
      setBar(byId("sent"), share);
      byId("sent-words").textContent = fill(gettext("%(file)s · %(share)s sent"), { file: file.name, share: formatShare(share) });
    }, sending.signal);
    await open(upload);
  } catch (error) {
    step("choose");
    if (error.name !== "AbortError") toastError(error, error.status === 0 ? () => send(file) : null);
    else toast({ text: gettext("Stopped. Choose the same file again to go on where it ended.") });
  } finally {
    sending = null;
    listUploads();
  }
}

/* Waits for the inspection, and shows what it found. */
async function open(upload) {
  chosen = upload;
  replace(byId("inspected"), el("p", { role: "status", text: gettext("Looking into the file …") }));
  step("inspecting");
  while (chosen.state === "inspecting") {
    await new Promise((resume) => setTimeout(resume, ASK_EVERY_MS));
    chosen = await request(`/api/v1/uploads/${upload.id}`);
  }
  const lists = answerLists(chosen);
  replace(byId("answer-crs"), ...lists.systems);
  replace(byId("answer-encoding"), ...lists.encodings);
  if (chosen.state === "ready") showInspection(await request(chosen.inspection));
  else showRefusal();
}

function showRefusal() {
  const { code, message } = chosen.error;
  replace(byId("inspected"), el("p", { class: "import-problem" }, el("code", { text: code }), ` ${message}`));
  step(chosen.state === "unclear" ? "unclear" : "refused");
}

function showInspection(found) {
  replace(byId("inspected"), ...inspectionView(found));
  const fields = [...new Set(found.layers.flatMap((layer) => layer.fields.map((field) => field.name)))];
  for (const name of ["code_field", "name_field", "name_en_field"]) replace(form.elements[name], ...optionsOf(fields, gettext("the usual one")));
  replace(form.elements.layer, ...optionsOf(found.layers.map((layer) => layer.name), gettext("the usual one")));
  form.elements.layers.value = found.layer_map ?? "";
  form.elements.dataset.placeholder = found.file.split(".")[0];
  form.elements.what.value = found.survey.likely ? "components" : "basemap";
  form.elements.skip_bad.checked = false;
  showSurvey(found);
  byId("result").replaceChildren();
  showExtent(found);
  showKind();
  step("ready");
}

function showExtent(found) {
  extent.clearLayers();
  for (const layer of found.layers) if (layer.bounds_wgs84) L.rectangle(toBounds(layer.bounds_wgs84), { ...EXTENT, pane: "chosen" }).addTo(extent);
  if (found.bounds_wgs84) map.fitBounds(toBounds(found.bounds_wgs84), { padding: [40, 40], maxZoom: 17 });
}

/* --- uploads that lie there */

async function listUploads() {
  try {
    const { uploads } = await request("/api/v1/uploads");
    const shown = uploads.filter((one) => one.state !== "receiving" || !sending);
    byId("uploads-card").hidden = !shown.length;
    replace(byId("uploads"), ...shown.map(uploadRow));
  } catch (error) {
    toastError(error, listUploads);
  }
}

function stateWords(upload) {
  const share = upload.bytes ? upload.received_bytes / upload.bytes : 0;
  return {
    receiving: fill(gettext("%(share)s sent; choose the same file to go on"), { share: formatShare(share) }),
    inspecting: gettext("is being looked into"), ready: gettext("ready"), unclear: gettext("its encoding must be given"),
    refused: upload.error?.code ?? "", failed: upload.error?.code ?? "",
  }[upload.state];
}

function uploadRow(upload) {
  const act = (text, action, words) => el("button", { type: "button", class: "button button-small", text, "aria-label": words, on: { click: action } });
  const openable = upload.state !== "receiving" && upload.state !== "refused";
  return el(
    "li", { "data-upload": upload.id },
    el("span", {}, el("b", { text: upload.name }), el("small", { text: stateWords(upload) })),
    el(
      "span", { class: "data-actions" },
      openable && act(gettext("Open"), () => open(upload).catch(toastError), `${gettext("Open")} ${upload.name}`),
      act(gettext("Delete"), () => drop(upload), `${gettext("Delete")} ${upload.name}`),
    ),
  );
}

async function drop(upload) {
  try {
    await remove(`/api/v1/uploads/${upload.id}`);
    if (chosen?.id === upload.id) step("choose");
  } catch (error) {
    toastError(error);
  }
  listUploads();
}

/* --- the import */

function showKind() {
  const what = form.elements.what.value;
  const kind = ["basemap", "places", "components"].includes(what) ? what : "regions";
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !part.dataset.for.split(" ").includes(kind);
  const can = kind !== "components" || hasCatalogue();
  for (const button of form.querySelectorAll("[type=submit]")) button.disabled = !can;
}

function wanted(dryRun) {
  const values = new FormData(form);
  const texts = ["what", "layers", "layer", "code_field", "name_field", "name_en_field", "dataset", "attribution"];
  return {
    upload: chosen.id, dry_run: dryRun, mend: values.has("mend"), skip_bad: values.has("skip_bad"), made_up: values.has("made_up"), valid_from: values.get("valid_from") || null,
    ...Object.fromEntries(texts.map((name) => [name, values.get(name) ?? ""])),
    ...(values.get("what") === "components" && surveyOrder()),
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
  step("importing");
  byId("import-cancel").disabled = false;
  try {
    job = await watchJob(ordered, (now) => showJob(byId("imported"), byId("imported-words"), now));
  } catch (error) {
    toastError(error, () => follow(ordered));
    return;
  }
  step(chosen ? "ready" : "choose");
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
  if (job.error_code !== "E-COMPONENT-ROWS" || !chosen || refused >= read) return null;
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

const zone = byId("drop");
for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => zone.classList.remove("is-over"));
zone.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length === 1) send(event.dataTransfer.files[0]);
  else toast({ text: gettext("Drop one file; put the parts of a shapefile into a zip."), kind: "error" });
});
byId("file").addEventListener("change", ({ target }) => {
  if (target.files.length) send(target.files[0]);
  target.value = "";
});
byId("send-cancel").addEventListener("click", () => sending?.abort());
byId("answer").addEventListener("submit", async (event) => {
  event.preventDefault();
  try {
    await open(await post(chosen.inspection, { crs: byId("answer-crs").value || null, encoding: byId("answer-encoding").value }));
  } catch (error) {
    toastError(error);
  }
});
form.elements.what.addEventListener("change", showKind);
document.addEventListener("wanmi:catalogue", async () => {
  if (chosen) showSurvey(await request(chosen.inspection));
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
step("choose");
listUploads();
if (config.running.length) follow(config.running[0]);
document.documentElement.dataset.ready = "true";
