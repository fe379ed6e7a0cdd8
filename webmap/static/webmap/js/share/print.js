import { captionOf, pngOf } from "webmap/share/picture";
import { composeMap, settled } from "webmap/share/compose";
import { el, replace } from "webmap/dom";
import { focusTool } from "webmap/moremenu";
import { fill, formatLength, gettext } from "webmap/i18n";
import { legendContent } from "webmap/legend";
import { metresAPixel, roundLength, scaleNumber, scaleText } from "webmap/share/scale";
import { toastError } from "webmap/toast";

/** Size of the map on each paper in mm, beside the legend or above it; see ``print.css``. */
const FRAMES = {
  "a4-landscape": [209, 166], "a4-portrait": [186, 205], "a3-landscape": [332, 253], "a3-portrait": [273, 328],
};
const PIXELS_A_MM = 6;
const BAR_MM = 40;

/** The sheet before it is printed, over the whole page: paper, direction, title. */
export class PrintPreview {
  /** @param {object} stage see ``createMap`` @param {Theme} theme @param {{districts: Districts, measure: () => object|null, pictured: () => string}} about */
  constructor(stage, theme, about) {
    Object.assign(this, { stage, theme, about, paper: "a4-landscape", asked: 0 });
    this.sheet = el("article", { class: "print-sheet" });
    this.titleField = el("input", { name: "title", maxlength: 80, "aria-label": gettext("Title of the sheet") });
    this.titleField.addEventListener("input", () => this.setTitle());
    this.printButton = el("button", { type: "button", class: "button button-primary", text: gettext("Print"), on: { click: () => window.print() } });
    this.node = el("section", { id: "print-preview", class: "print-preview", role: "dialog", "aria-modal": "true", "aria-label": gettext("Print"), tabindex: -1, hidden: true },
      el("div", { class: "print-bar" }, this.papers(), el("label", { class: "field" }, el("span", { text: gettext("Title") }), this.titleField),
        this.printButton, el("button", { type: "button", class: "button", text: gettext("Close"), on: { click: () => this.close() } })),
      el("div", { class: "print-stand", role: "group", "aria-label": gettext("Sheet to print"), tabindex: 0 }, this.sheet));
    this.node.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") this.close();
    });
    document.body.append(this.node);
  }

  papers() {
    const names = {
      "a4-landscape": gettext("A4 landscape"), "a4-portrait": gettext("A4 portrait"), "a3-landscape": gettext("A3 landscape"), "a3-portrait": gettext("A3 portrait"),
    };
    const select = el("select", { name: "paper" }, ...Object.entries(names).map(([value, text]) => el("option", { value, text })));
    select.addEventListener("change", () => {
      this.paper = select.value;
      this.make();
    });
    return el("label", { class: "field" }, el("span", { text: gettext("Paper") }), select);
  }

  /** Opens with a sheet of what is on the map. */
  async open() {
    this.caption = captionOf(this.about);
    this.titleField.value = this.caption.title;
    this.node.hidden = false;
    document.documentElement.classList.add("is-printing");
    this.hold(true);
    // Paper is white.
    this.theme.force("day");
    this.node.focus({ preventScroll: true });
    await this.make();
  }

  close() {
    this.asked += 1;
    this.node.hidden = true;
    document.documentElement.classList.remove("is-printing");
    this.theme.force(null);
    if (this.image) URL.revokeObjectURL(this.image);
    this.image = null;
    replace(this.sheet);
    this.hold(false);
    focusTool(document.getElementById("tool-share"));
  }

  /* While the sheet is open nothing behind it is reached by keys or read out. */
  hold(on) {
    for (const part of document.querySelectorAll("body > :not(#print-preview, #toasts, #announce)")) part.inert = on;
  }

  setTitle() {
    const head = this.sheet.querySelector("h1");
    if (head) head.textContent = this.titleField.value;
  }

  async make() {
    this.asked += 1;
    const mine = this.asked;
    this.sheet.className = `print-sheet ${this.paper}`;
    this.sheet.setAttribute("aria-busy", "true");
    this.printButton.disabled = true;
    replace(this.sheet, el("p", { class: "print-wait", text: gettext("Preparing the sheet…") }));
    try {
      const made = await this.picture();
      if (mine !== this.asked) return;
      if (this.image) URL.revokeObjectURL(this.image);
      this.image = made.image;
      await this.fillSheet(made);
      this.printButton.disabled = false;
    } catch (error) {
      toastError(error, () => this.make());
    } finally {
      if (mine === this.asked) this.sheet.removeAttribute("aria-busy");
    }
  }

  /* The map takes the size of its place on the paper for as long as it is painted. */
  async picture() {
    const { map } = this.stage;
    const [width, height] = FRAMES[this.paper].map((mm) => mm * PIXELS_A_MM);
    const node = map.getContainer();
    const before = { center: map.getCenter(), zoom: map.getZoom(), size: map.getSize() };
    // About as much ground as on the screen, whatever the form of either; rather more than less.
    const nearer = Math.floor(Math.log2(Math.sqrt((width * height) / (before.size.x * before.size.y))) + 0.3);
    Object.assign(node.style, { width: `${width}px`, height: `${height}px`, inset: "0 auto auto 0" });
    try {
      map.invalidateSize({ pan: false, animate: false });
      map.setView(before.center, before.zoom + (before.size.x > 720 ? nearer : Math.min(0, nearer)), { animate: false });
      await settled(this.stage);
      const canvas = await composeMap(map, this.theme.palette.land, 1);
      const metres = metresAPixel(map);
      return { image: URL.createObjectURL(await pngOf(canvas)), metres };
    } finally {
      Object.assign(node.style, { width: "", height: "", inset: "" });
      map.invalidateSize({ pan: false, animate: false });
      map.setView(before.center, before.zoom, { animate: false });
    }
  }

  async fillSheet({ image, metres }) {
    const { caption } = this;
    const picture = el("img", { src: image, alt: gettext("The map") });
    const length = roundLength(metres * PIXELS_A_MM * BAR_MM);
    const bar = el("span", { class: "print-bar-line" });
    bar.style.width = `${length / metres / PIXELS_A_MM}mm`;
    const scale = scaleText(scaleNumber(metres, 1 / PIXELS_A_MM));
    const fact = (name, value) => value && el("div", {}, el("dt", { text: name }), el("dd", { text: value }));
    replace(this.sheet,
      el("header", {}, el("h1", { text: this.titleField.value })),
      el("div", { class: "print-map" }, picture),
      el("aside", { class: "print-side" },
        el("h2", { text: gettext("Legend") }), el("div", { class: "print-legend" }, ...legendContent(null, this.about.measure())),
        el("div", { class: "print-scale" }, el("span", { class: "print-north", text: gettext("N ↑") }), el("div", {}, el("b", { text: scale }), bar, el("small", { text: formatLength(length) }))),
        el("dl", {}, fact(gettext("Edition"), caption.edition), fact(gettext("State of"), caption.day), fact(gettext("Printed"), new Intl.DateTimeFormat("sv-SE").format(new Date())),
          fact(gettext("Source"), caption.source))),
      el("footer", {}, el("span", { text: gettext("Wanmi city grids") }), el("span", { text: fill(gettext("Scale %(scale)s at the middle of the sheet"), { scale }) })));
    await picture.decode();
  }
}
