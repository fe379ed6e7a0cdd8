import { NoteLayer } from "webmap/notes/layer";
import { Popover } from "webmap/popover";
import { Sketch } from "webmap/select/sketch";
import { config } from "webmap/config";
import { copyText, el } from "webmap/dom";
import { editable } from "webmap/notes/handles";
import { gettext } from "webmap/i18n";
import { icon } from "webmap/icons";
import { noteCard, noteForm } from "webmap/notes/cards";
import { isLater, patch, post, remove, request } from "webmap/api";
import { toast, toastError } from "webmap/toast";

const KEY = "wanmi-notes-hidden";
const LISTED = 100;
const LEAST = { Point: 1, LineString: 2, Polygon: 3 };
const DIGITS = 6;

/** Notes: drawn, shown, listed, shared. Fires ``change`` (address), ``start`` (drawing), ``list``. */
export class NoteControl extends EventTarget {
  /** @param {object} stage see ``createMap`` @param {HTMLElement} button that gets the focus back */
  constructor(stage, button) {
    super();
    const { map } = stage;
    Object.assign(this, { map, notes: [], open: null, editing: null });
    this.layer = new NoteLayer(map, (note) => this.show(note));
    this.card = new Popover(button, { title: gettext("Note on the map"), content: () => this.cardContent(), keep: true, own: false });
    this.card.onClose = () => this.leave();
    this.load();
  }

  get isHidden() {
    return localStorage.getItem(KEY) === "1";
  }

  /** For the address bar. */
  get state() {
    return { note: this.open?.key ?? "" };
  }

  /** Takes up the note of a link. @param {{note: string}} values @param {boolean} goes whether the map is to go there */
  async restore({ note: key }, goes) {
    if (!key) {
      if (this.open) this.card.close();
      return;
    }
    if (key === this.open?.key) return;
    try {
      const note = await request(`/api/v1/notes/${encodeURIComponent(key)}`);
      if (!this.notes.some((one) => one.key === key)) this.notes.unshift(note);
      this.paint();
      this.show(note);
      if (goes) this.layer.flyTo(note);
    } catch (error) {
      toastError(error);
    }
  }

  async load() {
    try {
      this.notes = (await request("/api/v1/notes")).notes;
      this.listed();
    } catch (error) {
      // The map is whole without them; whoever opens the list is told.
      this.failed = error;
    }
  }

  paint() {
    this.layer.set(this.isHidden ? this.notes.filter((note) => note.key === this.open?.key) : this.notes);
  }

  /* The list is another one. */
  listed() {
    this.paint();
    this.dispatchEvent(new Event("list"));
  }

  /** The part of the card that draws and lists. @returns {Node[]} */
  content() {
    const mode = (name, words, kind) => el("button", { type: "button", class: "mode", id: `note-${kind.toLowerCase()}`, on: { click: () => this.draw(kind) } }, icon(name), el("span", { text: words }));
    const box = el("input", { type: "checkbox", role: "switch", checked: !this.isHidden });
    box.addEventListener("change", () => {
      localStorage.setItem(KEY, box.checked ? "0" : "1");
      this.paint();
    });
    return [el("section", { class: "stack" },
      el("h3", { text: gettext("Notes") }),
      config.user.authenticated
        ? el("div", { class: "modes" }, mode("note", gettext("At a place"), "Point"), mode("road", gettext("Line"), "LineString"), mode("shape", gettext("Surface"), "Polygon"))
        : el("p", { class: "hint", text: gettext("Log in to write notes on the map.") }),
      this.failed && el("small", { class: "is-error", text: this.failed.message }),
      this.notes.length > 0 && el("label", { class: "switch" }, el("span", { text: gettext("Notes on the map") }), box, el("i", { "aria-hidden": "true" })),
      el("ul", { class: "note-list" }, ...this.notes.slice(0, LISTED).map((note) => this.row(note))))];
  }

  row(note) {
    const dot = el("i", { class: "note-dot", "aria-hidden": "true" });
    dot.style.background = note.colour;
    return el("li", {}, dot, el("button", { type: "button", class: "link note-name", text: note.text, on: { click: () => this.go(note) } }), note.by && !note.mine && el("small", { text: note.by }));
  }

  go(note) {
    this.show(note);
    this.layer.flyTo(note);
  }

  /** Opens a note's card. */
  show(note) {
    this.leave();
    this.open = note;
    this.openCard();
    this.dispatchEvent(new Event("change"));
  }

  openCard() {
    if (this.card.isOpen) this.card.refresh();
    else this.card.open();
  }

  leave() {
    this.stopEditing();
    if (!this.open) return;
    this.open = null;
    this.dispatchEvent(new Event("change"));
  }

  stopEditing() {
    if (!this.editing) return;
    this.editing.handles.stop();
    this.editing = null;
    this.layer.hidden = "";
    this.paint();
  }

  cardContent() {
    if (this.editing) {
      return noteForm(this.editing.note, {
        colour: (text) => this.editing.handles.colour(text), save: (values) => this.save(values), giveUp: () => this.giveUp(),
      });
    }
    return this.open ? noteCard(this.open, {
      fly: () => this.layer.flyTo(this.open), copy: () => this.copy(), edit: () => this.edit(this.open), drop: () => this.drop(),
    }) : [];
  }

  async draw(kind) {
    this.dispatchEvent(new Event("start"));
    const words = kind === "Point" ? gettext("Click where the note belongs; Esc gives up.") : gettext("Click the points. Enter ends, Esc takes a point back.");
    const places = await new Sketch(this.map, { closed: kind === "Polygon", least: LEAST[kind], most: kind === "Point" ? 1 : 500, words }).run();
    if (!places) return;
    const list = places.map(({ lng, lat }) => [Number(lng.toFixed(DIGITS)), Number(lat.toFixed(DIGITS))]);
    const coordinates = kind === "Point" ? list[0] : kind === "LineString" ? list : [[...list, list[0]]];
    this.edit({ key: "", text: "", colour: config.note_colours[0], seen_by: "me", geometry: { type: kind, coordinates } });
  }

  edit(note) {
    this.stopEditing();
    this.editing = { note, handles: editable(this.map, note.geometry, note.colour) };
    this.layer.hidden = note.key;
    this.paint();
    this.openCard();
    this.card.body.querySelector("textarea")?.focus();
  }

  giveUp() {
    const { note } = this.editing;
    this.stopEditing();
    if (note.key) this.openCard();
    else this.card.close(true);
  }

  async save(values) {
    const { note, handles } = this.editing;
    const body = { ...values, geometry: handles.geometry() };
    try {
      const kept = note.key ? await patch(`/api/v1/notes/${note.key}`, body) : await post("/api/v1/notes", body);
      this.notes = [kept, ...this.notes.filter((one) => one.key !== kept.key)];
      this.stopEditing();
      this.listed();
      this.show(kept);
    } catch (error) {
      // What was written stays in the form.
      toastError(error, isLater(error) ? () => this.editing && this.save(values) : null);
    }
  }

  async copy() {
    const done = await copyText(`${location.origin}${location.pathname}#note=${this.open.key}`);
    toast({ text: done ? gettext("Link copied. Whoever may see the note can open it.") : gettext("The browser does not allow copying.") });
  }

  async drop() {
    const note = this.open;
    try {
      await remove(`/api/v1/notes/${note.key}`);
    } catch (error) {
      toastError(error);
      return;
    }
    this.notes = this.notes.filter((one) => one.key !== note.key);
    this.card.close(true);
    this.listed();
    if (note.mine) {
      const { text, colour, seen_by, geometry } = note;
      toast({ text: gettext("The note is deleted."), retryText: gettext("Undo"), retry: () => this.bringBack({ text, colour, seen_by, geometry }) });
    }
  }

  async bringBack(body) {
    try {
      this.notes.unshift(await post("/api/v1/notes", body));
      this.listed();
    } catch (error) {
      toastError(error);
    }
  }
}
