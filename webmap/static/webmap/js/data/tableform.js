import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { postForm } from "webmap/api";

const byId = (id) => document.getElementById(id);
const OUTCOMES = { done: () => gettext("Imported."), "dry run": () => gettext("Dry run: nothing was written. This would come of it:") };
const COUNTS = { created: () => gettext("new"), updated: () => gettext("changed"), unmodified: () => gettext("as before") };

function problem({ code, message, detail = {} }) {
  const rows = (detail.rows ?? []).map((row) => el("tr", {}, el("th", { scope: "row", text: fill(gettext("row %(row)s"), row) }), el("td", { class: "data-words" }, el("code", { text: row.code }), ` ${row.message}`)));
  return [
    el("p", { class: "answer-problem", role: "alert" }, el("code", { text: code }), ` ${message}`),
    rows.length > 0 && el("div", { class: "data-scroll" }, el("table", { class: "data-table" }, el("tbody", {}, ...rows))),
  ];
}

function counts(result) {
  const rows = Object.entries(COUNTS).map(([name, words]) => el("tr", {}, el("th", { scope: "row", text: words() }), el("td", { text: formatNumber(result[name]) })));
  return [el("p", { role: "status", text: OUTCOMES[result.state]() }), el("table", { class: "figures" }, el("tbody", {}, ...rows))];
}

/** The import of a table of lines. @param {() => void} onChange called when lines have come in */
export function startTableForm(onChange) {
  const form = byId("table-form");
  const buttons = [...form.querySelectorAll("[type=submit]")];
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const sent = new FormData(form);
    sent.set("dry_run", String(event.submitter?.value === "dry"));
    for (const button of buttons) button.disabled = true;
    try {
      const result = await postForm("/api/v1/responsibilities/import", sent);
      replace(byId("table-outcome"), ...counts(result));
      if (result.state === "done") onChange();
    } catch (error) {
      replace(byId("table-outcome"), ...problem(error));
    } finally {
      for (const button of buttons) button.disabled = false;
    }
  });
}
