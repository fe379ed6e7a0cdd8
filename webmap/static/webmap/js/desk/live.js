import { gettext } from "webmap/i18n";

const POLL_MS = 10_000;
const AGAIN_MS = 60_000;
const BURST_MS = 300;
/** Between two tellings while much moves: fifty desks that ask three times a second slow each other down. */
const REST_MS = 2_000;

/**
 * Tells when cases moved: by server-sent events, and by asking every ten seconds while those are
 * cut off. Many moves at once are told once.
 */
export class Live extends EventTarget {
  /** @param {string} url of the stream @param {HTMLElement} sign */
  constructor(url, sign) {
    super();
    this.url = url;
    this.sign = sign;
    this.moved = new Map();
    this.timer = 0;
    this.poll = 0;
    this.told = 0;
    this.connect();
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.tell();
    });
  }

  connect() {
    this.source = new EventSource(this.url);
    this.source.addEventListener("ready", () => this.isLive(true));
    this.source.addEventListener("move", (event) => {
      const move = JSON.parse(event.data);
      this.moved.set(move.number, move);
      this.soon();
    });
    this.source.addEventListener("lost", () => this.soon());
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
    if (!live) this.poll = setInterval(() => this.tell(), POLL_MS);
    // What happened while nothing was heard.
    else if (was === "false") this.tell();
  }

  soon() {
    const rest = this.told + REST_MS - Date.now();
    if (!this.timer) this.timer = setTimeout(() => this.tell(), Math.max(BURST_MS, rest));
  }

  tell() {
    clearTimeout(this.timer);
    this.timer = 0;
    this.told = Date.now();
    const moved = [...this.moved.values()];
    this.moved.clear();
    this.dispatchEvent(new CustomEvent("moved", { detail: moved }));
  }
}
