import { ApiError } from "webmap/api";
import { add, all, get, put, remove } from "webmap/hand/store";
import { gettext } from "webmap/i18n";
import { newKey } from "webmap/keys";
import { sendQueue } from "webmap/hand/sending";
import { user } from "webmap/hand/session";

const AGAIN_MS = 30_000;
const SYNC = "wanmi-hand";

/** The queue of reports and moves; fires ``change`` with what sending told, if it was sending. */
export class Outbox extends EventTarget {
  constructor() {
    super();
    this.sending = null;
    this.wanted = false;
    this.stopped = "";
    this.timer = 0;
  }

  /** Sends when the page comes up, when the network is back, and when the worker has sent. */
  start() {
    window.addEventListener("online", () => this.send());
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.send(); });
    navigator.serviceWorker?.addEventListener("message", ({ data }) => { if (data?.kind === "queue") this.tell(data.told); });
    return this.send();
  }

  /** This user's entries, the oldest first. */
  async entries() {
    return (await all("queue")).filter((one) => one.user === user);
  }

  /** How many of another user's wait on this phone. */
  async others() {
    return (await all("queue")).filter((one) => one.user !== user && one.state === "waiting").length;
  }

  /**
   * Puts something into the queue and tries to send it.
   * @param {{kind: "report"|"move", url: string, fields: object, photos: object[], title: string, place: string, number?: string}} entry
   */
  async put(entry) {
    const made = { ...entry, user, key: newKey(), state: "waiting", made_at: new Date().toISOString(), problem: null };
    let id;
    try {
      id = await add("queue", made);
    } catch (error) {
      throw new ApiError("E-HAND-FULL", gettext("The phone does not keep it: its store is full or closed to this page. Make room, then send again."), 0, { reason: String(error) });
    }
    navigator.storage?.persist?.().catch(() => {});
    this.askLater();
    this.send();
    return id;
  }

  /* The browser wakes the worker when the network is back, also after the page is closed. */
  async askLater() {
    const registration = await navigator.serviceWorker?.getRegistration("/hand/");
    await registration?.sync?.register(SYNC).catch(() => {});
  }

  /** Takes an entry out. */
  async drop(id) {
    await remove("queue", id);
    this.tell();
  }

  /** Sends a refused entry once more as it is. */
  async again(id) {
    const entry = await get("queue", id);
    if (!entry) return;
    await put("queue", { ...entry, state: "waiting", problem: null });
    this.send();
  }

  /** Sends what waits; one sending at a time, and once more for what came meanwhile. */
  send() {
    this.wanted = true;
    this.sending ??= this.#sendAll().finally(() => { this.sending = null; });
    return this.sending;
  }

  async #sendAll() {
    while (this.wanted) {
      this.wanted = false;
      try {
        await this.tell(await sendQueue({ all, get, put, remove }));
      } catch (error) {
        console.warn("queue", error);
        return;
      }
    }
  }

  async tell(told = null) {
    clearTimeout(this.timer);
    if (told) this.stopped = told.stopped;
    // Not every browser says when the network is back.
    if (["offline", "server", "busy"].includes(this.stopped)) this.timer = setTimeout(() => this.send(), AGAIN_MS);
    this.dispatchEvent(new CustomEvent("change", { detail: told }));
  }
}

export const outbox = new Outbox();
