/* What the phone keeps. Without imports, since the service worker takes this file by its address. */

const NAME = "wanmi-hand";
const STORES = ["queue", "kept", "points"];

let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("queue", { keyPath: "id", autoIncrement: true });
      asked.result.createObjectStore("kept");
      asked.result.createObjectStore("points", { keyPath: "id", autoIncrement: true });
    };
    asked.onsuccess = () => {
      // Another page with a newer form of the store may open it.
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      resolve(asked.result);
    };
    asked.onerror = () => { opened = null; reject(asked.error); };
  });
  return opened;
}

/* Runs one step in a transaction; done when the store has written it, not before. */
async function run(store, mode, step) {
  if (!STORES.includes(store)) throw new RangeError(store);
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const asked = step(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(asked?.result);
    transaction.onabort = () => reject(transaction.error ?? asked?.error);
    transaction.onerror = () => reject(transaction.error ?? asked?.error);
  });
}

/** Adds a value of ``queue`` or ``points``; its number. */
export function add(store, value) {
  return run(store, "readwrite", (held) => held.add(value));
}

/** Writes a value, in ``kept`` under a key. */
export function put(store, value, key) {
  return run(store, "readwrite", (held) => held.put(value, key));
}

/** The value of a key, undefined where there is none. */
export function get(store, key) {
  return run(store, "readonly", (held) => held.get(key));
}

/** All values in the order of their keys; at most ``most``. */
export function all(store, most) {
  return run(store, "readonly", (held) => held.getAll(null, most));
}

/** Takes out one key, or a range of keys. */
export function remove(store, key) {
  return run(store, "readwrite", (held) => held.delete(key));
}

/** Takes out several keys in one go. */
export function removeAll(store, keys) {
  return run(store, "readwrite", (held) => { for (const key of keys) held.delete(key); });
}

/** Takes out all that was kept for a user; his queue stays. */
export function forget(user) {
  return remove("kept", IDBKeyRange.bound(`${user}/`, `${user}/\uffff`));
}
