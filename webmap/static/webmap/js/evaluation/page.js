import { Selection } from "webmap/selection";
import { Theme } from "webmap/theme";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { config } from "webmap/config";
import { debounce, el, replace } from "webmap/dom";
import { editionCodes } from "webmap/api";
import { largestDistrict } from "webmap/districts";
import { gridEdition } from "webmap/gridlayer";
import { gettext } from "webmap/i18n";
import { GRADES, isSafe, setSafe } from "webmap/evaluation/grades";
import { CellLayer } from "webmap/evaluation/cells";
import { Picks } from "webmap/evaluation/picks";
import { called } from "webmap/evaluation/words";
import { colourPart } from "webmap/evaluation/chosen";
import { showClasses } from "webmap/evaluation/classes";
import { ALPHA, NONE, colouring } from "webmap/evaluation/colouring";
import { gradePolygon } from "webmap/evaluation/polygon";
import { legendRows } from "webmap/data/areas";
import { PeriodPicker, periodAt } from "webmap/evaluation/periods";
import { Ranking } from "webmap/evaluation/ranking";
import { askedOf, showAnalysis } from "webmap/evaluation/findings";
import { showHonesty } from "webmap/evaluation/honesty";
import { showOpinions } from "webmap/evaluation/opinions";
import { showPublished } from "webmap/evaluation/published";
import { showWarnings } from "webmap/evaluation/warnings";
import { startKeyboard } from "webmap/keyboard";
import { Sum } from "webmap/evaluation/sum";
import { toastError } from "webmap/toast";

const TYPING_MS = 250;
const RUNNING_MS = 15_000;
const byId = (id) => document.getElementById(id);
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const selection = new Selection(map, theme);
const asked = new URLSearchParams(location.search);
const picker = new PeriodPicker(byId("period"), periodName(asked.get("period")), config.today);
const picks = new Picks(byId("picks"));
const cells = new CellLayer(map, (code) => choose(code, false));
const ranking = new Ranking({ table: byId("ranking"), grades: byId("grades"), classes: byId("classes"), state: byId("ranking-state"), more: byId("ranking-more") }, query);
const sum = new Sum(byId("sum"), query, config.publishes);
let view = asked.get("view") ?? "ranking";
let coloured = { areas: null };
let painted = 0;

function periodName(given) {
  return /^\d{4}(-(\d\d(-\d\d)?|Q[1-4]|W\d\d))?$|^\d{4}-\d\d-\d\d\.\.\d{4}-\d\d-\d\d$/.test(given ?? "") ? given : periodAt("month", config.today);
}

function district() {
  return config.districts.find((one) => one.code === byId("district")?.value);
}

function kindNow() {
  return byId("kind").value;
}

function query() {
  const words = new URLSearchParams({ period: picker.name, district: district()?.code ?? "" });
  if (kindNow() === "cell") words.set("edition", byId("edition").value);
  return { kind: kindNow(), query: words };
}

function remember() {
  const now = new URLSearchParams({ district: district()?.code ?? "", kind: kindNow(), period: picker.name, view });
  if (kindNow() === "cell") now.set("edition", byId("edition").value);
  if (sum.code) now.set("code", sum.code);
  history.replaceState(null, "", `?${now}${location.hash}`);
}

/* --- map */

async function paint() {
  const now = district();
  if (!now) return;
  painted += 1;
  const mine = painted;
  const { kind, query: words } = query();
  try {
    const found = await colours(now, kind, words);
    if (mine !== painted) return;
    coloured = found;
    narrow(found.only ?? null);
    colour(found);
  } catch (error) {
    if (mine === painted) toastError(error, paint);
  }
}

async function colours(now, kind, words) {
  const ground = { version: now.edition.version, district: now.code };
  if (picks.part) {
    cells.hide();
    return colourPart(picks.part, askedOf({ district: now, days: picker.days }), kind, ground);
  }
  if (kind !== "cell") cells.hide();
  else if (byId("edition").value) {
    cells.filter = ranking.grade;
    await cells.show(byId("edition").value, words);
    return { classes: null, palette: [], legend: cells.legend(), title: gettext("Grades of cells") };
  }
  return colouring(kind, { ...ground, days: picker.days, query: words });
}

/* The ranking shows what the part of a chart has cases of. */
function narrow(only) {
  if (!only && !ranking.only) return;
  ranking.only = only;
  if (view === "ranking") ranking.load();
}

function colour({ classes, palette, legend, title, graded }) {
  const wanted = graded && ranking.grade ? GRADES.indexOf(ranking.grade) : -1;
  const shown = wanted < 0 ? classes : classes.map((one) => (one === wanted ? one : NONE));
  stage.grids.setColours(district().edition.version, shown, palette);
  replace(byId("legend"), el("li", {}, el("b", { text: title })), ...legendRows(legend.map(([one]) => one), legend.map(([, name]) => name)));
}

/* Colours single grids by their codes, as long as the view that asked for it is open. */
async function colourGrids(from, found, colours, names, title) {
  const codes = await editionCodes(district().edition.version);
  if (view !== from || picks.part) return;
  painted += 1;
  const classes = Uint8Array.from(codes, (code) => found.get(code) ?? NONE);
  colour({ classes, palette: colours.map((one) => `${one}${ALPHA}`), legend: colours.map((one, k) => [one, names[k]]), title });
}

function showDistrict() {
  const now = district();
  if (!now) return;
  stage.grids.setEditions([gridEdition(now.edition, now.bounds)]);
  map.fitBounds(toBounds(now.bounds), { animate: false });
}

map.on("click", async ({ latlng }) => {
  const hit = await stage.grids.gridSoon(latlng);
  if (!hit) return;
  const { kind } = query();
  if (kind === "grid") {
    const [codes] = await Promise.all([editionCodes(hit.version), selection.selectOrdinal(hit.version, hit.ordinal)]);
    choose(codes[hit.ordinal - 1], false);
  } else if (coloured.areas?.[hit.ordinal - 1]) choose(coloured.areas[hit.ordinal - 1], false);
});

/* --- what is chosen */

/* What an object narrows the charts to; of people and centres they stay as they are. */
function objectOf(kind, code) {
  const name = kind === "grid" ? code : ranking.rows.find((one) => one.code === code);
  const label = typeof name === "object" ? called(name) : code;
  if (!code) return null;
  if (["grid", "community", "street", "patrol"].includes(kind)) return { label, params: { area: code } };
  return kind === "department" ? { label, params: { department_code: code } } : null;
}

async function choose(code, travel = true) {
  ranking.choose(code);
  if (kindNow() === "cell") cells.choose(code, travel);
  picks.chooseObject(objectOf(kindNow(), code));
  await sum.open(code);
  remember();
  map.invalidateSize();
  if (travel && code && query().kind === "grid") {
    await selection.selectCode(code);
    if (selection.grid?.bounds) map.fitBounds(toBounds(selection.grid.bounds), { maxZoom: 16, padding: [80, 80] });
  }
}

function load() {
  remember();
  paint();
  if (view === "ranking") return Promise.all([ranking.load(), sum.code && sum.open(sum.code)]);
  return showView();
}

/* --- views */

const VIEWS = [
  ["ranking", () => gettext("Ranking"), () => ranking.load()],
  ["analysis", () => gettext("Analysis"), (node, facts) => showAnalysis(node, facts), config.sees_analysis],
  ["warnings", () => gettext("Early warning"), (node, facts) => showWarnings(node, facts), config.sees_analysis],
  ["honesty", () => gettext("Honesty checks"), (node, facts) => showHonesty(node, facts), config.sees_honesty],
  ["opinions", () => gettext("Opinions"), (node, facts) => showOpinions(node, facts)],
  ["published", () => gettext("Published"), (node, facts) => showPublished(node, facts)],
].filter(([, , , may]) => may !== false);

function showTabs() {
  replace(byId("views"), ...VIEWS.map(([name, words]) => el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `view-${name}`, "aria-selected": String(name === view), text: words(), on: { click: () => turn(name) } })));
  for (const node of document.querySelectorAll(".evaluation-view")) node.hidden = node.id !== `view-${view}`;
}

function turn(name) {
  view = name;
  remember();
  showTabs();
  paint();
  return showView();
}

async function showView() {
  const found = VIEWS.find(([name]) => name === view) ?? VIEWS[0];
  const node = byId(`view-${found[0]}`);
  const facts = { district: district(), days: picker.days, period: picker.name, kind: byId("kind").value, publishes: config.publishes, object: picks.object, part: picks.part, pick: (...told) => picks.choosePart(...told), correct: correctOne, choose: chooseGrid, again: showView, colourGrids: (...told) => colourGrids(found[0], ...told) };
  if (!facts.district) return;
  try {
    await found[2](node, facts);
  } catch (error) {
    replace(node, el("p", { class: "problem", role: "alert" }, error.message, " ", el("code", { text: error.code ?? "" })));
  }
}

function chooseGrid(code) {
  byId("kind").value = "grid";
  showEditions();
  paint();
  choose(code);
}

/* Opens a published result where it can be corrected. */
function correctOne({ kind, period, code }) {
  byId("kind").value = kind;
  showEditions();
  picker.set(period);
  choose(code);
}

/* Editions of schemes stand to choose from where cells are graded. */
function showEditions() {
  const field = byId("edition-field");
  field.hidden = kindNow() !== "cell";
  const mine = config.scheme_editions.filter((one) => one.district === district()?.code);
  replace(byId("edition"), ...mine.map((one) => el("option", { value: one.version, text: `${one.name} (${one.version})` })));
  const wanted = asked.get("edition");
  if (mine.some((one) => one.version === wanted)) byId("edition").value = wanted;
}

/* --- wiring */

picks.addEventListener("part", () => {
  if (view === "analysis") showPressed();
  paint();
});
picks.addEventListener("object", () => view === "analysis" && showView());
ranking.addEventListener("filter", () => {
  if (kindNow() === "cell") paint();
  else colour(coloured);
});

function showPressed() {
  for (const one of document.querySelectorAll(".heat button")) one.setAttribute("aria-pressed", String(one.dataset.label === picks.part?.label));
  // Hot and cold spots come back to the map.
  if (!picks.part) showView();
}

ranking.addEventListener("choose", ({ detail }) => choose(detail));
sum.addEventListener("closed", () => {
  ranking.choose("");
  if (kindNow() === "cell") cells.choose("", false);
  picks.chooseObject(null);
  selection.clear();
  remember();
  map.invalidateSize();
});
sum.addEventListener("period", ({ detail }) => picker.set(detail));
picker.addEventListener("change", load);
byId("kind").addEventListener("change", () => {
  sum.open("");
  ranking.grade = ranking.areaClass = "";
  showEditions();
  load();
});
byId("edition").addEventListener("change", () => {
  sum.open("");
  load();
});
byId("area-classes").addEventListener("click", () => showClasses(district().code, picker.days[0], config.publishes, load));
byId("district")?.addEventListener("change", () => {
  sum.open("");
  picks.clearPart();
  showDistrict();
  showEditions();
  load();
});
byId("words").addEventListener("input", debounce((event) => {
  ranking.words = event.target.value.trim();
  ranking.load();
}, TYPING_MS));
byId("draw").addEventListener("click", () => gradePolygon(map, query().query).catch(toastError));
byId("safe").checked = isSafe();
byId("safe").addEventListener("change", (event) => {
  setSafe(event.target.checked);
  paint();
  if (ranking.found) ranking.show();
  if (sum.code) sum.open(sum.code);
});
theme.addEventListener("change", () => sum.code && sum.open(sum.code));
// A running period moves on; what the reader has open is read again while he looks at it.
setInterval(() => {
  if (!document.hidden && view === "ranking" && picker.days[1] >= config.today && ranking.rows.length <= 100) {
    ranking.load();
    paint();
  }
}, RUNNING_MS);
startKeyboard({
  Escape: () => sum.open(""),
  "/": () => byId("words").focus(),
  l: () => byId("draw").click(),
  "+": () => map.zoomIn(), "=": () => map.zoomIn(), "-": () => map.zoomOut(),
});

byId("review-origins").textContent = config.attribution;
const largest = largestDistrict(config.districts);
if (byId("district")) byId("district").value = config.districts.some((one) => one.edition && one.code === asked.get("district")) ? asked.get("district") : largest?.code;
if (config.kinds.some(([name]) => name === asked.get("kind"))) byId("kind").value = asked.get("kind");
if (!VIEWS.some(([name]) => name === view)) view = "ranking";
showEditions();
addReadouts(map);
addTileLayers(stage, theme);
showDistrict();
showTabs();
Promise.resolve(load()).then(() => asked.get("code") && choose(asked.get("code"))).finally(() => {
  document.documentElement.dataset.ready = "true";
});
