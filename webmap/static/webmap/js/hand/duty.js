import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { askOrKept, keep } from "webmap/hand/kept";
import { here } from "webmap/hand/here";
import { mark, smallMap } from "webmap/hand/smallmap";
import { postJson } from "webmap/hand/session";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";
import { trail } from "webmap/hand/trail";

const MINE = "/api/v1/patrol/mine";
const KEPT = "patrol";
const DUTY = "/api/v1/patrol/duty";

/** Duty, trail and patrol area of an inspector; empty where patrol is not set up. */
export class Duty {
  constructor() {
    this.facts = el("section", { class: "part", hidden: true });
    this.ground = el("section", { class: "part", hidden: true });
    this.node = el("div", { class: "duty" }, this.facts, this.ground);
    this.shown = false;
    this.areas = null;
    this.duty = null;
    this.map = null;
    trail.addEventListener("change", () => { if (this.shown) this.paintFacts(); });
  }

  /** The tab is shown. */
  show() {
    this.shown = true;
    return this.load();
  }

  hide() {
    this.shown = false;
    this.map?.remove();
    this.map = null;
  }

  /** Asks how things stand, and goes on with the trail where it was switched on. */
  async load() {
    try {
      const { value } = await askOrKept(KEPT, async () => ({ areas: await request(MINE), duty: await request(DUTY) }));
      Object.assign(this, value);
      await trail.resume(this.duty.on_duty && this.duty.trail);
    } catch (error) {
      this.areas = null;
      // Not set up here, or not for this role: nothing to be shown.
      if (![0, 403, 404].includes(error.status)) toastError(error);
    }
    if (!this.shown) return;
    await this.paintFacts();
    this.paintGround();
  }

  async paintFacts() {
    const { areas, duty } = this;
    this.facts.hidden = !areas;
    if (!areas) return;
    const waiting = await trail.waiting();
    replace(this.facts, el("h2", { text: gettext("Duty") }),
      toggle(gettext("On duty"), duty.on_duty, (on) => this.switchDuty(on), "duty-switch"),
      duty.shift && el("p", { class: "hint", text: duty.shift }),
      toggle(gettext("Send my position while on duty"), trail.on, (on) => this.switchTrail(on), "trail-switch", !duty.on_duty),
      el("p", { class: "hint", text: gettext("Off unless you switch it on. While it is on, a sign stands at the top, and your superiors see where you are and where you were today.") }),
      waiting > 0 && el("p", { class: "hint", role: "status", text: fill(gettext("%(n)s positions wait to be sent"), { n: formatNumber(waiting) }) }),
      trail.problem && el("p", { class: "problem", role: "alert" }, trail.problem.message, " ", el("code", { text: trail.problem.code })));
  }

  paintGround() {
    const { areas } = this;
    this.map?.remove();
    this.map = null;
    this.ground.hidden = !areas;
    if (!areas) return;
    const none = el("p", { class: "hint", text: gettext("No patrol area is assigned to you.") });
    const place = areas.length ? el("div", { class: "case-map" }) : null;
    replace(this.ground, el("h2", { text: gettext("My patrol area") }), ...(areas.length ? areas.map(areaFacts) : [none]), place);
    if (!place) return;
    this.map = smallMap(place, here.fix, gettext("Map of my patrol area"));
    const shape = L.geoJSON(areas.map((one) => one.geometry).filter(Boolean), { interactive: false, className: "area-shape" }).addTo(this.map);
    // At once: a movement would go on after the map is taken away by the next answer.
    if (shape.getBounds().isValid()) this.map.fitBounds(shape.getBounds(), { animate: false, padding: [12, 12] });
    if (here.fix) mark(this.map, here.fix, "mark-me");
  }

  async switchDuty(on) {
    try {
      if (!on) await trail.stop();
      await this.order(on ? "start" : "stop", false);
    } catch (error) {
      toastError(error);
    }
    await this.paintFacts();
  }

  async switchTrail(on) {
    try {
      // What was taken is sent before the server takes no more.
      if (!on) await trail.stop();
      await this.order("start", on);
      if (on) await trail.start();
    } catch (error) {
      toastError(error);
    }
    await this.paintFacts();
  }

  async order(action, taken) {
    this.duty = await postJson(DUTY, { action, trail: taken });
    await keep(KEPT, { value: { areas: this.areas, duty: this.duty }, at: new Date().toISOString() });
  }
}

function areaFacts(area) {
  return el("p", {}, el("strong", { text: area.name || area.code }), " ", el("span", { class: "hint", text: fill(gettext("%(n)s unit grids"), { n: formatNumber(area.grids) }) }));
}

function toggle(text, on, change, id, disabled = false) {
  const box = el("input", { type: "checkbox", role: "switch", id, checked: on, disabled });
  box.addEventListener("change", () => change(box.checked));
  return el("label", { class: "toggle" }, el("span", { text }), box, el("i", { "aria-hidden": "true" }));
}
