import { debounce, el, replace } from "webmap/dom";
import { fill, gettext, ngettext } from "webmap/i18n";
import { request } from "webmap/api";

const WAIT_MS = 300;
const MOST = 6;
const LEAST_SIGNS = 2;
const NUMBER = /^\d{14}(\d{6})?$/;

/**
 * Addresses below the desk's search: the list of cases follows what is typed, and beside it the map
 * can be sent to a place of that name. Arrows and Enter choose, Esc closes.
 */
export class Places {
  /** @param {HTMLInputElement} input @param {HTMLElement} drop @param {(place: {name: string, lon: number, lat: number}) => void} onChoose */
  constructor(input, drop, onChoose) {
    Object.assign(this, { input, drop, onChoose, found: [], active: -1 });
    this.list = el("ul", { id: "places-list", role: "listbox", "aria-label": gettext("Addresses and places") });
    this.state = el("p", { class: "visually-hidden", role: "status" });
    replace(drop, el("p", { class: "group-name", text: gettext("Addresses and places") }), this.list);
    drop.after(this.state);
    for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": "places-list", "aria-expanded": "false" })) input.setAttribute(name, value);
    input.addEventListener("input", debounce(() => this.ask(), WAIT_MS));
    input.addEventListener("keydown", (event) => this.onKey(event));
    input.addEventListener("focus", () => this.open(this.found.length > 0));
    document.addEventListener("pointerdown", (event) => { if (!event.target.closest("#filter")) this.open(false); });
  }

  async ask() {
    const text = this.input.value.trim();
    this.asked?.abort();
    if (text.length < LEAST_SIGNS || NUMBER.test(text)) return this.show([]);
    this.asked = new AbortController();
    try {
      const { candidates } = await request(`/api/v1/geocode?limit=${MOST}&q=${encodeURIComponent(text)}`, { signal: this.asked.signal });
      return this.show(candidates.filter((one) => one.center));
    } catch (error) {
      // A help beside the list, which tells itself when the server is away.
      return error.name === "AbortError" ? null : this.show([]);
    }
  }

  show(found) {
    this.found = found;
    this.active = -1;
    replace(this.list, ...found.map((one, i) => el("li", { id: `place-${i}`, role: "option", "aria-selected": "false", on: { click: () => this.choose(i), pointermove: () => this.mark(i) } },
      el("strong", { text: one.name }), one.detail && el("small", { text: one.detail }))));
    this.state.textContent = found.length ? fill(ngettext("%(n)s place; arrow down to choose", "%(n)s places; arrow down to choose", found.length), { n: found.length }) : "";
    this.open(found.length > 0 && document.activeElement === this.input);
  }

  open(visible) {
    this.drop.hidden = !visible;
    this.input.setAttribute("aria-expanded", String(visible));
    if (!visible) this.input.removeAttribute("aria-activedescendant");
  }

  onKey(event) {
    if (event.isComposing || this.drop.hidden) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.mark((this.active + step + this.found.length) % this.found.length);
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.open(false);
    }
  }

  mark(index) {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = index;
    const node = this.list.children[index];
    node.setAttribute("aria-selected", "true");
    node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", node.id);
  }

  choose(index) {
    const { name, center: [lon, lat] } = this.found[index];
    this.open(false);
    this.onChoose({ name, lon, lat });
  }
}
