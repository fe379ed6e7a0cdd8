import { gettext } from "webmap/i18n";

const JOB_EVERY_MS = 700;
/* Not "refused" but "not now": the network is gone, or the server or its database starts anew. */
const LATER = new Set([0, 502, 503, 504]);
const LATER_MS = 4_000;

/** An error of the API with its stable code and a sentence for the user. */
export class ApiError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {number} status 0 when the server was not reached
   * @param {object} [detail] facts for the page
   */
  constructor(code, message, status, detail = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.detail = detail;
  }
}

/** Whether the same may succeed later as it is. @param {{status?: number}} error */
export function isLater(error) {
  return LATER.has(error.status);
}

/**
 * Asks the API and returns its JSON; anything else becomes an ``ApiError``.
 * @param {string} url
 * @param {RequestInit} [options]
 */
export async function request(url, options = {}) {
  let response;
  try {
    response = await fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", ...options });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new ApiError("E-NET-OFFLINE", gettext("The server cannot be reached."), 0);
  }
  if (!response.ok) throw await problem(response);
  return response.status === 204 ? null : response.json();
}

async function problem(response) {
  const body = await response.json().catch(() => ({}));
  const code = body.code ?? `E-HTTP-${response.status}`;
  return new ApiError(code, body.message ?? gettext("The server answered with an error."), response.status, body.detail);
}

/**
 * Posts JSON with Django's token against forged requests.
 * @param {string} url
 * @param {object} body
 */
export function post(url, body) {
  return request(url, { method: "POST", headers: changing(), body: JSON.stringify(body) });
}

/** Sends a small file with the fields of a form. @param {string} url @param {FormData} form */
export function postForm(url, form) {
  // The browser itself names the kind and the boundary of the parts.
  const { "Content-Type": _kind, ...headers } = changing();
  return request(url, { method: "POST", headers, body: form });
}

/**
 * Adds bytes at an offset (tus 1.0).
 * @param {string} url
 * @param {number} offset
 * @param {Blob} bytes
 * @param {AbortSignal} [signal]
 */
export function addBytes(url, offset, bytes, signal) {
  const headers = { ...changing(), "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(offset) };
  return request(url, { method: "PATCH", headers, body: bytes, signal });
}

/**
 * Changes a part of what is at an address.
 * @param {string} url
 * @param {object} body
 */
export function patch(url, body) {
  return request(url, { method: "PATCH", headers: changing(), body: JSON.stringify(body) });
}

/**
 * Sends a file in a form's field ``file``.
 * @param {string} url
 * @param {File} file
 */
export function sendFile(url, file) {
  const { "Content-Type": _json, ...headers } = changing();
  const body = new FormData();
  body.append("file", file);
  return request(url, { method: "POST", headers, body });
}

/** Deletes what is at an address. @param {string} url */
export function remove(url) {
  return request(url, { method: "DELETE", headers: changing() });
}

function changing() {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  return { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token };
}

/**
 * Asks a job until it is over, also over a restart of the server.
 * @param {{id: string, state: string}} first the job as it was ordered
 * @param {(job: object) => void} onState called as long as it is not over
 * @returns {Promise<object>} the job as it ended
 */
export async function watchJob(first, onState) {
  let job = first;
  while (job.state === "queued" || job.state === "running") {
    onState(job);
    await new Promise((resume) => setTimeout(resume, JOB_EVERY_MS));
    try {
      ({ job } = await request(`/api/v1/jobs/${encodeURIComponent(job.id)}`));
    } catch (error) {
      if (!isLater(error)) throw error;
      await new Promise((resume) => setTimeout(resume, LATER_MS));
    }
  }
  return job;
}

const codes = new Map();

/** Codes of an edition by ordinal (index 0 is ordinal 1); asked for once. */
export function editionCodes(version) {
  if (!codes.has(version)) {
    const asked = request(`/api/v1/editions/${encodeURIComponent(version)}/codes`).catch((error) => {
      codes.delete(version);
      throw error;
    });
    codes.set(version, asked);
  }
  return codes.get(version);
}

/** A grid of an edition by its ordinal. */
export function gridByOrdinal(version, ordinal, signal) {
  return request(`/api/v1/editions/${encodeURIComponent(version)}/grids/${ordinal}`, { signal });
}

/** A grid by its code, as it is today or was on a day. */
export function gridByCode(code, on, signal) {
  return request(`/api/v1/grids/${encodeURIComponent(code)}${onDay(on)}`, { signal });
}

/** Whatever the search finds, of today or of a day. */
export async function search(text, limit, on, signal) {
  const query = new URLSearchParams({ q: text, limit: String(limit), ...(on && { on }) });
  return (await request(`/api/v1/search?${query}`, { signal })).results;
}

/** The description of a tile layer (TileJSON), of today or of a day. */
export function tileJson(layer, on = "") {
  return request(`/tiles/${layer}.json${onDay(on)}`);
}

/** The districts with their editions, of today or of a day. */
export function districtsOn(on, signal) {
  return request(`/api/v1/districts${onDay(on)}`, { signal });
}

function onDay(on) {
  return on ? `?on=${encodeURIComponent(on)}` : "";
}
