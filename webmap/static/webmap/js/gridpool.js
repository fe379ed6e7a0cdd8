/* Workers that decode tiles of grids, find which grid covers each pixel, and draw their borders. */

const MOST = 4;
const SOURCE = import.meta.resolve("webmap/gridworker");

/** One pool serves all maps of a page; a tile stays with the worker that decoded it. */
class GridPool {
  constructor() {
    this.workers = [];
    /** @type {Map<number, {resolve: Function, reject: Function, worker: number}>} */
    this.waiting = new Map();
    this.homes = new Map();
    this.next = 0;
  }

  /**
   * Decodes a tile; its grids can be painted afterwards.
   * @param {ArrayBuffer} buffer passes to the worker
   * @param {string} url names the tile
   * @returns {Promise<Object<string, TileLayer>>}
   */
  async decode(buffer, url) {
    if (!buffer.byteLength) return {};
    const worker = this.#workerFor(url);
    const grids = await this.#ask(worker, { work: "decode", url, buffer }, [buffer]);
    return grids ? { grids: { ...grids, props: () => ({}) } } : {};
  }

  /**
   * Pixels of a screen tile by feature, and its borders where ``lines`` says how.
   * @returns {Promise<{pixels: Uint16Array|Uint32Array, image: ImageBitmap|null}|null>}
   */
  paint(url, frame, lines) {
    return this.#ask(this.#workerFor(url), { work: "paint", url, frame, lines });
  }

  /** Borders alone, in another look. @returns {Promise<ImageBitmap|null>} */
  lines(url, frame, lines) {
    return this.#ask(this.#workerFor(url), { work: "lines", url, frame, lines });
  }

  /** Lets go of a tile that the page no longer keeps. */
  forget(url) {
    const home = this.homes.get(url);
    if (home === undefined) return;
    this.homes.delete(url);
    this.workers[home].postMessage({ work: "forget", url });
  }

  #workerFor(url) {
    if (!this.homes.has(url)) {
      this.homes.set(url, this.next);
      this.next = (this.next + 1) % Math.min(MOST, navigator.hardwareConcurrency || 1);
    }
    const home = this.homes.get(url);
    this.workers[home] ??= this.#start(home);
    return home;
  }

  #start(home) {
    const worker = new Worker(SOURCE, { type: "module" });
    worker.addEventListener("message", ({ data }) => {
      const asked = this.waiting.get(data.id);
      this.waiting.delete(data.id);
      if (data.error) asked?.reject(new Error(data.error));
      else asked?.resolve(data.result);
    });
    worker.addEventListener("error", (event) => this.#fail(home, event.message || "worker"));
    return worker;
  }

  /* What a worker that broke had in hand is refused; a tile asked for again begins with a new one. */
  #fail(home, message) {
    this.workers[home]?.terminate();
    this.workers[home] = undefined;
    for (const [url, at] of this.homes) if (at === home) this.homes.delete(url);
    for (const [id, asked] of this.waiting) {
      if (asked.worker !== home) continue;
      this.waiting.delete(id);
      asked.reject(new Error(message));
    }
  }

  #ask(worker, message, sent = []) {
    this.count = (this.count ?? 0) + 1;
    const id = this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject, worker });
      this.workers[worker].postMessage({ ...message, id }, sent);
    });
  }
}

export const gridPool = new GridPool();
