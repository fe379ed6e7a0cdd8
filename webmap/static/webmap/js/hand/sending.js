/* Sends the queue, in the page and in the service worker. Without imports, since the worker takes
   this file by its address; the store is handed in. */

const LOCK = "wanmi-hand-sending";
const SESSION = "/hand/session";
const WAIT_MS = 90_000;
const MOST_CRASHES = 5;
const KEEP_SENT = 20;

/* The server or its database starts anew: nothing is wrong with what is sent, so it never counts
   against it. */
const LATER = new Set([429, 502, 503, 504]);

/* Why sending stopped before the end of the queue. */
class Stop extends Error {}

/**
 * Sends what waits, in order, each once: the server knows a sending by its key.
 * @param {object} store ``webmap/hand/store``
 * @returns {Promise<{sent: number, refused: number, stopped: ""|"busy"|"offline"|"login"|"server"}>}
 */
export async function sendQueue(store) {
  if (!globalThis.navigator?.locks) return send(store);
  return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) =>
    (lock ? send(store) : { sent: 0, refused: 0, stopped: "busy" }));
}

async function send(store) {
  const told = { sent: 0, refused: 0, stopped: "" };
  try {
    let session = null;
    for (const { id } of (await store.all("queue")).filter((one) => one.state === "waiting")) {
      session ??= await askSession();
      // Read anew: what was dropped meanwhile is not sent.
      const entry = await store.get("queue", id);
      if (entry?.state !== "waiting" || entry.user !== session.username) continue;
      told[await sendOne(store, entry, session)] += 1;
    }
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
    told.stopped = error.message;
  }
  if (told.sent) await dropOldest(store);
  return told;
}

/** Who is logged in, with a fresh token: that of a page that was kept is of no use. */
export async function askSession() {
  const answer = await reach(SESSION, { headers: { Accept: "application/json" } });
  if (answer.status === 401) throw new Stop("login");
  if (!answer.ok) throw new Stop("server");
  return answer.json();
}

async function reach(url, options) {
  try {
    return await fetch(url, { credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(WAIT_MS), ...options });
  } catch {
    throw new Stop("offline");
  }
}

async function sendOne(store, entry, session) {
  // Of a report only its number is shown.
  const headers = { Accept: "application/json", Prefer: "return=minimal", "X-CSRFToken": session.csrf };
  const answer = await reach(entry.url, { method: "POST", headers, body: formOf(entry) });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) {
    // A picture that has arrived is not kept twice.
    await store.put("queue", { ...entry, state: "sent", photos: [], number: body.number ?? entry.number, problem: null, ended_at: now() });
    return "sent";
  }
  if (answer.status === 401) throw new Stop("login");
  // A token that went out of date between asking and sending, a line that broke, or a server that is busy: later again.
  if (["E-REQUEST-CSRF", "E-REQUEST-CUT"].includes(body.code) || LATER.has(answer.status)) throw new Stop("server");
  const crashes = answer.status >= 500 ? (entry.crashes ?? 0) + 1 : 0;
  if (crashes && crashes < MOST_CRASHES) {
    await store.put("queue", { ...entry, crashes });
    throw new Stop("server");
  }
  const problem = { code: body.code ?? `E-HTTP-${answer.status}`, message: body.message ?? "", status: answer.status };
  await store.put("queue", { ...entry, state: "refused", crashes: 0, problem, ended_at: now() });
  return "refused";
}

function formOf(entry) {
  const form = new FormData();
  for (const [name, value] of Object.entries(entry.fields)) form.append(name, String(value));
  form.append("key", entry.key);
  entry.photos.forEach((photo, at) => form.append("photos", new Blob([photo.bytes], { type: "image/jpeg" }), `${at + 1}.jpg`));
  if (entry.photos.length) form.append("views", entry.photos.map((photo) => photo.view).join(","));
  return form;
}

function now() {
  return new Date().toISOString();
}

async function dropOldest(store) {
  const sent = (await store.all("queue")).filter((one) => one.state === "sent");
  for (const { id } of sent.slice(0, -KEEP_SENT)) await store.remove("queue", id);
}
