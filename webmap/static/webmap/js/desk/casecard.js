import { address, config } from "webmap/config";
import { askMove, sendMove } from "webmap/desk/moveform";
import { agoOf, leftOf, lightName, stageName, timeOf } from "webmap/desk/words";
import { el, iconButton, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";

const VIEWS = () => ({ near: gettext("close up"), far: gettext("from afar"), before: gettext("before"), after: gettext("after") });
/** Moves that lead on; the others stand behind them. */
const MAIN = new Set(["file", "confirm", "dispatch", "accept", "answer", "answer_part", "pass_on", "ask_verify", "ask_check", "verify", "close", "resume", "grant_extension", "agree_extension"]);

/** One case: what, where, by when, what happened, and what may be done now. */
export class CaseCard extends EventTarget {
  /** @param {HTMLElement} box */
  constructor(box) {
    super();
    this.box = box;
    this.shown = null;
  }

  /** Opens a case. @param {string} number */
  async open(number) {
    this.wanted = number;
    try {
      const shown = await request(`/api/v1/cases/${number}`);
      if (this.wanted === number) this.show(shown);
    } catch (error) {
      toastError(error);
      if (error.status === 404) this.close();
    }
  }

  /** Asks again for the case that is open. */
  again() {
    if (this.shown) this.open(this.shown.number);
  }

  close() {
    this.shown = this.wanted = null;
    this.box.hidden = true;
    replace(this.box);
    this.dispatchEvent(new CustomEvent("shown", { detail: null }));
  }

  show(shown) {
    const scroll = this.shown?.number === shown.number ? this.box.scrollTop : 0;
    this.shown = shown;
    replace(this.box, this.head(shown), this.actions(shown), this.facts(shown), this.photos(shown), this.parts(shown), this.trail(shown));
    this.box.hidden = false;
    this.box.scrollTop = scroll;
    this.dispatchEvent(new CustomEvent("shown", { detail: shown }));
  }

  head(shown) {
    return el("header", { class: "desk-case-head" },
      el("div", {},
        el("h2", { text: shown.case_class.name }),
        el("p", { class: "mono", text: shown.number }),
        el("p", {},
          el("span", { class: `badge stage-${shown.stage}`, text: stageName(shown.stage) }), " ",
          el("span", { class: `desk-light light-${shown.light || "none"}` }), " ",
          el("span", { text: shown.ended_at ? fill(gettext("ended %(at)s"), { at: timeOf(shown.ended_at) }) : leftOf(shown.due) || lightName(shown.light) }))),
      iconButton("link", gettext("Copy the address of this case"), () => this.copy(shown)),
      iconButton("close", gettext("Close"), () => this.close()));
  }

  copy(shown) {
    const url = new URL(location.href);
    url.search = new URLSearchParams({ case: shown.number });
    navigator.clipboard?.writeText(String(url));
  }

  actions(shown) {
    const button = (move, key) => el("button",
      { type: "button", class: `button${MAIN.has(move.name) ? " button-primary" : ""}`, "data-move": move.name, on: { click: () => this.make(move) } },
      move.label, key && el("kbd", { text: key }));
    const [main, beside] = [shown.moves.filter((move) => MAIN.has(move.name)), shown.moves.filter((move) => !MAIN.has(move.name))];
    return el("div", { class: "desk-actions" },
      shown.suggestion && main.some((move) => move.name === "dispatch") && el("button",
        { type: "button", class: "button button-primary", id: "as-suggested", on: { click: () => this.asSuggested() } },
        fill(gettext("To %(department)s"), { department: shown.suggestion.department.name }), el("kbd", { text: "A" })),
      shown.suggestion && main.some((move) => move.name === "dispatch") && el("p", { class: "hint", text: shown.suggestion.reason }),
      ...main.map((move, i) => button(move, String(i + 1))),
      beside.length > 0 && el("details", { class: "desk-beside" }, el("summary", { text: gettext("More moves") }), ...beside.map((move) => button(move))));
  }

  /** Makes a move by its place on the card (1 to 9). */
  makeNumber(place) {
    const main = this.shown?.moves.filter((move) => MAIN.has(move.name)) ?? [];
    if (main[place - 1]) this.make(main[place - 1]);
  }

  async make(move) {
    try {
      const after = await askMove(move, this.shown);
      if (after) this.done(after, move.label);
    } catch (error) {
      toastError(error);
      if (error.status === 409) this.again();
    }
  }

  /** Dispatches to the department that is suggested, in one key. */
  async asSuggested() {
    const move = this.shown?.moves.find((one) => one.name === "dispatch");
    if (!move || !this.shown.suggestion) return;
    const form = new FormData();
    form.set("department", this.shown.suggestion.department.id);
    try {
      this.done(await sendMove("dispatch", this.shown, form), move.label);
    } catch (error) {
      toastError(error);
      if (error.status === 409) this.again();
    }
  }

  done(after, label) {
    document.getElementById("announce").textContent = `${label}: ${after.number}`;
    this.show(after);
    this.dispatchEvent(new CustomEvent("moved", { detail: after }));
  }

  facts(shown) {
    const rows = [
      [gettext("Place"), shown.place],
      [gettext("Unit grid"), shown.grid || gettext("in no grid")],
      [gettext("Description"), shown.description],
      [gettext("Channel"), config.channels[shown.channel]],
      [gettext("Reported"), `${timeOf(shown.reported_at)} · ${agoOf(shown.reported_at)}`],
      [gettext("Contact"), shown.contact && this.contact(shown)],
      [gettext("Department"), shown.department ? [shown.department.name, shown.person].filter(Boolean).join(" · ") : ""],
      [gettext("Level"), config.levels[shown.level]],
      [gettext("Filing standard"), shown.standard],
      [gettext("Closed when"), shown.closing],
      [gettext("Limit"), shown.limit && `${shown.limit} ${shown.limit_unit}`],
      [gettext("Deadline"), timeOf(shown.deadline)],
      [gettext("Handled"), shown.late === null ? "" : shown.late ? (shown.exempt ? gettext("late, does not count") : gettext("late")) : gettext("in time")],
      [gettext("Campaign"), shown.campaign?.name],
      [gettext("Merged into"), shown.merged_into],
      [gettext("Words of people"), shown.erased_at && fill(gettext("erased %(at)s for their age"), { at: timeOf(shown.erased_at) })],
    ].filter(([, value]) => value);
    return el("dl", { class: "desk-facts" },
      ...rows.flatMap(([name, value]) => [el("dt", { text: name }), value instanceof Node ? value : el("dd", { text: value })]),
      shown.component && el("dt", { text: gettext("Component") }),
      shown.component && el("dd", {}, el("a", { href: `${address("map", "/")}components/${shown.component}/`, text: shown.component })));
  }

  /** The contact as it is masked; in full for a press, which is remembered on the server. */
  contact(shown) {
    const text = el("span", { text: shown.contact });
    const button = el("button", { type: "button", class: "button button-small", id: "show-contact", text: gettext("Show"),
      "aria-label": gettext("Show the contact in full; it is noted who looked"), title: gettext("It is noted who looked"), on: { click: reveal } });
    return el("dd", { class: "desk-contact" }, text, " ", button);
    async function reveal() {
      button.disabled = true;
      try {
        text.textContent = (await request(`/api/v1/cases/${shown.number}/reporter`)).contact;
        text.tabIndex = -1;
        text.focus();
        button.remove();
      } catch (error) {
        button.disabled = false;
        toastError(error);
      }
    }
  }

  photos(shown) {
    if (!shown.photos.length) return null;
    const names = VIEWS();
    const figure = (photo) => el("figure", {},
      el("a", { href: photo.url, target: "_blank", rel: "noopener" }, el("img", { src: photo.url, alt: names[photo.view], loading: "lazy", width: photo.width_px, height: photo.height_px })),
      el("figcaption", { text: `${names[photo.view]} · ${timeOf(photo.taken_at ?? shown.events.find((event) => event.step === photo.step)?.at)}` }));
    const after = new Set(shown.events.filter((event) => ["answer", "answer_part", "verify", "fail"].includes(event.move)).map((event) => event.step));
    const [before, behind] = [shown.photos.filter((photo) => !after.has(photo.step)), shown.photos.filter((photo) => after.has(photo.step))];
    const column = (title, photos) => photos.length > 0 && el("div", {}, el("h3", { text: title }), ...photos.map(figure));
    return el("section", { class: "desk-photos", "aria-label": gettext("Photos") }, column(gettext("Before"), before), column(gettext("After"), behind));
  }

  parts(shown) {
    if (!shown.parts.length) return null;
    const state = { open: gettext("open"), answered: gettext("done"), declined: gettext("declined"), dropped: gettext("dropped") };
    return el("section", {}, el("h3", { text: gettext("Parts") }),
      el("ul", { class: "desk-parts" }, ...shown.parts.map((part) => el("li", { text: `${part.department.name}: ${part.what} · ${state[part.state]}` }))));
  }

  trail(shown) {
    const row = (event) => el("li", {},
      el("b", { text: event.label }), " ", el("span", { class: "desk-by", text: [event.by, event.department].filter(Boolean).join(" · ") }),
      el("time", { datetime: event.at, text: timeOf(event.at) }),
      event.reason && el("p", { text: event.reason }));
    return el("section", {}, el("h3", { text: gettext("What happened") }), el("ol", { class: "desk-trail" }, ...[...shown.events].reverse().map(row)));
  }
}
