import { catalogues, kindName, stateChoices, symbolUrl } from "webmap/components/catalogue";
import { debounce, el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";

const NAMES = ["catalogue", "main", "kind", "state", "owner", "text"];
const WAIT_MS = 250;

/** Which components are shown. Fires ``change``. */
export class ComponentFilter extends EventTarget {
  constructor() {
    super();
    this.shown = false;
    this.values = {};
    this.ownerName = "";
  }

  /** What is asked for, without what is left open. */
  get asked() {
    return Object.fromEntries(NAMES.filter((name) => this.values[name]).map((name) => [name, this.values[name]]));
  }

  /** The same as a query string. */
  get query() {
    return new URLSearchParams(this.asked).toString();
  }

  /** For the address bar: an empty text while components are not shown. */
  get state() {
    return this.shown ? this.query || "all" : "";
  }

  /** Takes up the state of a link. */
  restore(state) {
    const values = state && state !== "all" ? Object.fromEntries(new URLSearchParams(state)) : {};
    this.shown = Boolean(state);
    this.values = Object.fromEntries(NAMES.filter((name) => values[name]).map((name) => [name, values[name]]));
    this.tell();
  }

  /** Changes some values; what depends on them goes. */
  set(values) {
    Object.assign(this.values, values);
    this.tell();
  }

  show(shown) {
    this.shown = shown;
    this.tell();
  }

  tell() {
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * The card of the filter.
 * @param {ComponentFilter} filter
 * @param {{list: () => void, lasso: () => void, add: (() => void)|null}} actions
 */
export function filterContent(filter, actions) {
  const body = el("div", { class: "stack component-filter" });
  catalogues().then((all) => fillCard(body, filter, all, actions), (error) => {
    replace(body, el("p", { class: "is-error", text: error.message }));
  });
  return [onSwitch(filter), body];
}

function onSwitch(filter) {
  const box = el("input", { type: "checkbox", role: "switch", checked: filter.shown, id: "components-shown" });
  box.addEventListener("change", () => filter.show(box.checked));
  return el("label", { class: "switch" }, el("span", { text: gettext("Show components") }), box, el("i", { "aria-hidden": "true" }));
}

function fillCard(body, filter, all, actions) {
  if (!all.length) {
    replace(body, el("p", { text: gettext("There is no catalogue of component classes yet. GIS staff load one with an import.") }));
    return;
  }
  const chosen = all.find((one) => one.version === filter.values.catalogue) ?? all.find((one) => one.version.startsWith("cjt214")) ?? all[0];
  const turnOn = (values) => {
    filter.shown = true;
    filter.set(values);
    document.getElementById("components-shown").checked = true;
  };
  const again = (values) => {
    turnOn(values);
    fillCard(body, filter, all, actions);
  };
  replace(body,
    all.length > 1 && field(gettext("Catalogue"), select("catalogue", all.map((one) => [one.version, one.version]), chosen.version,
      (catalogue) => again({ catalogue, main: "", kind: "" }))),
    mainButtons(chosen, filter, (main) => again({ main, kind: "" })),
    field(gettext("Class"), select("kind", [["", gettext("all classes")], ...kindsOf(chosen, filter.values.main).map((kind) => [kind.code, `${kind.code} ${kindName(kind)}`])],
      filter.values.kind ?? "", (kind) => again({ kind }))),
    field(gettext("State"), select("state", [["", gettext("any state")], ...stateChoices()], filter.values.state ?? "", (state) => turnOn({ state }))),
    field(gettext("Owner"), ownerField(filter, turnOn)),
    el("div", { class: "button-row" },
      button(gettext("List"), actions.list), button(gettext("Lasso"), actions.lasso),
      actions.add && button(gettext("New component"), actions.add)));
}

function kindsOf(catalogue, main) {
  return main ? catalogue.classes.filter((kind) => kind.main === main) : catalogue.classes;
}

function mainButtons(catalogue, filter, choose) {
  return el("div", { class: "main-classes", role: "group", "aria-label": gettext("Main class") }, ...catalogue.main_classes.map((main) => {
    const isOn = filter.values.main === main.code;
    return el("button", {
      type: "button", class: "main-class", "aria-pressed": String(isOn), title: kindName(main),
      on: { click: () => choose(isOn ? "" : main.code) },
    }, el("img", { src: symbolUrl(main.symbol), alt: "", width: 24, height: 24 }), el("span", { text: kindName(main) }));
  }));
}

function select(name, options, chosen, choose) {
  const node = el("select", { name }, ...options.map(([value, text]) => el("option", { value, text, selected: value === chosen })));
  node.addEventListener("change", () => choose(node.value));
  return node;
}

function field(text, control) {
  return el("label", { class: "field" }, el("span", { text }), control);
}

function button(text, action) {
  return el("button", { type: "button", class: "button button-small", text, on: { click: action } });
}

/* Owners are many: the field asks as one types and offers what fits. */
function ownerField(filter, turnOn) {
  const list = el("datalist", { id: "owner-names" });
  const input = el("input", { type: "text", name: "owner", list: "owner-names", autocomplete: "off", placeholder: gettext("any owner"), value: filter.ownerName });
  const known = new Map();
  const offer = debounce(async () => {
    try {
      const found = await request(`/api/v1/organisations?${new URLSearchParams({ q: input.value.trim() })}`);
      for (const one of found) known.set(one.name, one.id);
      replace(list, ...found.map((one) => el("option", { value: one.name })));
    } catch (error) {
      toastError(error);
    }
  }, WAIT_MS);
  const choose = () => {
    const name = input.value.trim();
    if (name && !known.has(name)) return;
    filter.ownerName = name;
    turnOn({ owner: name ? String(known.get(name)) : "" });
  };
  input.addEventListener("input", () => {
    offer();
    choose();
  });
  input.addEventListener("focus", offer, { once: true });
  input.addEventListener("change", choose);
  return el("span", { class: "owner-field" }, input, list);
}
