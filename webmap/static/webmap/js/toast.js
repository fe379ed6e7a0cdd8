import { el, iconButton, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { gettext } from "webmap/i18n";

const STAY_MS = 7000;
const place = document.getElementById("toasts");
const shown = new Map();

/**
 * Shows a short message. The same message is shown once, however often it comes.
 * @param {{text: string, code?: string, kind?: "error"|"info", retry?: () => void, retryText?: string}} message
 */
export function toast({ text, code = "", kind = "info", retry = null, retryText = gettext("Retry") }) {
  const key = `${code} ${text}`;
  const old = shown.get(key);
  if (old) {
    old.keepOn();
    return;
  }
  const node = el("div", { class: `toast toast-${kind}`, role: kind === "error" ? "alert" : "status" });
  let timer = 0;
  const close = () => {
    clearTimeout(timer);
    shown.delete(key);
    node.remove();
  };
  const keepOn = () => {
    clearTimeout(timer);
    // What can be tried again waits for the user.
    if (!retry) timer = setTimeout(close, STAY_MS);
  };
  replace(
    node,
    icon(kind === "error" ? "warning" : "check"),
    el("div", { class: "toast-text" }, el("span", { text }), code && el("code", { text: code })),
    retry && el("button", { type: "button", class: "button button-small", text: retryText, on: { click: () => { close(); retry(); } } }),
    iconButton("close", gettext("Close"), close),
  );
  place.append(node);
  shown.set(key, { keepOn });
  keepOn();
}

/** Shows an error of the API with its code. */
export function toastError(error, retry = null) {
  if (error.name === "AbortError") return;
  toast({ text: error.message, code: error.code ?? "E-PAGE", kind: "error", retry });
}
