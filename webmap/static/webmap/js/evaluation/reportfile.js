import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { request, watchJob } from "webmap/api";
import { toast, toastError } from "webmap/toast";

/**
 * A button that has the file of a report made, waits for it and saves it.
 * @param {string} month @param {string} district @param {string} form pdf or xlsx
 */
export function reportButton(month, district, form) {
  const url = `/api/v1/analysis/reports/${month}.${form}?district=${district}`;
  const button = el("button", { type: "button", class: "button button-small", "data-report": form, text: form.toUpperCase() });
  button.addEventListener("click", async () => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      if (await made(url)) location.assign(url);
      else toast({ text: gettext("It is being made; look again in a few minutes.") });
    } catch (error) {
      toastError(error);
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  });
  return button;
}

async function made(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (answer.status === 200) {
    answer.body?.cancel();
    return true;
  }
  if (answer.status !== 202) return request(url);
  const { job } = await answer.json();
  if (!job) return false;
  const done = await watchJob({ id: job, state: "queued" }, () => {});
  if (done.state !== "done") throw Object.assign(new Error(done.error_message), { code: done.error_code });
  return true;
}
