import { TOO_FEW, readValues } from "webmap/values";

const KEEP = 80;

/**
 * What grids of an edition have of a measure.
 * @typedef {{values: Float32Array, few: Uint8Array|null}} Reading
 *   NaN stands for no value; ``few`` has 1 where there are too few cases to tell
 */

/** Asks for values, and keeps those of periods that are over. */
export class Readings {
  constructor() {
    /** @type {Map<string, Reading>} */
    this.kept = new Map();
  }

  /**
   * @param {string} measure @param {string} version
   * @param {[string, string]} days first and last
   * @param {Object<string, string>} narrowed parameters that choose cases
   * @param {boolean} isFinal whether the period is over, so that what is kept is true
   * @returns {Promise<Reading>}
   */
  async read(measure, version, days, narrowed, isFinal) {
    const key = JSON.stringify([measure, version, days, narrowed]);
    const known = isFinal && this.kept.get(key);
    if (known) return known;
    const { values, step } = await readValues(measure, version, days, narrowed);
    const reading = readingOf(values, step);
    if (isFinal) this.kept.set(key, reading);
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
