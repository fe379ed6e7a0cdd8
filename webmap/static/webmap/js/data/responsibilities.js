import { config, isChinese } from "webmap/config";
import { debounce, el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { request } from "webmap/api";
import { startLineForm } from "webmap/data/lineform";
import { startTableForm } from "webmap/data/tableform";
import { toastError } from "webmap/toast";

const ADDRESS = "/api/v1/responsibilities";
const PIECE = 100;
const WAIT_MS = 250;
const byId = (id) => document.getElementById(id);
const filter = byId("filter");
let lines = [];
let asking = null;

function named({ code, name, name_en: nameEn }) {
  return el("span", {}, (!isChinese && nameEn) || name, el("small", {}, el("code", { text: code })));
}

function regionCell(line) {
  const name = (!isChinese && line.region_name_en) || line.region_name || gettext("no longer in force");
  return el("th", { scope: "row" }, name, el("small", {}, " ", el("code", { text: line.region })));
}

function classCell({ main, kind }) {
  if (kind) return el("td", {}, named(kind));
  return main ? el("td", {}, named(main), el("small", { text: gettext("the whole main class") })) : el("td", { text: gettext("all classes") });
}

function partyCell(party) {
  if (!party) return el("td", {});
  return el("td", {}, party.name, party.code && el("small", {}, el("code", { text: party.code })));
}

function actionsCell(line) {
  const act = (text, action) => el("button", { type: "button", class: "button button-small", text, "aria-label": `${text} ${line.region} ${line.kind?.code ?? line.main?.code ?? ""}`, on: { click: action } });
  return el("td", {}, el("div", { class: "data-actions" }, act(gettext("Change"), () => form.edit(line)), act(gettext("Delete"), () => form.drop(line))));
}

function lineRow(line) {
  return el(
    "tr", { "data-line": line.id }, regionCell(line), classCell(line), partyCell(line.supervisor), partyCell(line.owner), partyCell(line.keeper),
    el("td", { class: "data-words", text: line.note }), config.edits && actionsCell(line),
  );
}

function query() {
  const chosen = { region: filter.elements.region.value, q: filter.elements.q.value.trim() };
  return new URLSearchParams(Object.entries(chosen).filter(([, value]) => value));
}

/* Asks anew, or for the next lines. Whoever types on is not shown the answer to less. */
async function load(more = false) {
  asking?.abort();
  asking = new AbortController();
  const asked = query();
  byId("lines-csv").href = `${ADDRESS}.csv?${asked}`;
  asked.set("limit", PIECE);
  asked.set("offset", more ? lines.length : 0);
  try {
    const found = await request(`${ADDRESS}?${asked}`, { signal: asking.signal });
    lines = more ? [...lines, ...found.lines] : found.lines;
    replace(byId("lines"), ...lines.map(lineRow));
    byId("lines-count").textContent = fill(gettext("%(shown)s of %(count)s"), { shown: formatNumber(lines.length), count: formatNumber(found.count) });
    byId("lines-none").hidden = found.count > 0;
    byId("lines-more").hidden = lines.length >= found.count;
  } catch (error) {
    toastError(error, () => load(more));
  }
}

function showRegions() {
  const options = config.regions.map(([code, name, nameEn]) => el("option", { value: code, text: `${"  ".repeat((code.length - 6) / 3)}${(!isChinese && nameEn) || name} ${code}` }));
  replace(filter.elements.region, el("option", { value: "", text: gettext("all") }), ...options);
}

const form = config.edits ? startLineForm(() => load()) : null;
if (config.edits) startTableForm(() => load());
filter.addEventListener("submit", (event) => event.preventDefault());
filter.elements.region.addEventListener("change", () => load());
filter.elements.q.addEventListener("input", debounce(() => load(), WAIT_MS));
byId("lines-more").addEventListener("click", () => load(true));
showRegions();
await load();
document.documentElement.dataset.ready = "true";
