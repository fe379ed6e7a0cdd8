import { Selection } from "webmap/selection";
import { Theme } from "webmap/theme";
import { Walkers } from "webmap/desk/patroltrail";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { areaCard, areaName } from "webmap/desk/patrolarea";
import { colouring } from "webmap/desk/patrolcolours";
import { config } from "webmap/config";
import { editionCodes, post, request, watchJob } from "webmap/api";
import { largestDistrict } from "webmap/districts";
import { el, replace } from "webmap/dom";
import { gridEdition } from "webmap/gridlayer";
import { fill, formatNumber, formatShare, gettext, ngettext } from "webmap/i18n";
import { legendRows } from "webmap/data/areas";
import { showJob } from "webmap/data/jobbar";
import { toast, toastError } from "webmap/toast";

const HEAVY = 1.2;
const NARROW_PX = 900;
const ALPHA = "a6";
const byId = (id) => document.getElementById(id);
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const selection = new Selection(map, theme);
const outlines = L.geoJSON(null, { pane: "borders", interactive: false, style: outlineStyle }).addTo(map);
const day = () => byId("day")?.value || config.today;
const walkers = config.sees_trails ? new Walkers(map, theme, day) : null;
const nothing = { areas: [], members: [], mean_burden: 0, edition: "" };
let found = nothing;
let walked = { codes: [], visits: new Map(), areas: new Map() };
let chosen = "";

function outlineStyle(feature) {
  const isChosen = feature?.properties.code === chosen;
  return { color: isChosen ? theme.palette.chosen.line : theme.palette.textStrong, weight: isChosen ? 4 : 1.8, opacity: 0.9, fill: false, lineJoin: "round" };
}

function district() {
  return config.districts.find((one) => one.code === byId("district")?.value);
}

/* --- what is shown */

function paint() {
  const mode = byId("mode").value;
  const { classes, palette, names } = colouring(mode, found, walked);
  stage.grids.setColours(found.edition, classes, palette.map((colour) => `${colour}${ALPHA}`));
  replace(byId("legend"), ...(names.length ? legendRows(palette, names) : []));
  byId("legend").hidden = !names.length;
  byId("cover-head").hidden = mode !== "coverage";
  outlines.clearLayers();
  outlines.addData({ type: "FeatureCollection", features: found.areas.filter((one) => one.geometry).map((one) => ({ type: "Feature", properties: { code: one.code }, geometry: one.geometry })) });
}

function areaRow(area) {
  const share = area.burden / (found.mean_burden || 1);
  const cover = walked.areas.get(area.code);
  const people = area.inspectors.map((one) => one.name).join(" · ");
  return el("tr", { "data-area": area.code, "aria-selected": String(area.code === chosen), on: { click: () => choose(area.code) } },
    el("th", { scope: "row" }, el("button", { type: "button", text: areaName(area) }), people && el("small", { text: people })),
    el("td", { text: formatNumber(area.grids) }), el("td", { text: formatNumber(area.components) }),
    el("td", { class: share > HEAVY && "patrol-heavy", text: formatShare(share) }),
    byId("mode").value === "coverage" && el("td", { text: cover ? formatShare(cover.share) : "" }));
}

function list() {
  replace(byId("areas"), ...found.areas.map(areaRow));
  byId("balance").textContent = balance();
}

function balance() {
  if (!found.areas.length) return config.keeps ? gettext("There are no patrol areas yet; cut the district below.") : gettext("There are no patrol areas for you yet.");
  const words = [fill(ngettext("%(count)s area", "%(count)s areas", found.areas.length), { count: formatNumber(found.areas.length) })];
  words.push(fill(gettext("largest burden %(most)s of the mean, variation %(variation)s"), { most: formatShare(found.most_by_mean), variation: formatShare(found.variation) }));
  if (byId("mode").value === "coverage") words.push(fill(gettext("%(share)s of the grids walked"), { share: formatShare(walked.share ?? 0) }));
  return words.join(" · ");
}

function card() {
  const area = found.areas.find((one) => one.code === chosen);
  const node = byId("chosen");
  node.hidden = !area;
  if (!area) return;
  const grid = selection.grid && found.members[selection.grid.ordinal - 1] === found.areas.indexOf(area) ? selection.grid : null;
  replace(node, ...areaCard(area, { found, grid, walked: byId("mode").value === "coverage" && walked.areas.get(area.code), onClose: () => choose(""), onChange: async (code = area.code) => {
    await load();
    choose(code, false);
  } }));
}

function choose(code, fly = true) {
  chosen = code;
  for (const row of byId("areas").querySelectorAll("tr")) row.setAttribute("aria-selected", String(row.dataset.area === code));
  outlines.setStyle(outlineStyle);
  if (!code) selection.clear();
  card();
  const area = found.areas.find((one) => one.code === code);
  // On a phone the map stands above the list.
  if (fly && area && window.innerWidth <= NARROW_PX) map.getContainer().scrollIntoView({ block: "center", behavior: "smooth" });
  if (fly && area?.geometry) map.flyToBounds(L.geoJSON(area.geometry).getBounds(), { maxZoom: 16, padding: [40, 40], duration: 0.6 });
}

/* --- what is asked for */

async function load() {
  const now = district();
  if (!now) return;
  try {
    const [areas, codes] = await Promise.all([request(`/api/v1/patrol/areas?district=${now.code}`), editionCodes(now.edition.version)]);
    if (district() !== now) return;
    found = areas;
    walked.codes = codes;
    await loadCoverage();
  } catch (error) {
    found = nothing;
    byId("balance").textContent = error.message;
    toastError(error, load);
    return;
  }
  paint();
  list();
  card();
}

async function loadCoverage() {
  if (byId("mode").value !== "coverage") return;
  const cover = await request(`/api/v1/patrol/coverage?district=${found.district}&day=${day()}`);
  walked = { codes: walked.codes, share: cover.share, visits: new Map(cover.visits.map((one) => [one.grid, one])), areas: new Map(cover.areas.map((one) => [one.code, one])) };
}

async function again() {
  try {
    await loadCoverage();
  } catch (error) {
    toastError(error, again);
  }
  paint();
  list();
  card();
}

function showDistrict() {
  const now = district();
  if (!now) return;
  choose("", false);
  stage.grids.setEditions([gridEdition(now.edition, now.bounds)]);
  map.fitBounds(toBounds(now.bounds), { animate: false });
}

async function cut(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const button = form.querySelector("button");
  const box = byId("cutting");
  button.disabled = true;
  box.hidden = false;
  try {
    const { job: ordered } = await post("/api/v1/patrol/areas", { district: byId("district").value, grids_per_area: Number(form.elements.size.value) });
    const job = await watchJob(ordered, (now) => showJob(box.querySelector(".data-progress"), byId("cut-message"), now));
    box.hidden = job.state === "done";
    if (job.state === "done") {
      toast({ text: fill(gettext("%(areas)s areas, %(kept)s of them as before."), job.result) });
      await load();
      choose("", false);
    } else byId("cut-message").textContent = `${job.error_message} ${job.error_code}`;
  } catch (error) {
    box.hidden = true;
    toastError(error);
  } finally {
    button.disabled = false;
  }
}

map.on("click", async (event) => {
  const hit = await stage.grids.gridSoon(event.latlng);
  const area = hit && found.areas[found.members[hit.ordinal - 1]];
  if (!area) {
    choose("", false);
    return;
  }
  choose(area.code, false);
  await selection.selectOrdinal(hit.version, hit.ordinal);
  card();
});
theme.addEventListener("change", () => outlines.setStyle(outlineStyle));
byId("mode").addEventListener("change", again);
byId("day")?.addEventListener("change", () => {
  again();
  walkers?.loadTrail();
});
byId("district")?.addEventListener("change", () => {
  showDistrict();
  load();
});
byId("cut")?.addEventListener("submit", cut);

if (byId("day")) Object.assign(byId("day"), { value: config.today, max: config.today });
byId("review-origins").textContent = config.attribution;
// An inspector begins where he walks, others in the district that has most grids.
const largest = largestDistrict(config.districts);
if (largest) byId("district").value = config.home || largest.code;
addReadouts(map);
addTileLayers(stage, theme);
showDistrict();
walkers?.watch();
load().finally(() => {
  document.documentElement.dataset.ready = "true";
});
