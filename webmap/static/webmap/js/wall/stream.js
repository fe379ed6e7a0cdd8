import { keepPosition } from "webmap/told";

const KEPT = 40;
const TOLD_AT_ONCE = 6;
const FLUSH_MS = 1_000;
const AGAIN_MS = 20_000;
const MOST_AGAIN_MS = 300_000;
const A_REPORT = '"move": "report"';

/**
 * Moves of cases as the server tells them, told on once a second: ``reports`` with the latest new
 * cases, ``moved`` when anything did. However many come, a second holds the same work.
 */
export class Stream extends EventTarget {
  /** @param {Wheel} wheel @param {string} url */
  constructor(wheel, url) {
    super();
    Object.assign(this, { wheel, url, live: false, dirty: false, told: [], failures: 0 });
    this.connect();
    wheel.every(FLUSH_MS, () => this.flush());
  }

  connect() {
    const source = new EventSource(this.url);
    source.addEventListener("ready", () => this.isLive(true));
    source.addEventListener("move", (event) => {
      keepPosition(event);
      this.hear(event.data);
    });
    source.addEventListener("lost", (event) => {
      keepPosition(event);
      this.dirty = true;
    });
    source.addEventListener("error", () => {
      this.isLive(false);
      if (source.readyState !== EventSource.CLOSED) return;
      // Closed for good: as many listen as the server holds, or the session has ended.
      this.failures += 1;
      this.wheel.after(Math.min(MOST_AGAIN_MS, AGAIN_MS * 2 ** (this.failures - 1)), () => this.connect());
    });
  }

  /* What comes is looked at when it is told on; of many the latest are kept. */
  hear(data) {
    this.dirty = true;
    if (!data.includes(A_REPORT)) return;
    this.told.push(data);
    if (this.told.length > KEPT) this.told.shift();
  }

  isLive(live) {
    if (live) this.failures = 0;
    if (live && !this.live) this.dirty = true;
    this.live = live;
  }

  flush() {
    if (!this.dirty) return;
    this.dirty = false;
    const rows = this.told.splice(0).slice(-TOLD_AT_ONCE).map((data) => JSON.parse(data).row).filter(Boolean);
    if (rows.length) this.dispatchEvent(new CustomEvent("reports", { detail: rows }));
    this.dispatchEvent(new Event("moved"));
  }
}
