import { PALETTES } from "webmap/palette";

const KEY = "wanmi-theme";

/** The day or night style: the user's choice, else the system's. */
export class Theme extends EventTarget {
  constructor() {
    super();
    this.system = window.matchMedia("(prefers-color-scheme: dark)");
    this.system.addEventListener("change", () => this.apply());
    this.apply();
  }

  /** ``day`` or ``night``. */
  get name() {
    return this.forced ?? this.chosen ?? (this.system.matches ? "night" : "day");
  }

  get chosen() {
    const kept = localStorage.getItem(KEY);
    return kept === "day" || kept === "night" ? kept : null;
  }

  /** Colours for the map. */
  get palette() {
    return PALETTES[this.name];
  }

  /** Changes to the other style and remembers it. */
  toggle() {
    localStorage.setItem(KEY, this.name === "day" ? "night" : "day");
    this.apply();
  }

  /** Shows a style for a while, whatever was chosen; null ends it. @param {"day"|"night"|null} name */
  force(name) {
    this.forced = name;
    this.apply();
  }

  apply() {
    document.documentElement.dataset.theme = this.name;
    this.dispatchEvent(new Event("change"));
  }
}
