import { config } from "webmap/config";
import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { gridEdition } from "webmap/gridlayer";
import { addTileLayers, createMap, toBounds } from "webmap/map";
import { coloursOf, litArea } from "webmap/wall/colours";

/* A wall of 3840 points is that of 1920 seen from further away: the map is drawn in the same size
   of type, sharper. */
const DESIGN_PX = 1920;
const NARROW_PX = 1200;
/* In sixteenths, so that a tile has whole points. */
const SIXTEENTHS = 16;
const PULSE_MS = 9_000;
const MOST_PULSES = 12;
const CASE_ZOOM = 16;
const OVERLAP = 1.3;
const AGAIN_MS = 60_000;

function scaleNow() {
  return window.innerWidth < NARROW_PX ? 1 : Math.round((window.innerWidth / DESIGN_PX) * SIXTEENTHS) / SIXTEENTHS;
}

/* Layers draw as many points as the screen has; the map's own scale is one they do not know of. */
const realRatio = window.devicePixelRatio || 1;
let scale = scaleNow();
Object.defineProperty(window, "devicePixelRatio", { configurable: true, get: () => realRatio * scale });

/** The map of the wall: grids in the colours of a measure, hot places, pulses, a case. */
export class WallMap extends EventTarget {
  /** @param {Theme} theme @param {Wheel} wheel */
  constructor(theme, wheel) {
    super();
    document.getElementById("map").style.zoom = String(scale);
    this.stage = createMap(theme);
    Object.assign(this, { theme, wheel, map: this.stage.map, shown: [], measure: "", days: "", lit: "", found: null, asked: 0, pulses: [], hot: L.layerGroup().addTo(this.stage.map) });
    this.map.keyboard.disable();
    this.map.getContainer().setAttribute("aria-label", gettext("Map of unit grids"));
    const touched = () => this.dispatchEvent(new Event("touched"));
    this.map.on("dragstart", touched);
    this.map.getContainer().addEventListener("wheel", touched, { passive: true });
    this.map.createPane("marks").style.zIndex = "620";
  }

  /** Goes to its district before any tile is asked for. @param {string} code */
  start(code) {
    this.setDistrict(code);
    if (this.bounds) this.goTo(this.bounds);
    addTileLayers(this.stage, this.theme);
  }

  /** The window has another size. */
  resize() {
    const before = scale;
    scale = scaleNow();
    this.map.getContainer().style.zoom = String(scale);
    this.map.invalidateSize({ animate: false });
    if (scale !== before) this.again();
  }

  /** Shows the grids of a district, or of all. @param {string} code */
  setDistrict(code) {
    this.district = code;
    this.shown = config.districts.filter((one) => one.edition && (!code || one.code === code));
    this.stage.grids.setEditions(this.shown.map((one) => gridEdition(one.edition, one.bounds)));
    this.days = "";
    this.lit = "";
  }

  /** What all of it covers, in the API's form. */
  get bounds() {
    const all = this.shown.map((one) => one.bounds);
    if (!all.length) return null;
    return [Math.min(...all.map((b) => b[0])), Math.min(...all.map((b) => b[1])), Math.max(...all.map((b) => b[2])), Math.max(...all.map((b) => b[3]))];
  }

  /** Colours grids by a measure of some days; asks when either has changed or ``again`` is set. */
  async colour(measure, first, last, again = false) {
    const days = `${first}..${last}`;
    if (!config.colours || (!again && measure === this.measure && days === this.days)) return;
    Object.assign(this, { measure, days });
    this.asked += 1;
    const mine = this.asked;
    try {
      const found = await coloursOf(measure, this.shown.map((one) => one.edition.version), first, last, this.district);
      if (mine !== this.asked) return;
      this.found = found;
      this.dispatchEvent(new CustomEvent("legend", { detail: found.legend }));
      await this.light(this.lit, true);
    } catch (error) {
      // The colours before stay; they are asked for again with the next numbers.
      if (mine === this.asked) this.wheel.after(AGAIN_MS, () => { this.days = ""; });
      if (!error.status && error.name === "TypeError") throw error;
    }
  }

  /** One area as it is, the others faint. @param {string} area code, or empty */
  async light(area, again = false) {
    if (!again && area === this.lit) return;
    this.lit = area;
    const { found } = this;
    if (!found) return;
    for (const [version, classes] of found.classes) {
      const shown = await litArea(version, classes, area, found.legend.length);
      if (this.lit !== area || this.found !== found) return;
      this.stage.grids.setColours(version, shown, found.palette);
    }
  }

  /* The part of the map that no panel covers, as paddings for Leaflet. */
  room() {
    const size = this.map.getSize();
    if (window.innerWidth < NARROW_PX) return { paddingTopLeft: [8, 8], paddingBottomRight: [8, 8] };
    const part = (name) => parseFloat(getComputedStyle(document.documentElement).getPropertyValue(name)) * size.x / 120;
    const side = part("--wall-side") + 12;
    return { paddingTopLeft: [side, part("--wall-top")], paddingBottomRight: [side, part("--wall-bottom")] };
  }

  /** Goes to bounds in the API's form, as near as they have room, or nearly so: edges may lie under panels. */
  goTo(bounds, mostZoom = 15) {
    const { map } = this;
    const { paddingTopLeft: [west, north], paddingBottomRight: [east, south] } = this.room();
    const free = map.getSize().subtract([west + east, north + south]);
    const box = toBounds(bounds);
    let zoom = map.getBoundsZoom(box, false, L.point(west + east, north + south));
    const corner = (z) => map.project(box.getSouthEast(), z).subtract(map.project(box.getNorthWest(), z));
    const next = corner(zoom + 1);
    if (next.x <= free.x * OVERLAP && next.y <= free.y * OVERLAP) zoom += 1;
    zoom = Math.min(zoom, mostZoom);
    const middle = map.project(box.getCenter(), zoom).add([(east - west) / 2, (south - north) / 2]);
    map.setView(map.unproject(middle, zoom), zoom, { animate: true });
  }

  /** Goes to a case, left of its card, and rings it. */
  goToCase({ lon, lat }) {
    this.release();
    const { paddingTopLeft: [west], paddingBottomRight: [east] } = this.room();
    const middle = this.map.project([lat, lon], CASE_ZOOM).add([(east - west) / 2 + this.map.getSize().x * 0.08, 0]);
    this.map.setView(this.map.unproject(middle, CASE_ZOOM), CASE_ZOOM, { animate: true });
    this.ring = mark([lat, lon], "wall-ring", el("i")).addTo(this.map);
  }

  /** Takes the ring away. */
  release() {
    this.ring?.remove();
    this.ring = null;
  }

  /** Marks hot places by their rank. */
  showHot(places) {
    this.hot.clearLayers();
    places.forEach(({ lon, lat }, k) => this.hot.addLayer(mark([lat, lon], "wall-hot", el("b", { text: k + 1 }))));
  }

  /** A case was reported: a pulse where it is, for some seconds. */
  pulse({ number, lon, lat, case_class: kind }) {
    if (this.pulses.length >= MOST_PULSES) this.pulses.shift().remove();
    const name = typeof kind === "string" ? kind : kind.name;
    const one = mark([lat, lon], "wall-pulse", el("i"), el("span", { text: name })).addTo(this.map);
    one.on("click", () => this.dispatchEvent(new CustomEvent("open", { detail: number })));
    this.pulses.push(one);
    this.wheel.after(PULSE_MS, () => {
      one.remove();
      this.pulses = this.pulses.filter((other) => other !== one);
    });
  }

  /** After the network was away: what could not be had is asked for again. */
  again() {
    if (!this.stage.base) addTileLayers(this.stage, this.theme);
    this.stage.grids.redraw();
    this.stage.borders.redraw();
    this.stage.base?.layer.redraw?.();
    this.days = "";
  }
}

function mark(at, name, ...children) {
  const html = el("div", { class: name }, ...children);
  const icon = L.divIcon({ className: "wall-mark", html, iconSize: [0, 0] });
  return L.marker(at, { icon, pane: "marks", keyboard: false, interactive: name === "wall-pulse" });
}
