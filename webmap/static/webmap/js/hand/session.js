import { ApiError, request } from "webmap/api";
import { askSession } from "webmap/hand/sending";
import { config } from "webmap/config";
import { gettext } from "webmap/i18n";

/** Whose page this is, also when it comes from what the phone keeps. */
export const user = config.user.username;

/**
 * Asks the API with a token that is good now: that of a kept page may be out of date.
 * @param {string} url
 * @param {object} body
 */
export async function postJson(url, body) {
  const session = await freshSession();
  const headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": session.csrf };
  return request(url, { method: "POST", headers, body: JSON.stringify(body) });
}

/** Who is logged in now. */
export async function freshSession() {
  try {
    return await askSession();
  } catch (error) {
    if (error.message === "login") throw new ApiError("E-LOGIN-MISSING", gettext("Log in first."), 401);
    throw new ApiError("E-NET-OFFLINE", gettext("The server cannot be reached."), 0);
  }
}

/** Puts a fresh token into a form of the page and sends it. @param {HTMLFormElement} form */
export async function submitFresh(form) {
  const session = await freshSession();
  form.querySelector("input[name=csrfmiddlewaretoken]").value = session.csrf;
  form.submit();
}
