import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { patch, request, sendFile } from "webmap/api";
import { stateChoices } from "webmap/components/catalogue";
import { toast, toastError } from "webmap/toast";

/**
 * What those who keep the register do on a component: state, note, photo.
 * @param {object} one the component
 * @param {(changed: object) => void} onChange
 * @returns {Node[]}
 */
export function keepForms(one, onChange) {
  return [el("section", { class: "keep" }, stateForm(one, onChange), photoForm(one, onChange), detailsForm(one, onChange))];
}

async function save(one, values, form, onChange) {
  const controls = [...form.elements];
  for (const control of controls) control.disabled = true;
  try {
    onChange(await patch(`/api/v1/components/${one.code}`, { revision: one.revision, ...values }));
    toast({ text: gettext("Saved") });
  } catch (error) {
    toastError(error);
    // Someone else was faster: show what it is now.
    if (error.code === "E-COMPONENT-STALE") onChange(await request(`/api/v1/components/${one.code}`));
  } finally {
    for (const control of controls) control.disabled = false;
  }
}

function stateForm(one, onChange) {
  const select = el("select", { name: "state", "aria-label": gettext("State") },
    ...stateChoices().map(([value, text]) => el("option", { value, text, selected: value === one.state })));
  const form = el("form", { class: "keep-row" }, el("span", { text: gettext("State") }), select,
    el("button", { type: "submit", class: "button button-small", text: gettext("Save") }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (select.value !== one.state) save(one, { state: select.value }, form, onChange);
  });
  return form;
}

function photoForm(one, onChange) {
  const input = el("input", { type: "file", accept: "image/jpeg,image/png,image/webp", capture: "environment", hidden: true });
  const label = el("button", { type: "button", class: "button button-small", text: gettext("Add a photo"), on: { click: () => input.click() } });
  input.addEventListener("change", async () => {
    if (!input.files.length) return;
    label.textContent = gettext("Sending…");
    try {
      await sendFile(`/api/v1/components/${one.code}/photos`, input.files[0]);
      onChange(await request(`/api/v1/components/${one.code}`));
    } catch (error) {
      toastError(error);
    } finally {
      label.textContent = gettext("Add a photo");
      input.value = "";
    }
  });
  return el("div", { class: "keep-row" }, input, label);
}

const TEXTS = () => [
  ["name", gettext("Name"), 100],
  ["position", gettext("Position"), 200],
  ["supervisor", gettext("Responsible department"), 100],
  ["owner", gettext("Owner"), 100],
  ["keeper", gettext("Keeper"), 100],
  ["note", gettext("Note"), 1000],
];

function detailsForm(one, onChange) {
  // What the table of responsibility answers is not the component's own.
  const own = (party) => (party.by_table ? "" : party.name);
  const value = (name) => (typeof one[name] === "object" && one[name] ? own(one[name]) : one[name] ?? "");
  const fields = TEXTS().map(([name, text, most]) => el("label", { class: "field" }, el("span", { text }), el("input", { name, maxlength: most, value: value(name) })));
  const form = el("form", { class: "stack" }, ...fields, el("button", { type: "submit", class: "button button-small", text: gettext("Save") }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const changed = TEXTS().map(([name]) => [name, form.elements[name].value.trim()]).filter(([name, text]) => text !== value(name));
    if (changed.length) save(one, Object.fromEntries(changed), form, onChange);
  });
  return el("details", { class: "keep-details" }, el("summary", { text: gettext("Edit attributes") }), form);
}

