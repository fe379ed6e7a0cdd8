import { Theme } from "webmap/theme";
import { addTileLayers, createMap, toBounds } from "webmap/map";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatArea, formatNumber, formatShare, gettext, nameOf, stateName } from "webmap/i18n";
import { gridEdition } from "webmap/gridlayer";
import { post, remove, request, watchJob } from "webmap/api";
import { showJob } from "webmap/data/jobbar";
import { startCrosswalk } from "webmap/data/crosswalk";
import { toast, toastError } from "webmap/toast";
import { whileBusy } from "webmap/data/whilebusy";

const byId = (id) => document.getElementById(id);
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const shown = L.geoJSON(null, {
  pane: "chosen",
  style: () => ({ color: theme.palette.chosen.line, weight: 2.4, fillColor: theme.palette.chosen.fill, fillOpacity: 0.12 }),
  onEachFeature: ({ properties: { code, name, area_m2: area } }, layer) => layer.bindTooltip([code, name, formatArea(area)].filter(Boolean).join(" · "), { sticky: true }),
}).addTo(map);
theme.addEventListener("change", () => shown.resetStyle());
let schemes = config.schemes;
const crosswalk = startCrosswalk(() => schemes);

/* --- what there is */

async function show(version, button) {
  for (const old of byId("schemes").querySelectorAll("[aria-pressed=true]")) old.setAttribute("aria-pressed", "false");
  button?.setAttribute("aria-pressed", "true");
  try {
    const cells = await request(`/api/v1/scheme-editions/${version}/cells`);
    shown.clearLayers().addData(cells);
    byId("shown-version").textContent = version;
    map.fitBounds(shown.getBounds(), { padding: [20, 20] });
  } catch (error) {
    toastError(error, () => show(version, button));
  }
}

function publishButton(edition) {
  if (edition.state !== "draft" || !config.edits) return null;
  return el("button", {
    type: "button", class: "button button-small", text: gettext("Publish"), disabled: !edition.may_publish,
    title: edition.may_publish ? null : gettext("Someone else has to publish it."),
    on: { click: whileBusy(async () => {
      if (!window.confirm(fill(gettext("Put %(version)s in force today? The edition before is superseded; this stays for ever."), { version: edition.version }))) return;
      await post(`/api/v1/scheme-editions/${edition.version}/publish`, {});
      await reload();
    }) },
  });
}

function deleteButton(edition) {
  if (edition.state !== "draft" || !config.edits) return null;
  return el("button", {
    type: "button", class: "button button-small", text: gettext("Delete"), "aria-label": fill(gettext("Delete %(name)s"), { name: edition.version }),
    on: { click: whileBusy(async () => {
      if (!window.confirm(fill(gettext("Delete the draft %(version)s?"), { version: edition.version }))) return;
      await remove(`/api/v1/scheme-editions/${edition.version}`);
      if (byId("shown-version").textContent === edition.version) {
        shown.clearLayers();
        byId("shown-version").textContent = "";
      }
      await reload();
    }) },
  });
}

function span({ valid_from: from, valid_to: to }) {
  if (!from) return "";
  return to ? fill(gettext("%(from)s to %(to)s"), { from, to }) : fill(gettext("since %(from)s"), { from });
}

function editionRow(edition) {
  const about = fill(gettext("%(count)s cells, %(share)s of the district"), { count: formatNumber(edition.cell_count), share: formatShare(edition.covered_share) });
  const origin = edition.origin === "built" ? fill(gettext("of unit grids (%(plan)s)"), { plan: edition.source.plan }) : edition.source.file;
  const button = el("button", { type: "button", class: "link mono", text: edition.version, "aria-pressed": "false", "data-version": edition.version });
  button.addEventListener("click", () => show(edition.version, button));
  return el("li", {}, button, el("span", { class: `badge plan-${edition.state}`, text: stateName(edition.state) }),
    el("div", { class: "data-actions" }, publishButton(edition), deleteButton(edition)),
    el("small", { text: [about, origin, span(edition), edition.created_by].filter(Boolean).join(" · ") }));
}

function list() {
  if (!schemes.length) {
    replace(byId("schemes"), el("p", { class: "data-empty", text: gettext("There is no scheme yet beside the unit grids.") }));
  } else {
    replace(byId("schemes"), ...schemes.map((scheme) => el("section", { "data-scheme": scheme.key },
      el("h3", {}, nameOf({ ...scheme, code: scheme.key }), el("code", { text: scheme.key })),
      scheme.purpose && el("p", { text: scheme.purpose }),
      scheme.editions.length ? el("ul", {}, ...scheme.editions.map(editionRow)) : el("p", { class: "hint", text: gettext("No edition yet.") }))));
  }
  fillForms();
  crosswalk.fill();
}

async function reload() {
  schemes = await request("/api/v1/schemes");
  list();
}

/* --- what is made */

const editionForm = byId("edition-form");

function options(select, pairs, none = null) {
  const before = select.value;
  replace(select, none !== null && el("option", { value: "", text: none }), ...pairs.map(([value, text]) => el("option", { value, text })));
  if (pairs.some(([value]) => value === before)) select.value = before;
}

function fillForms() {
  if (!editionForm) return;
  const { scheme, district, upload } = editionForm.elements;
  options(scheme, schemes.map((one) => [one.key, `${nameOf({ ...one, code: one.key })} (${one.key})`]));
  options(district, config.districts.map((one) => [one.code, `${nameOf(one)} ${one.code}`]));
  options(upload, config.uploads.map((one) => [one.id, one.name]), config.uploads.length ? null : gettext("no file was sent yet"));
  fillLayers();
  showSource();
}

function fillLayers() {
  const { upload, layer } = editionForm.elements;
  const file = config.uploads.find((one) => one.id === upload.value);
  options(layer, (file?.layers ?? []).map((one) => [one.name, one.name]));
  fillFields();
}

function fillFields() {
  const { upload, layer, code_field: code, name_field: name } = editionForm.elements;
  const file = config.uploads.find((one) => one.id === upload.value);
  const fields = (file?.layers.find((one) => one.name === layer.value)?.fields ?? []).map((one) => [one, one]);
  options(code, fields);
  options(name, fields, gettext("none"));
}

function showSource() {
  const from = editionForm.elements.from.value;
  for (const node of editionForm.querySelectorAll("[data-for]")) node.hidden = node.dataset.for !== from;
}

async function follow(ordered) {
  const box = byId("making");
  const button = editionForm.querySelector("[type=submit]");
  box.hidden = false;
  byId("edition-new").open = true;
  button.disabled = true;
  try {
    const job = await watchJob(ordered, (now) => showJob(box.querySelector(".data-progress"), byId("making-message"), now));
    box.hidden = job.state === "done";
    if (job.state === "done") {
      toast({ text: fill(gettext("The draft %(version)s is there."), { version: job.result.version }) });
      await reload();
      show(job.result.version, byId("schemes").querySelector(`[data-version="${job.result.version}"]`));
    } else byId("making-message").textContent = `${job.error_message} ${job.error_code}`;
  } catch (error) {
    toastError(error, () => follow(ordered));
  } finally {
    button.disabled = false;
  }
}

byId("scheme-form")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.currentTarget;
  try {
    await post("/api/v1/schemes", Object.fromEntries(new FormData(form)));
    form.reset();
    await reload();
  } catch (error) {
    toastError(error);
  }
});
editionForm?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { scheme, district, from, upload, layer, code_field: code, name_field: name, groups } = editionForm.elements;
  const asked = from.value === "units"
    ? { district: district.value, groups: Number(groups.value) }
    : { district: district.value, upload: upload.value || null, layer: layer.value, code_field: code.value, name_field: name.value };
  try {
    await follow((await post(`/api/v1/schemes/${scheme.value}/editions`, asked)).job);
  } catch (error) {
    toastError(error);
  }
});
editionForm?.elements.from.addEventListener("change", showSource);
editionForm?.elements.upload.addEventListener("change", fillLayers);
editionForm?.elements.layer.addEventListener("change", fillFields);

// Without a file that was sent, unit grids are what there is.
if (editionForm && !config.uploads.length) editionForm.elements.from.value = "units";
list();
if (config.districts.length) {
  const [district] = config.districts;
  map.fitBounds(toBounds(district.bounds), { animate: false });
  stage.grids.setEditions(config.districts.filter((one) => one.edition).map((one) => gridEdition(one.edition, one.bounds)));
}
addTileLayers(stage, theme);
if (config.making.length) follow(config.making[0]);
document.documentElement.dataset.ready = "true";
