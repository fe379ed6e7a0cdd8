import { Popover } from "webmap/popover";
import { PrintPreview } from "webmap/share/print";
import { SavedViews } from "webmap/share/views";
import { captionOf, pictureOfMap, pngOf } from "webmap/share/picture";
import { copyLink } from "webmap/tools";
import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { icon } from "webmap/icons";
import { saveBlob } from "webmap/select/exportrow";
import { toast, toastError } from "webmap/toast";

/** Link, picture, print and saved views behind one tool. */
export class ShareControl {
  /**
   * @param {object} stage see ``createMap``
   * @param {Theme} theme
   * @param {AddressBar} bar
   * @param {HTMLElement} button
   * @param {{districts: Districts, measure: () => object|null, pictured: () => string}} about
   */
  constructor(stage, theme, bar, button, about) {
    Object.assign(this, { stage, theme, bar, about, preview: null });
    this.views = new SavedViews(bar);
    this.card = new Popover(button, { title: gettext("Share"), content: () => this.content(), keep: true });
  }

  content() {
    const action = (id, name, words, does) => el("button", { type: "button", class: "mode", id: `share-${id}`, on: { click: does } }, icon(name), el("span", { text: words }));
    return [
      el("div", { class: "modes" },
        action("link", "link", gettext("Copy link"), () => this.link()),
        action("png", "image", gettext("Save picture"), (event) => this.busy(event, () => this.save())),
        action("copy", "copy", gettext("Copy picture"), (event) => this.busy(event, () => this.copy())),
        action("print", "print", gettext("Print"), () => this.print())),
      this.views.content(),
    ];
  }

  link() {
    this.bar.write();
    copyLink();
  }

  async busy(event, action) {
    const button = event.currentTarget;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      await action();
    } catch (error) {
      toastError(error);
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  }

  async picture() {
    const canvas = await pictureOfMap(this.stage, this.theme, { caption: captionOf(this.about), measure: this.about.measure() });
    return pngOf(canvas);
  }

  async save() {
    const { districts } = this.about;
    saveBlob(await this.picture(), `wanmi-${districts.code || "map"}-${captionOf(this.about).day}.png`);
  }

  async copy() {
    if (!navigator.clipboard?.write || typeof ClipboardItem === "undefined") {
      toast({ text: gettext("The browser copies pictures only over HTTPS. Save the picture instead.") });
      return;
    }
    // Given as a promise: the browser asks whether it may while the press is fresh.
    await navigator.clipboard.write([new ClipboardItem({ "image/png": this.picture() })]);
    toast({ text: gettext("The picture is in the clipboard.") });
  }

  print() {
    this.card.close();
    this.preview ??= new PrintPreview(this.stage, this.theme, this.about);
    this.preview.open();
  }
}
