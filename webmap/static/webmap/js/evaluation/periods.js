import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";

const DAY_MS = 86_400_000;
const FORMS = ["day", "week", "month", "quarter", "year", "range"];

function names() {
  return { day: gettext("Day"), week: gettext("Week"), month: gettext("Month"), quarter: gettext("Quarter"), year: gettext("Year"), range: gettext("From – to") };
}

function dayOf(text) {
  return new Date(`${text}T00:00:00Z`);
}

function textOf(day) {
  return day.toISOString().slice(0, 10);
}

function plus(day, days) {
  return new Date(day.getTime() + days * DAY_MS);
}

/* Weeks of ISO 8601: the week with the Thursday belongs to the Thursday's year. */
function weekOf(day) {
  const thursday = plus(day, 3 - ((day.getUTCDay() + 6) % 7));
  const first = new Date(Date.UTC(thursday.getUTCFullYear(), 0, 1));
  return { year: thursday.getUTCFullYear(), week: 1 + Math.floor((thursday - first) / (7 * DAY_MS)) };
}

/** A day so many days later. @param {string} day YYYY-MM-DD @param {number} days */
export function plusDays(day, days) {
  return textOf(plus(dayOf(day), days));
}

/**
 * The name of the period of a form that a day lies in, as the API takes it.
 * @param {string} form @param {string} day YYYY-MM-DD
 */
export function periodAt(form, day) {
  const [year, month] = day.split("-");
  if (form === "day") return day;
  if (form === "year") return year;
  if (form === "month") return `${year}-${month}`;
  if (form === "quarter") return `${year}-Q${Math.ceil(Number(month) / 3)}`;
  const found = weekOf(dayOf(day));
  return `${found.year}-W${String(found.week).padStart(2, "0")}`;
}

/** The form of a period by its name. */
export function formOf(name) {
  if (name.includes("..")) return "range";
  if (name.includes("W")) return "week";
  if (name.includes("Q")) return "quarter";
  return { 4: "year", 7: "month" }[name.length] ?? "day";
}

/** First and last day of a period by its name. @returns {[string, string]} */
export function daysOf(name) {
  const form = formOf(name);
  if (form === "range") return name.split("..");
  if (form === "day") return [name, name];
  if (form === "week") {
    const [year, week] = name.split("-W").map(Number);
    const fourth = new Date(Date.UTC(year, 0, 4));
    const first = plus(fourth, (week - 1) * 7 - ((fourth.getUTCDay() + 6) % 7));
    return [textOf(first), textOf(plus(first, 6))];
  }
  const year = Number(name.slice(0, 4));
  const [from, months] = { year: [0, 12], quarter: [(Number(name.slice(6)) - 1) * 3, 3], month: [Number(name.slice(5)) - 1, 1] }[form];
  return [textOf(new Date(Date.UTC(year, from, 1))), textOf(new Date(Date.UTC(year, from + months, 0)))];
}

/** Chooses a period: form, one back, one on, or two days. Fires ``change``. */
export class PeriodPicker extends EventTarget {
  /** @param {HTMLElement} node @param {string} name @param {string} today YYYY-MM-DD */
  constructor(node, name, today) {
    super();
    Object.assign(this, { node, name, today });
    this.show();
  }

  /** First and last day. */
  get days() {
    return daysOf(this.name);
  }

  set(name) {
    this.name = name;
    this.show();
    this.dispatchEvent(new Event("change"));
  }

  show() {
    const form = formOf(this.name);
    const select = el("select", { "aria-label": gettext("Length of the period"), on: { change: (event) => this.turn(event.target.value) } },
      ...FORMS.map((one) => el("option", { value: one, text: names()[one], selected: one === form })));
    replace(this.node, select, ...(form === "range" ? this.range() : this.steps(form)));
  }

  turn(form) {
    const [first, last] = this.days;
    const day = last > this.today ? this.today : last;
    this.set(form === "range" ? `${first}..${day}` : periodAt(form, day));
  }

  steps(form) {
    const [first, last] = this.days;
    const step = (sign, label, day, off) => el("button", { type: "button", class: "icon-button", text: sign, title: label, "aria-label": label, disabled: off, on: { click: () => this.set(periodAt(form, day)) } });
    const days = first === last ? "" : `${first} – ${last}`;
    return [
      step("‹", gettext("The period before"), textOf(plus(dayOf(first), -1)), false),
      el("span", { class: "evaluation-now" }, el("b", { text: this.name }), days && el("small", { text: days }),
        last >= this.today && el("span", { class: "badge badge-draft", text: gettext("running") })),
      step("›", gettext("The period after"), textOf(plus(dayOf(last), 1)), last >= this.today),
    ];
  }

  range() {
    const [first, last] = this.days;
    const field = (value, label) => el("input", { type: "date", value, max: this.today, "aria-label": label, required: true });
    const [from, to] = [field(first, gettext("From")), field(last, gettext("To"))];
    const changed = () => {
      if (from.value && to.value && from.value <= to.value) this.set(`${from.value}..${to.value}`);
    };
    for (const input of [from, to]) input.addEventListener("change", changed);
    return [from, el("span", { text: "–" }), to];
  }
}
