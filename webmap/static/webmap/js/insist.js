import { isLater } from "webmap/api";

const AGAIN_MS = 4_000;
const MOST_MS = 30_000;

/**
 * Sends until it is taken or refused. What is sent has to carry a key, so that it is never done twice.
 * While something waits, the browser asks before the page is left.
 * @param {() => Promise<any>} send
 * @param {(error: Error) => void} onWait called each time it has to wait
 * @param {AbortSignal} [signal] gives up
 */
export async function insist(send, onWait, signal = null) {
  window.addEventListener("beforeunload", stay);
  try {
    for (let wait = AGAIN_MS; ; wait = Math.min(MOST_MS, wait * 1.5)) {
      try {
        return await send();
      } catch (error) {
        if (!isLater(error) || signal?.aborted) throw error;
        onWait(error);
        await pause(wait, signal);
        if (signal?.aborted) throw error;
      }
    }
  } finally {
    window.removeEventListener("beforeunload", stay);
  }
}

function stay(event) {
  event.preventDefault();
}

function pause(ms, signal) {
  return new Promise((resume) => {
    const timer = setTimeout(resume, ms);
    signal?.addEventListener("abort", () => { clearTimeout(timer); resume(); }, { once: true });
  });
}
