const NARROW = window.matchMedia("(max-width: 720px)");

/** Gives the focus to a tool; one in the closed menu is stood for by what opens the menu. */
export function focusTool(button) {
  (button.checkVisibility() ? button : document.getElementById("tool-more")).focus();
}

/**
 * The menu behind *More*: on a narrow window it takes the tools that have no room in the bar.
 */
export class MoreMenu {
  /**
   * @param {HTMLElement} button
   * @param {HTMLElement} menu
   * @param {HTMLElement[]} others tools that stand before the button where there is room
   */
  constructor(button, menu, others) {
    Object.assign(this, { button, menu, others });
    button.setAttribute("aria-controls", menu.id);
    button.setAttribute("aria-expanded", "false");
    button.addEventListener("click", () => this.show(!this.isOpen));
    menu.addEventListener("click", () => this.show(false));
    document.addEventListener("pointerdown", ({ target }) => {
      if (!menu.contains(target) && !button.contains(target)) this.show(false);
    });
    NARROW.addEventListener("change", () => this.arrange());
    this.arrange();
  }

  get isOpen() {
    return this.menu.classList.contains("is-open");
  }

  arrange() {
    this.show(false);
    if (NARROW.matches) this.menu.prepend(...this.others);
    else this.button.before(...this.others);
  }

  show(visible) {
    this.menu.classList.toggle("is-open", visible);
    this.button.setAttribute("aria-expanded", String(visible));
  }

  /** Closes the menu and gives the focus back; false when it was closed. */
  close() {
    if (!this.isOpen) return false;
    this.show(false);
    this.button.focus();
    return true;
  }
}
