import { el, iconButton } from "webmap/dom";
import { gettext } from "webmap/i18n";

/**
 * A sheet over the page: the rest of it waits. Closed by its button, Esc or the phone's back.
 * @param {string} title
 * @param {...Node} children
 */
export function openSheet(title, ...children) {
  const heading = el("h2", { text: title, id: "sheet-title" });
  const close = () => sheet.close();
  const body = el("div", { class: "sheet-body" }, ...children);
  const sheet = el("dialog", { class: "sheet", "aria-labelledby": "sheet-title" },
    el("header", { class: "sheet-head" }, heading, iconButton("close", gettext("Close"), close)), body);
  // Behind a modal dialog nobody would see a message.
  const messages = document.getElementById("toasts");
  sheet.append(messages);
  sheet.addEventListener("close", () => { document.body.append(messages); sheet.remove(); });
  // The dialog itself is only hit beside its content.
  sheet.addEventListener("click", (event) => { if (event.target === sheet) close(); });
  window.addEventListener("hashchange", close, { once: true });
  document.body.append(sheet);
  sheet.showModal();
  return { sheet, body, close };
}
