import { newKey } from "webmap/keys";
import { keep } from "webmap/report/store";

const WAIT_MS = 300;

/** A new report: its key is made here, so that sending it twice is one report. */
export function newReport() {
  return { key: newKey(), state: "draft", kind: null, point: null, place: "", description: "", contact: "", at: null, photos: [] };
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
