import { createReportMap } from "webmap/report/map";
import { debounce, el, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { gettext } from "webmap/i18n";
import { request } from "webmap/api";

const NEAR_ZOOM = 18;
const WAIT_MS = 350;
const WITHIN_MS = 15_000;

/** Chooses where it is: by a tap, by dragging, by the device's position, by an address. */
export class Where {
  /** @param {Draft} draft */
  constructor(draft) {
    Object.assign(this, { draft, marker: null, turn: 0 });
    this.words = document.getElementById("place-words");
    this.state = document.getElementById("where-state");
    this.input = document.getElementById("place-search");
    this.list = document.getElementById("place-results");
    this.map = createReportMap("report-map");
    this.map.on("click", ({ latlng }) => this.put(latlng));
    document.getElementById("place-here").addEventListener("click", () => this.locate());
    document.getElementById("place-middle").addEventListener("click", () => this.put(this.map.getCenter()));
    this.input.addEventListener("input", debounce(() => this.search(), WAIT_MS));
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      this.search();
    });
    draft.addEventListener("change", ({ detail }) => (detail.includes("point") || detail.includes("place")) && this.draw());
    this.draw();
    const { point } = draft.report;
    if (point) this.map.setView([point.lat, point.lon], NEAR_ZOOM);
  }

  draw() {
    const { point, place } = this.draft.report;
    document.getElementById("report-map").dataset.placed = String(Boolean(point));
    if (!point) {
      this.marker?.remove();
      this.marker = null;
      this.words.textContent = gettext("Tap the map where it is, use your position, or search for an address.");
      return;
    }
    this.words.textContent = place || `${point.lon.toFixed(5)}, ${point.lat.toFixed(5)}`;
    if (this.marker) this.marker.setLatLng([point.lat, point.lon]);
    else this.marker = this.pin(point);
  }

  pin({ lat, lon }) {
    const drawn = el("span", { class: "pin" }, icon("place"));
    const look = L.divIcon({ html: drawn, className: "pin-box", iconSize: [44, 44], iconAnchor: [22, 40] });
    const marker = L.marker([lat, lon], { icon: look, draggable: true, autoPan: true, title: gettext("Drag it to the right place"), alt: gettext("The place of the report") });
    marker.on("dragend", () => this.put(marker.getLatLng()));
    return marker.addTo(this.map);
  }

  /** Puts the report at a point and asks what is there. */
  async put({ lat, lng }, zoom = null) {
    const point = { lon: Number(lng.toFixed(7)), lat: Number(lat.toFixed(7)) };
    this.turn += 1;
    const { turn } = this;
    this.draft.set({ point, place: "" });
    if (zoom) this.map.setView([lat, lng], Math.max(zoom, this.map.getZoom()));
    this.state.textContent = "";
    try {
      const found = await request(`/api/v1/reverse?${new URLSearchParams(point)}`);
      if (turn === this.turn) this.draft.set({ place: found.words });
    } catch (error) {
      // Words for a place are a help, not a need: the point is what is sent.
      if (turn === this.turn && error.status) this.state.textContent = error.message;
    }
  }

  locate() {
    if (!navigator.geolocation) {
      this.state.textContent = gettext("This browser does not tell where you are; tap the map instead.");
      return;
    }
    this.state.textContent = gettext("Looking for your position…");
    const found = ({ coords }) => {
      this.put({ lat: coords.latitude, lng: coords.longitude }, NEAR_ZOOM);
    };
    const failed = () => {
      this.state.textContent = gettext("Your position could not be found; allow it in the browser, or tap the map.");
    };
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: WITHIN_MS, maximumAge: 10_000 });
  }

  async search() {
    const text = this.input.value.trim();
    this.asked?.abort();
    if (!text) {
      replace(this.list);
      return;
    }
    this.asked = new AbortController();
    try {
      const { candidates } = await request(`/api/v1/geocode?${new URLSearchParams({ q: text })}`, { signal: this.asked.signal });
      this.show(candidates.filter((one) => one.center));
    } catch (error) {
      if (error.name !== "AbortError") replace(this.list, el("li", { class: "is-error", text: error.message }));
    }
  }

  show(candidates) {
    if (!candidates.length) {
      replace(this.list, el("li", { class: "hint", text: gettext("No such place; try a road and a number, or tap the map.") }));
      return;
    }
    replace(this.list, ...candidates.map((one) => el("li", {}, el("button", { type: "button", class: "choice", on: { click: () => this.take(one) } },
      icon("place"), el("span", { class: "choice-text" }, el("strong", { text: one.name }), el("small", { text: one.detail }))))));
  }

  take({ center: [lng, lat] }) {
    this.input.value = "";
    replace(this.list);
    this.put({ lat, lng }, NEAR_ZOOM);
  }
}
