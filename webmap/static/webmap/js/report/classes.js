import { address, isChinese } from "webmap/config";
import { debounce, el, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { gettext } from "webmap/i18n";
import { request } from "webmap/api";

const MOST_FOUND = 40;
const WAIT_MS = 120;

const nameOf = (kind) => (isChinese ? kind.name : kind.name_en || kind.name);
const mainOf = (kind) => (isChinese ? kind.main_name : kind.main_name_en || kind.main_name);

/** Chooses what is reported: by main class, by search, by picture. */
export class ClassPicker {
  /** @param {Draft} draft */
  constructor(draft) {
    Object.assign(this, { draft, kinds: [], main: "" });
    this.input = document.getElementById("class-search");
    this.list = document.getElementById("class-list");
    this.state = document.getElementById("class-state");
    this.chosen = document.getElementById("class-chosen");
    this.box = document.getElementById("class-box");
    this.input.addEventListener("input", debounce(() => this.draw(), WAIT_MS));
    draft.addEventListener("change", ({ detail }) => detail.includes("kind") && this.draw());
  }

  /** Fetches the classes; a failure is shown with a way to try again. */
  async load() {
    this.state.textContent = gettext("Loading…");
    try {
      this.kinds = await request("/api/v1/public/classes");
      this.state.textContent = this.kinds.length ? "" : gettext("Nothing can be reported here yet.");
    } catch (error) {
      replace(this.state, error.message, " ", el("button", { type: "button", class: "link", text: gettext("Retry"), on: { click: () => this.load() } }));
    }
    this.draw();
  }

  choose(kind) {
    this.draft.set({ kind });
    this.input.value = "";
    document.getElementById("step-where").scrollIntoView({ behavior: "smooth", block: "start" });
  }

  draw() {
    const { kind } = this.draft.report;
    this.box.hidden = Boolean(kind);
    this.chosen.hidden = !kind;
    if (kind) this.drawChosen(kind);
    else replace(this.list, ...this.tiles());
  }

  drawChosen(kind) {
    const again = () => {
      this.draft.set({ kind: null });
      this.input.focus();
    };
    replace(this.chosen,
      symbol(kind.symbol),
      el("span", { class: "choice-text" }, el("strong", { text: nameOf(kind) }), el("small", { text: mainOf(kind) })),
      el("button", { type: "button", class: "button button-small", text: gettext("Change"), on: { click: again } }));
  }

  tiles() {
    const words = this.input.value.trim().toLowerCase();
    if (words) return this.found(words);
    if (this.main) return this.ofMain();
    return this.mains();
  }

  found(words) {
    const text = (kind) => `${kind.name} ${kind.name_en} ${kind.main_name} ${kind.main_name_en} ${kind.code}`.toLowerCase();
    const hits = this.kinds.filter((kind) => words.split(/\s+/).every((word) => says(text(kind), word)));
    if (!hits.length) return [el("p", { class: "hint", role: "status", text: gettext("Nothing of that name; try another word, or choose below by kind.") }), ...this.mains()];
    return hits.slice(0, MOST_FOUND).map((kind) => this.tile(kind));
  }

  ofMain() {
    const back = el("button", { type: "button", class: "tile tile-back", on: { click: () => this.enter("") } }, icon("arrow"), el("span", { text: gettext("Back") }));
    return [back, ...this.kinds.filter((kind) => keyOf(kind) === this.main).map((kind) => this.tile(kind))];
  }

  mains() {
    const first = new Map();
    for (const kind of this.kinds) if (!first.has(keyOf(kind))) first.set(keyOf(kind), kind);
    return [...first.values()].map((kind) => el("button", { type: "button", class: "tile tile-main", on: { click: () => this.enter(keyOf(kind)) } },
      symbol(kind.symbol), el("span", { text: mainOf(kind) })));
  }

  enter(main) {
    this.main = main;
    this.draw();
    this.list.querySelector("button")?.focus({ preventScroll: true });
  }

  tile(kind) {
    return el("button", { type: "button", class: "tile", "data-class": kind.service_code, on: { click: () => this.choose(kind) } },
      symbol(kind.symbol), el("span", { text: nameOf(kind) }));
  }
}

/* Of a word in Chinese some signs may be left out: 暴露垃圾 is 暴露生活垃圾, too. */
function says(text, word) {
  if (text.includes(word)) return true;
  if (word.length < 2 || !/^\p{Script=Han}+$/u.test(word)) return false;
  let at = -1;
  return [...word].every((sign) => {
    at = text.indexOf(sign, at + 1);
    return at >= 0;
  });
}

const keyOf = (kind) => `${kind.kind} ${kind.main_code ?? ""}${kind.main_name}`;

function symbol(name) {
  return el("img", { src: `${address("symbols", "/static/symbols/")}${name || "other"}.svg`, alt: "", width: 36, height: 36, loading: "lazy" });
}
