import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";

/** What an edit is called. */
export function kindName(kind) {
  return {
    merge: gettext("Grids merged"), split: gettext("Grid split"), move: gettext("Border moved"), reassign: gettext("Piece given away"),
    pin: gettext("Border pinned"), unpin: gettext("Border released"), leave: gettext("Left alone"), release: gettext("Grids released"),
  }[kind] ?? kind;
}

function stateText(state) {
  return { undone: gettext("undone"), dropped: gettext("undone for good") }[state] ?? "";
}

const time = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "short" });

/** Shows who did what when, the last edit first. @param {HTMLElement} list @param {object[]} edits */
export function showHistory(list, edits) {
  if (!edits.length) {
    replace(list, el("li", { class: "hint", text: gettext("Nothing has been edited yet.") }));
    return;
  }
  replace(list, ...edits.map((edit) => el("li", { class: `edit-${edit.state}` },
    el("span", { text: kindName(edit.kind) }),
    edit.state !== "done" && el("em", { text: stateText(edit.state) }),
    el("small", { text: `${edit.made_by} · ${time.format(new Date(edit.made_at))}` }))));
}
