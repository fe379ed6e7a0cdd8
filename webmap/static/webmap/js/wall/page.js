import { config } from "webmap/config";
import { openDialog } from "webmap/dialog";
import { el, replace } from "webmap/dom";
import { fill, gettext, nameOf } from "webmap/i18n";
import { keyCard, startKeyboard } from "webmap/keyboard";
import { CaseCard } from "webmap/wall/casecard";
import { Feed } from "webmap/wall/feed";
import { Totals } from "webmap/wall/figures";
import { Legend } from "webmap/wall/legend";
import { WallLook } from "webmap/wall/look";
import { MOST_HOT, showDepartments, showDuty, showHot, showRanking, showStages } from "webmap/wall/panels";
import { numbersAddress, reloadFor, remember, state } from "webmap/wall/state";
import { Stream } from "webmap/wall/stream";
import { Ticker } from "webmap/wall/ticker";
import { Tour } from "webmap/wall/tour";
import { Trend } from "webmap/wall/trend";
import { WallMap } from "webmap/wall/wallmap";
import { Wheel } from "webmap/wall/wheel";
import { centreText, clockText, dayText } from "webmap/wall/words";

const SECOND_MS = 1_000;
const VERSION_MS = 15_000;
const IDLE_MS = 5_000;
const SETTLE_MS = 400;
const JUST_NOW_MS = 60_000;
const MOST_SEEN = 400;
/* How often the map is coloured anew: what is of thirty days changes slowly. */
const RECOLOUR_MS = { grade: 120_000, grids: 120_000, density: 120_000, open: 20_000, overdue: 20_000 };
const byId = (id) => document.getElementById(id);

const wheel = new Wheel();
const look = new WallLook();
const map = new WallMap(look, wheel);
const feed = new Feed(wheel, numbersAddress);
const now = () => feed.now();
const tour = new Tour(byId("tour"), wheel, state.seconds);
const ticker = new Ticker(byId("ticker"), wheel, now);
const card = new CaseCard(byId("case"), wheel, now);
const legend = new Legend(byId("legend"), state.measure);
const stream = new Stream(wheel, "/api/v1/cases/stream");
const seen = new Set();
const drawn = new Map();
let totals = null;
let trend = null;
let numbers = null;
let newest = { number: "", at: 0 };
let coloured = 0;
let moved = 0;

/* --- what is shown */

function showCentre() {
  document.title = `${centreText(state.centre)} · ${gettext("Wanmi city grids")}`;
  byId("centre").textContent = centreText(state.centre);
  byId("wall").dataset.centre = state.centre;
  for (const button of document.querySelectorAll("[data-to-centre]")) button.setAttribute("aria-pressed", String(button.dataset.toCentre === state.centre));
  totals = new Totals(byId("totals"), state.centre);
  trend?.end();
  trend = new Trend(byId("trend"), state.centre);
  drawn.clear();
}

function placeName() {
  const one = config.districts.find((district) => district.code === state.district);
  return one ? nameOf(one) : gettext("All districts");
}

/* Shows a part when what it shows has changed. */
function draw(name, data, show) {
  const key = JSON.stringify(data);
  if (drawn.get(name) === key) return;
  drawn.set(name, key);
  show();
}

function show(found) {
  numbers = found;
  totals.show(found);
  trend.show(found);
  draw("stages", found.stages, () => showStages(byId("stages"), found));
  if (found.centre === "command") draw("departments", found.departments, () => showDepartments(byId("own"), found));
  else draw("duty", found.duty, () => showDuty(byId("own"), found));
  draw("ranking", [found.ranking, found.ranked, found.hot.length], () => showRanking(byId("ranking"), found, (code) => tour.goToCode(code)));
  draw("hot", found.hot, () => {
    showHot(byId("hot"), found, ({ lon, lat }) => map.goTo([lon - 0.004, lat - 0.003, lon + 0.004, lat + 0.003]));
    map.showHot(found.hot.slice(0, MOST_HOT));
  });
  draw("overdue", found.overdue, () => ticker.set(found.overdue));
  draw("stops", [found.areas, found.totals], () => tour.setStops(stopsOf(found)));
  map.colour(state.measure, found.first, found.day);
  for (const one of found.newest) if (isNew(one.number) && moved > 1) pulse(one);
}

function stopsOf({ areas, totals: all }) {
  const whole = { code: "", name: placeName(), bounds: map.bounds, open: all.open, overdue: all.overdue };
  return [whole, ...areas].filter((one) => one.bounds);
}

function isNew(number) {
  if (seen.has(number)) return false;
  seen.add(number);
  if (seen.size > MOST_SEEN) seen.delete(seen.values().next().value);
  return true;
}

function pulse(one) {
  newest = { number: one.number, at: Date.now() };
  map.pulse(one);
}

function switchTo(change) {
  Object.assign(state, change);
  card.close();
  remember();
  showCentre();
  if ("district" in change) {
    map.setDistrict(state.district);
    moved = 0;
  }
  tour.stops = [];
  feed.restart();
}

/* --- live */

feed.addEventListener("numbers", ({ detail }) => {
  if (detail.centre !== state.centre || detail.district !== state.district) return;
  moved += 1;
  show(detail);
  document.documentElement.dataset.ready = "true";
});
feed.addEventListener("state", () => showState());
feed.addEventListener("back", () => map.again());
stream.addEventListener("moved", () => feed.soon());
stream.addEventListener("reports", ({ detail }) => {
  for (const row of detail) if ((!state.district || row.number.startsWith(state.district)) && isNew(row.number)) pulse(row);
});
tour.addEventListener("stop", ({ detail }) => {
  if (card.number) return;
  map.goTo(detail.bounds);
  map.light(detail.code);
});
map.addEventListener("legend", ({ detail }) => legend.show(detail));
map.addEventListener("open", ({ detail }) => freeze(detail));
map.addEventListener("touched", () => !tour.paused && !tour.held && tour.toggle());
ticker.addEventListener("open", ({ detail }) => freeze(detail));
legend.addEventListener("measure", ({ detail }) => {
  state.measure = detail;
  remember();
  if (numbers) map.colour(detail, numbers.first, numbers.day);
});

function showState() {
  const node = byId("state");
  const at = clockText(feed.at + feed.ahead);
  const words = {
    live: gettext("live"), old: feed.at ? fill(gettext("as of %(time)s"), { time: at }) : gettext("not reached"),
    ended: gettext("logged out"), refused: gettext("no right"), missing: gettext("not there"),
  }[feed.state];
  node.dataset.state = feed.state;
  node.textContent = words ?? gettext("Looking …");
  const told = {
    ended: [fill(gettext("The session has ended. The numbers are those of %(time)s."), { time: at }), gettext("Log in")],
    refused: [gettext("Your account may not see the wall any more."), gettext("Log in")],
    missing: [gettext("There is no such district any more."), ""],
  }[feed.state];
  const notice = byId("notice");
  notice.hidden = !told && config.districts.some((one) => one.edition);
  const login = `${config.urls.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
  if (told) replace(notice, el("p", { text: told[0] }), told[1] && el("a", { class: "button button-primary", href: login, text: told[1] }));
  else replace(notice, el("p", { text: gettext("There is no district with unit grids in force yet.") }));
}

/* --- a case */

function freeze(number) {
  if (!number) return;
  tour.hold(true);
  byId("wall").dataset.case = number;
  card.open(number);
}

function toggleFreeze() {
  if (card.number) card.close();
  else freeze(Date.now() - newest.at < JUST_NOW_MS ? newest.number : ticker.cases[ticker.first]?.number);
}

function step(by) {
  if (!card.number) {
    tour.step(by);
    return;
  }
  const { cases } = ticker;
  const place = cases.findIndex((one) => one.number === card.number);
  if (cases.length) freeze(cases[(place + by + cases.length) % cases.length].number);
}

card.addEventListener("open", ({ detail }) => {
  map.goToCase(detail);
  map.light("");
});
card.addEventListener("closed", () => {
  delete byId("wall").dataset.case;
  map.release();
  tour.hold(false);
  tour.go(tour.place);
});

/* --- keys and wiring */

function showKeys() {
  openDialog(gettext("Keys"), keyCard([
    [[gettext("Space")], gettext("Pause the tour, and continue")], [["←", "→"], gettext("Place before, next place; case before, next case")],
    [["F"], gettext("Stand still on a case, and continue")], [["Esc"], gettext("Continue")], [["C"], gettext("The other centre")],
    [["M"], gettext("Next colours of the map")], [["N"], gettext("Day or night style")], [["+", "−"], gettext("Zoom in and out")],
    [["W"], gettext("Full screen")], [["?"], gettext("This help")],
  ]));
}

function fullScreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

const otherCentre = () => switchTo({ centre: state.centre === "command" ? "supervision" : "command" });

startKeyboard({
  // A button that has the focus is pressed by the space bar as everywhere.
  " ": ({ target }) => (target.closest("button, summary") ? target.closest("button, summary").click() : tour.toggle()),
  ArrowLeft: () => step(-1), ArrowRight: () => step(1), f: toggleFreeze, Escape: () => card.close(), c: otherCentre,
  m: () => config.colours && legend.next(), n: () => look.toggle(), "+": () => map.map.zoomIn(), "=": () => map.map.zoomIn(), "-": () => map.map.zoomOut(),
  w: fullScreen, "?": showKeys,
});
for (const button of document.querySelectorAll("[data-to-centre]")) button.addEventListener("click", () => button.dataset.toCentre !== state.centre && switchTo({ centre: button.dataset.toCentre }));
byId("district")?.addEventListener("change", (event) => switchTo({ district: event.target.value }));
byId("freeze").addEventListener("click", toggleFreeze);
byId("keys").addEventListener("click", showKeys);
byId("full").addEventListener("click", fullScreen);
look.addEventListener("change", () => {
  trend.look();
  if (numbers) map.colour(state.measure, numbers.first, numbers.day, true);
});

let touched = performance.now();
let settle = null;
for (const event of ["mousemove", "keydown", "touchstart"]) document.addEventListener(event, () => { touched = performance.now(); }, { passive: true });
window.addEventListener("resize", () => {
  settle?.();
  settle = wheel.after(SETTLE_MS, () => {
    map.resize();
    trend.look();
    ticker.show(false);
    if (tour.here && !card.number) map.goTo(tour.here.bounds);
  });
});
document.addEventListener("visibilitychange", () => !document.hidden && feed.soon());

wheel.every(SECOND_MS, () => {
  byId("clock").textContent = clockText(now());
  byId("day").textContent = dayText(now());
  document.body.classList.toggle("is-idle", performance.now() - touched > IDLE_MS);
  if (numbers && performance.now() - coloured > RECOLOUR_MS[state.measure]) {
    coloured = performance.now();
    map.colour(state.measure, numbers.first, numbers.day, true);
  }
});
wheel.every(VERSION_MS, () => numbers && numbers.version !== config.version && !card.number && reloadFor(numbers.version, wheel));

byId("origins").textContent = config.attribution;
if (byId("district")) byId("district").value = state.district;
coloured = performance.now();
map.start(state.district);
showCentre();
remember();
showState();
feed.turn();
