import { request } from "webmap/api";

/** The byte of a grid without a value. */
export const NOTHING = 255;
/** The byte of a grid with too few cases to tell. */
export const TOO_FEW = 254;

/**
 * What the grids of an edition have of a measure: a byte each by ordinal, times ``step``. What did
 * not change since it was asked last comes from the browser, which asks the server for that.
 * @param {string} measure @param {string} version
 * @param {[string, string]} days first and last
 * @param {Object<string, string>} [narrowed] parameters that choose cases
 * @returns {Promise<{values: Uint8Array, step: number}>}
 */
export async function readValues(measure, version, [first, last], narrowed = {}) {
  const url = `/api/v1/values/${measure}?${new URLSearchParams({ from: first, to: last, edition: version, ...narrowed })}`;
  const answer = await fetch(url, { credentials: "same-origin" });
  // A refusal is read again for its words.
  if (!answer.ok) return request(url);
  return { values: new Uint8Array(await answer.arrayBuffer()), step: Number(answer.headers.get("X-Step")) };
}
