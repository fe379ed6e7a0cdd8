/* Reports that are not sent yet, with their photos, on this device. */
const NAME = "wanmi-report";
const TABLE = "reports";

let opened = null;
/* Where the browser keeps nothing (private windows), at least this page does. */
const memory = new Map();

function open() {
  opened ??= new Promise((resolve) => {
    if (!globalThis.indexedDB) {
      resolve(null);
      return;
    }
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => resolve(null);
  });
  return opened;
}

async function run(mode, action) {
  const database = await open();
  if (!database) return undefined;
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(TABLE, mode);
    const asked = action(transaction.objectStore(TABLE));
    transaction.oncomplete = () => resolve(asked.result);
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Keeps a report as it is now; false when the device has no room. */
export async function keep(report) {
  memory.set(report.key, report);
  try {
    await run("readwrite", (table) => table.put(report));
    return true;
  } catch {
    return false;
  }
}

/** Forgets a report. @param {string} key */
export async function forget(key) {
  memory.delete(key);
  await run("readwrite", (table) => table.delete(key)).catch(() => {});
}

/** All reports on this device. */
export async function kept() {
  const rows = await run("readonly", (table) => table.getAll()).catch(() => undefined);
  return rows ?? [...memory.values()];
}
