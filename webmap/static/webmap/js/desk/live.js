import { gettext } from "webmap/i18n";
import { keepPosition } from "webmap/told";

const POLL_MS = 10_000;
const AGAIN_MS = 60_000;
const GATHER_MS = 50;
const BURST_MS = 200;
/** All desks hear of a move at once, and would all ask at once. */
const SPREAD_MS = 600;

/**
 * Runs something soon, many calls at once, and not again within a rest: fifty desks that ask three
 * times a second slow each other down.
 * @param {() => void} run @param {number} restMs
 * @returns {() => void}
 */
export function paced(run, restMs) {
  let timer = 0;
  let last = 0;
  const now = () => {
    timer = 0;
    last = Date.now();
    run();
  };
  return () => {
    timer ||= setTimeout(now, Math.max(BURST_MS, last + restMs - Date.now()) + Math.random() * SPREAD_MS);
  };
}

/**
 * Tells which cases moved (``moved``, with their rows), and when something may have been missed
 * (``stale``): by server-sent events, and by asking every ten seconds while those are cut off.
 */
export class Live extends EventTarget {
  /** @param {string} url of the stream @param {HTMLElement} sign */
  constructor(url, sign) {
    super();
    this.url = url;
    this.sign = sign;
    this.moved = [];
    this.gathering = 0;
    this.poll = 0;
    this.connect();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.stale();
    });
  }

  connect() {
    this.source = new EventSource(this.url);
    this.source.addEventListener("ready", () => this.isLive(true));
    this.source.addEventListener("move", (event) => {
      keepPosition(event);
      this.moved.push(JSON.parse(event.data));
      this.gathering ||= setTimeout(() => this.tellMoved(), GATHER_MS);
    });
    this.source.addEventListener("lost", (event) => {
      keepPosition(event);
      this.stale();
    });
    this.source.addEventListener("error", () => {
      this.isLive(false);
      // Closed for good (503 while the server holds as many as it can): asked again later.
      if (this.source.readyState === EventSource.CLOSED) setTimeout(() => this.connect(), AGAIN_MS);
    });
  }

  isLive(live) {
    const was = this.sign.dataset.live;
    this.sign.dataset.live = String(live);
    this.sign.textContent = live ? gettext("live") : gettext("asks every 10 s");
    clearInterval(this.poll);
    if (!live) this.poll = setInterval(() => this.stale(), POLL_MS);
    // What happened while nothing was heard.
    else if (was === "false") this.stale();
  }

  tellMoved() {
    this.gathering = 0;
    const moved = this.moved;
    this.moved = [];
    this.dispatchEvent(new CustomEvent("moved", { detail: moved }));
  }

  stale() {
    this.dispatchEvent(new Event("stale"));
  }
}
