import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";

const KEY = "wanmi-reports";
const MOST = 30;

function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? [];
  } catch {
    return [];
  }
}

function write(rows) {
  try {
    localStorage.setItem(KEY, JSON.stringify(rows));
  } catch {
    // Without room the link on the page is the only one.
  }
}

/** Remembers on this device how to follow a report. */
export function remember({ number, url }, name) {
  const { pathname, search } = new URL(url);
  const rows = read().filter((one) => one.number !== number);
  write([{ number, name, path: pathname + search }, ...rows].slice(0, MOST));
}

/** Shows the reports that were sent from this device. */
export function showMine() {
  const box = document.getElementById("mine");
  const rows = read();
  box.hidden = !rows.length;
  const drop = (number) => {
    write(read().filter((one) => one.number !== number));
    showMine();
  };
  replace(document.getElementById("mine-list"), ...rows.map((one) => el("li", {},
    el("a", { href: one.path }, el("strong", { text: one.name }), " ", el("span", { class: "mono", text: one.number })),
    el("button", { type: "button", class: "link", text: gettext("Forget"), on: { click: () => drop(one.number) } }))));
}
