import { AREA_COLOURS, areaClass, areaNames, binOf, histogram, legendRows } from "webmap/data/areas";
import { KINDS, problemRow } from "webmap/data/problems";
import { Selection, pulse } from "webmap/selection";
import { Swipe } from "webmap/swipe";
import { Theme } from "webmap/theme";
import { UnitGridLayer, gridEdition } from "webmap/gridlayer";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { actionButtons } from "webmap/data/planactions";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { figureTable } from "webmap/data/figures";
import { fill, formatArea, formatNumber, formatShare, gettext, ngettext, stateName } from "webmap/i18n";
import { editionCodes, request } from "webmap/api";
import { toastError } from "webmap/toast";

const SHOWN = 300;
const NARROW_PX = 900;
const CHANGE_COLOURS = { kept: "#c7d7c4", changed: "#fdb863", new: "#5aa9e6" };
const { plan } = config;
const district = config.districts.find((one) => one.code === plan.district);
const base = `/api/v1/plans/${plan.version}`;
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const selection = new Selection(map, theme);
const list = document.getElementById("problems");
const state = document.getElementById("problems-state");
const against = document.getElementById("against");
const kind = document.getElementById("kind");

map.createPane("against").style.zIndex = "251";
map.getPane("against").style.pointerEvents = "none";
const other = new UnitGridLayer(stage.store, { pane: "against", maxZoom: 19, minZoom: 9 }).addTo(map);
theme.addEventListener("change", () => other.setLook(theme.palette.grids));
other.setLook(theme.palette.grids);
const swipe = new Swipe(map, document.getElementById("swipe"), "grids", "against");
let review = { problems: [], grids: [] };
let bin = null;

function edition(one) {
  return gridEdition(one, district.bounds, { draft: isDraft(one.state), revision: plan.revision });
}

function isDraft(name) {
  return name === "draft" || name === "checked";
}

function colour(classes, colours, names) {
  stage.grids.setColours(plan.version, classes, colours);
  replace(document.getElementById("legend"), ...legendRows(colours, names));
}

function byOrdinal(rows, classOf) {
  const classes = new Uint8Array(Math.max(0, ...rows.map((row) => row[0]))).fill(255);
  for (const row of rows) classes[row[0] - 1] = classOf(row);
  return classes;
}

function colourAreas() {
  // A light fill near the target lets the map show; the ends stand out.
  colour(byOrdinal(review.grids, (row) => areaClass(row[2])), AREA_COLOURS.map((one) => `${one}b0`), areaNames());
}

function colourChanges(changes) {
  const names = Object.keys(CHANGE_COLOURS);
  const rows = changes.grids.filter((grid) => grid.ordinal !== null).map((grid) => [grid.ordinal, names.indexOf(grid.state)]);
  colour(byOrdinal(rows, (row) => row[1]), Object.values(CHANGE_COLOURS).map((one) => `${one}b0`), [gettext("kept"), gettext("changed"), gettext("new")]);
}

async function choose(problem, row) {
  for (const old of list.querySelectorAll("[aria-current]")) old.removeAttribute("aria-current");
  row.setAttribute("aria-current", "true");
  // On a phone the map stands above the list.
  if (window.innerWidth <= NARROW_PX) map.getContainer().scrollIntoView({ block: "end", behavior: "smooth" });
  if (problem.ordinal) {
    const grid = await selection.selectOrdinal(plan.version, problem.ordinal);
    if (grid) selection.flyTo({ maxZoom: 18, padding: [60, 60] });
  } else {
    selection.clear();
    map.flyTo([problem.place[1], problem.place[0]], 15, { duration: 0.7 });
  }
  if (problem.place) pulse(map, [problem.place[1], problem.place[0]]);
}

/* A chosen bar lists its grids; else the problems of the chosen kind. */
function wanted() {
  if (bin !== null) {
    return review.grids.filter((row) => binOf(row[2]) === bin).map(([ordinal, area, share]) => ({
      kind: "", ordinal, code: codes[ordinal - 1] ?? `#${ordinal}`, text: fill(gettext("%(area)s, %(share)s of its target"), { area: formatArea(area), share: formatShare(share) }),
    }));
  }
  return review.problems.filter((problem) => !kind.value || problem.kind === kind.value);
}

let codes = [];

function showList() {
  const found = wanted();
  replace(list, ...found.slice(0, SHOWN).map((problem) => problemRow(problem, choose)));
  if (!found.length) state.textContent = gettext("Nothing to look at here.");
  else if (found.length > SHOWN) state.textContent = fill(gettext("%(count)s, the first %(shown)s are listed"), { count: formatNumber(found.length), shown: SHOWN });
  else state.textContent = fill(ngettext("%(count)s place", "%(count)s places", found.length), { count: formatNumber(found.length) });
}

function fillKinds() {
  const counts = {};
  for (const problem of review.problems) counts[problem.kind] = (counts[problem.kind] ?? 0) + 1;
  const options = Object.entries(KINDS).filter(([name]) => counts[name]).map(([name, [, words]]) => el("option", { value: name, text: `${words()} (${counts[name]})` }));
  replace(kind, el("option", { value: "", text: `${gettext("All problems")} (${review.problems.length})` }), ...options);
}

async function loadReview() {
  try {
    [review, codes] = await Promise.all([request(`${base}/review`), editionCodes(plan.version)]);
  } catch (error) {
    state.textContent = error.message;
    toastError(error, loadReview);
    return;
  }
  fillKinds();
  showList();
  replace(document.getElementById("histogram"), histogram(review.grids.map((row) => row[2]), (chosen) => {
    bin = chosen;
    showList();
  }));
  if (!against.value) colourAreas();
}

async function compare() {
  const version = against.value;
  const figures = document.getElementById("figures");
  if (!version) {
    swipe.set(false);
    other.setEditions([]);
    replace(figures, figureTable([plan]));
    if (review.grids.length) colourAreas();
    return;
  }
  const chosen = config.others.find((one) => one.version === version);
  other.setEditions([edition(chosen)]);
  const [left, right] = document.querySelectorAll("#swipe span");
  left.textContent = plan.version;
  right.textContent = version;
  swipe.set(true);
  try {
    const [form, changes] = await Promise.all([request(`/api/v1/plans/${version}`), request(`${base}/changes?against=${version}`)]);
    if (against.value !== version) return;
    replace(figures, figureTable([plan, form], changes.counts));
    colourChanges(changes);
  } catch (error) {
    toastError(error, compare);
  }
}

list.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const rows = [...list.querySelectorAll("button")];
  const next = rows[rows.indexOf(document.activeElement) + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
});
kind.addEventListener("change", () => {
  bin = null;
  for (const bar of document.querySelectorAll(".histogram .is-chosen")) bar.classList.remove("is-chosen");
  showList();
});
against.addEventListener("change", compare);

replace(against, el("option", { value: "", text: gettext("no other plan") }), ...config.others.map((one) => el("option", { value: one.version, text: `${one.version} · ${stateName(one.state)}` })));
document.getElementById("plan-state").textContent = stateName(plan.state);
document.getElementById("review-origins").textContent = config.attribution;
replace(document.getElementById("actions"), ...actionButtons(plan, () => location.reload()));
stage.grids.setEditions([edition(plan)]);
map.fitBounds(toBounds(district.bounds), { animate: false });
addReadouts(map);
addTileLayers(stage, theme);
compare();
loadReview().finally(() => {
  document.documentElement.dataset.ready = "true";
});
