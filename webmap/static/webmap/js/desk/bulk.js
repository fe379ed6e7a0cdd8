import { closeDialog, openDialog } from "webmap/dialog";
import { tellWaiting } from "webmap/desk/moveform";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, gettext, ngettext } from "webmap/i18n";
import { insist } from "webmap/insist";
import { newKey } from "webmap/keys";
import { post, request } from "webmap/api";
import { toast, toastError } from "webmap/toast";

/** Moves that can be made of many cases at once, by role and the stage they all stand at. */
const BY_ROLE = {
  operator: { reported: ["reject", "refuse", "ask_check"], checked: ["refuse"], to_verify: ["ask_verify"], failed: ["ask_verify", "rework"], verified: ["close", "rework"], filed: ["press"], dispatched: ["press"], handling: ["press"] },
  dispatcher: { filed: ["suggested", "dispatch", "send_back"], dispatched: ["press", "redispatch"], handling: ["hold", "press"], held: ["resume"], answered: ["pass_on", "return_answer"] },
  department: { dispatched: ["accept", "decline"] },
};
const WITH_REASON = new Set(["reject", "refuse", "rework", "press", "send_back", "redispatch", "hold", "return_answer", "decline"]);

/** What can be done with all ticked cases. @param {object[]} rows */
export function movesOf(rows) {
  const stages = new Set(rows.map((row) => row.stage));
  if (stages.size !== 1) return [];
  const [stage] = stages;
  return [...new Set(config.roles.flatMap((role) => BY_ROLE[role]?.[stage] ?? []))];
}

/** The bar over the list. */
export class Bulk {
  /** @param {HTMLElement} bar @param {CaseList} list @param {() => void} onDone */
  constructor(bar, list, onDone) {
    this.bar = bar;
    this.list = list;
    this.onDone = onDone;
    list.addEventListener("ticked", () => this.show());
  }

  show() {
    const rows = this.list.chosen;
    this.bar.hidden = !rows.length;
    if (!rows.length) return;
    const label = (name) => (name === "suggested" ? gettext("dispatch as suggested") : config.moves[name]);
    const moves = movesOf(rows);
    replace(this.bar,
      el("b", { text: fill(ngettext("%(n)s case", "%(n)s cases", rows.length), { n: rows.length }) }),
      ...moves.map((name) => el("button", { type: "button", class: "button button-small", "data-many": name, text: label(name), on: { click: () => this.ask(name, rows) } })),
      !moves.length && el("span", { class: "hint", text: gettext("Choose cases of one stage to move them together.") }),
      el("button", { type: "button", class: "link", text: gettext("All shown"), on: { click: () => this.list.tickAll(true) } }),
      el("button", { type: "button", class: "link", text: gettext("None"), on: { click: () => this.list.tickAll(false) } }));
  }

  async ask(name, rows) {
    try {
      const more = [await this.needed(name, rows), WITH_REASON.has(name) && el("label", { class: "field" }, gettext("Reason"), el("textarea", { name: "reason", rows: 3, maxlength: 1000, required: true }))].filter(Boolean);
      if (!more.length) return await this.send(name, rows, {});
      const form = el("form", { class: "stack" }, ...more, el("div", { class: "data-actions" }, el("button", { type: "submit", class: "button button-primary", text: gettext("Do it") })));
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        closeDialog();
        this.send(name, rows, Object.fromEntries(new FormData(form)));
      });
      openDialog(fill(ngettext("%(n)s case", "%(n)s cases", rows.length), { n: rows.length }), form);
    } catch (error) {
      toastError(error);
    }
    return null;
  }

  async needed(name, rows) {
    const select = (label, field, options) => el("label", { class: "field" }, label, el("select", { name: field, required: true }, ...options.map((one) => el("option", { value: one.id, text: one.name }))));
    if (name === "dispatch" || name === "redispatch") return select(gettext("Department"), "department", config.departments);
    if (name !== "ask_check" && name !== "ask_verify") return null;
    return select(gettext("Inspector"), "inspector", await request(`/api/v1/cases/${rows[0].number}/inspectors`));
  }

  async send(name, rows, given) {
    const suggested = name === "suggested";
    const cases = rows.map(({ number, step }) => ({ number, seen: step }));
    try {
      const order = { move: suggested ? "dispatch" : name, suggested, cases, key: newKey(), ...given };
      const done = await insist(() => post("/api/v1/cases/moves", order), tellWaiting);
      this.tell(done);
    } catch (error) {
      toastError(error);
    }
    this.onDone();
  }

  /** Says how many were moved, and of each other one why not. */
  tell(done) {
    const [good, bad] = [done.filter((row) => row.done), done.filter((row) => !row.done)];
    if (good.length) toast({ text: fill(ngettext("%(n)s case moved.", "%(n)s cases moved.", good.length), { n: good.length }) });
    if (!bad.length) return;
    openDialog(fill(ngettext("%(n)s case was not moved", "%(n)s cases were not moved", bad.length), { n: bad.length }),
      el("ul", { class: "desk-refused" }, ...bad.map((row) => el("li", {}, el("span", { class: "mono", text: row.number }), " ", el("span", { text: row.message }), " ", el("code", { text: row.code })))));
  }
}
