import { classChooser } from "webmap/hand/classpicker";
import { config } from "webmap/config";
import { debounce, el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { here } from "webmap/hand/here";
import { icon } from "webmap/icons";
import { outbox } from "webmap/hand/outbox";
import { photoTaker } from "webmap/hand/photos";
import { showComponents, showSimilar } from "webmap/hand/near";
import { Spot } from "webmap/hand/spot";
import { toast, toastError } from "webmap/toast";
import { usedClass } from "webmap/hand/classes";

const LOOK_AFTER_MS = 500;

/** The tab in which something is reported: photo, class, send. */
export class ReportTab {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.release = null;
    this.component = "";
    this.build();
  }

  build(given = {}) {
    this.photos = photoTaker("near", given.photos?.map((photo) => photo.bytes));
    this.classes = classChooser(() => this.changed());
    this.spot = new Spot();
    this.note = el("textarea", { class: "hand-input", rows: 2, maxlength: 2000, "aria-label": gettext("What is it?"), placeholder: gettext("What is it? (may stay empty)") });
    this.components = el("fieldset", { class: "component-choice", hidden: true });
    this.similar = el("section", { class: "similar", role: "status", hidden: true });
    this.missing = el("p", { class: "hint", role: "status" });
    this.button = el("button", { type: "button", class: "button button-primary wide", id: "send-report", on: { click: () => this.send() } }, icon("send"), el("span", { text: gettext("Send") }));
    this.look = debounce(() => this.lookAround(), LOOK_AFTER_MS);
    this.photos.node.addEventListener("change", () => this.check());
    this.spot.node.addEventListener("change", () => this.changed());
    replace(this.node,
      part(gettext("1. Photo"), this.photos.node),
      part(gettext("2. Class"), this.classes.node, this.components),
      part(gettext("Place"), this.spot.node, this.similar),
      part(gettext("Note"), this.note),
      el("div", { class: "send-bar" }, this.missing, this.button));
    this.check();
  }

  /** The tab is shown: the position is looked for. */
  show() {
    this.release ??= here.need();
    this.classes.refresh();
  }

  hide() {
    this.release?.();
    this.release = null;
  }

  /** Begins a report with what another sending had. */
  begin({ photos = [], note = "", place = null, kind = null }) {
    this.build({ photos });
    this.note.value = note;
    if (place) this.spot.set(place);
    if (kind) this.classes.choose(kind);
  }

  changed() {
    this.check();
    this.look();
  }

  check() {
    const lacks = [];
    if (!this.classes.chosen) lacks.push(gettext("a class"));
    if (!this.spot.place) lacks.push(gettext("a place"));
    const noPhoto = this.photos.count ? "" : gettext("No photo yet.");
    this.missing.textContent = lacks.length ? fill(gettext("Still missing: %(what)s"), { what: lacks.join(gettext(", ")) }) : noPhoto;
    this.button.disabled = lacks.length > 0;
  }

  async lookAround() {
    const [kind, { place }] = [this.classes.chosen, this.spot];
    this.component = "";
    this.components.hidden = true;
    if (!kind || !place) return;
    const looks = [showSimilar(this.similar, place, kind)];
    if (kind.kind === "component") looks.push(showComponents(this.components, place, kind, (code) => { this.component = code; }));
    for (const { reason } of await Promise.allSettled(looks)) if (reason && reason.status !== 0) toastError(reason);
  }

  async send() {
    const [kind, { place }] = [this.classes.chosen, this.spot];
    const fields = {
      case_class: kind.id, lon: place.lon.toFixed(7), lat: place.lat.toFixed(7), channel: config.channel,
      description: this.note.value.trim(), component: this.component, at: new Date().toISOString(),
    };
    this.button.disabled = true;
    try {
      await outbox.put({
        kind: "report", url: "/api/v1/cases/reports", fields, photos: this.photos.photos,
        title: kind.name, symbol: kind.symbol, place: this.spot.words.querySelector("strong")?.textContent ?? "",
      });
      await usedClass(kind.id);
      toast({ text: navigator.onLine ? gettext("The report is on its way.") : gettext("The report is kept and goes out when the network is back.") });
      this.build();
      window.scrollTo(0, 0);
    } catch (error) {
      toastError(error);
      this.check();
    }
  }
}

function part(title, ...children) {
  return el("section", { class: "part" }, el("h2", { text: title }), ...children);
}
