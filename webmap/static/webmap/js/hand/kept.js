import { get, put } from "webmap/hand/store";
import { user } from "webmap/hand/session";

/** What was kept for this user under a name; undefined where nothing was, or nothing can be. */
export async function kept(name) {
  try {
    return await get("kept", `${user}/${name}`);
  } catch {
    return undefined;
  }
}

/** Keeps something for this user; a phone that keeps nothing still works with a network. */
export async function keep(name, value) {
  try {
    await put("kept", value, `${user}/${name}`);
  } catch (error) {
    console.warn(`not kept: ${name}`, error);
  }
}

/**
 * Asks the network and keeps the answer, or gives what was kept.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} ask
 * @returns {Promise<{value: T, at: string, fresh: boolean}>}
 */
export async function askOrKept(name, ask) {
  try {
    const value = await ask();
    const at = new Date().toISOString();
    await keep(name, { value, at });
    return { value, at, fresh: true };
  } catch (error) {
    const old = error.status === 0 || error.status >= 500 ? await kept(name) : undefined;
    if (!old) throw error;
    return { ...old, fresh: false };
  }
}
