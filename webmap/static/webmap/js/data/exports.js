import { config, isChinese } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { crsOf, formatName, systems } from "webmap/formats";
import { post, watchJob } from "webmap/api";
import { showJob } from "webmap/data/jobbar";
import { toastError } from "webmap/toast";

const BOOK = "mapbook";
const LABELS = "labels";
const CASES = "cases";
const RESULTS = "evaluation";
const byId = (id) => document.getElementById(id);
const form = byId("export-form");
const control = (name) => form.elements[name];
const byDistrict = new Map(config.districts.map((district) => [district.code, district]));
let job = null;

/* --- the form */

function option(code, name, nameEn) {
  return el("option", { value: code, text: `${(!isChinese && nameEn) || name} ${code}` });
}

function under(code) {
  return config.regions.filter(([, , , above]) => above === code).map(([own, name, nameEn]) => option(own, name, nameEn));
}

function listRegions(name, above, whole) {
  const found = above ? under(above) : [];
  replace(control(name), el("option", { value: "", text: whole }), ...found);
  control(name).disabled = !found.length;
}

function showDistrict() {
  const district = byDistrict.get(control("district").value);
  listRegions("street", district.code, gettext("the whole district"));
  showStreet();
  replace(control("crs"), ...systems(district).map(([value, text]) => el("option", { value, text })));
  showParts();
}

function showStreet() {
  listRegions("community", control("street").value, gettext("the whole street"));
}

/* The fields of results hang on the weights by which they were scored. */
function fieldsOf(what) {
  const fields = config.sources[what] ?? [];
  if (what === CASES && control("on").value) return [...fields, ...config.fields_on_day];
  if (what !== RESULTS) return fields;
  const made = published();
  const indicators = scheme()?.fields ?? [];
  return [...fields, ...(made ? config.results.corrected : []), ...indicators];
}

function showFields() {
  const fields = fieldsOf(control("what").value);
  replace(byId("fields"), ...fields.map(([name, meaning]) => el(
    "label", {}, el("input", { type: "checkbox", name: "fields", value: name, checked: true }), el("code", { text: name }), el("small", { text: meaning }),
  )));
  countFields();
}

function boxes() {
  return [...byId("fields").querySelectorAll("input")];
}

function countFields() {
  const chosen = boxes().filter((box) => box.checked).length;
  byId("fields-count").textContent = fill(gettext("%(chosen)s of %(all)s"), { chosen, all: boxes().length });
}

/* What does not apply to the choice is not shown. */
function showParts() {
  const what = control("what").value;
  const [book, labels, results] = [what === BOOK, what === LABELS, what === RESULTS];
  const [file, graded, computed] = [!book && !labels, book && control("colour")?.value === "grade", results && !published()];
  const shown = {
    file, book, labels, results, computed, filter: config.filtered.includes(what), custom: file && control("crs").value === "custom",
    encoding: file && config.encoded.includes(control("format").value), day: config.past.includes(what), past: what !== CASES, cases: what === CASES,
    cells: computed && control("object").value === "cell", period: computed || graded, weights: computed || graded,
  };
  for (const part of form.querySelectorAll("[data-for]")) part.hidden = !shown[part.dataset.for];
  control("custom").required = shown.custom;
  control("period").required = shown.period;
  for (const name of ["first", "last"]) control(name).disabled = what !== CASES;
  control("first_place").disabled = !labels;
  control("community").closest(".field").hidden = book;
}

/* --- results of evaluation */

function published() {
  return config.results?.published.find(({ id }) => String(id) === control("publication").value);
}

/* A map book is of unit grids. */
function objectKind() {
  return control("what").value === BOOK ? "grid" : control("object").value;
}

function schemesOf(kind) {
  const found = config.results.schemes.filter((one) => one.kind === kind);
  return [...found.filter(({ usual }) => usual), ...found.filter(({ usual }) => !usual)];
}

function scheme() {
  const made = published();
  const name = made && control("what").value === RESULTS ? made.scheme : control("scheme").value;
  return config.results.schemes.find((one) => one.name === name);
}

function showSchemes() {
  const named = ({ name, title, title_en: titleEn }) => `${(!isChinese && titleEn) || title} (${name})`;
  replace(control("scheme"), ...schemesOf(objectKind()).map((one) => el("option", { value: one.name, text: named(one) })));
}

function showResults() {
  const { published: made, objects, editions, months } = config.results;
  const texts = made.map((one) => [one.id, [one.period, one.object, one.district, one.scheme].filter(Boolean).join(" · ")]);
  const groups = texts.length ? [el("optgroup", { label: gettext("Published") }, ...texts.map(([value, text]) => el("option", { value, text })))] : [];
  replace(control("publication"), el("option", { value: "", text: gettext("as counts stand now") }), ...groups);
  replace(control("object"), ...objects.map(([value, text]) => el("option", { value, text })));
  replace(control("edition"), ...editions.map(({ version, title }) => el("option", { value: version, text: `${title} ${version}` })));
  replace(byId("periods"), ...months.map((value) => el("option", { value })));
  control("period").value = months[0] ?? config.today.slice(0, 7);
  showSchemes();
}

function region() {
  const book = control("what").value === BOOK;
  return (!book && control("community").value) || control("street").value || control("district").value;
}

/* A main class is chosen as its two digits, a class as all of its own, each of its catalogue. */
function onlyComponents() {
  const [catalogue, main, kind] = control("kind").value.split("/");
  const codes = control("what").value === LABELS ? control("codes").value.split(/[\s,;，；、]+/).filter(Boolean) : [];
  return { catalogue, main, kind, state: control("state").value, owner: control("owner").value, codes };
}

function onlyCases() {
  const [catalogue, main, kind, of] = control("case_kind").value.split("/");
  return { catalogue, main, kind, of, stage: control("stage").value, first: control("first").value, last: control("last").value };
}

function onlyResults() {
  if (published()) return { publication: control("publication").value };
  const object = control("object").value;
  return { object, period: control("period").value.trim(), scheme: control("scheme").value, edition: object === "cell" ? control("edition").value : "" };
}

function only(what) {
  const chosen = { [CASES]: onlyCases, [RESULTS]: onlyResults }[what] ?? onlyComponents;
  return Object.fromEntries(Object.entries(chosen()).filter(([, value]) => value?.length));
}

function listClasses(name, mains) {
  const named = ({ code, name: own, name_en: nameEn }) => `${code} ${(!isChinese && nameEn) || own}`;
  const several = new Set(mains.map(({ catalogue }) => catalogue)).size > 1;
  const value = (main, kind) => [main.catalogue, main.code, kind, ...(main.of ? [main.of] : [])].join("/");
  const groups = mains.map((main) => el(
    "optgroup", { label: several ? `${named(main)} (${main.catalogue})` : named(main) },
    el("option", { value: value(main, ""), text: fill(gettext("all of %(name)s"), { name: named(main) }) }),
    ...main.classes.map((kind) => el("option", { value: value(main, kind.code), text: named(kind) })),
  ));
  replace(control(name), el("option", { value: "", text: gettext("all") }), ...groups);
}

function bookStyle() {
  const style = { paper: control("paper").value, colour: control("colour").value };
  return style.colour === "grade" ? { ...style, period: control("period").value.trim(), scheme: control("scheme").value } : style;
}

function wanted() {
  const what = control("what").value;
  const order = { what, region: region(), on: (config.past.includes(what) && control("on").value) || null };
  if ([...config.filtered, CASES, RESULTS].includes(what)) order.only = only(what);
  // Codes name their district themselves.
  if (order.only?.codes) delete order.region;
  if (what === LABELS) return { ...order, format: "pdf", layout: control("layout").value, first: Number(control("first_place").value) };
  if (what === BOOK) return { ...order, format: "pdf", ...bookStyle() };
  const crs = control("crs").value === "custom" ? control("custom").value : control("crs").value;
  const chosen = boxes().filter((box) => box.checked).map((box) => box.value);
  const encoding = config.encoded.includes(control("format").value) ? control("encoding").value : "UTF-8";
  return { ...order, format: control("format").value, crs: crsOf(crs), encoding, fields: chosen.length === boxes().length ? [] : chosen };
}

/* --- the job */

function setBusy(busy) {
  form.querySelector("[type=submit]").disabled = busy;
  byId("export-progress").hidden = !busy;
  byId("export-cancel").disabled = false;
}

/* The job goes on without the page; whoever comes back finds it again. */
async function follow(ordered) {
  job = ordered;
  setBusy(true);
  byId("outcome").replaceChildren();
  try {
    job = await watchJob(ordered, (now) => showJob(byId("export-progress").querySelector(".data-progress"), byId("export-words"), now));
    showOutcome();
    await refreshHistory();
  } catch (error) {
    toastError(error, () => follow(ordered));
  } finally {
    setBusy(false);
  }
}

function showOutcome() {
  if (job.state !== "done") showProblem({ code: job.error_code, message: job.error_message });
  else replace(byId("outcome"), el("a", { class: "button button-done", href: job.file, download: true, text: fill(gettext("Download %(name)s"), { name: job.result.file }) }));
}

function showProblem({ code, message }) {
  replace(byId("outcome"), el("p", { class: "export-problem", role: "alert" }, el("code", { text: code }), ` ${message}`));
}

/* The table is the server's: it is fetched again as it stands. */
async function refreshHistory() {
  const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  byId("history").replaceWith(document.adoptNode(page.getElementById("history")));
  nameAll();
}

async function order() {
  if (boxes().length && ![BOOK, LABELS].includes(control("what").value) && !boxes().some((box) => box.checked)) {
    showProblem({ code: "E-EXPORT-FIELD", message: gettext("Choose at least one field.") });
    return;
  }
  setBusy(true);
  try {
    await follow((await post("/api/v1/exports", wanted())).job);
  } catch (error) {
    setBusy(false);
    showProblem(error);
  }
}

async function stop() {
  byId("export-cancel").disabled = true;
  try {
    await post(`/api/v1/jobs/${job.id}/cancel`, {});
  } catch (error) {
    byId("export-cancel").disabled = false;
    toastError(error);
  }
}

/* --- names and listeners */

function nameAll() {
  for (const part of document.querySelectorAll("[data-name]")) part.textContent = config.titles[part.dataset.name] ?? part.dataset.name;
}

nameAll();
if (form) {
  for (const one of control("format").options) one.textContent = formatName(one.value);
  replace(control("district"), ...config.districts.map(({ code, name, name_en: nameEn }) => option(code, name, nameEn)));
  control("district").addEventListener("change", showDistrict);
  control("street").addEventListener("change", showStreet);
  if (config.results) showResults();
  for (const name of ["what", "object", "publication", "colour", "scheme", "on"]) {
    control(name)?.addEventListener("change", () => {
      if (config.results && !["scheme", "on"].includes(name)) showSchemes();
      if (name === "what" || [CASES, RESULTS].includes(control("what").value)) showFields();
    });
  }
  form.addEventListener("change", () => { showParts(); countFields(); });
  for (const button of form.querySelectorAll("[data-fields]")) {
    button.addEventListener("click", () => {
      for (const box of boxes()) box.checked = button.dataset.fields === "all";
      countFields();
    });
  }
  form.addEventListener("submit", (event) => { event.preventDefault(); order(); });
  byId("export-cancel").addEventListener("click", stop);
  showFields();
  listClasses("kind", config.classes);
  listClasses("case_kind", config.case_classes);
  showDistrict();
  if (config.running.length) follow(config.running[0]);
}
document.documentElement.dataset.ready = "true";
