/* Keys of the map itself; all others belong to parts of the page, see ``AddressBar.contribute``. */
const OWN = new Set(["d", "g", "e", "on", "l", "c", "cc"]);

/**
 * What the address bar carries: ``#zoom/lat/lon&d=district&g=code&e=edition&on=day&l=layers&c=filter&cc=component``,
 * and keys of other parts (``more``).
 * @typedef {{zoom: number|null, lat: number, lon: number, district: string, grid: string,
 *   edition: string, on: string, layers: string[]|null, components: string, component: string,
 *   more: Object<string, string>}} ViewState
 */

/** Reads an address's hash; what does not make sense is left out. @returns {ViewState} */
export function parseHash(hash) {
  const [view, ...rest] = hash.replace(/^#/, "").split("&");
  // A link may name a thing only, and leave the view to the page.
  const values = new URLSearchParams((view.includes("/") ? rest : [view, ...rest]).join("&"));
  const [zoom, lat, lon] = view.split("/").map(Number);
  const valid = [zoom, lat, lon].every(Number.isFinite) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 && view.includes("/");
  return {
    zoom: valid ? Math.min(Math.max(Math.round(zoom), 3), 19) : null,
    lat,
    lon,
    district: values.get("d") ?? "",
    grid: /^\d{10,16}$/.test(values.get("g") ?? "") ? values.get("g") : "",
    edition: /^[\w-]{1,40}$/.test(values.get("e") ?? "") ? values.get("e") : "",
    on: isDay(values.get("on") ?? "") ? values.get("on") : "",
    components: values.get("c") ?? "",
    component: /^\d{16,17}$/.test(values.get("cc") ?? "") ? values.get("cc") : "",
    layers: values.has("l") ? values.get("l").split(".").filter(Boolean) : null,
    more: Object.fromEntries([...values].filter(([key]) => !OWN.has(key))),
  };
}

function isDay(text) {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}

/** Writes a state as a hash. @param {ViewState} state */
export function formatHash(state) {
  const digits = state.zoom >= 15 ? 5 : 4;
  const parts = [`#${state.zoom}/${state.lat.toFixed(digits)}/${state.lon.toFixed(digits)}`];
  if (state.district) parts.push(`d=${state.district}`);
  if (state.edition) parts.push(`e=${state.edition}`);
  if (state.on) parts.push(`on=${state.on}`);
  if (state.grid) parts.push(`g=${state.grid}`);
  if (state.layers) parts.push(`l=${state.layers.join(".")}`);
  if (state.components) parts.push(`c=${encodeURIComponent(state.components)}`);
  if (state.component) parts.push(`cc=${state.component}`);
  for (const [key, value] of Object.entries(state.more ?? {})) if (value) parts.push(`${key}=${encodeURIComponent(value)}`);
  return parts.join("&");
}

/**
 * Keeps the address bar and the page the same. View changes replace the entry; a selection or a
 * district makes a new one, so that the back button undoes it.
 */
export class AddressBar {
  /** @param {() => ViewState} read @param {(state: ViewState) => void} apply */
  constructor(read, apply) {
    Object.assign(this, { read, applyOwn: apply, applying: false, parts: [] });
    /** Brings the address into its plain form before it is read; a saved view is looked up by it. */
    this.resolve = async () => {};
    window.addEventListener("popstate", () => this.restore());
    window.addEventListener("hashchange", () => this.restore());
  }

  /**
   * Lets a part of the page keep keys of its own in the address. Keys nobody asks for are dropped.
   * @param {string[]} keys
   * @param {() => Object<string, string>} read values by key; empty ones are left out
   * @param {(values: Object<string, string>, state: ViewState) => void|Promise<void>} restore gets a text for each key
   */
  contribute(keys, read, restore) {
    this.parts.push({ keys, read, restore });
  }

  /** Shows a state, those of the contributing parts too. @param {ViewState} state */
  async apply(state) {
    await this.applyOwn(state);
    for (const { keys, restore } of this.parts) {
      await restore(Object.fromEntries(keys.map((key) => [key, state.more[key] ?? ""])), state);
    }
  }

  /** The state in the address now. */
  get current() {
    return parseHash(location.hash);
  }

  /** Brings the address up to date. @param {boolean} asNew makes a step for the back button */
  write(asNew = false) {
    if (this.applying) return;
    const hash = formatHash({ ...this.read(), more: Object.assign({}, ...this.parts.map((part) => part.read())) });
    if (hash === location.hash) return;
    history[asNew ? "pushState" : "replaceState"](null, "", hash);
    this.written = hash;
  }

  async restore() {
    if (location.hash === this.written) return;
    this.written = location.hash;
    this.applying = true;
    try {
      await this.resolve();
      await this.apply(this.current);
    } finally {
      this.applying = false;
    }
  }
}
