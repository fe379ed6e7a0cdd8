import { address, config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { agoOf, leftOf, lightName, shortNumber, stageName } from "webmap/desk/words";

const PAGE = 50;
const MOST = 200;

/* The order of a list: what is due first, then what has no limit; the older one first. */
function isBefore(a, b) {
  const [x, y] = [a, b].map((one) => (one.due ? Date.parse(one.due) : Infinity));
  return x === y ? a.number < b.number : x < y;
}

/** The list: rows, the one under the cursor, and those that are ticked. */
export class CaseList extends EventTarget {
  /** @param {HTMLOListElement} list @param {HTMLElement} none what stands there without rows */
  constructor(list, none) {
    super();
    this.list = list;
    this.none = none;
    this.rows = [];
    this.next = "";
    this.at = -1;
    this.ticked = new Set();
    list.addEventListener("click", (event) => this.clicked(event));
  }

  /** How many rows have to be asked for so that what is shown stays shown. */
  get wanted() {
    return Math.min(MOST, Math.max(PAGE, this.rows.length));
  }

  /** Shows a page in place of what was shown; the cursor stays on its case. */
  show({ cases, next }) {
    const current = this.current?.number;
    const before = new Map(this.rows.map((row) => [row.number, row.step]));
    this.rows = cases;
    this.next = next;
    const here = new Set(cases.map((row) => row.number));
    this.ticked = new Set([...this.ticked].filter((number) => here.has(number)));
    replace(this.list, ...cases.map((row) => this.row(row, before.size > 0 && before.get(row.number) !== row.step)));
    this.none.hidden = cases.length > 0;
    this.at = cases.findIndex((row) => row.number === current);
    this.mark();
    this.dispatchEvent(new Event("ticked"));
  }

  /**
   * Puts a case where it belongs by what is due, or takes it out when it does not fit any more.
   * @param {object} row @param {boolean} fits
   */
  put(row, fits) {
    const was = this.rows.findIndex((one) => one.number === row.number);
    if (was < 0 && !fits) return;
    if (was >= 0 && fits && this.rows[was].step >= row.step) return;
    const current = this.current?.number;
    if (was >= 0) {
      this.rows.splice(was, 1);
      this.list.children[was].remove();
    }
    const place = this.rows.findIndex((one) => isBefore(row, one));
    const at = place < 0 ? this.rows.length : place;
    // What comes after the last row that is shown stands on a page that is not.
    if (fits && (place >= 0 || !this.next)) {
      this.rows.splice(at, 0, row);
      this.list.insertBefore(this.row(row, true), this.list.children[at] ?? null);
    }
    this.settle(current);
  }

  /* After rows came or went: the cursor stays on its case, or where it was. */
  settle(current) {
    const here = new Set(this.rows.map((one) => one.number));
    this.ticked = new Set([...this.ticked].filter((number) => here.has(number)));
    this.none.hidden = this.rows.length > 0;
    this.at = current === undefined || here.has(current) ? this.rows.findIndex((one) => one.number === current) : Math.min(this.at, this.rows.length - 1);
    this.mark();
    this.dispatchEvent(new Event("ticked"));
  }

  /** Adds the next page. */
  add({ cases, next }) {
    const here = new Set(this.rows.map((row) => row.number));
    const fresh = cases.filter((row) => !here.has(row.number));
    this.rows.push(...fresh);
    this.next = next;
    this.list.append(...fresh.map((row) => this.row(row)));
  }

  row(row, fresh = false) {
    const due = row.ended_at ? "" : leftOf(row.due);
    const badges = [
      row.priority > 0 && el("span", { class: "badge desk-weight", text: config.priorities[row.priority] }),
      row.presses > 0 && el("span", { class: "badge desk-pressed", text: gettext("pressed") }),
      row.reworks > 0 && el("span", { class: "badge desk-rework", text: gettext("rework") }),
      row.campaign && el("span", { class: "badge badge-mixed", text: row.campaign.name }),
    ];
    return el(
      "li", { class: `desk-row${fresh ? " is-fresh" : ""}`, "data-number": row.number, tabindex: -1 },
      el("label", { class: "desk-tick" }, el("input", { type: "checkbox", checked: this.ticked.has(row.number), "aria-label": `${gettext("Choose")} ${row.number}` })),
      el("span", { class: `desk-light light-${row.light || "none"}`, title: lightName(row.light), role: "img", "aria-label": lightName(row.light) }),
      el("div", { class: "desk-what" },
        el("b", {}, row.case_class.symbol && el("img", { src: `${address("symbols", "/static/symbols/")}${row.case_class.symbol}.svg`, alt: "", width: 18, height: 18 }), row.case_class.name, ...badges),
        el("span", { class: "desk-place", text: row.place || `${row.lon.toFixed(5)}, ${row.lat.toFixed(5)}` }),
        row.description && el("span", { class: "desk-words", text: row.description })),
      el("div", { class: "desk-when" },
        el("span", { class: `badge stage-${row.stage}`, text: stageName(row.stage) }),
        el("b", { class: `light-text-${row.light || "none"}`, text: due }),
        el("small", { text: `${shortNumber(row.number)} · ${agoOf(row.reported_at)}` })),
    );
  }

  clicked(event) {
    const node = event.target.closest(".desk-row");
    if (!node) return;
    const index = this.rows.findIndex((row) => row.number === node.dataset.number);
    if (event.target.closest(".desk-tick")) {
      if (event.target.matches("input")) this.tick(index, event.target.checked);
      return;
    }
    this.move(index);
    this.dispatchEvent(new CustomEvent("open", { detail: this.current }));
  }

  /** The case under the cursor. */
  get current() {
    return this.rows[this.at] ?? null;
  }

  /** Puts the cursor on a row. @param {number} index */
  move(index) {
    if (!this.rows.length) return;
    this.at = Math.max(0, Math.min(this.rows.length - 1, index));
    this.mark();
    this.list.children[this.at].scrollIntoView({ block: "nearest" });
    this.dispatchEvent(new CustomEvent("cursor", { detail: this.current }));
  }

  mark() {
    for (const node of this.list.querySelectorAll("[aria-current]")) node.removeAttribute("aria-current");
    this.list.children[this.at]?.setAttribute("aria-current", "true");
  }

  /** Ticks a row, or takes the tick away. */
  tick(index = this.at, ticked = null) {
    const row = this.rows[index];
    if (!row) return;
    const on = ticked ?? !this.ticked.has(row.number);
    if (on) this.ticked.add(row.number);
    else this.ticked.delete(row.number);
    this.list.children[index].querySelector("input").checked = on;
    this.dispatchEvent(new Event("ticked"));
  }

  /** Ticks all rows that are shown, or none. */
  tickAll(on) {
    for (let index = 0; index < this.rows.length; index += 1) this.tick(index, on);
  }

  /** The ticked cases as they were seen. */
  get chosen() {
    return this.rows.filter((row) => this.ticked.has(row.number));
  }

  /** Says why there is nothing. */
  empty(filtered) {
    this.none.textContent = filtered
      ? gettext("No case fits the filter. Take something out of it.")
      : gettext("Nothing waits here. New cases appear by themselves.");
  }

  /** What stands on the button for more. */
  static moreText(count) {
    return fill(gettext("More (%(n)s shown)"), { n: count });
  }
}
