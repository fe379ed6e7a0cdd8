import { Theme } from "webmap/theme";
import { VERDICTS } from "webmap/data/rates";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { gridEdition } from "webmap/gridlayer";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { listItem, rowView } from "webmap/data/batchrow";
import { post, request } from "webmap/api";
import { startKeyboard } from "webmap/keyboard";
import { toastError } from "webmap/toast";

const PAGE = 100;
const AHEAD = 10;
const NEAR_ZOOM = 17;
const byId = (id) => document.getElementById(id);
const { batch } = config;
const base = `/api/v1/batches/${batch.id}`;
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const marks = L.layerGroup().addTo(map);
const list = byId("rows");
const show = byId("show");
let rows = [];
let more = false;
let loading = null;
let current = null;
let picked = 0;
let busy = false;

/* --- the list */

function counts() {
  const { exact, partial, ambiguous, none } = batch.counts;
  return { doubtful: partial + ambiguous, none, all: exact + partial + ambiguous + none };
}

function fillShow() {
  const words = { doubtful: gettext("Doubtful"), none: VERDICTS.none(), all: gettext("All") };
  const number = counts();
  replace(show, ...Object.keys(words).map((name) => el("option", { value: name, text: `${words[name]} (${formatNumber(number[name])})` })));
  show.value = number.doubtful || !number.none ? "doubtful" : "none";
  if (!number[show.value]) show.value = "all";
}

/* One page at a time; who asks meanwhile waits for the same one. */
function loadMore() {
  loading ??= fetchPage().finally(() => { loading = null; });
  return loading;
}

async function fetchPage() {
  const asked = show.value;
  const query = new URLSearchParams({ show: asked, after: rows.at(-1)?.number ?? 0, limit: PAGE });
  const found = await request(`${base}/rows?${query}`);
  if (asked !== show.value) return;
  rows.push(...found.rows);
  more = found.more;
  list.append(...found.rows.map(listItem));
  showState();
}

function showState() {
  const decided = Object.entries(batch.decided).reduce((sum, [state, count]) => sum + (state === "open" ? 0 : count), 0);
  byId("rows-state").textContent = rows.length
    ? fill(gettext("%(decided)s of %(rows)s rows are decided"), { decided: formatNumber(decided), rows: formatNumber(batch.rows) })
    : gettext("Nothing to look at here.");
}

async function reload() {
  rows = [];
  more = false;
  current = null;
  list.replaceChildren();
  byId("row").replaceChildren();
  marks.clearLayers();
  try {
    await loading;
    await loadMore();
    if (rows.length) select(rows[0]);
  } catch (error) {
    toastError(error, reload);
  }
}

/* --- one row */

function select(row) {
  current = row;
  picked = row.choice ?? 0;
  for (const old of list.querySelectorAll("[aria-selected=true]")) old.setAttribute("aria-selected", "false");
  const item = byId(`row-${row.number}`);
  item.setAttribute("aria-selected", "true");
  list.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
  draw();
  lookAt(row);
  if (more && rows.indexOf(row) >= rows.length - AHEAD) loadMore().catch(toastError);
}

function draw() {
  replace(byId("row"), ...rowView(current, current.hand ? -1 : picked, { onPick: pick, onAccept: accept, onUndo: undo }));
  marks.clearLayers();
  current.candidates.forEach((found, at) => {
    if (found.lon !== null) mark(found, String(at + 1), !current.hand && at === picked ? "is-picked" : "", () => pick(at));
  });
  if (current.hand) mark(current.hand, "✓", "is-hand", () => {});
}

function mark(found, text, look, onClick) {
  const icon = L.divIcon({ className: "", html: el("span", { class: `candidate-mark ${look}`, text }), iconSize: [28, 28] });
  L.marker([found.lat, found.lon], { icon, keyboard: false, zIndexOffset: look ? 500 : 0 })
    .bindTooltip(found.name).on("click", onClick).addTo(marks);
}

function lookAt(row) {
  const points = (row.hand ? [row.hand] : row.candidates).filter((found) => found.lon !== null).map((found) => [found.lat, found.lon]);
  if (points.length) map.fitBounds(L.latLngBounds(points), { maxZoom: NEAR_ZOOM, padding: [60, 60], animate: false });
}

function pick(at) {
  if (!current?.candidates[at]) return;
  picked = at;
  current.hand = null;
  draw();
  list.focus({ preventScroll: true });
}

async function step(by) {
  if (!current) return;
  const at = rows.indexOf(current) + by;
  if (at >= rows.length && more) await loadMore();
  if (rows[at]) select(rows[at]);
}

/* --- decisions: each is kept at once */

async function decide(asked) {
  if (busy || !current) return false;
  busy = true;
  const row = current;
  try {
    const before = row.state;
    Object.assign(row, await post(`${base}/rows/${row.number}`, asked));
    batch.decided[before] -= 1;
    batch.decided[row.state] += 1;
    const item = listItem(row);
    item.setAttribute("aria-selected", row === current ? "true" : "false");
    byId(`row-${row.number}`)?.replaceWith(item);
    showState();
    if (row === current) {
      picked = row.choice ?? 0;
      draw();
    }
    return true;
  } catch (error) {
    toastError(error);
    return false;
  } finally {
    busy = false;
    list.focus({ preventScroll: true });
  }
}

async function accept() {
  if (!current || busy) return;
  const kept = current.hand || (current.state !== "open" && current.choice === picked);
  if (!kept && !current.candidates.length) return;
  if (kept || await decide({ action: "choose", candidate: picked })) await step(1);
}

function undo() {
  if (current && current.state !== "open") decide({ action: "undo" });
}

/* --- listeners */

list.addEventListener("click", ({ target }) => {
  const number = Number(target.closest("[data-number]")?.dataset.number);
  const row = rows.find((one) => one.number === number);
  if (row) select(row);
});
list.addEventListener("scroll", () => {
  if (more && list.scrollTop + list.clientHeight > list.scrollHeight - 400) loadMore().catch(toastError);
});
show.addEventListener("change", () => {
  show.blur();
  reload();
});
map.on("click", ({ latlng }) => decide({ action: "put", lon: latlng.wrap().lng, lat: latlng.lat }));
const chooseKeys = Object.fromEntries([1, 2, 3, 4, 5].map((key) => [String(key), () => pick(key - 1)]));
startKeyboard({ ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: accept, u: undo, ...chooseKeys });

// The arrows step through the rows here.
map.keyboard.disable();
fillShow();
if (config.districts.length) {
  const home = config.districts.find((one) => one.code === batch.district) ?? config.districts[0];
  map.fitBounds(toBounds(home.bounds), { animate: false });
  stage.grids.setEditions(config.districts.filter((one) => one.edition).map((one) => gridEdition(one.edition, one.bounds)));
}
byId("map-origins").textContent = config.attribution;
addReadouts(map);
addTileLayers(stage, theme);
reload().finally(() => {
  document.documentElement.dataset.ready = "true";
});
