import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { kindName } from "webmap/data/edithistory";

/**
 * What to do when someone else has changed the same grids: nothing of either is lost.
 * @param {HTMLElement} card
 * @param {{kind: string, message: string, there: boolean}} conflict ``there``: its grids still exist
 * @param {() => void} again sends the same edit on the plan as it is now
 */
export function showConflict(card, { kind, message, there }, again) {
  const close = () => {
    card.hidden = true;
  };
  replace(card,
    el("h2", { text: gettext("Someone else was here first") }),
    el("p", { text: message }),
    el("p", { text: there
      ? fill(gettext("The map shows their edit now. Your edit (%(kind)s) was not made; it can be made on the plan as it is now."), { kind: kindName(kind) })
      : fill(gettext("The map shows their edit now. Your edit (%(kind)s) was not made, and its grids are no more: choose anew."), { kind: kindName(kind) }) }),
    el("div", { class: "data-actions" },
      there && el("button", { type: "button", class: "button button-primary", id: "conflict-again", text: gettext("Make it all the same"), on: { click: () => { close(); again(); } } }),
      el("button", { type: "button", class: "button", text: gettext("Leave it"), on: { click: close } })));
  card.hidden = false;
  card.querySelector("button").focus();
}
