import { el, replace } from "webmap/dom";
import { fill, formatLength, formatNumber, gettext, ngettext } from "webmap/i18n";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";

const EVERY_MS = 15_000;
const LATE_MS = 5 * 60_000;
const GAP_S = 600;
const byId = (id) => document.getElementById(id);

function clock(seconds) {
  const whole = Math.round(seconds);
  return [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60].map((n) => String(n).padStart(2, "0")).join(":");
}

/** Inspectors on duty as dots, and the trail of a day with its time. */
export class Walkers {
  /** @param {L.Map} map @param {Theme} theme @param {() => string} day */
  constructor(map, theme, day) {
    Object.assign(this, { map, theme, day, chosen: "", trail: null });
    this.dots = L.layerGroup([], { pane: "chosen" }).addTo(map);
    this.line = L.layerGroup([], { pane: "chosen" }).addTo(map);
    byId("trail-time").addEventListener("input", () => this.showTime());
    byId("trail-close").addEventListener("click", () => this.hideTrail());
    theme.addEventListener("change", () => this.drawTrail());
  }

  /** Asks who is on duty, and again every quarter of a minute while the page is seen. */
  async watch() {
    if (!document.hidden) await this.load();
    setTimeout(() => this.watch(), EVERY_MS);
  }

  async load() {
    try {
      this.show(await request("/api/v1/patrol/positions"));
    } catch (error) {
      byId("walkers-state").textContent = error.message;
    }
  }

  show(walkers) {
    byId("walkers-state").textContent = walkers.length
      ? fill(ngettext("%(count)s inspector on duty", "%(count)s inspectors on duty", walkers.length), { count: formatNumber(walkers.length) })
      : gettext("Nobody is on duty now.");
    // The list is drawn anew: who had the focus has it again.
    const held = document.activeElement?.dataset?.user;
    replace(byId("walkers"), ...walkers.map((one) => el("li", {}, this.row(one))));
    if (held) byId("walkers").querySelector(`[data-user="${CSS.escape(held)}"]`)?.focus();
    this.dots.clearLayers();
    for (const one of walkers.filter((walker) => walker.at)) this.dot(one);
  }

  row(one) {
    const state = this.state(one);
    return el("button", { type: "button", class: `is-${state}`, "data-user": one.username, "aria-pressed": String(one.username === this.chosen), on: { click: () => this.choose(one) } },
      el("i"), el("span", {}, one.name, " ", el("small", { text: one.shift })), el("small", { text: this.words(one, state) }));
  }

  state(one) {
    if (!one.at) return "silent";
    return Date.now() - Date.parse(one.at) > LATE_MS ? "late" : "now";
  }

  words(one, state) {
    if (!one.trail) return gettext("trail switched off");
    if (state === "silent") return gettext("no position yet");
    // The server tells the time of the site, whatever the clock of the browser.
    return fill(gettext("seen at %(time)s"), { time: one.at.slice(11, 16) });
  }

  dot(one) {
    const colours = this.theme.palette.chosen;
    const late = this.state(one) === "late";
    L.circleMarker([one.lat, one.lon], { pane: "chosen", radius: 8, weight: 2.5, color: colours.halo, fillColor: late ? "#9a3412" : "#0f6b46", fillOpacity: 1 })
      .bindTooltip(`${one.name} · ${this.words(one, this.state(one))}`, { direction: "top" })
      .on("click", (event) => {
        L.DomEvent.stopPropagation(event);
        this.choose(one);
      })
      .addTo(this.dots);
  }

  async choose(one) {
    this.chosen = one.username;
    for (const button of byId("walkers").querySelectorAll("button")) button.setAttribute("aria-pressed", String(button.dataset.user === this.chosen));
    await this.loadTrail();
    if (one.at) this.map.flyTo([one.lat, one.lon], Math.max(this.map.getZoom(), 16), { duration: 0.6 });
  }

  /** Shows the trail of the chosen one on the page's day. */
  async loadTrail() {
    if (!this.chosen) return;
    try {
      this.trail = await request(`/api/v1/patrol/trails/${encodeURIComponent(this.chosen)}?day=${this.day()}`);
    } catch (error) {
      toastError(error, () => this.loadTrail());
      return;
    }
    const { points, length_m: length, user, day } = this.trail;
    byId("trail").hidden = false;
    byId("trail-words").textContent = points.length
      ? fill(gettext("%(user)s on %(day)s: %(length)s, %(count)s positions"), { user, day, length: formatLength(length), count: formatNumber(points.length) })
      : fill(gettext("%(user)s has no trail on %(day)s."), { user, day });
    const slider = byId("trail-time");
    slider.disabled = !points.length;
    slider.max = String(Math.max(0, points.length - 1));
    slider.value = slider.max;
    this.drawTrail();
  }

  hideTrail() {
    Object.assign(this, { chosen: "", trail: null });
    byId("trail").hidden = true;
    this.line.clearLayers();
    for (const button of byId("walkers").querySelectorAll("button")) button.setAttribute("aria-pressed", "false");
  }

  drawTrail() {
    this.line.clearLayers();
    this.here = null;
    if (!this.trail?.points.length) {
      byId("trail-now").textContent = "";
      return;
    }
    const parts = [[]];
    this.trail.points.forEach(([lon, lat, at], k, all) => {
      // Where he was in a long gap nobody knows.
      if (k && at - all[k - 1][2] > GAP_S) parts.push([]);
      parts.at(-1).push([lat, lon]);
    });
    const colours = this.theme.palette.chosen;
    const base = { pane: "chosen", interactive: false, lineJoin: "round" };
    L.polyline(parts, { ...base, color: colours.halo, weight: 7, opacity: 0.9 }).addTo(this.line);
    L.polyline(parts, { ...base, color: colours.line, weight: 3.4 }).addTo(this.line);
    this.here = L.circleMarker(parts[0][0], { ...base, radius: 7, weight: 3, color: colours.line, fillColor: colours.halo, fillOpacity: 1 }).addTo(this.line);
    this.showTime();
  }

  showTime() {
    const point = this.trail?.points[Number(byId("trail-time").value)];
    if (!point || !this.here) return;
    const [lon, lat, at] = point;
    this.here.setLatLng([lat, lon]);
    byId("trail-now").textContent = clock(at);
    byId("trail-time").setAttribute("aria-valuetext", clock(at));
  }
}
