import { PALETTES } from "webmap/palette";

const KEY = "wanmi-wall-look";

/** The style of the wall: night unless somebody chose day for this screen. */
export class WallLook extends EventTarget {
  constructor() {
    super();
    this.apply();
  }

  get name() {
    return localStorage.getItem(KEY) === "day" ? "day" : "night";
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

  apply() {
    const { dataset } = document.documentElement;
    dataset.theme = this.name;
    dataset.wall = "ready";
    this.dispatchEvent(new Event("change"));
  }
}
