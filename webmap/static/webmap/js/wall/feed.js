const EVERY_MS = 5_000;
const SOONEST_MS = 2_000;
const GIVE_UP_MS = 20_000;
const BACK_OFF_MS = 2_000;
const MOST_BACK_OFF_MS = 60_000;
const ENDED_MS = 30_000;
const TURN_MS = 500;
/** So long after the last answer the numbers are called old. */
const OLD_MS = 20_000;

/**
 * Asks for the numbers again and again: every five seconds, sooner when something moved, ever later
 * while the server is away. Fires ``numbers`` (the answer) and ``state`` (``live``, ``old``,
 * ``ended`` without a session, ``refused``), and ``back`` when it was away.
 */
export class Feed extends EventTarget {
  /** @param {Wheel} wheel @param {() => string} address */
  constructor(wheel, address) {
    super();
    Object.assign(this, { address, next: 0, asked: 0, failures: 0, asking: null, etag: "", state: "" });
    /** When the last answer came, by the clock of this machine, and how far the server's is ahead. */
    this.at = 0;
    this.ahead = 0;
    wheel.every(TURN_MS, () => this.turn());
  }

  /** The server's time. */
  now() {
    return Date.now() + this.ahead;
  }

  /** Asks at once, for something else than before. */
  restart() {
    this.asking?.abort();
    this.asking = null;
    this.etag = "";
    this.next = 0;
    this.turn();
  }

  /** Something moved: asks soon, unless it is away. */
  soon() {
    if (!this.failures) this.next = Math.min(this.next, this.asked + SOONEST_MS);
  }

  turn() {
    const now = performance.now();
    if (this.at && Date.now() - this.at > OLD_MS && this.state === "live") this.tell("old");
    if (!this.asking && now >= this.next) this.ask(now);
  }

  async ask(now) {
    const mine = new AbortController();
    this.asking = mine;
    this.asked = now;
    try {
      const signal = AbortSignal.any([mine.signal, AbortSignal.timeout(GIVE_UP_MS)]);
      const answer = await fetch(this.address(), { credentials: "same-origin", signal });
      if (this.asking !== mine) return;
      if (!answer.ok) throw Object.assign(new Error(answer.statusText), { status: answer.status });
      await this.take(answer, mine);
    } catch (error) {
      if (this.asking === mine) this.fail(error.status ?? 0);
    } finally {
      if (this.asking === mine) this.asking = null;
    }
  }

  async take(answer, mine) {
    const etag = answer.headers.get("ETag");
    const same = etag && etag === this.etag;
    const numbers = same ? null : await answer.json();
    if (this.asking !== mine) return;
    if (same) await answer.body?.cancel();
    const said = Date.parse(answer.headers.get("Date") ?? "");
    if (said) this.ahead = said - Date.now();
    const wasAway = this.failures > 0;
    Object.assign(this, { etag, at: Date.now(), failures: 0, next: this.asked + EVERY_MS });
    this.tell("live");
    if (numbers) this.dispatchEvent(new CustomEvent("numbers", { detail: numbers }));
    if (wasAway) this.dispatchEvent(new Event("back"));
  }

  fail(status) {
    this.failures += 1;
    const wait = BACK_OFF_MS * 2 ** Math.min(this.failures - 1, 6) * (0.75 + Math.random() / 2);
    const closed = { 401: "ended", 403: "refused", 404: "missing" }[status];
    this.next = performance.now() + (closed ? ENDED_MS : Math.min(MOST_BACK_OFF_MS, wait));
    if (closed) this.tell(closed);
    else if (this.state !== "ended") this.tell("old");
  }

  tell(state) {
    if (state === this.state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state", { detail: state }));
  }
}
