import { askOrKept } from "webmap/hand/kept";
import { el, replace } from "webmap/dom";
import { fill, formatLength, gettext } from "webmap/i18n";
import { here, metresBetween } from "webmap/hand/here";
import { lightSign, stageWord, timeOf } from "webmap/hand/caseline";
import { mark, smallMap } from "webmap/hand/smallmap";
import { moveButtons } from "webmap/hand/moves";
import { outbox } from "webmap/hand/outbox";
import { openSheet } from "webmap/hand/sheet";
import { request } from "webmap/api";
import { symbolOf } from "webmap/hand/classes";

const LAST_EVENTS = 4;

/** The page of one case: what, where, photos, what happened, what can be done. */
export class CasePage {
  /** @param {HTMLElement} node */
  constructor(node) {
    this.node = node;
    this.map = null;
    this.number = "";
    outbox.addEventListener("change", () => { if (!node.hidden) this.load(); });
  }

  show(number) {
    this.release ??= here.need();
    if (number !== this.number) replace(this.node, el("p", { text: gettext("Loading…") }));
    this.number = number;
    return this.load();
  }

  hide() {
    this.release?.();
    this.release = null;
    this.map?.remove();
    this.map = null;
  }

  async load() {
    const { number } = this;
    const back = el("a", { class: "button", href: "#tasks", text: gettext("Back to the tasks") });
    try {
      const found = await askOrKept(`case/${number}`, () => request(`/api/v1/cases/${encodeURIComponent(number)}`));
      const queued = (await outbox.entries()).find((one) => one.number === number && one.state === "waiting");
      if (number === this.number && !this.node.hidden) this.paint(found, queued, back);
    } catch (error) {
      if (number !== this.number) return;
      const text = error.status ? error.message : gettext("This case is not kept on the phone; it is shown when the network is back.");
      replace(this.node, el("p", { class: "problem", role: "alert" }, text, " ", el("code", { text: error.code ?? "" })), back);
    }
  }

  paint({ value: one, at, fresh }, queued, back) {
    this.map?.remove();
    const place = el("div", { class: "case-map" });
    replace(this.node,
      el("div", { class: "case-top" }, el("img", { src: symbolOf(one.case_class), alt: "", width: 44, height: 44 }),
        el("div", {}, el("h2", { text: one.case_class.name }), el("p", { class: "case-facts" }, el("span", { text: stageWord(one.stage) }), lightSign(one)))),
      !fresh && el("p", { class: "hint", role: "status", text: fill(gettext("As of %(time)s, without network."), { time: timeOf(at) }) }),
      one.description && el("p", { class: "description", text: one.description }),
      queued ? el("p", { class: "pill pill-wait", role: "status", text: gettext("What you did waits to be sent.") }) : moveButtons(one),
      photoRow(one.photos),
      el("section", { class: "part" }, el("h2", { text: gettext("Where") }), el("p", { text: one.place || one.grid }), distance(one), place,
        el("a", { class: "button wide", href: `geo:${one.lat},${one.lon}?q=${one.lat},${one.lon}`, text: gettext("The way there") })),
      facts(one), history(one.events), back);
    this.map = smallMap(place, one, gettext("Map of the case"));
    mark(this.map, one, "mark-case");
    if (here.fix) mark(this.map, here.fix, "mark-me");
  }
}

function distance(one) {
  return here.fix && el("p", { class: "hint", text: fill(gettext("%(metres)s from you"), { metres: formatLength(metresBetween(here.fix, one)) }) });
}

function photoRow(photos) {
  if (!photos.length) return el("p", { class: "hint", text: gettext("No photo was sent along.") });
  const views = { near: gettext("near"), far: gettext("far"), before: gettext("before the work"), after: gettext("after the work") };
  return el("ul", { class: "photo-strip", "aria-label": gettext("Photos") }, ...photos.map((photo) => {
    const name = `${gettext("Photo")}: ${views[photo.view] ?? photo.view}`;
    const large = () => openSheet(name, el("img", { class: "photo-large", src: photo.url, alt: name }));
    return el("li", {}, el("button", { type: "button", class: "photo-button", "aria-label": name, on: { click: large } }, el("img", { src: photo.url, alt: "", loading: "lazy" })));
  }));
}

function facts(one) {
  const rows = [
    [gettext("Number"), one.number], [gettext("Unit grid"), one.grid], [gettext("Component"), one.component],
    [gettext("Department"), one.department?.name], [gettext("Deadline"), one.due && timeOf(one.due)],
    [gettext("Filed when"), one.standard], [gettext("Closed when"), one.closing],
  ].filter(([, value]) => value);
  return el("dl", { class: "facts" }, ...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]));
}

function history(events) {
  return el("section", { class: "part" }, el("h2", { text: gettext("What happened last") }),
    el("ol", { class: "events" }, ...events.slice(-LAST_EVENTS).reverse().map((event) => el("li", {},
      el("strong", { text: event.label }), " ", el("span", { class: "hint", text: `${timeOf(event.at)} · ${event.department || event.by}` }),
      event.reason && el("p", { text: event.reason })))));
}
