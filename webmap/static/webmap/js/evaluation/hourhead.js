import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

const WRITTEN_EVERY_H = 3;

/** Head of a table of days and hours; every third hour is seen, all are heard. @param {number} hours */
export function hourHead(hours) {
  const hour = (_one, at) => el("th", { scope: "col" }, el("span", { class: at % WRITTEN_EVERY_H ? "visually-hidden" : null, text: at }));
  const day = el("th", { scope: "col" }, el("span", { class: "visually-hidden", text: gettext("Day") }));
  return el("thead", {}, el("tr", {}, day, ...Array.from({ length: hours }, hour)));
}
