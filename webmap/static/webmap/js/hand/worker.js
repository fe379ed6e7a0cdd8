/* The service worker's work: the page and its files without a network, and the queue sent when the
   network is back. Without imports: a worker has no import map. */

const PREFIX = "wanmi-hand-shell-";
const PICTURES = "wanmi-hand-pictures";
const GROUND = "wanmi-hand-ground";
const PAGE_WAIT_MS = 3500;
const MOST = { [PICTURES]: 200, [GROUND]: 1200 };
const TILE = /^\/tiles\/.+\.mvt$/;
const TILE_FACTS = /^\/tiles\/\w+\.json$/;
const PICTURE = /^\/api\/v1\/cases\/\d{20}\/photos\//;
export const SYNC = "wanmi-hand";

/**
 * Listens to what the browser asks of a service worker.
 * @param {{version: string, files: string[], page: string, words: string, ground: string}} shell
 * @param {() => Promise<object>} send sends the queue
 */
export function startWorker(shell, send) {
  const files = new Set(shell.files.map((file) => new URL(file, self.location.origin).pathname));
  const name = PREFIX + shell.version;
  self.addEventListener("install", (event) => event.waitUntil(install(shell, name)));
  self.addEventListener("activate", (event) => event.waitUntil(activate(name)));
  self.addEventListener("sync", (event) => {
    if (event.tag === SYNC) event.waitUntil(send().then(tellPages));
  });
  self.addEventListener("fetch", (event) => {
    const answer = answerFor(event.request, shell, name, files);
    if (answer) event.respondWith(answer);
  });
}

async function install(shell, name) {
  const cache = await caches.open(name);
  await cache.addAll(shell.files);
  // The page of this version, so that a new one does not lean on files that are gone.
  const page = fetch(shell.page).then((answer) => keepPage(answer, shell, cache));
  const ground = caches.open(GROUND).then((kept) => kept.add(shell.ground));
  await Promise.allSettled([page, cache.add(shell.words), ground]);
  await self.skipWaiting();
}

async function activate(name) {
  const old = (await caches.keys()).filter((one) => one.startsWith(PREFIX) && one !== name);
  await Promise.all(old.map((one) => caches.delete(one)));
  await self.clients.claim();
}

function answerFor(request, shell, name, files) {
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return null;
  if (request.mode === "navigate") return pathname === shell.page ? pageFirst(request, shell, name) : null;
  if (files.has(pathname)) return keptFirst(request, name);
  if (pathname === shell.words) return netFirst(request, name);
  if (TILE_FACTS.test(pathname)) return netFirst(request, GROUND);
  if (TILE.test(pathname)) return keptFirst(request, GROUND);
  if (PICTURE.test(pathname)) return keptFirst(request, PICTURES);
  return null;
}

/* The page from the network while that answers in time; it says who is logged in. */
async function pageFirst(request, shell, name) {
  const cache = await caches.open(name);
  const kept = await cache.match(shell.page);
  const asked = fetch(request).then(async (answer) => {
    await keepPage(answer, shell, cache);
    return answer;
  });
  if (!kept) return asked;
  asked.catch(() => {});
  const late = new Promise((resolve) => { setTimeout(resolve, PAGE_WAIT_MS, null); });
  const answer = await Promise.race([asked, late]).catch(() => null);
  return answer && answer.status < 500 ? answer : kept;
}

async function keepPage(answer, shell, cache) {
  const fits = answer.ok && !answer.redirected && answer.headers.get("X-Wanmi-Version") === shell.version;
  if (fits) await cache.put(shell.page, answer.clone());
}

async function keptFirst(request, name) {
  const cache = await caches.open(name);
  return (await cache.match(request.url)) ?? keep(cache, request, await fetch(request), name);
}

async function netFirst(request, name) {
  const cache = await caches.open(name);
  try {
    return await keep(cache, request, await fetch(request), name);
  } catch (error) {
    const kept = await cache.match(request.url);
    if (kept) return kept;
    throw error;
  }
}

async function keep(cache, request, answer, name) {
  if (answer.ok) {
    // A full phone is no reason to keep the answer from the page.
    await cache.put(request.url, answer.clone()).then(() => trim(cache, name)).catch(() => {});
  }
  return answer;
}

async function trim(cache, name) {
  if (!MOST[name] || Math.random() > 0.05) return;
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, -MOST[name]).map((key) => cache.delete(key)));
}

async function tellPages(told) {
  for (const page of await self.clients.matchAll()) page.postMessage({ kind: "queue", told });
  // The browser tries again by itself when this fails.
  if (told.stopped === "offline" || told.stopped === "server") throw new Error(told.stopped);
}
