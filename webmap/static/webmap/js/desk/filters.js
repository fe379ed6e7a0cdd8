import { config, isChinese } from "webmap/config";
import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { post, remove, request } from "webmap/api";
import { lightName } from "webmap/desk/words";
import { toast, toastError } from "webmap/toast";

const SEARCHES = "/api/v1/cases/searches";
const PLAIN = ["text", "light", "kind", "main", "case_class", "place", "department", "channel", "level", "priority", "campaign", "first", "last", "mine"];

/** What is asked for; kept in the address so that a page can be sent to somebody. */
export class Filters extends EventTarget {
  /** @param {HTMLFormElement} form the line @param {HTMLElement} box all others */
  constructor(form, box) {
    super();
    this.form = form;
    this.box = box;
    this.values = Object.fromEntries([...new URLSearchParams(location.search)].filter(([name]) => PLAIN.includes(name)));
    this.classes = [];
    this.fillLights();
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", (event) => this.take(event.target));
    box.addEventListener("change", (event) => this.take(event.target));
  }

  fillLights() {
    const select = this.form.elements.light;
    replace(select, el("option", { value: "", text: gettext("every light") }), ...["red", "yellow", "green"].map((light) => el("option", { value: light, text: lightName(light) })));
    select.value = this.values.light ?? "";
    this.form.elements.text.value = this.values.text ?? "";
  }

  take({ name, type, checked, value }) {
    if (!PLAIN.includes(name)) return;
    const given = type === "checkbox" ? (checked ? "1" : "") : value.trim();
    if (given) this.values[name] = given;
    else delete this.values[name];
    this.changed();
  }

  changed() {
    this.dispatchEvent(new Event("change"));
    this.showCount();
  }

  showCount() {
    const count = Object.keys(this.values).filter((name) => name !== "text" && name !== "light").length;
    const badge = document.getElementById("filter-count");
    badge.hidden = !count;
    badge.textContent = String(count);
  }

  /** As a query string. */
  query(more = {}) {
    return new URLSearchParams({ ...this.values, ...more });
  }

  /** All the fields, made when they are first opened. */
  async open() {
    try {
      this.classes = await request("/api/v1/cases/classes");
    } catch (error) {
      toastError(error);
    }
    this.show();
    await this.showSearches();
  }

  show() {
    const mains = new Map(this.classes.map((one) => [one.main, one.main_name]));
    const regions = config.districts.map((one) => [one.code, (isChinese ? one.name : one.name_en || one.name) || one.code]);
    replace(
      this.box,
      this.select("kind", gettext("Kind"), [["component", gettext("component")], ["event", gettext("event")]]),
      this.select("main", gettext("Main class"), [...mains].sort()),
      this.select("case_class", gettext("Class"), this.classes.map((one) => [one.id, one.name])),
      this.select("department", gettext("Department"), config.departments.map((one) => [one.id, one.name])),
      this.select("channel", gettext("Channel"), Object.entries(config.channels)),
      this.select("priority", gettext("Priority"), Object.entries(config.priorities)),
      this.select("level", gettext("Level"), Object.entries(config.levels)),
      config.campaigns.length > 0 && this.select("campaign", gettext("Campaign"), config.campaigns.map((one) => [one.id, one.name])),
      this.field(gettext("Region or grid, by code"), el("input", { name: "place", inputmode: "numeric", maxlength: 16, value: this.values.place ?? "", list: "desk-regions", pattern: "\\d{6}|\\d{9}|\\d{12}|\\d{14,16}" })),
      el("datalist", { id: "desk-regions" }, ...regions.map(([value, text]) => el("option", { value, text }))),
      this.field(gettext("Reported from"), el("input", { name: "first", type: "date", value: this.values.first ?? "" })),
      this.field(gettext("to"), el("input", { name: "last", type: "date", value: this.values.last ?? "" })),
      el("label", { class: "desk-check" }, el("input", { type: "checkbox", name: "mine", checked: this.values.mine === "1" }), ` ${gettext("only mine")}`),
      el("div", { class: "desk-searches" },
        el("button", { type: "button", class: "button button-small", text: gettext("No filter"), on: { click: () => this.clear() } }),
        el("button", { type: "button", class: "button button-small", text: gettext("Save this search"), on: { click: () => this.save() } }),
        el("ul", { id: "searches" })),
    );
  }

  select(name, label, options) {
    const empty = el("option", { value: "", text: gettext("all") });
    const select = el("select", { name }, empty, ...options.map(([value, text]) => el("option", { value, text })));
    select.value = this.values[name] ?? "";
    return this.field(label, select);
  }

  field(label, input) {
    return el("label", { class: "field" }, label, input);
  }

  use(query) {
    this.values = Object.fromEntries([...new URLSearchParams(query)].filter(([name]) => PLAIN.includes(name)));
    this.fillLights();
    this.show();
    this.showSearches();
    this.changed();
  }

  /** Takes the words out; the other filters stay. */
  clearText() {
    this.form.elements.text.value = "";
    if (!this.values.text) return;
    delete this.values.text;
    this.changed();
  }

  clear() {
    this.use("");
  }

  async save() {
    const name = prompt(gettext("Name of the search"))?.trim();
    if (!name) return;
    try {
      await post(SEARCHES, { name: name.slice(0, 60), query: String(this.query()) });
      toast({ text: gettext("The search is kept.") });
      await this.showSearches();
    } catch (error) {
      toastError(error);
    }
  }

  async showSearches() {
    const list = document.getElementById("searches");
    if (!list) return;
    try {
      replace(list, ...(await request(SEARCHES)).map((one) => this.searchRow(one)));
    } catch (error) {
      toastError(error);
    }
  }

  searchRow(one) {
    const forget = async () => {
      try {
        await remove(`${SEARCHES}/${one.id}`);
        await this.showSearches();
      } catch (error) {
        toastError(error);
      }
    };
    return el("li", {},
      el("button", { type: "button", class: "link", text: one.name, on: { click: () => this.use(one.query) } }),
      el("button", { type: "button", class: "icon-button", text: "×", "aria-label": `${gettext("Forget the search")}: ${one.name}`, on: { click: forget } }));
  }
}
