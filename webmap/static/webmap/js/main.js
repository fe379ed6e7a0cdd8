import { AddressBar } from "webmap/state";
import { Backdrops, backdropChoice } from "webmap/backdrops/control";
import { ComponentControl } from "webmap/components/control";
import { Districts, districtList, showChosen } from "webmap/districts";
import { dayContent, showDay } from "webmap/days";
import { KEYS } from "webmap/measures/state";
import { Layers, layerSwitches } from "webmap/layers";
import { MeasureControl } from "webmap/measures/control";
import { MoreMenu } from "webmap/moremenu";
import { NewEdition } from "webmap/newedition";
import { Panel } from "webmap/panel";
import { Part, shownBy } from "webmap/lazy";
import { Popover, closePopover } from "webmap/popover";
import { SearchBox } from "webmap/search";
import { Selection, pulse } from "webmap/selection";
import { Theme } from "webmap/theme";
import { addReadouts, addTileLayers, createMap, showBorders, toBounds } from "webmap/map";
import { switchLanguage, toggleFullScreen, tool, userContent, zoomControls } from "webmap/tools";
import { editionCodes } from "webmap/api";
import { gettext } from "webmap/i18n";
import { icon } from "webmap/icons";
import { isChinese } from "webmap/config";
import { keyHelp, startKeyboard } from "webmap/keyboard";
import { legendContent } from "webmap/legend";
import { measureLegend } from "webmap/measures/legend";
import { showDraft, showEmpty, showOrigins } from "webmap/notices";
import { startHere } from "webmap/here";
import { startHover } from "webmap/hover";
import { startMapTools } from "webmap/maptools";
import { startMeasures } from "webmap/measures/start";
import { startStatus } from "webmap/status";
import { toast, toastError } from "webmap/toast";

const CODES_FROM = 16;
const PAN_PX = 80;
const PULSE_BELOW = 15;
const exporter = new Part("webmap/exporter");
const table = new Part("webmap/gridtable");
const theme = new Theme();
const stage = createMap(theme);
const { map, grids } = stage;
const districts = new Districts();
const layers = new Layers(stage);
const backdrops = new Backdrops(stage);
const selection = new Selection(map, theme);

const bar = new AddressBar(
  () => {
    const { lat, lng } = map.getCenter();
    return {
      zoom: Math.round(map.getZoom()), lat, lon: lng, district: districts.code, grid: selection.code,
      edition: shownVersion(), on: districts.on, layers: layers.state,
      ...components.state,
    };
  },
  applyState,
);

async function applyState(state) {
  layers.restore(state.layers);
  // The view first: tiles are asked for as soon as the district is known.
  if (state.zoom !== null) map.setView([state.lat, state.lon], state.zoom, { animate: false });
  await travel(state.on);
  districts.restore(state.district, state.edition);
  components.restore(state);
  if (state.zoom === null) fitDistrict(false);
  if (!state.grid) selection.clear();
  else if (state.grid !== selection.code) await selectByCode(state.grid, shownVersion());
  // A link to a draft that is not open to the reader, or is none any more, shows what is in force.
  if (state.edition && state.edition !== shownVersion()) toast({ text: gettext("The draft of this link cannot be shown. You see the edition in force.") });
}

/* The draft that is shown of the chosen district, if any. */
function shownVersion() {
  return districts.draftOf.get(districts.code) ?? "";
}

/* Goes over to the editions of now; the selected grid stays if there still is one of its code. */
async function renew(list) {
  const { code } = selection;
  districts.renew(list);
  if (code) await selectByCode(code, shownVersion());
  bar.write();
  map.getContainer().focus({ preventScroll: true });
}

/* A draft's codes are not in force, so they are looked up in the draft itself. */
async function selectByCode(code, version) {
  if (!version) return selection.selectCode(code, districts.on);
  try {
    const ordinal = (await editionCodes(version)).indexOf(code) + 1;
    return ordinal ? selection.selectOrdinal(version, ordinal) : null;
  } catch (error) {
    toastError(error);
    return null;
  }
}

function fitDistrict(animate = true) {
  const district = districts.current;
  if (!district) return;
  const isWide = window.innerWidth > 900;
  map.fitBounds(toBounds(district.bounds), {
    animate, paddingTopLeft: [isWide ? 40 : 8, isWide ? 40 : 120], paddingBottomRight: [isWide ? 40 : 8, (isWide ? 48 : 90) + (measures.control.isOn ? 80 : 0)],
  });
}

async function go(version, ordinal) {
  components.panel.close();
  const grid = await selection.selectOrdinal(version, ordinal);
  if (!grid) return;
  bar.write(true);
  keepInView(grid);
  // From far a grid is a speck: a ring leads the eye to it.
  if (map.getZoom() < PULSE_BELOW) pulse(map, [grid.center[1], grid.center[0]]);
}

/* Moves only when the grid lies outside or below the panel: the map does not jump on a click. */
function keepInView(grid) {
  const isWide = window.innerWidth > 900;
  map.panInside([grid.center[1], grid.center[0]], {
    paddingTopLeft: [isWide ? 430 : 40, 130], paddingBottomRight: [isWide ? 90 : 40, isWide ? 60 : window.innerHeight * 0.55],
  });
}

function clearSelection() {
  const wasComponent = components.panel.close();
  if (!wasComponent && !selection.grid && panel.node.hidden) return false;
  if (!wasComponent) {
    selection.clear();
    bar.write(true);
  }
  map.getContainer().focus({ preventScroll: true });
  return true;
}

/* What is closed first is what one is in. */
function isInPanel() {
  return Boolean(document.activeElement?.closest(".panel"));
}

async function onFound(result) {
  if (result.type === "component") {
    components.filter.show(true);
    const one = await components.open(result.code);
    if (!one) return;
    components.panel.flyTo();
  } else if (result.type === "grid") {
    const grid = result.version ? await selection.selectOrdinal(result.version, result.ordinal) : await selection.selectCode(result.code, districts.on);
    if (!grid) return;
    selection.flyTo();
  } else if (result.bounds) {
    map.flyToBounds(toBounds(result.bounds), { maxZoom: 17, duration: 0.7, padding: [30, 30] });
    pulse(map, [result.center[1], result.center[0]]);
  } else {
    map.flyTo([result.center[1], result.center[0]], 17, { duration: 0.7 });
    pulse(map, [result.center[1], result.center[0]]);
  }
  map.once("moveend", () => bar.write(true));
}

/* Whoever selects by key goes on by key: the panel takes the focus, its arrows step on. */
async function selectAtCentre() {
  const found = await grids.gridSoon(map.getCenter());
  if (!found) return;
  await go(found.version, found.ordinal);
  panel.node.focus({ preventScroll: true });
}

function pan(x, y) {
  return (event) => event.target === document.body && map.panBy([x * PAN_PX, y * PAN_PX]);
}

function toGrid(code) {
  components.panel.close();
  selection.selectCode(code, districts.on).then((grid) => grid && selection.flyTo());
}

function chooseDistrict(code, version) {
  districtCard.close();
  selection.clear();
  districts.choose(code, version);
  fitDistrict();
  map.once("moveend", () => bar.write(true));
}

/* From afar a press goes nearer, into the district of what was pressed. */
function pressAfar(latlng) {
  const code = measures.control.afar.press(latlng);
  if (code && code !== districts.code) {
    districts.choose(code, districts.draftOf.get(code));
    bar.write(true);
  }
  return Boolean(code);
}

/* Goes to a day without a step for the back button; regions follow the grids. */
async function travel(on) {
  try {
    if (await districts.travel(on)) await showBorders(stage, on);
  } catch (error) {
    toastError(error, () => travel(on));
  }
}

async function chooseDay(on) {
  dayCard.close(true);
  const { code } = selection;
  await travel(on);
  if (code) await selection.selectCode(code, on);
  bar.write(true);
}

async function goRelative({ version, ordinal, valid_from: from }) {
  const own = districts.list.flatMap((district) => district.editions).find((one) => one.version === version);
  await travel(own && !own.valid_to ? "" : from);
  await go(version, ordinal);
}

function showDistricts() {
  grids.setEditions(districts.editions());
  components.colour();
  measures.control.update();
  showChosen(document.getElementById("district-button"), districts);
  showOrigins(districts);
  showDraft(districts, () => chooseDistrict(districts.code, ""));
  showDay(districts, () => chooseDay(""));
  showEmpty(districts);
  learnCodes();
}

/* Codes are written on the map only when near; only then are they asked for. */
function learnCodes() {
  if (map.getZoom() < CODES_FROM) return;
  const view = map.getBounds();
  for (const edition of districts.editions().filter((one) => one.bounds.intersects(view))) {
    editionCodes(edition.version).then((codes) => stage.labels.setCodes(edition.version, codes), toastError);
  }
}

function reloadTiles() {
  for (const layer of [stage.base?.layer, grids, stage.borders]) layer?._map && layer.redraw();
}

/* What the colours say of a grid, in words. */
function valueOf(version, ordinal) {
  return measures.control.isOn ? measures.control.textOf(version, ordinal) : components.density.valueOf(version, ordinal);
}

const search = new SearchBox(onFound, () => districts.on);
const panel = new Panel(selection, { go, close: clearSelection, travel: goRelative });
const toolBar = document.getElementById("tools");
const prefs = document.getElementById("prefs");
const tools = {
  measures: tool("measures", "palette", gettext("Colour"), "M"),
  components: tool("components", "component", gettext("Components"), "C"),
  layers: tool("layers", "layers", gettext("Layers"), "L"),
  legend: tool("legend", "legend", gettext("Legend"), "G"),
  table: tool("table", "table", gettext("List"), "T"),
  day: tool("day", "day", gettext("Day"), "D"),
  export: tool("export", "download", gettext("Export")),
  select: tool("select", "box", gettext("Select"), "S"),
  share: tool("share", "share", gettext("Share"), "P"),
  more: tool("more", "more", gettext("More")),
  theme: tool("theme", theme.name === "day" ? "moon" : "sun", gettext("Day or night style"), "N"),
  language: tool("language", "language", isChinese ? "English" : "中文"),
  help: tool("help", "help", gettext("Keyboard"), "?"),
  user: tool("user", "user", gettext("Account")),
};
toolBar.append(tools.measures, tools.components, tools.layers, tools.legend, tools.select, tools.table, tools.day, tools.export, tools.share, tools.more);
prefs.append(tools.theme, tools.language, tools.help, tools.user);
const more = new MoreMenu(tools.more, prefs, [tools.select, tools.table, tools.day, tools.export, tools.share]);
document.getElementById("corner").append(zoomControls(map, () => fitDistrict()));

const measures = startMeasures(stage, theme, tools.measures, { editions: () => districts.editions(), district: () => districts.code });
bar.contribute(KEYS, () => measures.control.address, (values) => measures.control.restore(values));
bar.contribute(["bg"], () => backdrops.address, (values) => backdrops.restore(values));
const components = new ComponentControl(stage, theme, tools.components, {
  editions: () => districts.editions(),
  district: () => districts.code,
  toGrid,
  onOpen: () => selection.clear(),
  coloured: () => measures.control.isOn,
});
const kit = startMapTools(stage, theme, bar, tools, { districts, go, measure: () => measures.control.summary ?? components.density.measure, pictured: () => backdrops.pictured });
const layerCard = new Popover(tools.layers, { title: gettext("Layers"), content: () => [...layerSwitches(layers), ...backdropChoice(backdrops)], keep: true });
const legendCard = new Popover(tools.legend, { title: gettext("Legend"), content: () => legendContent(measureLegend(measures.control), components.density.measure), keep: true });
const tableCard = new Popover(tools.table, { title: gettext("Grids in view"), content: () => shownBy(table, (one) => one.tableContent(grids, go)), keep: true });
const dayCard = new Popover(tools.day, { title: gettext("Day of the map"), content: () => dayContent(districts, chooseDay) });
const helpCard = new Popover(tools.help, { title: gettext("Keyboard"), content: keyHelp });
const districtCard = new Popover(document.getElementById("district-button"), {
  title: gettext("Choose a district"), content: () => [districtList(districts, chooseDistrict)], side: "left",
});
new Popover(tools.export, { title: gettext("Export unit grids"), content: () => shownBy(exporter, (one) => one.exportContent(districts)) });
new Popover(tools.user, { title: gettext("Account"), content: userContent });

tools.theme.addEventListener("click", () => theme.toggle());
tools.language.addEventListener("click", switchLanguage);
theme.addEventListener("change", () => tools.theme.querySelector("svg").replaceWith(icon(theme.name === "day" ? "moon" : "sun")));
layers.addEventListener("change", () => {
  if (layerCard.isOpen && !layerCard.node.contains(document.activeElement)) layerCard.refresh();
  bar.write();
});
backdrops.addEventListener("change", () => {
  if (layerCard.isOpen && !layerCard.node.contains(document.activeElement)) layerCard.refresh();
  bar.write();
});
components.addEventListener("change", () => bar.write());
measures.control.addEventListener("change", () => {
  components.colour();
  bar.write();
});
measures.control.addEventListener("coloured", () => legendCard.isOpen && legendCard.refresh());
components.addEventListener("colour", () => legendCard.isOpen && legendCard.refresh());
districts.addEventListener("change", showDistricts);
map.on("moveend", () => {
  bar.write();
  learnCodes();
  if (tableCard.isOpen) tableCard.refresh();
});

startKeyboard({
  "/": () => search.focus(),
  c: () => components.card.toggle(),
  m: () => MeasureControl.isOpen && measures.card.toggle(),
  l: () => layerCard.toggle(),
  g: () => legendCard.toggle(),
  t: () => tableCard.toggle(),
  d: () => dayCard.toggle(),
  s: () => kit.select(),
  p: () => kit.share(),
  n: () => theme.toggle(),
  f: toggleFullScreen,
  "?": () => helpCard.toggle(),
  "+": () => map.zoomIn(),
  "=": () => map.zoomIn(),
  "-": () => map.zoomOut(),
  ArrowLeft: pan(-1, 0),
  ArrowRight: pan(1, 0),
  ArrowUp: pan(0, -1),
  ArrowDown: pan(0, 1),
  Enter: selectAtCentre,
  Escape: () => more.close() || (isInPanel() && clearSelection()) || closePopover() || clearSelection(),
});
startStatus(stage.store, reloadTiles);
new NewEdition(districts, renew);
startHere(map, toGrid);
startHover(stage, go, (latlng) => kit.isBusy() || components.press(latlng) || pressAfar(latlng), valueOf, (latlng) => measures.control.afar.at(latlng));
addReadouts(map);

const asked = bar.resolve().then(() => bar.apply(bar.current)).finally(() => {
  showDistricts();
  bar.write();
});
addTileLayers(stage, theme, () => districts.on).then(() => layers.applyAll());
if (window.innerWidth > 1200 && districts.hasPlan) legendCard.open({ focus: false });
asked.then(() => {
  document.documentElement.dataset.ready = "true";
  panel.node.classList.remove("is-tall");
  kit.begin();
});
