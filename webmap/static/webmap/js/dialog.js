import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";

/** The page's one dialog. */
export const dialog = el("dialog", { id: "dialog", class: "dialog card" });
document.body.append(dialog);

/** Closes the dialog. */
export function closeDialog() {
  dialog.close();
}

/**
 * Shows the page's dialog with a head; it is closed by Esc, by its button or by ``closeDialog``.
 * @param {string} title
 * @param {...Node} children
 */
export function openDialog(title, ...children) {
  replace(dialog,
    el("div", { class: "dialog-head" }, el("h2", { text: title }), el("button", { type: "button", class: "icon-button", text: "×", "aria-label": gettext("Close"), on: { click: closeDialog } })),
    ...children);
  dialog.showModal();
}
