import { keep } from "webmap/report/store";

const WAIT_MS = 300;

/** A new report: its key is made here, so that sending it twice is one report. */
export function newReport() {
  return { key: makeKey(), state: "draft", kind: null, point: null, place: "", description: "", contact: "", at: null, photos: [] };
}

/* The browser's own maker of keys is missing on plain HTTP of an intranet. */
export function makeKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** The report that is being written; fires ``change`` and keeps itself on the device. */
export class Draft extends EventTarget {
  constructor(report = newReport()) {
    super();
    this.report = report;
    this.timer = 0;
  }

  /** Changes some of it. @param {object} values */
  set(values) {
    Object.assign(this.report, values);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => keep(this.report), WAIT_MS);
    this.dispatchEvent(new CustomEvent("change", { detail: Object.keys(values) }));
  }

  /** Begins another one. */
  renew(report = newReport()) {
    clearTimeout(this.timer);
    this.report = report;
    this.dispatchEvent(new CustomEvent("change", { detail: Object.keys(report) }));
  }

  /** Hands the report over for sending: nothing of it changes from now on. */
  seal(at) {
    clearTimeout(this.timer);
    Object.assign(this.report, { state: "waiting", at });
    return this.report;
  }
}
