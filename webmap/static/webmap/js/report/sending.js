import { ApiError } from "webmap/api";
import { gettext } from "webmap/i18n";

const FIELDS = ["key", "description", "place", "contact", "at"];

/**
 * Sends a report with its photos.
 * @param {object} report
 * @param {(share: number) => void} onProgress share of the bytes that are sent, 0 to 1
 * @param {string} website the field that only robots fill in
 * @returns {Promise<{number: string, token: string, url: string}>}
 */
export function send(report, onProgress, website = "") {
  const form = new FormData();
  for (const name of FIELDS) if (report[name]) form.append(name, report[name]);
  form.append("case_class", report.kind.id);
  form.append("lon", report.point.lon);
  form.append("lat", report.point.lat);
  if (website) form.append("website", website);
  report.photos.forEach((photo, index) => form.append("photos", photo, `${index + 1}.jpg`));
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    call.open("POST", "/api/v1/public/reports");
    call.setRequestHeader("Accept", "application/json");
    call.setRequestHeader("X-CSRFToken", document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "");
    call.upload.addEventListener("progress", ({ loaded, total }) => onProgress(total ? loaded / total : 0));
    call.addEventListener("load", () => (call.status === 201 ? resolve(JSON.parse(call.responseText)) : reject(refusal(call))));
    call.addEventListener("error", () => reject(new ApiError("E-NET-OFFLINE", gettext("The server cannot be reached."), 0)));
    call.send(form);
  });
}

function refusal(call) {
  let said = {};
  try {
    said = JSON.parse(call.responseText);
  } catch {
    // A proxy on the way answers with a page of its own.
  }
  const error = new ApiError(said.code ?? `E-HTTP-${call.status}`, said.message ?? gettext("The server answered with an error."), call.status, said.detail);
  error.wait_s = Number(call.getResponseHeader("Retry-After")) || 0;
  return error;
}

/** Whether sending it again later may help, with nothing changed. */
export function isPassing(error) {
  return error.status === 0 || error.status === 429 || error.status >= 500 || error.code === "E-REQUEST-CUT";
}
