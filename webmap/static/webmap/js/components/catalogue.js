import { address, isChinese } from "webmap/config";
import { gettext } from "webmap/i18n";
import { request } from "webmap/api";

let asked = null;

/** All catalogues of classes; asked for once. */
export function catalogues() {
  asked ??= request("/api/v1/catalogues").catch((error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/** The name of a class or main class in the page's language. */
export function kindName(kind) {
  return (isChinese ? kind.name : kind.name_en || kind.name) || kind.code;
}

/** Words for the state of a component. */
export function stateWord(state) {
  return STATES()[state] ?? state;
}

/** All states with their words, in the order in which they are offered. */
export function stateChoices() {
  return Object.entries(STATES());
}

const STATES = () => ({
  intact: gettext("intact"),
  broken: gettext("broken"),
  missing: gettext("missing"),
  occupied: gettext("occupied"),
  abandoned: gettext("abandoned"),
  removed: gettext("removed"),
});

/** Address of a symbol's drawing. */
export function symbolUrl(symbol) {
  return `${address("symbols", "/static/symbols/")}${symbol}.svg`;
}

/** Symbols as pictures for a canvas; ``onLoad`` is called when one more can be drawn. */
export class Symbols {
  /** @param {() => void} onLoad */
  constructor(onLoad) {
    this.onLoad = onLoad;
    this.pictures = new Map();
  }

  /** The picture, null until it is here. */
  get(symbol) {
    let picture = this.pictures.get(symbol);
    if (!picture) {
      picture = new Image();
      picture.addEventListener("load", () => this.onLoad());
      picture.src = symbolUrl(symbol);
      this.pictures.set(symbol, picture);
    }
    return picture.complete && picture.naturalWidth ? picture : null;
  }
}
