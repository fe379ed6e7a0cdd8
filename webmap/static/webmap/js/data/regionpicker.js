import { debounce, el, iconButton, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { search } from "webmap/api";
import { toastError } from "webmap/toast";

const WAIT_MS = 220;
const MOST = 30;
const LEVELS = ["street", "community"];

/** Chooses streets and communities of one district by name or code, as a list that grows. */
export class RegionPicker {
  /**
   * @param {HTMLElement} node with an ``input``, its ``datalist`` and a list ``.picked``
   * @param {() => string} district code of the district they lie in
   */
  constructor(node, district) {
    Object.assign(this, { district, found: [], chosen: new Map() });
    this.input = node.querySelector("input");
    this.options = node.querySelector("datalist");
    this.list = node.querySelector(".picked");
    const ask = debounce(() => this.ask(), WAIT_MS);
    this.input.addEventListener("input", () => this.take(this.input.value) || ask());
    this.input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !this.input.value.trim()) return;
      // Enter chooses; it does not order a cut by accident.
      event.preventDefault();
      this.ask().then(() => this.found.length && this.add(this.found[0]));
    });
  }

  /** The chosen codes. */
  get codes() {
    return [...this.chosen.keys()];
  }

  /** Takes everything away, as when another district is chosen. */
  clear() {
    this.chosen.clear();
    this.input.value = "";
    this.show();
  }

  async ask() {
    const text = this.input.value.trim();
    this.controller?.abort();
    if (!text) return;
    this.controller = new AbortController();
    try {
      const results = await search(text, MOST, "", this.controller.signal);
      // Whoever has typed on in the meantime is asked about the new text.
      if (this.input.value.trim() !== text) return;
      this.found = results.filter((one) => LEVELS.includes(one.type) && one.code.startsWith(this.district()));
      replace(this.options, ...this.found.map((one) => el("option", { value: written(one) })));
      const none = this.found.length ? "" : gettext("No street or community of this district is called so.");
      this.input.setCustomValidity(none);
      if (none) this.input.reportValidity();
    } catch (error) {
      if (error.name !== "AbortError") toastError(error);
    }
  }

  /* A choice from the browser's own list comes as the text of its option. */
  take(text) {
    this.input.setCustomValidity("");
    const one = this.found.find((candidate) => written(candidate) === text);
    if (one) this.add(one);
    return Boolean(one);
  }

  add(one) {
    this.chosen.set(one.code, one);
    this.input.value = "";
    this.found = [];
    replace(this.options);
    this.show();
    this.input.focus();
  }

  show() {
    replace(this.list, ...[...this.chosen.values()].map((one) => el("li", {},
      el("span", { text: one.label }), el("code", { text: one.code }),
      iconButton("close", fill(gettext("Leave out %(name)s"), { name: one.label }), () => {
        this.chosen.delete(one.code);
        this.show();
        this.input.focus();
      }))));
  }
}

function written({ label, code }) {
  return `${label} ${code}`;
}
