import { closeDialog, dialog, openDialog } from "webmap/dialog";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { insist } from "webmap/insist";
import { newKey } from "webmap/keys";
import { postForm, request } from "webmap/api";
import { toast } from "webmap/toast";

/** What is said while something waits to be taken. @param {{message: string}} error */
export function waiting(error) {
  return `${error.message} ${gettext("It is kept here and sent again by itself.")}`;
}

function field(label, input) {
  return el("label", { class: "field" }, label, input);
}

function options(rows, text = (row) => row.name) {
  return rows.map((row) => el("option", { value: row.id, text: text(row) }));
}

function choice(name, rows, text) {
  return el("select", { name, required: true }, rows.length !== 1 && el("option", { value: "", text: gettext("choose …") }), ...options(rows, text));
}

const NEEDED = {
  async department(shown) {
    const select = choice("department", config.departments);
    if (shown.suggestion) select.value = shown.suggestion.department.id;
    return [field(gettext("Department"), select), shown.suggestion && el("p", { class: "hint", text: shown.suggestion.reason })];
  },
  async inspector(shown) {
    const rows = await request(`/api/v1/cases/${shown.number}/inspectors`);
    const text = (row) => [row.name, row.own_area && gettext("own area"), row.on_duty ? gettext("on duty") : gettext("off duty"), row.away_m != null && fill(gettext("%(m)s m away"), { m: row.away_m }), fill(gettext("%(n)s tasks"), { n: row.tasks })].filter(Boolean).join(" · ");
    const select = choice("inspector", rows, text);
    if (rows.length) select.value = rows[0].id;
    return [field(gettext("Inspector"), select)];
  },
  async standard(shown) {
    const rows = await request(`/api/v1/cases/${shown.number}/standards`);
    if (!rows.length) return [el("p", { class: "hint", text: gettext("This class has no filing standard in use; an administrator can add one.") })];
    return [field(gettext("Filing standard"), choice("standard", rows, (row) => `${row.condition} · ${row.limit} ${row.unit}${row.area_class ? ` · ${row.area_class}` : ""}`))];
  },
  async into(shown) {
    const rows = (await request(`/api/v1/cases/similar?lon=${shown.lon}&lat=${shown.lat}`)).filter((row) => row.number !== shown.number);
    const list = el("datalist", { id: "into-list" }, ...rows.map((row) => el("option", { value: row.number, text: `${row.case_class.name} · ${row.away_m} m` })));
    const input = el("input", { name: "into", required: true, pattern: "\\d{20}", inputmode: "numeric", list: "into-list", value: rows.length === 1 ? rows[0].number : "" });
    return [field(gettext("Number of the other case"), input), list];
  },
  async more() {
    const units = Object.entries(config.units).map(([id, name]) => ({ id, name }));
    return [field(gettext("How much more"), el("input", { name: "more_n", type: "number", min: "0.5", step: "0.5", required: true, value: 1 })), field(gettext("Unit"), choice("more_unit", units))];
  },
  async parts() {
    const row = () => el("div", { class: "desk-part" }, choice("part_department", config.departments), el("input", { name: "part_what", required: true, maxlength: 300, placeholder: gettext("What is to be done"), "aria-label": gettext("What is to be done") }));
    const box = el("div", { class: "stack" }, row(), row());
    return [box, el("button", { type: "button", class: "button button-small", text: gettext("One more part"), on: { click: () => box.append(row()) } })];
  },
};

/** Parts of moves that belong to one of the user's departments' parts. */
function partField(name, shown) {
  if (!["answer_part", "decline_part", "redirect_part"].includes(name)) return null;
  const rows = shown.parts.filter((part) => part.state === "open" || (part.state === "declined" && name === "redirect_part"));
  return field(gettext("Part"), choice("part", rows, (part) => `${part.department.name}: ${part.what}`));
}

/**
 * Asks for what a move needs and makes it.
 * @param {object} move as the case names it
 * @param {object} shown the case
 * @returns {Promise<object|null>} the case after it, null when given up
 */
export async function askMove(move, shown) {
  const needed = move.needs ? await NEEDED[move.needs](shown) : [];
  const more = [
    partField(move.name, shown),
    ...needed,
    (move.reason || ["rework", "confirm", "answer"].includes(move.name)) && field(move.reason ? gettext("Reason") : gettext("Remark"), el("textarea", { name: "reason", rows: 3, maxlength: 1000, required: move.reason })),
    (move.photo || move.name === "answer_part") && field(move.photo ? gettext("Photo") : gettext("Photo, if there is one"), el("input", { name: "photos", type: "file", accept: "image/jpeg,image/png,image/webp", multiple: true, required: move.photo })),
  ].filter(Boolean);
  if (!more.length) return sendMove(move.name, shown, new FormData());
  return new Promise((resolve) => ask(move, shown, more, resolve));
}

function ask(move, shown, more, resolve) {
  const problem = el("p", { class: "answer-problem", role: "alert", hidden: true });
  const button = el("button", { type: "submit", class: "button button-primary", text: move.label });
  const form = el("form", { class: "stack" }, ...more, problem, el("div", { class: "data-actions" }, button));
  let done = null;
  const given = new AbortController();
  const say = (text, code) => {
    problem.hidden = false;
    replace(problem, el("span", { text }), " ", el("code", { text: code ?? "" }));
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      done = await sendMove(move.name, shown, formOf(form), (error) => say(waiting(error), error.code), given.signal);
      closeDialog();
    } catch (error) {
      say(error.message, error.code);
    } finally {
      button.disabled = false;
    }
  });
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  // Whoever closes the form gives up what still waits.
  dialog.addEventListener("close", () => {
    given.abort();
    resolve(done);
  }, { once: true });
  openDialog(`${move.label} · ${shown.case_class.name}`, form);
  form.querySelector("select, textarea, input")?.focus();
}

function formOf(form) {
  const sent = new FormData(form);
  const departments = sent.getAll("part_department");
  if (departments.length) {
    const whats = sent.getAll("part_what");
    sent.set("parts", JSON.stringify(departments.map((department, i) => ({ department: Number(department), what: whats[i] }))));
    sent.delete("part_department");
    sent.delete("part_what");
  }
  return sent;
}

/**
 * Makes a move of a case as it was seen; while the server is away it is kept and sent again with its key.
 * @param {string} name
 * @param {object} shown
 * @param {FormData} form
 * @param {(error: Error) => void} onWait
 * @param {AbortSignal} [signal]
 */
export function sendMove(name, shown, form, onWait = tellWaiting, signal = null) {
  form.set("seen", shown.step);
  form.set("key", newKey());
  return insist(() => postForm(`/api/v1/cases/${shown.number}/moves/${name}`, form), onWait, signal);
}

/** Says below the map that something waits. @param {Error} error */
export function tellWaiting(error) {
  toast({ text: waiting(error), code: error.code, kind: "error" });
}
