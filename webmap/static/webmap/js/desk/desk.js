import { Bulk } from "webmap/desk/bulk";
import { CaseCard } from "webmap/desk/casecard";
import { CaseList } from "webmap/desk/caselist";
import { CaseMap } from "webmap/desk/casemap";
import { Filters } from "webmap/desk/filters";
import { Live, paced } from "webmap/desk/live";
import { NewCase } from "webmap/desk/newcase";
import { Places } from "webmap/desk/places";
import { Theme } from "webmap/theme";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { config } from "webmap/config";
import { debounce, el, replace } from "webmap/dom";
import { formatCount, gettext } from "webmap/i18n";
import { keyCard, startKeyboard } from "webmap/keyboard";
import { lasso } from "webmap/components/lasso";
import { openDialog } from "webmap/dialog";
import { post, request } from "webmap/api";
import { tabName } from "webmap/desk/words";
import { toastError } from "webmap/toast";

const TYPING_MS = 250;
const CLOCK_MS = 60_000;
const REST_MS = 4_000;
const FEW_ROWS = 20;
const byId = (id) => document.getElementById(id);
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const filters = new Filters(byId("filter"), byId("filters"));
const list = new CaseList(byId("cases"), byId("cases-none"));
const card = new CaseCard(byId("case"));
const dots = new CaseMap(map, query);
const bulk = new Bulk(byId("bulk"), list, refresh);
const tabs = [...config.tabs, { name: "all", stages: [] }, { name: "ended", stages: [] }];
let tab = tabs.find((one) => one.name === new URLSearchParams(location.search).get("tab")) ?? tabs[0];
let area = null;
let newCase = null;
let asked = 0;
const refreshSoon = paced(() => refresh(false), REST_MS);
const countSoon = paced(() => count(), REST_MS);

function query() {
  const more = { ...(tab.stages.length && { stage: tab.stages.join(",") }), ...(tab.extension && { extension: tab.extension }) };
  return filters.query(tab.name === "ended" ? { ...more, ended: "1" } : more);
}

/* --- the list, its tabs and the address */

async function load(more = false) {
  asked += 1;
  const mine = asked;
  const wanted = query();
  wanted.set("limit", String(more ? 50 : list.wanted));
  if (more) wanted.set("after", list.next);
  try {
    const page = area ? await post("/api/v1/cases/within", { ...Object.fromEntries(query()), area }) : await request(`/api/v1/cases?${wanted}`);
    if (mine !== asked) return;
    if (more) list.add(page);
    else list.show(page);
    list.empty([...filters.query().keys()].length > 0 || Boolean(area));
    byId("cases-more").hidden = !list.next;
    byId("cases-more").textContent = CaseList.moreText(list.rows.length);
    byId("cases-csv").href = `/api/v1/cases.csv?${query()}`;
  } catch (error) {
    if (mine === asked) toastError(error, () => load(more));
  }
}

/* Counts a moment old will do while others move cases; not after a move of one's own. */
async function countOf(more, fresh) {
  const options = fresh ? { cache: "reload" } : {};
  return new Map((await request(`/api/v1/cases/counts?${filters.query(more)}`, options)).map((row) => [row.stage, row]));
}

async function count(fresh = false) {
  try {
    // Tabs of extensions are counted by themselves: their cases stand at a stage with others.
    const apart = tabs.filter((one) => one.extension);
    const [all, ...parts] = await Promise.all([countOf({}, fresh), ...apart.map((one) => countOf({ extension: one.extension }, fresh))]);
    showTabs(all, new Map(apart.map((one, i) => [one, parts[i]])));
  } catch (error) {
    toastError(error);
  }
}

function showTabs(counts, apart = new Map()) {
  const sum = (one, stages, name) => stages.reduce((total, stage) => total + ((apart.get(one) ?? counts).get(stage)?.[name] ?? 0), 0);
  const every = [...counts.keys()];
  const button = (one, index) => {
    const stages = one.name === "all" ? every : one.stages;
    const red = sum(one, stages, "red");
    return el("button", { type: "button", role: "tab", "aria-selected": one === tab ? "true" : "false", title: index < 9 ? `Alt+${index + 1}` : "", "data-tab": one.name, on: { click: () => turn(one) } },
      el("span", { text: tabName(one.name) }),
      one.name !== "ended" && el("b", { text: formatCount(sum(one, stages, "n")) }),
      red > 0 && el("small", { class: "desk-red", text: formatCount(red), title: gettext("overdue") }));
  };
  replace(byId("tabs"), ...tabs.map(button));
}

function turn(to) {
  tab = to;
  list.rows = [];
  list.at = -1;
  remember();
  refresh();
}

function remember() {
  const search = filters.query();
  search.set("tab", tab.name);
  if (card.shown) search.set("case", card.shown.number);
  history.replaceState(null, "", `?${search}${location.hash}`);
}

function refresh(fresh = true) {
  count(fresh);
  dots.load();
  return load();
}

/* --- what moves */

/* Rows that are told can be put in place where nothing but the stage decides what fits. */
function isPlain() {
  return !area && !tab.extension && tab.name !== "ended" && [...filters.query().keys()].length === 0;
}

function showMoved(moved) {
  if (isPlain() && moved.every((move) => move.row)) {
    for (const { row } of moved) putInPlace(row);
    countSoon();
  } else refreshSoon();
  const open = moved.filter((move) => move.number === card.shown?.number);
  if (open.some((move) => move.step !== card.shown.step)) card.again();
}

function putInPlace(row) {
  const fits = !row.ended_at && (!tab.stages.length || tab.stages.includes(row.stage));
  list.put(row, fits);
  dots.put(row, fits);
  if (list.next && list.rows.length < FEW_ROWS) refreshSoon();
}

/* --- one case */

function open(number) {
  show("case");
  return card.open(number);
}

function show(what) {
  byId("desk").dataset.show = what;
  for (const button of document.querySelectorAll(".desk-switch [data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === what));
  map.invalidateSize();
}

async function draw() {
  show("map");
  const ring = await lasso(map, gettext("Draw round the cases; Esc gives up."));
  if (!ring) return;
  area = { type: "Polygon", coordinates: [ring] };
  byId("lasso-off").hidden = false;
  show("list");
  load();
}

function report() {
  if (!config.reports) return;
  newCase ??= new NewCase(map, (made) => {
    refresh();
    open(made.number);
  });
  newCase.open().catch(toastError);
}

/* --- places */

const PLACE_ZOOM = 17;
const placeMark = L.circleMarker([0, 0], { pane: "chosen", radius: 9, color: "#1d4ed8", weight: 4, fillOpacity: 0.2, interactive: false });

/* The map goes to an address, and shows all cases there, not only those that name it. */
function goToPlace({ name, lon, lat }) {
  filters.clearText();
  show("map");
  dots.goTo([lat, lon], PLACE_ZOOM);
  placeMark.setLatLng([lat, lon]).addTo(map);
  placeMark.unbindTooltip().bindTooltip(name, { permanent: true, direction: "top", offset: [0, -8] }).openTooltip();
  byId("announce").textContent = name;
  byId("map").focus({ preventScroll: true });
}

/* --- keys */

function help() {
  const rows = [
    [["J", "K"], gettext("next and previous case")],
    [["Enter"], gettext("open the case")],
    [["X"], gettext("choose the case, to move several together")],
    [["A"], gettext("dispatch to the department that is suggested")],
    [["1", "…", "9"], gettext("make the move with that number")],
    [["Alt+1", "…"], gettext("tab with that number")],
    [["N"], gettext("new case")],
    [["/"], gettext("search cases and addresses")],
    [["F"], gettext("filter")],
    [["L"], gettext("draw round cases on the map")],
    [["R"], gettext("ask again")],
    [["Esc"], gettext("close what is open")],
    [["?"], gettext("this help")],
  ];
  openDialog(gettext("Keys"), keyCard(rows));
}

function leave() {
  if (document.activeElement?.closest("input, textarea, select")) document.activeElement.blur();
  else if (card.shown) {
    card.close();
    show("list");
  } else if (area) wholeMap();
  else placeMark.remove();
}

function wholeMap() {
  area = null;
  byId("lasso-off").hidden = true;
  load();
}

function openFilters() {
  const box = byId("filters");
  box.hidden = !box.hidden;
  byId("more-filters").setAttribute("aria-expanded", String(!box.hidden));
  if (!box.hidden && !box.children.length) filters.open();
}

const numbers = Object.fromEntries([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => [String(n), () => card.makeNumber(n)]));
startKeyboard({
  j: () => list.move(list.at + 1), k: () => list.move(list.at - 1), ArrowDown: () => list.move(list.at + 1), ArrowUp: () => list.move(list.at - 1),
  Enter: () => list.current && open(list.current.number), x: () => list.tick(), a: () => card.asSuggested(), n: report, f: openFilters, l: draw, r: refresh,
  "/": () => byId("filter").elements.text.focus(), "?": help, Escape: leave, ...numbers,
});
document.addEventListener("keydown", (event) => {
  const place = event.altKey && /^Digit[1-9]$/.test(event.code) ? Number(event.code.slice(5)) : 0;
  if (!place || !tabs[place - 1]) return;
  event.preventDefault();
  turn(tabs[place - 1]);
});

/* --- wiring */

filters.addEventListener("change", debounce(() => {
  remember();
  refresh();
}, TYPING_MS));
new Places(byId("filter").elements.text, byId("places"), goToPlace);
list.addEventListener("open", (event) => open(event.detail.number));
list.addEventListener("cursor", (event) => {
  dots.choose(event.detail);
  // Whoever steps through the list with a case open reads one after the other.
  if (card.shown) card.open(event.detail.number);
});
dots.addEventListener("open", (event) => open(event.detail));
card.addEventListener("shown", (event) => {
  dots.choose(event.detail);
  remember();
});
card.addEventListener("moved", () => refresh());
byId("cases-more").addEventListener("click", () => load(true));
byId("more-filters").addEventListener("click", openFilters);
byId("new-case")?.addEventListener("click", report);
byId("lasso").addEventListener("click", draw);
byId("lasso-off").addEventListener("click", wholeMap);
byId("keys").addEventListener("click", help);
for (const button of document.querySelectorAll(".desk-switch [data-show]")) button.addEventListener("click", () => show(button.dataset.show));
const live = new Live("/api/v1/cases/stream", byId("live"));
live.addEventListener("moved", ({ detail }) => showMoved(detail));
live.addEventListener("stale", refreshSoon);
// What is left of a limit grows less by itself; and what was put in place is read as it is.
setInterval(() => refresh(false), CLOCK_MS);

byId("review-origins").textContent = config.attribution;
if (config.districts.length) map.fitBounds(toBounds(config.districts[0].bounds), { animate: false });
addReadouts(map);
addTileLayers(stage, theme);
showTabs(new Map());
bulk.show();
filters.showCount();
const first = new URLSearchParams(location.search).get("case");
refresh().finally(() => {
  if (list.rows.length) map.fitBounds(L.latLngBounds(list.rows.map(({ lat, lon }) => [lat, lon])), { animate: false, maxZoom: 16, padding: [40, 40] });
  if (/^\d{20}$/.test(first ?? "")) open(first);
  document.documentElement.dataset.ready = "true";
});
