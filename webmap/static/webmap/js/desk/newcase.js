import { config } from "webmap/config";
import { closeDialog, openDialog } from "webmap/dialog";
import { waiting } from "webmap/desk/moveform";
import { stageName } from "webmap/desk/words";
import { debounce, el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { insist } from "webmap/insist";
import { newKey } from "webmap/keys";
import { openNearby } from "webmap/nearby";
import { postForm, request } from "webmap/api";
import { toast, toastError } from "webmap/toast";

const SETTLE_MS = 300;
const PLACES = 8;

/** The form in which supervision takes down what a caller says, with what may be the same. */
export class NewCase {
  /**
   * @param {L.Map} map where the place can be pointed at
   * @param {(shown: object) => void} onMade
   */
  constructor(map, onMade) {
    this.map = map;
    this.onMade = onMade;
    this.point = null;
    this.pin = null;
    this.key = newKey();
  }

  async open() {
    if (!this.form) await this.build();
    openDialog(gettext("New case"), this.form);
    this.form.elements.words.focus();
  }

  async build() {
    const classes = await request("/api/v1/cases/classes");
    this.byName = new Map(classes.map((one) => [`${one.name} · ${one.main_name} ${one.code}`, one]));
    const channels = config.roles.includes("operator") ? Object.entries(config.channels) : Object.entries(config.channels).filter(([name]) => config.roles.includes(name));
    this.matches = el("ul", { class: "desk-matches", role: "listbox", "aria-label": gettext("Places found") });
    this.same = el("div", { class: "desk-same", "aria-live": "polite" });
    this.problem = el("p", { class: "answer-problem", role: "alert", hidden: true });
    this.button = el("button", { type: "submit", class: "button button-primary", text: gettext("Report") });
    const label = (text, input) => el("label", { class: "field" }, text, input);
    this.form = el("form", { class: "stack desk-new" },
      label(gettext("Class"), el("input", { name: "words", list: "class-list", required: true, autocomplete: "off", placeholder: gettext("name or code") })),
      el("datalist", { id: "class-list" }, ...[...this.byName.keys()].map((value) => el("option", { value }))),
      label(gettext("Place"), el("input", { name: "place", required: true, maxlength: 200, autocomplete: "off", placeholder: gettext("address, or point at the map") })),
      this.matches,
      el("div", { class: "data-actions" }, el("button", { type: "button", class: "button button-small", text: gettext("Point at the map"), on: { click: () => this.pick() } }), this.where = el("output", { class: "mono" })),
      this.same,
      label(gettext("Description"), el("textarea", { name: "description", rows: 3, maxlength: 2000 })),
      label(gettext("Channel"), el("select", { name: "channel" }, ...channels.map(([value, text]) => el("option", { value, text, selected: value === "hotline" })))),
      label(gettext("Contact of the reporter"), el("input", { name: "contact", maxlength: 100 })),
      label(gettext("Priority"), el("select", { name: "priority" }, ...Object.entries(config.priorities).map(([value, text]) => el("option", { value, text })))),
      label(gettext("Photos"), el("input", { name: "photos", type: "file", accept: "image/jpeg,image/png,image/webp", multiple: true })),
      this.problem,
      el("div", { class: "data-actions" }, this.button));
    this.form.elements.place.addEventListener("input", debounce(() => this.find(), SETTLE_MS));
    this.form.elements.words.addEventListener("change", () => this.lookForSame());
    this.form.addEventListener("submit", (event) => this.send(event));
  }

  async find() {
    const text = this.form.elements.place.value.trim();
    if (text.length < 2) return replace(this.matches);
    try {
      const { candidates } = await request(`/api/v1/geocode?q=${encodeURIComponent(text)}`);
      const row = (one) => el("li", { role: "option" }, el("button", { type: "button", class: "link", text: [one.name, one.detail].filter(Boolean).join(" · "), on: { click: () => this.take(...one.center, one.name) } }));
      replace(this.matches, ...candidates.filter((one) => one.center).slice(0, PLACES).map(row));
    } catch (error) {
      toastError(error);
    }
  }

  /** Lets the place be pointed at: the dialog steps aside for one click. */
  pick() {
    closeDialog();
    document.body.classList.add("is-pointing");
    toast({ text: gettext("Click the place on the map.") });
    this.map.once("click", ({ latlng }) => {
      document.body.classList.remove("is-pointing");
      this.take(latlng.lng, latlng.lat);
      this.open();
    });
  }

  async take(lon, lat, words = "") {
    this.point = [lon, lat];
    this.where.textContent = `${lon.toFixed(5)}, ${lat.toFixed(5)}`;
    this.pin?.remove();
    this.pin = L.circleMarker([lat, lon], { pane: "chosen", radius: 9, color: "#1d4ed8", weight: 4, fillOpacity: 0.2 }).addTo(this.map);
    this.map.panTo([lat, lon]);
    replace(this.matches);
    if (words) this.form.elements.place.value = words;
    else await this.name(lon, lat);
    this.lookForSame();
  }

  async name(lon, lat) {
    try {
      this.form.elements.place.value = (await request(`/api/v1/reverse?lon=${lon}&lat=${lat}`)).words;
    } catch (error) {
      toastError(error);
    }
  }

  /** Open cases of the last day within 50 m: is it one of these? */
  async lookForSame() {
    if (!this.point) return;
    const [lon, lat] = this.point;
    try {
      const rows = await openNearby({ lon, lat });
      const words = (one) => `${one.name} · ${stageName(one.stage)} · ${one.away_m} m`;
      // Of a case that is not his to open he is told what everybody may know.
      const row = (one) => el("li", {}, one.row ? el("a", { href: `?case=${one.number}`, target: "_blank", rel: "noopener", text: words(one) }) : el("span", {}, words(one), " ", el("small", { class: "mono", text: one.number })));
      replace(this.same, rows.length > 0 && el("p", { text: fill(gettext("%(n)s open cases within 50 m in the last 24 hours — is it one of these?"), { n: rows.length }) }), rows.length > 0 && el("ul", {}, ...rows.map(row)));
    } catch (error) {
      toastError(error);
    }
  }

  refuse(text, code = "") {
    this.problem.hidden = false;
    replace(this.problem, el("span", { text }), " ", code && el("code", { text: code }));
  }

  async send(event) {
    event.preventDefault();
    const kind = this.byName.get(this.form.elements.words.value);
    if (!kind) return this.refuse(gettext("Choose a class from the list."));
    if (!this.point) return this.refuse(gettext("Choose a place that was found, or point at the map."));
    const sent = new FormData(this.form);
    sent.delete("words");
    if (!this.form.elements.photos.files.length) sent.delete("photos");
    for (const [name, value] of Object.entries({ case_class: kind.id, lon: this.point[0], lat: this.point[1], key: this.key })) sent.set(name, value);
    this.button.disabled = true;
    try {
      // The form stays as it is until the server has taken it, also when somebody closes the dialog.
      const made = await insist(() => postForm("/api/v1/cases/reports", sent), (error) => this.refuse(waiting(error), error.code));
      this.reset();
      closeDialog();
      this.onMade(made);
    } catch (error) {
      this.refuse(error.message, error.code);
    } finally {
      this.button.disabled = false;
    }
  }

  reset() {
    this.form.reset();
    this.problem.hidden = true;
    this.point = null;
    this.where.textContent = "";
    replace(this.same);
    replace(this.matches);
    this.pin?.remove();
    this.key = newKey();
  }
}
