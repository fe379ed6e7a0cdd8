import { request } from "webmap/api";

const [NOTHING, TOO_FEW] = [255, 254];
const KEEP = 80;

/**
 * What grids of an edition have of a measure.
 * @typedef {{values: Float32Array, few: Uint8Array|null, total: number}} Reading
 *   NaN stands for no value; ``few`` has 1 where there are too few cases to tell
 */

/** Asks for values, keeps them, and asks whether they changed where a period still runs. */
export class Readings {
  constructor() {
    /** @type {Map<string, {etag: string, reading: Reading}>} */
    this.kept = new Map();
  }

  /**
   * @param {string} measure @param {string} version
   * @param {[string, string]} days first and last
   * @param {Object<string, string>} narrowed parameters that choose cases
   * @param {boolean} isFinal whether the period is over, so that what is kept is true
   * @returns {Promise<Reading>}
   */
  async read(measure, version, [first, last], narrowed, isFinal) {
    const query = new URLSearchParams({ from: first, to: last, edition: version, ...narrowed });
    const url = `/api/v1/values/${measure}?${query}`;
    const known = this.kept.get(url);
    if (known && isFinal) return known.reading;
    const answer = await fetch(url, { credentials: "same-origin", headers: known ? { "If-None-Match": known.etag } : {} });
    if (answer.status === 304 && known) return known.reading;
    // A refusal is read again for its words.
    if (!answer.ok) return request(url);
    const bytes = new Uint8Array(await answer.arrayBuffer());
    const reading = readingOf(bytes, Number(answer.headers.get("X-Step")));
    this.kept.delete(url);
    this.kept.set(url, { etag: answer.headers.get("ETag"), reading });
    if (this.kept.size > KEEP) this.kept.delete(this.kept.keys().next().value);
    return reading;
  }
}

function readingOf(bytes, step) {
  const values = new Float32Array(bytes.length);
  let few = null;
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i];
    values[i] = byte >= TOO_FEW ? NaN : byte * step;
    if (byte === TOO_FEW) (few ??= new Uint8Array(bytes.length))[i] = 1;
  }
  return { values, few };
}

/** By how much one reading lies above another. @returns {Reading} */
export function changeOf(now, before) {
  return { values: now.values.map((value, i) => value - (before.values[i] ?? NaN)), few: now.few };
}
