import { VERDICTS } from "webmap/data/rates";
import { config } from "webmap/config";
import { el } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";

const STATES = {
  open: () => "", accepted: () => gettext("accepted"), corrected: () => gettext("corrected"), placed: () => gettext("set by hand"),
};
const KINDS = {
  place: () => gettext("place"), interpolated: () => gettext("between two numbers"), road: () => gettext("only the road"),
  crossing: () => gettext("crossing"), region: () => gettext("only the region"), grid: () => gettext("unit grid"),
  component: () => gettext("component"), coordinates: () => gettext("coordinates"), hand: () => gettext("set by hand"),
};

/** A row in the list: number, address, verdict or what was decided. */
export function listItem(row) {
  const text = row.text.trim();
  const decided = row.state !== "open";
  return el(
    "li", { role: "option", id: `row-${row.number}`, "data-number": row.number, "aria-selected": "false" },
    el("code", { text: row.number }),
    el("span", { class: text ? null : "is-blank", title: text.slice(0, 200), text: text.slice(0, 120) || gettext("empty") }),
    el("i", { class: `badge rate-${decided ? "exact" : row.verdict}`, text: decided ? STATES[row.state]() : VERDICTS[row.verdict]() }),
  );
}

/** What is known of the chosen row, and its candidates to choose among. */
export function rowView(row, picked, { onPick, onAccept, onUndo }) {
  const facts = [
    el("span", { class: `badge rate-${row.verdict}`, text: VERDICTS[row.verdict]() }),
    row.state !== "open" && el("span", { class: "badge rate-exact", text: [STATES[row.state](), row.decided_by].filter(Boolean).join(" · ") }),
    row.learned && el("span", { text: gettext("remembered for the next list") }),
    row.code && el("code", { text: row.code }),
    row.hint && el("span", { text: fill(gettext("direction: %(hint)s"), { hint: row.hint }) }),
  ];
  const own = config.batch.columns.map((name, at) => [name, row.values[at]]).filter(([name, value]) => value && name !== config.batch.field);
  return [
    el("p", { class: "batch-text", text: row.text.slice(0, 500) || gettext("empty") }),
    el("p", { class: "batch-facts" }, ...facts.filter(Boolean)),
    own.length > 0 && el("details", { class: "batch-own" }, el("summary", { text: gettext("The row's other columns") }),
      el("dl", {}, ...own.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value.slice(0, 300) })]))),
    row.candidates.length
      ? el("div", { class: "candidates" }, ...row.candidates.map((found, at) => candidate(found, at, at === picked, onPick)))
      : el("p", { class: "hint", text: gettext("Nothing was found: click on the map where it is.") }),
    row.hand && el("p", { class: "batch-facts" }, el("span", { text: fill(gettext("set by hand: %(where)s"), { where: row.hand.grid || gettext("outside every grid") }) })),
    el("div", { class: "data-actions" },
      el("button", { type: "button", id: "accept", class: "button button-primary button-small", text: gettext("Accept"), disabled: !row.candidates.length && !row.hand, on: { click: onAccept } }),
      el("button", { type: "button", id: "undo", class: "button button-small", text: gettext("Undo"), disabled: row.state === "open", on: { click: onUndo } })),
  ].filter(Boolean);
}

function candidate(found, at, isPicked, onPick) {
  const about = [KINDS[found.kind]?.() ?? found.kind, found.crs, found.grid].filter(Boolean).join(" · ");
  return el(
    "button", { type: "button", class: "candidate", "data-candidate": at, "aria-pressed": isPicked ? "true" : "false", on: { click: () => onPick(at) } },
    el("b", { text: at + 1 }),
    el("span", {}, found.name, el("small", { text: about })),
    el("output", { text: found.score.toFixed(2) }),
  );
}
