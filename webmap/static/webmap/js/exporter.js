import { address, config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { FORMATS, crsOf, formatName, systems } from "webmap/formats";
import { fill, formatCount, gettext, nameOf } from "webmap/i18n";
import { post, watchJob } from "webmap/api";

/**
 * The export card: a form, or what is missing to be allowed to use it.
 * @param {Districts} districts
 */
export function exportContent(districts) {
  if (!config.user.can_export) return [refusal()];
  const ready = districts.list.filter((district) => district.edition);
  if (!ready.length) return [el("p", { text: gettext("There is no published grid plan to export yet.") })];
  return [exportForm(ready, districts.code, districts.on)];
}

function refusal() {
  if (config.user.authenticated) {
    return el("p", { text: gettext("Your role may not export. Ask an administrator for the planner or GIS staff role.") });
  }
  const next = encodeURIComponent(location.pathname + location.hash);
  return el("div", { class: "stack" },
    el("p", { text: gettext("Log in as a planner or GIS staff to export grids.") }),
    el("a", { class: "button button-primary", href: `${address("login", "/accounts/login/")}?next=${next}`, text: gettext("Log in") }));
}

function select(name, options, chosen) {
  return el("select", { name }, ...options.map(([value, text]) => el("option", { value, text, selected: value === chosen })));
}

function field(text, control, hint) {
  return el("label", { class: "field" }, el("span", { text }), control, hint && el("small", { text: hint }));
}

function exportForm(ready, chosen, on) {
  const district = select("district", ready.map((one) => [one.code, `${nameOf(one)} (${formatCount(one.edition.grid_count)})`]), chosen);
  const format = select("format", FORMATS.map((one) => [one, formatName(one)]), "shp");
  const crs = select("crs", systems(current(ready, district)), "4490");
  const custom = el("input", { name: "custom", inputmode: "numeric", pattern: "\\d{4,6}", placeholder: "4549", "aria-label": gettext("EPSG number") });
  const customField = field(gettext("EPSG number"), custom);
  const encoding = select("encoding", [["UTF-8", "UTF-8"], ["GBK", "GBK"]], "UTF-8");
  const encodingField = field(gettext("Text encoding"), encoding, gettext("GBK for older Chinese desktop software"));
  const outcome = el("div", { class: "outcome", "aria-live": "polite" });
  const submit = el("button", { class: "button button-primary", type: "submit" }, icon("download"), el("span", { text: gettext("Export") }));
  const form = el("form", { class: "stack", novalidate: true },
    on && el("p", { text: fill(gettext("The edition of %(day)s."), { day: on }) }),
    field(gettext("District"), district), field(gettext("Format"), format),
    field(gettext("Coordinate system"), crs), customField, encodingField, submit, outcome,
    el("a", { href: address("exports_page", "/data/exports/"), text: gettext("More choices: fields, day, streets, base map") }));
  const update = () => {
    customField.hidden = crs.value !== "custom";
    encodingField.hidden = !["shp", "csv"].includes(format.value);
  };
  district.addEventListener("change", () => replace(crs, ...select("crs", systems(current(ready, district)), "4490").children));
  form.addEventListener("change", update);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = crs.value === "custom" ? custom.value.trim() : crs.value;
    if (crs.value === "custom" && !/^\d{4,6}$/.test(wanted)) {
      showError(outcome, { code: "E-CRS-UNKNOWN", message: gettext("Give the EPSG number as 4 to 6 digits.") });
      custom.focus();
      return;
    }
    run({ region: district.value, format: format.value, crs: crsOf(wanted), encoding: encoding.value, ...(on && { on }) }, submit, outcome);
  });
  update();
  return form;
}

function current(ready, control) {
  return ready.find((one) => one.code === control.value) ?? ready[0];
}

async function run(body, submit, outcome) {
  submit.disabled = true;
  try {
    const ordered = await post(address("exports", "/api/v1/exports"), body);
    const job = await watchJob(ordered.job, (now) => showProgress(outcome, now));
    if (job.state === "done") showFile(outcome, job.file, body);
    else showError(outcome, { code: job.error_code, message: job.error_message });
  } catch (error) {
    showError(outcome, error);
  } finally {
    submit.disabled = false;
  }
}

function showProgress(outcome, job) {
  const known = job.total > 0;
  const bar = el("progress", known ? { value: job.done, max: job.total } : {});
  const text = job.state === "queued" ? gettext("Waiting for the worker…") : job.message || gettext("Exporting…");
  replace(outcome, bar, el("small", { text: known ? `${text} ${formatCount(job.done)} / ${formatCount(job.total)}` : text }));
}

function showFile(outcome, href, { region, format }) {
  const name = `${region} · ${formatName(format)}`;
  replace(outcome,
    el("a", { class: "button button-done", href, download: true }, icon("download"), el("span", { text: fill(gettext("Download %(name)s"), { name }) })));
}

function showError(outcome, { code, message }) {
  replace(outcome, el("div", { class: "problem", role: "alert" }, icon("warning"), el("span", { text: message }), el("code", { text: code })));
}
