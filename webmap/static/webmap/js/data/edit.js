import { Board, EDIT_FROM } from "webmap/data/editboard";
import { Choice } from "webmap/data/editchoice";
import { HANDLES_FROM, drawLine, hintOf, prepareDrawing, showHandles } from "webmap/data/editdraw";
import { Theme } from "webmap/theme";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { actions, choiceView } from "webmap/data/editactions";
import { config } from "webmap/config";
import { el } from "webmap/dom";
import { gridEdition } from "webmap/gridlayer";
import { fill, formatNumber, gettext, ngettext, stateName } from "webmap/i18n";
import { kindName, showHistory } from "webmap/data/edithistory";
import { post, request } from "webmap/api";
import { pulse } from "webmap/selection";
import { showConflict } from "webmap/data/editconflict";
import { keyCard, startKeyboard } from "webmap/keyboard";
import { openDialog } from "webmap/dialog";
import { toast, toastError } from "webmap/toast";

const { plan } = config;
const district = config.districts.find((one) => one.code === plan.district);
const base = `/api/v1/plans/${plan.version}`;
const byId = (id) => document.getElementById(id);
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const board = new Board(map, base, theme);
const choice = new Choice(map, board);
let standing = { can_undo: false, can_redo: false };
let busy = false;
let tool = null;
/* Whether the map was moved while a tool or an edit was at work. */
let missed = false;

/* --- the tool at work: a line that is drawn, or handles */

function endTool() {
  tool?.stop();
  tool = null;
  choice.active = true;
  document.body.classList.remove("is-drawing");
  byId("edit-hint").hidden = true;
  byId("edit-finish").hidden = true;
  showChoice();
}

function begin(name, made) {
  tool = { name, ...made };
  choice.active = false;
  document.body.classList.add("is-drawing");
  byId("edit-hint").textContent = hintOf(name);
  byId("edit-hint").hidden = false;
  byId("edit-finish").hidden = !made.finish;
  showChoice();
}

function draw(kind) {
  const grids = [...choice.ordinals];
  begin(kind, drawLine(map, theme.palette.chosen.line, (line) => {
    endTool();
    send(kind, { grids, line, ...snapping() });
  }));
}

function handles() {
  const { forms } = choice;
  const shown = showHandles(map, forms, theme.palette.chosen.line, async (move) => {
    endTool();
    // The next point can be moved at once; after a refusal the border stands where it was.
    await send("move", { moves: [move], ...snapping() });
    if (choice.forms.length === forms.length) moveBorder();
  });
  if (!shown.count) {
    toast({ text: gettext("These two grids have no border in common."), code: "E-EDIT-NOTBESIDE", kind: "error" });
    return;
  }
  begin("move", shown);
}

function moveBorder() {
  if (map.getZoom() >= HANDLES_FROM) {
    handles();
    return;
  }
  // From afar handles would lie on one another.
  const bounds = L.latLngBounds(choice.ordinals.flatMap((ordinal) => board.grids.get(ordinal)?.layer.getBounds() ?? []));
  map.once("moveend", () => map.getZoom() >= HANDLES_FROM && handles());
  map.setView(bounds.getCenter(), Math.max(HANDLES_FROM, Math.min(map.getBoundsZoom(bounds), 19)));
}

function snapping() {
  const snap_m = Number(byId("snap").value);
  return snap_m ? { snap_m } : {};
}

/* --- one edit at a time */

async function send(kind, asked, revision = choice.revision) {
  if (busy) return;
  setBusy(true);
  try {
    const done = await post(`${base}/edits`, { kind, revision, ...asked });
    byId("conflict").hidden = true;
    await take(done, revision);
    toast({ text: kindName(kind) });
    tellCuts(done.cuts);
  } catch (error) {
    if (error.code === "E-EDIT-STALE") await conflict(kind, asked, error);
    else toastError(error);
  } finally {
    setBusy(false);
  }
}

/* An edit may cut a building; whoever does it knows at once, and can undo it. */
function tellCuts(cuts) {
  if (!cuts.length) return;
  const text = fill(ngettext("The new border cuts %(count)s building or compound.", "The new border cuts %(count)s buildings or compounds.", cuts.length), { count: cuts.length });
  toast({ text, code: "W-EDIT-CUT", kind: "error" });
  for (const { place: [lon, lat] } of cuts) pulse(map, [lat, lon]);
}

async function turn(way) {
  if (busy || !standing[`can_${way}`]) return;
  if (tool) endTool();
  setBusy(true);
  const { revision } = board;
  try {
    await take(await post(`${base}/edits/${way}`, { revision }), revision);
  } catch (error) {
    toastError(error);
    if (error.code === "E-EDIT-STALE") await refresh();
  } finally {
    setBusy(false);
  }
}

/* Draws what an edit changed; what others changed meanwhile is loaded. */
async function take(done, revision) {
  board.apply(done);
  const kept = choice.ordinals.filter((ordinal) => board.form(ordinal));
  // Of what was chosen only what is still there stays chosen; a new grid is looked at next.
  choice.set(kept.length ? kept : done.grids.slice(0, 1).map((form) => form.ordinal));
  choice.seen();
  stand(done);
  if (done.revision > revision + 1) await board.load();
  await loadHistory();
}

async function conflict(kind, asked, error) {
  await refresh();
  const there = (asked.grids ?? []).every((ordinal) => board.form(ordinal));
  showConflict(byId("conflict"), { kind, message: error.message, there }, () => send(kind, asked, board.revision));
}

async function refresh() {
  try {
    await board.load();
    await loadHistory();
  } catch (error) {
    toastError(error, refresh);
  }
}

async function loadHistory() {
  const history = await request(`${base}/edits`);
  stand(history);
  showHistory(byId("history"), history.edits);
}

function stand(now) {
  standing = now;
  board.setPins(now.pins);
  byId("plan-state").textContent = stateName(now.state);
  byId("plan-state").className = `badge plan-${now.state}`;
  byId("grid-count").textContent = fill(gettext("%(count)s grids"), { count: formatNumber(now.grid_count) });
  showButtons();
}

function setLoading(now) {
  document.body.classList.toggle("is-loading", now);
  if (!busy) byId("edit-busy").textContent = now ? gettext("Loading grids …") : "";
}

function setBusy(now) {
  busy = now;
  document.body.classList.toggle("is-busy", now);
  byId("edit-busy").textContent = now ? gettext("Working …") : "";
  showButtons();
  showChoice();
  if (!now && missed) follow();
}

function showButtons() {
  byId("undo").disabled = busy || !standing.can_undo;
  byId("redo").disabled = busy || !standing.can_redo;
}

const ACTIONS = {
  merge: () => send("merge", { grids: choice.ordinals }),
  split: () => draw("split"),
  reassign: () => draw("reassign"),
  move: moveBorder,
  pin: () => send("pin", { grids: choice.ordinals }),
  unpin: () => send("unpin", { grids: choice.ordinals }),
  leave: () => send("leave", { grids: choice.ordinals }),
  release: () => send("release", { grids: choice.ordinals }),
};

function act(name) {
  const button = byId("choice").querySelector(`[data-action=${name}]`);
  if (button && !button.disabled) ACTIONS[name]();
}

function showChoice() {
  const held = document.activeElement?.dataset?.action;
  byId("choice").replaceChildren(...choiceView(choice.forms, { busy: busy || tool !== null, act: (name) => ACTIONS[name](), clear: () => choice.set([]) }));
  // Buttons are made anew; whoever works by key keeps the place.
  if (held) byId("choice").querySelector(`[data-action=${held}]`)?.focus();
}

/* --- the map */

async function follow() {
  const near = board.isNear;
  byId("edit-far").hidden = near;
  // The tiles stand in from afar; near, the grids with all their vertices.
  stage.labels.setShown("codes", !near);
  if (near) map.removeLayer(stage.grids);
  else showTiles();
  missed = tool !== null || busy;
  if (missed) return;
  setLoading(true);
  try {
    // Of several calls the last one ends the waiting.
    if (await board.load()) setLoading(false);
  } catch (error) {
    setLoading(false);
    toastError(error, follow);
  }
}

function showTiles() {
  stage.grids.setEditions([]);
  stage.grids.setEditions([gridEdition(plan, district.bounds, { draft: true, revision: standing.revision ?? plan.revision })]);
  map.addLayer(stage.grids);
}

function cancel() {
  if (tool) {
    endTool();
    if (missed) follow();
  } else if (!byId("conflict").hidden) byId("conflict").hidden = true;
  else choice.set([]);
}

choice.addEventListener("change", showChoice);
map.on("moveend", follow);
byId("undo").addEventListener("click", () => turn("undo"));
byId("redo").addEventListener("click", () => turn("redo"));
byId("edit-finish").addEventListener("click", () => tool?.finish?.());
byId("edit-nearer").addEventListener("click", () => map.setZoom(EDIT_FROM));
byId("several").addEventListener("change", (event) => {
  choice.several = event.target.checked;
});
function help() {
  const rows = [
    ...actions().map(([, words, key]) => [[key], words]),
    [["Enter"], gettext("end the line that is being drawn")],
    [["Esc"], gettext("give up what is being drawn, or the choice")],
    [["Ctrl", "Z"], gettext("Undo")],
    [["Ctrl", "Y"], gettext("Redo")],
    [["+", "−"], gettext("Zoom in and out")],
    [["?"], gettext("This help")],
  ];
  const words = gettext("A click chooses a grid, a click with the control key adds one. Two chosen neighbours give and take in the order they were chosen. Every change is checked before it is kept, and can be undone.");
  openDialog(gettext("Editing"), el("p", { class: "hint", text: words }), keyCard(rows));
}

byId("edit-keys").addEventListener("click", help);
startKeyboard({
  "?": help,
  m: () => act("merge"), s: () => act("split"), g: () => act("reassign"), v: () => act("move"), p: () => act("pin"), u: () => act("unpin"),
  a: () => act("leave"), r: () => act("release"), Escape: cancel, Enter: () => tool?.finish?.(), "+": () => map.zoomIn(), "=": () => map.zoomIn(), "-": () => map.zoomOut(),
});
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.target.closest("input, select, textarea")) return;
  const key = event.key.toLowerCase();
  const way = key === "y" || (key === "z" && event.shiftKey) ? "redo" : key === "z" ? "undo" : "";
  if (!way) return;
  event.preventDefault();
  turn(way);
});

prepareDrawing(map);
byId("review-origins").textContent = config.attribution;
const [, at] = location.hash.match(/^#(\d+\/[-\d.]+\/[-\d.]+)$/) ?? [];
if (at) {
  const [zoom, lat, lon] = at.split("/").map(Number);
  map.setView([lat, lon], zoom, { animate: false });
} else map.fitBounds(toBounds(district.bounds), { animate: false });
addReadouts(map);
addTileLayers(stage, theme);
showChoice();
refresh().finally(() => {
  follow();
  document.documentElement.dataset.ready = "true";
});
