import { el, replace } from "webmap/dom";
import { gettext, nameOf } from "webmap/i18n";
import { request } from "webmap/api";

let asked = null;

/* Classes, departments and sources that there are; a page asks once. */
function choices() {
  asked ??= Promise.all([request("/api/v1/values/choices")]).then(([found]) => found, (error) => {
    asked = null;
    throw error;
  });
  return asked;
}

/**
 * Which cases are counted: of a class, a department, a source, a campaign.
 * @param {object} state see ``MeasureState`` @param {(change: object) => void} set
 * @returns {HTMLElement}
 */
export function narrowing(state, set) {
  const node = el("details", { class: "measure-narrow", open: Object.values(state.narrowed).some(Boolean) },
    el("summary", { text: gettext("Only some cases") }));
  const body = el("div", {});
  node.append(body);
  const fillIn = () => choices().then((found) => replace(body, ...selects(found, state, set)), (error) => replace(body, el("p", { class: "hint", text: error.message })));
  if (node.open) fillIn();
  else node.addEventListener("toggle", fillIn, { once: true });
  return node;
}

function selects(found, state, set) {
  const one = (name, title, all, rows) => rows.length > 0 && el("label", { class: "measure-field" }, el("span", { text: title }),
    el("select", { on: { change: (event) => set({ narrowed: { ...state.narrowed, [name]: event.target.value } }) } },
      el("option", { value: "", text: all }),
      ...rows.map((row) => el("option", { value: row.key, text: nameOf(row), selected: state.narrowed[name] === row.key }))));
  return [
    one("classes", gettext("Class"), gettext("all classes"), found.classes),
    one("departments", gettext("Department"), gettext("all departments"), found.departments),
    one("channels", gettext("Source"), gettext("all sources"), found.channels),
    one("campaigns", gettext("Campaign"), gettext("with or without"), found.campaigns),
  ].filter(Boolean);
}
