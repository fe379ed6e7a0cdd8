import { el, iconButton, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";

let openOne = null;

/** A card that opens from a tool button; one at a time, closed by Esc, ✕ or a press elsewhere. */
export class Popover {
  /**
   * @param {HTMLElement} button
   * @param {{title: string, content: () => Node[], keep?: boolean, side?: string}} options
   *   ``keep`` leaves it open when the map is pressed
   */
  constructor(button, { title, content, keep = false, side = "right" }) {
    Object.assign(this, { button, content, keep });
    this.body = el("div", { class: "popover-body" });
    this.node = el("section", { class: `popover popover-${side}`, role: "dialog", "aria-label": title, hidden: true, tabindex: -1 },
      el("header", { class: "popover-head" }, el("h2", { text: title }), iconButton("close", gettext("Close"), () => this.close(true))),
      this.body);
    document.getElementById("popovers").append(this.node);
    button.setAttribute("aria-haspopup", "dialog");
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => this.toggle());
  }

  get isOpen() {
    return !this.node.hidden;
  }

  /** Opens or closes. */
  toggle() {
    if (this.isOpen) this.close(true);
    else this.open();
  }

  /** Opens with fresh content. */
  open() {
    if (openOne && openOne !== this && !(openOne.keep && window.innerWidth > 900)) openOne.close();
    this.refresh();
    this.node.hidden = false;
    this.button.setAttribute("aria-expanded", "true");
    openOne = this;
    this.node.focus({ preventScroll: true });
  }

  /** Builds the content again. */
  refresh() {
    replace(this.body, ...this.content());
  }

  /** Closes; ``giveBack`` returns the focus to the button. */
  close(giveBack = false) {
    if (!this.isOpen) return;
    this.node.hidden = true;
    this.button.setAttribute("aria-expanded", "false");
    if (openOne === this) openOne = null;
    if (giveBack) this.button.focus();
  }
}

/** Closes the open card; false when there was none. */
export function closePopover() {
  if (!openOne) return false;
  openOne.close(true);
  return true;
}

document.addEventListener("pointerdown", (event) => {
  if (!openOne || openOne.keep) return;
  if (event.target.closest(".popover") || openOne.button.contains(event.target)) return;
  openOne.close();
});
