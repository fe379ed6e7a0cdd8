import { Selection } from "webmap/selection";
import { Theme } from "webmap/theme";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { config } from "webmap/config";
import { debounce, el, replace } from "webmap/dom";
import { editionCodes } from "webmap/api";
import { largestDistrict } from "webmap/districts";
import { gridEdition } from "webmap/gridlayer";
import { gettext } from "webmap/i18n";
import { isSafe, setSafe } from "webmap/evaluation/grades";
import { ALPHA, NONE, colouring } from "webmap/evaluation/colouring";
import { gradePolygon } from "webmap/evaluation/polygon";
import { legendRows } from "webmap/data/areas";
import { PeriodPicker, periodAt } from "webmap/evaluation/periods";
import { Ranking } from "webmap/evaluation/ranking";
import { showAnalysis } from "webmap/evaluation/findings";
import { showHonesty } from "webmap/evaluation/honesty";
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
const ranking = new Ranking({ table: byId("ranking"), grades: byId("grades"), state: byId("ranking-state"), more: byId("ranking-more") }, query);
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

function query() {
  return { kind: byId("kind").value, query: new URLSearchParams({ period: picker.name, district: district()?.code ?? "" }) };
}

function remember() {
  const now = new URLSearchParams({ district: district()?.code ?? "", kind: byId("kind").value, period: picker.name, view });
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
    const found = await colouring(kind, { version: now.edition.version, district: now.code, days: picker.days, query: words });
    if (mine !== painted) return;
    coloured = found;
    colour(found);
  } catch (error) {
    if (mine === painted) toastError(error, paint);
  }
}

function colour({ classes, palette, legend, title }) {
  stage.grids.setColours(district().edition.version, classes, palette);
  replace(byId("legend"), el("li", {}, el("b", { text: title })), ...legendRows(legend.map(([one]) => one), legend.map(([, name]) => name)));
}

/* Colours single grids by their codes, as long as the view that asked for it is open. */
async function colourGrids(from, found, colours, names, title) {
  const codes = await editionCodes(district().edition.version);
  if (view !== from) return;
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

async function choose(code, travel = true) {
  ranking.choose(code);
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
  const facts = { district: district(), days: picker.days, period: picker.name, kind: byId("kind").value, publishes: config.publishes, choose: chooseGrid, again: showView, colourGrids: (...told) => colourGrids(found[0], ...told) };
  if (!facts.district) return;
  try {
    await found[2](node, facts);
  } catch (error) {
    replace(node, el("p", { class: "problem", role: "alert" }, error.message, " ", el("code", { text: error.code ?? "" })));
  }
}

function chooseGrid(code) {
  byId("kind").value = "grid";
  paint();
  choose(code);
}

/* --- wiring */

ranking.addEventListener("choose", ({ detail }) => choose(detail));
sum.addEventListener("closed", () => {
  ranking.choose("");
  selection.clear();
  remember();
  map.invalidateSize();
});
sum.addEventListener("period", ({ detail }) => picker.set(detail));
picker.addEventListener("change", load);
byId("kind").addEventListener("change", () => {
  sum.open("");
  ranking.grade = "";
  load();
});
byId("district")?.addEventListener("change", () => {
  sum.open("");
  showDistrict();
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
addReadouts(map);
addTileLayers(stage, theme);
showDistrict();
showTabs();
Promise.resolve(load()).then(() => asked.get("code") && choose(asked.get("code"))).finally(() => {
  document.documentElement.dataset.ready = "true";
});
