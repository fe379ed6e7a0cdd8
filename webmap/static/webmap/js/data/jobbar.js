import { fill, gettext } from "webmap/i18n";

/** Sets a bar of progress. @param {HTMLElement} bar @param {number} share of 1 */
export function setBar(bar, share) {
  const percent = Math.round(100 * share);
  bar.setAttribute("aria-valuenow", String(percent));
  bar.firstElementChild.style.width = `${percent}%`;
}

/** Shows how far a job is. @param {HTMLElement} bar @param {HTMLElement} words @param {object} job */
export function showJob(bar, words, job) {
  setBar(bar, job.total ? job.done / job.total : 0);
  words.textContent = job.state === "queued"
    ? gettext("Waiting for the worker…")
    : fill(gettext("%(message)s · %(done)s of %(total)s"), { message: job.message, done: job.done, total: job.total || "?" });
}
