import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

/** The keys and what they do, for the help card. */
export function keyHelp() {
  const rows = [
    [["←", "↑", "→", "↓"], gettext("Move the map; in the panel: step to a neighbour")],
    [["+", "−"], gettext("Zoom in and out")],
    [["Enter"], gettext("Select the grid at the centre of the map")],
    [["/"], gettext("Search")],
    [["M"], gettext("Colours of the map")],
    [["C"], gettext("Components")],
    [["L"], gettext("Layers")],
    [["G"], gettext("Legend")],
    [["T"], gettext("List of grids in view")],
    [["D"], gettext("Day of the map")],
    [["S"], gettext("Select and measure, notes")],
    [["P"], gettext("Share: link, views, picture, print")],
    [["␣", "⏎", "⌫"], gettext("While drawing: point at the middle, done, take a point back")],
    [["N"], gettext("Day or night style")],
    [["F"], gettext("Full screen")],
    [["⊙"], gettext("Right button or long press: say where this is")],
    [["Esc"], gettext("Close what is open")],
    [["?"], gettext("This help")],
  ];
  return [keyCard(rows)];
}

/** Keys and what they do, as a list. @param {[string[], string][]} rows */
export function keyCard(rows) {
  return el("dl", { class: "keys" }, ...rows.map(([keys, text]) => el("div", {},
    el("dt", {}, ...keys.map((key) => el("kbd", { text: key }))), el("dd", { text }))));
}

/**
 * Single keys for the whole page; none works while someone types or a dialog is open.
 * @param {Object<string, (event: KeyboardEvent) => void>} actions by key
 */
export function startKeyboard(actions) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    // A dialog keeps its keys, Esc too.
    if (document.querySelector("dialog[open]")) return;
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing && event.key !== "Escape") return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (key === "Enter" && event.target.closest("button, a, summary")) return;
    const action = actions[key];
    if (!action) return;
    event.preventDefault();
    action(event);
  });
}
