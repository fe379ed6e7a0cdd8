import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { toastError } from "webmap/toast";

/**
 * A part of the page that is not there at first: its modules are fetched when somebody needs it.
 * The template names every module in the import map, so that a name is all it takes.
 * @template T
 */
export class Part {
  /**
   * @param {string} name of the module that the part begins with
   * @param {(module: object) => T} [start] makes the part of its module; done once
   */
  constructor(name, start = (module) => module) {
    Object.assign(this, { name, start, asked: null });
    /** The part, or null while it is not here. @type {T|null} */
    this.now = null;
  }

  /**
   * The part. What could not be fetched may be asked for again.
   * @returns {Promise<T>}
   */
  get() {
    this.asked ??= this.#fetch().catch((error) => {
      this.asked = null;
      throw error;
    });
    return this.asked;
  }

  async #fetch() {
    const module = await import(this.name).catch((cause) => {
      const text = gettext("This part of the page could not be fetched. Check the network, then try again.");
      throw Object.assign(new Error(text, { cause }), { code: "E-PAGE-PART" });
    });
    this.now = this.start(module);
    return this.now;
  }

  /** Does something with the part; says so and offers another try where it cannot be had. @param {(part: T) => unknown} action */
  async use(action) {
    try {
      await action(this.now ?? await this.get());
    } catch (error) {
      toastError(error, () => this.use(action));
    }
  }
}

/**
 * What a card shows, made by a part: at once if the part is here, else as soon as it is.
 * @template T
 * @param {Part<T>} part
 * @param {(part: T) => Node[]} make
 * @returns {Node[]}
 */
export function shownBy(part, make) {
  if (part.now) return make(part.now);
  const place = el("div", { class: "card-wait", "aria-busy": "true" });
  part.use((here) => place.replaceWith(...make(here).filter(Boolean)));
  return [place];
}

/**
 * Lets a tool button fetch the part whose card it opens. The part takes the button over.
 * @template T
 * @param {HTMLElement} button
 * @param {Part<T>} part
 * @param {(part: T) => Popover} card
 * @returns {() => void} opens or closes the card
 */
export function opensCard(button, part, card) {
  button.setAttribute("aria-haspopup", "dialog");
  button.setAttribute("aria-expanded", "false");
  const toggle = () => {
    if (part.now) {
      card(part.now).toggle();
      return;
    }
    button.setAttribute("aria-busy", "true");
    part.use((here) => card(here).isOpen || card(here).open()).finally(() => button.removeAttribute("aria-busy"));
  };
  // Later the card listens to its button itself, and is told of a press before this.
  button.addEventListener("click", () => part.now || toggle());
  return toggle;
}

/**
 * Lets a part keep keys of its own in the address. Until it is here they stay as they came; an
 * address that has one of them fetches it at once.
 * @template T
 * @param {AddressBar} bar
 * @param {Part<T>} part
 * @param {string[]} keys
 * @param {(part: T) => Object<string, string>} read
 * @param {(part: T, values: Object<string, string>, state: ViewState) => void|Promise<void>} restore
 */
export function keepsKeys(bar, part, keys, read, restore) {
  let kept = {};
  bar.contribute(keys, () => (part.now ? read(part.now) : kept), (values, state) => {
    kept = values;
    if (!part.now && !keys.some((key) => values[key])) return null;
    return part.use((here) => restore(here, kept, state));
  });
}

/** Does something when the browser has nothing else to do. @param {() => void} action */
export function whenIdle(action) {
  // Safari has no such call.
  if (window.requestIdleCallback) requestIdleCallback(action, { timeout: 2000 });
  else setTimeout(action, 500);
}
