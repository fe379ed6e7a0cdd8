import { decodeTile } from "webmap/mvt";

const WAITS_MS = [400, 1200, 3500];
const KEEP = 320;

/**
 * Fetches and decodes every tile once, whoever asks for it; a tile nobody waits for any more is
 * given up. Fires ``progress`` ({pending}), ``failure`` ({status, url}) and ``gone`` ({url}).
 */
export class TileStore extends EventTarget {
  constructor() {
    super();
    /** @type {Map<string, {tile: object|null, users: number, promise: Promise<object>, controller: AbortController}>} */
    this.entries = new Map();
    this.pending = 0;
  }

  /** The decoded tile if it is here already. */
  peek(url) {
    return this.entries.get(url)?.tile ?? null;
  }

  /**
   * Asks for a tile. ``release`` says that the caller no longer waits.
   * @param {string} url
   * @param {(buffer: ArrayBuffer, url: string) => object|Promise<object>} [decode]
   * @returns {{promise: Promise<object>, release: () => void}}
   */
  request(url, decode = decodeTile) {
    const entry = this.entries.get(url) ?? this.#start(url, decode);
    // A tile asked for again goes to the end, so that the oldest stands first in the map.
    this.entries.delete(url);
    this.entries.set(url, entry);
    entry.users += 1;
    let released = false;
    const release = () => {
      if (released) return;
      released = true;
      entry.users -= 1;
      if (entry.users === 0 && !entry.tile) this.#drop(url, entry);
    };
    return { promise: entry.promise, release };
  }

  #drop(url, entry) {
    entry.controller.abort();
    if (this.entries.get(url) === entry) this.entries.delete(url);
  }

  #start(url, decode) {
    const entry = { tile: null, users: 0, promise: null, controller: new AbortController() };
    entry.promise = this.#load(url, entry, decode);
    // Callers handle failures themselves; without a handler here an abandoned tile would be reported.
    entry.promise.catch(() => {});
    return entry;
  }

  async #load(url, entry, decode) {
    this.#count(1);
    try {
      entry.tile = await decode(await fetchTile(url, entry.controller.signal), url);
      this.#trim();
      return entry.tile;
    } catch (error) {
      if (this.entries.get(url) === entry) this.entries.delete(url);
      if (error.name !== "AbortError") this.#fail(url, error);
      throw error;
    } finally {
      this.#count(-1);
    }
  }

  #count(step) {
    this.pending += step;
    this.dispatchEvent(new CustomEvent("progress", { detail: { pending: this.pending } }));
  }

  #fail(url, error) {
    this.dispatchEvent(new CustomEvent("failure", { detail: { url, status: error.status ?? 0 } }));
  }

  #trim() {
    if (this.entries.size <= KEEP) return;
    for (const [url, entry] of this.entries) {
      if (this.entries.size <= KEEP) return;
      if (entry.users > 0 || !entry.tile) continue;
      this.entries.delete(url);
      this.dispatchEvent(new CustomEvent("gone", { detail: { url } }));
    }
  }
}

async function fetchTile(url, signal) {
  for (let attempt = 0; ; attempt += 1) {
    const { buffer, error } = await tryFetch(url, signal);
    if (buffer) return buffer;
    if (attempt >= WAITS_MS.length || !worthRetry(error)) throw error;
    await pause(WAITS_MS[attempt], signal);
  }
}

/* No connection, an overloaded or restarting server: likely to pass. */
function worthRetry(error) {
  return error.status === 0 || error.status === 429 || error.status >= 500;
}

async function tryFetch(url, signal) {
  try {
    const response = await fetch(url, { signal, credentials: "same-origin" });
    if (response.status === 204 || response.status === 404) return { buffer: new ArrayBuffer(0) };
    if (response.ok) return { buffer: await response.arrayBuffer() };
    return { error: Object.assign(new Error(url), { status: response.status }) };
  } catch (error) {
    if (error.name === "AbortError") throw error;
    return { error: Object.assign(new Error(url), { status: 0 }) };
  }
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(new DOMException("given up", "AbortError"));
    }, { once: true });
  });
}

/**
 * Puts coordinates into a tile address.
 * @param {string} template
 */
export function tileUrl(template, z, x, y) {
  return template.replace("{z}", z).replace("{x}", x).replace("{y}", y);
}
