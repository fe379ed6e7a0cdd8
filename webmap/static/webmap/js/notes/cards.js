import { config } from "webmap/config";
import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

const MOST_LETTERS = 500;

function seenByWords() {
  return { me: gettext("Only me"), centre: gettext("My centre"), all: gettext("Everyone who may see the map") };
}

/**
 * A note to be read. Its text is shown as text, whatever is in it.
 * @param {object} note
 * @param {{fly: () => void, copy: () => void, edit: () => void, drop: () => void}} actions
 */
export function noteCard(note, { fly, copy, edit, drop }) {
  const button = (text, action, id) => el("button", { type: "button", class: "button button-small", id, text, on: { click: action } });
  const bar = el("span", { class: "note-bar", "aria-hidden": "true" });
  bar.style.background = note.colour;
  const about = [note.by, note.changed_at.slice(0, 10), seenByWords()[note.seen_by]].filter(Boolean).join(" · ");
  return [
    el("div", { class: "note-text" }, bar, el("p", { text: note.text })),
    el("small", { class: "hint", text: about }),
    el("div", { class: "button-row" }, button(gettext("Zoom there"), fly, "note-zoom"), button(gettext("Copy link"), copy, "note-copy"),
      note.mine && button(gettext("Edit"), edit, "note-edit"), note.removable && button(gettext("Delete"), drop, "note-delete")),
  ];
}

/**
 * A note to be written.
 * @param {object} note
 * @param {{colour: (text: string) => void, save: (values: object) => void, giveUp: () => void}} actions
 */
export function noteForm(note, { colour, save, giveUp }) {
  const text = el("textarea", { name: "text", rows: 4, maxlength: MOST_LETTERS, required: true });
  text.value = note.text;
  const colours = el("fieldset", { class: "note-colours" }, el("legend", { text: gettext("Colour") }), ...config.note_colours.map((one, i) => {
    const dot = el("i", { "aria-hidden": "true" });
    dot.style.background = one;
    return el("label", {}, el("input", { type: "radio", name: "colour", value: one, checked: one === note.colour, "aria-label": colourName(i), on: { change: () => colour(one) } }), dot);
  }));
  const centre = config.user.roles.some((role) => ["operator", "inspector", "dispatcher"].includes(role));
  const seenBy = el("select", { name: "seen_by" }, ...Object.entries(seenByWords())
    .filter(([value]) => value !== "centre" || centre).map(([value, words]) => el("option", { value, text: words, selected: value === note.seen_by })));
  const form = el("form", { class: "stack" },
    el("label", { class: "field" }, el("span", { text: gettext("Text") }), text),
    colours,
    el("label", { class: "field" }, el("span", { text: gettext("Who sees it") }), seenBy),
    el("p", { class: "hint", text: gettext("Drag the handles on the map to change the shape.") }),
    el("div", { class: "button-row" }, el("button", { type: "submit", class: "button button-primary", text: gettext("Save") }),
      el("button", { type: "button", class: "button", text: gettext("Give up"), on: { click: giveUp } })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    save({ text: text.value.trim(), colour: form.elements.colour.value, seen_by: seenBy.value });
  });
  return [form];
}

function colourName(place) {
  return [gettext("red"), gettext("orange"), gettext("green"), gettext("blue"), gettext("violet"), gettext("grey")][place];
}
