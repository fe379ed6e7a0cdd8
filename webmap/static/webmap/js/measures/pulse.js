import { paced } from "webmap/desk/live";
import { keepPosition } from "webmap/told";

const REST_MS = 700;
const AGAIN_MS = 60_000;
const POLL_MS = 30_000;

/**
 * Says that cases moved (``changed``), at most about once a second: by server-sent events, and
 * every half minute while there are none.
 */
export class Pulse extends EventTarget {
  constructor() {
    super();
    this.source = null;
    this.poll = 0;
    this.soon = paced(() => this.tell(), REST_MS);
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden && this.isOn) this.tell();
    });
  }

  get isOn() {
    return Boolean(this.source);
  }

  /** Listens, or stops. @param {boolean} on */
  set(on) {
    if (on === this.isOn) return;
    if (on) this.connect();
    else this.stop();
  }

  connect() {
    this.source = new EventSource("/api/v1/values/stream");
    this.source.addEventListener("ready", () => clearInterval(this.poll));
    for (const name of ["changed", "lost"]) {
      this.source.addEventListener(name, (event) => {
        keepPosition(event);
        this.soon();
      });
    }
    this.source.addEventListener("error", () => {
      clearInterval(this.poll);
      this.poll = setInterval(() => this.tell(), POLL_MS);
      if (this.source?.readyState === EventSource.CLOSED) this.again = setTimeout(() => this.isOn && this.connect(), AGAIN_MS);
    });
  }

  stop() {
    this.source.close();
    this.source = null;
    clearInterval(this.poll);
    clearTimeout(this.again);
  }

  tell() {
    if (this.isOn && !document.hidden) this.dispatchEvent(new Event("changed"));
  }
}
