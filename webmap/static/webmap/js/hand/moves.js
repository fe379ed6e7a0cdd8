import { ApiError } from "webmap/api";
import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { config } from "webmap/config";
import { openSheet } from "webmap/hand/sheet";
import { outbox } from "webmap/hand/outbox";
import { photoTaker } from "webmap/hand/photos";
import { toast, toastError } from "webmap/toast";

/* What is done in the hand; the rest is the desk's. The words are those of the one who stands there. */
const OFFERED = () => ({
  confirm: [gettext("It is so"), "good"],
  deny: [gettext("It is not so"), "bad"],
  verify: [gettext("It is done"), "good"],
  fail: [gettext("It is not done"), "bad"],
  accept: [gettext("Accept it"), "good"],
  answer: [gettext("Report done"), "good"],
  answer_part: [gettext("Report my part done"), "good"],
  ask_extension: [gettext("Ask for more time"), "plain"],
  decline: [gettext("Decline"), "bad"],
  decline_part: [gettext("Decline my part"), "bad"],
  resume: [gettext("Go on"), "plain"],
});
const PARTS = new Set(["answer_part", "decline_part"]);
const UNITS = () => [["working_day", gettext("working days")], ["day", gettext("calendar days")], ["working_hour", gettext("working hours")], ["hour", gettext("hours")]];

/** Large buttons for the moves that may be made of a case now. */
export function moveButtons(one) {
  const offered = OFFERED();
  const moves = one.moves.filter((move) => offered[move.name]);
  return el("div", { class: "move-buttons" }, ...moves.map((move) => {
    const [text, look] = offered[move.name];
    return el("button", { type: "button", class: `button move move-${look}`, "data-move": move.name, text, on: { click: () => begin(one, move, text) } });
  }));
}

function begin(one, move, title) {
  if (move.reason || move.photo || move.needs || PARTS.has(move.name)) openForm(one, move, title);
  else send(one, move, title, {}, []).catch(toastError);
}

function openForm(one, move, title) {
  const takesPhotos = move.photo || ["deny", "answer"].includes(move.name);
  const taker = takesPhotos ? photoTaker(move.name === "confirm" ? "before" : "after") : null;
  const reason = el("textarea", { class: "hand-input", name: "reason", rows: 3, maxlength: 1000, required: move.reason });
  const more = move.needs === "more" ? moreFields() : null;
  const parts = PARTS.has(move.name) ? partField(one) : null;
  const problem = el("p", { class: "problem", role: "alert", hidden: true });
  const button = el("button", { type: "submit", class: "button button-primary wide", text: gettext("Send") });
  const form = el("form", { class: "move-form", novalidate: true },
    parts?.node, taker?.node, more?.node,
    el("label", { class: "hand-field" }, el("span", { text: move.reason ? gettext("Reason") : gettext("Note (may stay empty)") }), reason),
    problem, button);
  const { close } = openSheet(title, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const photos = taker?.photos ?? [];
    const lack = lacking(move, reason.value.trim(), photos, more);
    problem.hidden = !lack;
    replace(problem, lack);
    if (lack) return;
    button.disabled = true;
    try {
      await send(one, move, title, { reason: reason.value.trim(), ...more?.values(), ...parts?.values() }, photos);
      close();
    } catch (error) {
      button.disabled = false;
      toastError(error);
    }
  });
}

function lacking(move, reason, photos, more) {
  if (move.photo && !photos.length) return gettext("Take a photo first: it is what the next one decides by.");
  if (move.reason && !reason) return gettext("Say why in a few words.");
  return more && !(Number(more.values().more_n) > 0) ? gettext("Say how much time is needed.") : "";
}

function moreFields() {
  const n = el("input", { class: "hand-input", type: "number", min: "0.5", step: "0.5", max: "999", value: "1", inputmode: "decimal", "aria-label": gettext("How much more time") });
  const unit = el("select", { class: "hand-input", "aria-label": gettext("Unit") }, ...UNITS().map(([value, text]) => el("option", { value, text })));
  return { node: el("div", { class: "two" }, n, unit), values: () => ({ more_n: n.value, more_unit: unit.value }) };
}

/* The open parts of the user's own departments. */
function partField(one) {
  const open = one.parts.filter((part) => part.state === "open" && config.departments.includes(part.department.id));
  if (!open.length) throw new ApiError("E-CASE-NOTYOURS", gettext("No open part of this case is yours."), 0);
  const chosen = el("select", { class: "hand-input", "aria-label": gettext("Part") }, ...open.map((part) => el("option", { value: part.id, text: part.what })));
  return { node: chosen, values: () => ({ part: chosen.value }) };
}

async function send(one, move, title, fields, photos) {
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== ""));
  await outbox.put({
    kind: "move", url: `/api/v1/cases/${one.number}/moves/${move.name}`, fields: { seen: one.step, ...given }, photos,
    title: `${one.case_class.name}: ${title}`, symbol: one.case_class.symbol, place: one.place, number: one.number,
    about: { lon: one.lon, lat: one.lat, kind: one.case_class },
  });
  toast({ text: navigator.onLine ? gettext("It is on its way.") : gettext("It is kept and goes out when the network is back.") });
}
