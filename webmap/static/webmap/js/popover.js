import { el, iconButton, replace } from "webmap/dom";
import { focusTool } from "webmap/moremenu";
import { gettext } from "webmap/i18n";

const NARROW_PX = 720;
/** Open cards, the one opened last at the end. @type {Set<Popover>} */
const opened = new Set();

/**
 * A card that opens from a tool button: one at a time on each side of the window, closed by Esc,
 * its cross or, unless it is to stay, a press elsewhere.
 */
export class Popover {
  /**
   * @param {HTMLElement} button
   * @param {{title: string, content: () => Node[], keep?: boolean, side?: string, own?: boolean}} options
   *   ``keep`` leaves it open when the map is pressed; ``side`` is where it stands; ``own`` is false
   *   for a card that the button does not open, but that gives the focus back to it
   */
  constructor(button, { title, content, keep = false, side = "right", own = true }) {
    Object.assign(this, { button, content, keep, side, own, onClose: null });
    this.body = el("div", { class: "popover-body" });
    this.node = el("section", { class: `popover popover-${side}`, role: "dialog", "aria-label": title, hidden: true, tabindex: -1 },
      el("div", { class: "popover-head" }, el("h2", { text: title }), iconButton("close", gettext("Close"), () => this.close(true))),
      this.body);
    document.getElementById("popovers").append(this.node);
    if (!own) return;
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

  /** Opens with fresh content. @param {{focus?: boolean}} [options] */
  open({ focus = true } = {}) {
    const isNarrow = window.innerWidth <= NARROW_PX;
    // A wide card stands where the others of the right side do.
    const isLeft = (card) => card.side === "left";
    for (const other of [...opened]) if (isNarrow || isLeft(other) === isLeft(this)) other.close();
    this.refresh();
    this.node.hidden = false;
    if (this.own) this.button.setAttribute("aria-expanded", "true");
    opened.add(this);
    if (focus) this.node.focus({ preventScroll: true });
  }

  /** Builds the content again. */
  refresh() {
    replace(this.body, ...this.content());
    // What only is read is scrolled by keys too.
    if (this.body.querySelector("a, button, input, select, textarea, summary")) this.body.removeAttribute("tabindex");
    else this.body.tabIndex = 0;
  }

  /** Closes; ``giveBack`` returns the focus to the button. */
  close(giveBack = false) {
    if (!this.isOpen) return;
    this.node.hidden = true;
    if (this.own) this.button.setAttribute("aria-expanded", "false");
    opened.delete(this);
    // Whoever closes it himself is done with it; a card that only makes room is not.
    this.onClose?.(giveBack);
    if (giveBack) focusTool(this.button);
  }
}

/** Closes the card opened last; false when there was none. */
export function closePopover() {
  const last = [...opened].at(-1);
  last?.close(true);
  return Boolean(last);
}

document.addEventListener("pointerdown", (event) => {
  for (const card of [...opened]) {
    if (!card.keep && !card.node.contains(event.target) && !card.button.contains(event.target)) card.close();
  }
});
