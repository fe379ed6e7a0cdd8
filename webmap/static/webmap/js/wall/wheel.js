const TICK_MS = 250;

/**
 * The page's one timer. What is to happen again and again, or once later, is a task on it: a page
 * that stays for days has no timer that somebody forgot.
 */
export class Wheel {
  constructor() {
    /** @type {Set<{due: number, every: number, run: () => void}>} */
    this.tasks = new Set();
    setInterval(() => this.turn(), TICK_MS);
  }

  /**
   * Runs something again and again.
   * @param {number} everyMs @param {() => void} run
   * @returns {() => void} ends it
   */
  every(everyMs, run) {
    return this.#add(everyMs, everyMs, run);
  }

  /** Runs something once, later. @param {number} ms @param {() => void} run @returns {() => void} */
  after(ms, run) {
    return this.#add(ms, 0, run);
  }

  #add(ms, every, run) {
    const task = { due: performance.now() + ms, every, run };
    this.tasks.add(task);
    return () => this.tasks.delete(task);
  }

  turn() {
    const now = performance.now();
    for (const task of this.tasks) {
      if (now < task.due) continue;
      if (task.every) task.due = Math.max(task.due + task.every, now);
      else this.tasks.delete(task);
      task.run();
    }
  }
}
