import { add, all, removeAll } from "webmap/hand/store";
import { here, metresBetween } from "webmap/hand/here";
import { keep, kept } from "webmap/hand/kept";
import { postJson, user } from "webmap/hand/session";

const ADDRESS = "/api/v1/patrol/positions";
const EVERY_MS = 30_000;
const STEP_MS = 10_000;
const STEP_M = 15;
const MOST = 1_000;
const WORST_ACCURACY_M = 5_000;

/** The trail of one on duty: taken only while he has switched it on. Fires ``change``. */
export class Trail extends EventTarget {
  constructor() {
    super();
    this.on = false;
    this.last = null;
    this.problem = null;
    this.sending = null;
  }

  /**
   * Goes on where it was switched on before the page was closed, if he is still on duty.
   * @param {boolean} taken whether the server takes positions now
   */
  async resume(taken) {
    if (taken && (await kept("trail"))) this.#begin();
    else if (!taken) await this.stop();
  }

  async start() {
    await keep("trail", true);
    this.#begin();
  }

  #begin() {
    if (this.on) return;
    this.on = true;
    this.release = here.need();
    this.take = () => this.note();
    here.addEventListener("change", this.take);
    this.timer = setInterval(() => this.send(), EVERY_MS);
    this.note();
    this.dispatchEvent(new Event("change"));
  }

  /** Ends it; what was taken is sent first. */
  async stop() {
    await keep("trail", false);
    if (!this.on) return;
    this.on = false;
    this.release();
    here.removeEventListener("change", this.take);
    clearInterval(this.timer);
    this.dispatchEvent(new Event("change"));
    await this.send();
  }

  /* A point each 10 s or 15 m, whichever comes later, so that a phone that lies still writes little. */
  async note() {
    const { fix } = here;
    if (!fix || !this.on || fix.accuracy_m > WORST_ACCURACY_M) return;
    const { last } = this;
    if (last && (fix.at - last.at < STEP_MS || (metresBetween(last, fix) < STEP_M && fix.at - last.at < EVERY_MS))) return;
    this.last = fix;
    const { lon, lat, accuracy_m } = fix;
    await add("points", { user, lon, lat, accuracy_m: Math.max(accuracy_m, 1), at: new Date(fix.at).toISOString() }).catch(() => {});
  }

  /** Sends what was taken, in parts; what cannot be sent now stays. */
  send() {
    this.sending ??= this.#send().finally(() => { this.sending = null; });
    return this.sending;
  }

  async #send() {
    let points = [];
    try {
      for (;;) {
        // Those of another who uses the phone wait for his own log-in.
        points = (await this.#mine()).slice(0, MOST);
        if (!points.length) break;
        await postJson(ADDRESS, { positions: points.map(({ lon, lat, at, accuracy_m }) => ({ lon, lat, at, accuracy_m })) });
        await removeAll("points", points.map((one) => one.id));
      }
      this.problem = null;
    } catch (error) {
      this.problem = error.status ? error : null;
      // Nobody takes them: not set up, or not on duty any more.
      if ([403, 404, 409].includes(error.status)) await removeAll("points", points.map((one) => one.id));
    }
    this.dispatchEvent(new Event("change"));
  }

  async #mine() {
    return (await all("points").catch(() => [])).filter((one) => one.user === user);
  }

  /** How many points wait. */
  async waiting() {
    return (await this.#mine()).length;
  }
}

export const trail = new Trail();
