import { search } from "webmap/api";
import { debounce, el, iconButton, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { fill, gettext, ngettext } from "webmap/i18n";

const LIMIT = 12;
const WAIT_MS = 220;
const ORDER = ["grid", "component", "district", "street", "community", "road", "place", "address"];

function groupName(type) {
  return {
    grid: gettext("Unit grids"),
    component: gettext("Components"),
    district: gettext("Districts"),
    street: gettext("Streets"),
    community: gettext("Communities"),
    road: gettext("Roads"),
    place: gettext("Places"),
    address: gettext("Addresses"),
  }[type] ?? type;
}

/** The search box: a list that opens below it, moved through by keys. */
export class SearchBox {
  /** @param {(result: object) => void} onChoose @param {() => string} day the day to search on */
  constructor(onChoose, day) {
    Object.assign(this, { onChoose, day });
    this.input = document.getElementById("search-input");
    this.list = document.getElementById("search-results");
    this.state = document.getElementById("search-state");
    this.clearButton = iconButton("close", gettext("Clear the search"), () => this.clear(), { class: "icon-button search-clear", hidden: true });
    this.input.after(this.clearButton);
    this.results = [];
    this.active = -1;
    this.forget();
    this.isEntered = false;
    const ask = debounce(() => this.input.value.trim() !== this.asked && this.ask(), WAIT_MS);
    this.input.addEventListener("input", () => {
      this.isEntered = false;
      this.clearButton.hidden = !this.input.value;
      this.forget();
      ask();
    });
    this.input.addEventListener("focus", () => this.results.length && this.open(true));
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest("#search")) this.open(false);
    });
  }

  focus() {
    this.input.focus();
    this.input.select();
  }

  /* Typed again, even the same is asked again: the day of the map may be another since. */
  forget() {
    this.asked = this.shown = null;
  }

  clear() {
    this.input.value = "";
    this.clearButton.hidden = true;
    this.ask();
    this.input.focus();
  }

  async ask() {
    const text = this.input.value.trim();
    this.asked = text;
    this.controller?.abort();
    if (!text) {
      this.show([]);
      this.open(false);
      return;
    }
    this.controller = new AbortController();
    this.say(gettext("Searching…"));
    try {
      this.show(await search(text, LIMIT, this.day(), this.controller.signal));
      this.sayCount(text);
      if (this.isEntered) this.enter();
    } catch (error) {
      if (error.name === "AbortError") return;
      this.forget();
      this.show([]);
      this.say(`${error.message} (${error.code})`, true);
    }
  }

  sayCount(text) {
    const { length } = this.results;
    if (!length) {
      this.say(fill(gettext("Nothing found for “%(text)s”. Try a grid code, a road, a community or an address."), { text }));
      return;
    }
    this.say(fill(ngettext("%(count)s result", "%(count)s results", length), { count: length }), false, true);
  }

  say(text, isError = false, isQuiet = false) {
    this.state.textContent = text;
    this.state.classList.toggle("is-error", isError);
    this.state.classList.toggle("visually-hidden", isQuiet);
    this.open(true);
  }

  show(results) {
    this.shown = this.asked;
    this.results = ORDER.flatMap((type) => results.filter((one) => one.type === type));
    this.active = -1;
    const groups = ORDER.filter((type) => this.results.some((one) => one.type === type)).map((type) => el(
      "li", { role: "presentation" },
      el("p", { class: "group-name", id: `group-${type}`, text: groupName(type) }),
      el("ul", { role: "group", "aria-labelledby": `group-${type}` },
        ...this.results.map((one, i) => one.type === type && this.option(one, i))),
    ));
    replace(this.list, ...groups);
    this.input.removeAttribute("aria-activedescendant");
  }

  option(result, index) {
    return el("li", {
      role: "option", id: `result-${index}`, class: "result", "aria-selected": "false",
      on: { click: () => { this.choose(index); this.input.blur(); }, pointermove: () => this.activate(index) },
    }, icon(result.type), el("span", { class: "choice-text" },
      el("strong", { text: result.label, class: ["grid", "component"].includes(result.type) ? "mono" : null }),
      result.detail && el("small", { text: result.detail })));
  }

  onKey(event) {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && this.results.length) {
      event.preventDefault();
      this.open(true);
      this.activate((this.active + steps[event.key] + this.results.length) % this.results.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      this.enter();
    } else if (event.key === "Escape") {
      event.stopPropagation();
      this.isEntered = false;
      if (this.isOpen) this.open(false);
      else this.leave();
    }
  }

  /* What is shown may be of what was typed before: then the first of what comes is taken. */
  enter() {
    const isOld = this.input.value.trim() !== this.shown;
    this.isEntered = isOld && this.active < 0;
    if (this.isEntered) {
      if (this.input.value.trim() !== this.asked) this.ask();
    } else if (this.results.length) {
      this.choose(Math.max(this.active, 0));
      this.leave();
    }
  }

  activate(index) {
    document.getElementById(`result-${this.active}`)?.setAttribute("aria-selected", "false");
    this.active = index;
    const node = document.getElementById(`result-${index}`);
    node.setAttribute("aria-selected", "true");
    node.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", node.id);
  }

  choose(index) {
    const result = this.results[index];
    this.controller?.abort();
    this.input.value = this.asked = this.shown = result.label;
    this.clearButton.hidden = false;
    this.open(false);
    this.onChoose(result);
  }

  /* By keys one goes on on the map. */
  leave() {
    document.getElementById("map").focus({ preventScroll: true });
  }

  open(visible) {
    this.isOpen = visible;
    document.getElementById("search-drop").hidden = !visible;
    this.input.setAttribute("aria-expanded", String(visible));
  }
}
