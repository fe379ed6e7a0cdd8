import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { askOrKept } from "webmap/hand/kept";
import { here } from "webmap/hand/here";
import { mark, smallMap } from "webmap/hand/smallmap";
import { postJson } from "webmap/hand/session";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";
import { trail } from "webmap/hand/trail";

const MINE = "/api/v1/patrol/mine";
const DUTY = "/api/v1/patrol/duty";

/** Duty, trail and patrol area of an inspector; empty where patrol is not set up. */
export class Duty {
  constructor() {
    this.node = el("div", { class: "duty" });
    this.mine = null;
    this.map = null;
    trail.addEventListener("change", () => this.paint());
  }

  async load() {
    try {
      const { value } = await askOrKept("patrol", () => request(MINE));
      this.mine = value;
      await trail.resume(this.onDuty);
    } catch (error) {
      this.mine = null;
      // Not set up here, or not for this role: nothing to be shown.
      if (![0, 403, 404].includes(error.status)) toastError(error);
    }
    await this.paint();
  }

  get onDuty() {
    return Boolean(this.mine?.duty && !this.mine.duty.ended_at);
  }

  async paint() {
    this.hide();
    if (!this.mine) {
      replace(this.node);
      return;
    }
    const waiting = await trail.waiting();
    const areas = this.mine.areas ?? [this.mine.area].filter(Boolean);
    const place = areas.length ? el("div", { class: "case-map" }) : null;
    replace(this.node, el("section", { class: "part" }, el("h2", { text: gettext("Duty") }),
      toggle(gettext("On duty"), this.onDuty, (on) => this.switchDuty(on), "duty-switch"),
      toggle(gettext("Send my position while on duty"), trail.on, (on) => this.switchTrail(on), "trail-switch", !this.onDuty),
      el("p", { class: "hint", text: gettext("Off unless you switch it on. While it is on, a sign stands at the top, and your superiors see where you are and where you were today.") }),
      waiting > 0 && el("p", { class: "hint", role: "status", text: fill(gettext("%(n)s positions wait to be sent"), { n: formatNumber(waiting) }) }),
      trail.problem && el("p", { class: "problem", role: "alert" }, trail.problem.message, " ", el("code", { text: trail.problem.code }))),
    el("section", { class: "part" }, el("h2", { text: gettext("My patrol area") }),
      ...(areas.length ? areas.map(areaFacts) : [el("p", { class: "hint", text: gettext("No patrol area is assigned to you.") })]), place));
    if (place) this.show(place, areas);
  }

  show(place, areas) {
    this.map = smallMap(place, here.fix, gettext("Map of my patrol area"));
    const shape = L.geoJSON(areas.map((one) => one.geometry).filter(Boolean), { interactive: false, className: "area-shape" }).addTo(this.map);
    if (shape.getBounds().isValid()) this.map.fitBounds(shape.getBounds(), { padding: [12, 12] });
    if (here.fix) mark(this.map, here.fix, "mark-me");
  }

  hide() {
    this.map?.remove();
    this.map = null;
  }

  async switchDuty(on) {
    try {
      if (!on) await trail.stop();
      await postJson(DUTY, { on, trail: false });
    } catch (error) {
      toastError(error);
    }
    await this.load();
  }

  async switchTrail(on) {
    try {
      // What was taken is sent before the server takes no more.
      if (!on) await trail.stop();
      await postJson(DUTY, { on: true, trail: on });
      if (on) await trail.start();
    } catch (error) {
      toastError(error);
    }
    await this.paint();
  }
}

function areaFacts(area) {
  return el("p", {}, el("strong", { text: area.name || area.code }), " ", el("span", { class: "hint", text: area.grid_count ? fill(gettext("%(n)s unit grids"), { n: formatNumber(area.grid_count) }) : "" }));
}

function toggle(text, on, change, id, disabled = false) {
  const box = el("input", { type: "checkbox", role: "switch", id, checked: on, disabled });
  box.addEventListener("change", () => change(box.checked));
  return el("label", { class: "toggle" }, el("span", { text }), box, el("i", { "aria-hidden": "true" }));
}
