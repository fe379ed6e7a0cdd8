import { askOrKept } from "webmap/hand/kept";
import { caseLine } from "webmap/hand/caseline";
import { isChinese } from "webmap/config";
import { Duty } from "webmap/hand/duty";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { forget } from "webmap/hand/store";
import { outbox } from "webmap/hand/outbox";
import { queueView } from "webmap/hand/queueview";
import { request } from "webmap/api";
import { freshSession, submitFresh, user } from "webmap/hand/session";
import { Theme } from "webmap/theme";
import { toastError } from "webmap/toast";

const SHOWN = 10;

/** The tab about the user himself: queue, duty, own cases, language, log-out. */
export class MeTab {
  /**
   * @param {HTMLElement} node
   * @param {(given: object) => void} onAnew begins a fresh report
   */
  constructor(node, onAnew) {
    this.queue = queueView(onAnew);
    this.duty = new Duty();
    this.theme = new Theme();
    this.mine = el("section", { class: "part", hidden: true });
    this.install = el("button", { type: "button", class: "button wide", id: "install", hidden: true, text: gettext("Put it on the home screen") });
    this.below = this.settings();
    replace(node,
      el("p", { class: "who" }, el("strong", { text: user }), " ", el("span", { class: "hint", text: navigator.serviceWorker ? "" : gettext("This browser or address keeps no page: without a network it cannot be opened anew. HTTPS is needed.") })),
      this.queue.node, this.duty.node, this.mine, this.below);
    window.addEventListener("beforeinstallprompt", (event) => this.offer(event));
    outbox.addEventListener("change", ({ detail }) => { if (detail?.sent && !node.hidden) this.loadMine(); });
  }

  async show() {
    this.queue.paint();
    await Promise.allSettled([this.duty.show(), this.loadMine()]);
    // Not before: buttons that move away under a finger end in a log-out nobody wanted.
    this.below.hidden = false;
  }

  hide() {
    this.duty.hide();
  }

  async loadMine() {
    try {
      const { value } = await askOrKept("mine", () => request(`/api/v1/cases?mine=1&order=new&limit=${SHOWN}`));
      this.mine.hidden = !value.cases.length;
      replace(this.mine, el("h2", { text: gettext("My latest cases in hand") }), el("ul", { class: "case-list" }, ...value.cases.map((one) => caseLine(one))));
    } catch (error) {
      if (error.status) toastError(error);
    }
  }

  settings() {
    const other = isChinese ? ["en", "English"] : ["zh-hans", "中文"];
    return el("section", { class: "part", hidden: true }, el("h2", { text: gettext("Settings") }),
      this.install,
      el("button", { type: "button", class: "button wide", text: gettext("Day or night colours"), on: { click: () => this.theme.toggle() } }),
      el("button", { type: "button", class: "button wide", id: "language", lang: other[0] === "en" ? "en" : "zh-Hans", text: other[1], on: { click: () => language(other[0]) } }),
      el("button", { type: "button", class: "button wide", id: "log-out", text: gettext("Log out"), on: { click: () => logOut() } }));
  }

  offer(event) {
    event.preventDefault();
    this.install.hidden = false;
    this.install.onclick = () => { this.install.hidden = true; event.prompt(); };
  }
}

function language(value) {
  const form = document.getElementById("language-form");
  form.querySelector("[name=language]").value = value;
  submitFresh(form).catch(toastError);
}

/* Lists and pictures of cases go; the queue stays until its owner logs in again. */
async function logOut() {
  const waiting = (await outbox.entries()).filter((one) => one.state !== "sent").length;
  const question = fill(gettext("%(n)s are not sent yet. They stay on this phone until you log in again. Log out?"), { n: waiting });
  if (waiting && !window.confirm(question)) return;
  try {
    await freshSession();
    await forget(user);
    await globalThis.caches?.delete("wanmi-hand-pictures");
    await submitFresh(document.getElementById("logout-form"));
  } catch (error) {
    toastError(error);
  }
}
