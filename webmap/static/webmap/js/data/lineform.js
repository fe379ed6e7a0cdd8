import { config, isChinese } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { patch, post, remove } from "webmap/api";
import { toast, toastError } from "webmap/toast";

const ADDRESS = "/api/v1/responsibilities";
const ROLES = ["supervisor", "owner", "keeper"];
const byId = (id) => document.getElementById(id);

function named({ code, name, name_en: nameEn }) {
  return `${code} ${(!isChinese && nameEn) || name}`;
}

/* A choice is a catalogue and a code; without a code it is every class. */
function classOptions() {
  const several = new Set(config.classes.map(({ catalogue }) => catalogue)).size > 1;
  return config.classes.map((main) => el(
    "optgroup", { label: several ? `${named(main)} (${main.catalogue})` : named(main) },
    el("option", { value: `${main.catalogue}/${main.code}`, text: fill(gettext("all of %(name)s"), { name: named(main) }) }),
    ...main.classes.map((kind) => el("option", { value: `${main.catalogue}/${kind.code}`, text: named(kind) })),
  ));
}

function choiceOf({ catalogue, main, kind }) {
  return main ? `${catalogue}/${(kind ?? main).code}` : "";
}

/* What a line says, as it is sent. */
function saidBy(line) {
  return {
    region: line.region, kind: (line.kind ?? line.main)?.code ?? "", ...(line.catalogue && { catalogue: line.catalogue }),
    note: line.note, ...Object.fromEntries(ROLES.map((role) => [role, line[role]])),
  };
}

/**
 * The form of a line: adds one, or changes the one that was chosen.
 * @param {() => void} onChange called when the table has changed
 * @returns {{edit: (line: object) => void, drop: (line: object) => Promise<void>}}
 */
export function startLineForm(onChange) {
  const form = byId("line-form");
  const { elements } = form;
  let edited = null;

  function mark() {
    for (const row of document.querySelectorAll("#lines tr")) row.classList.toggle("is-edited", Number(row.dataset.line) === edited?.id);
    byId("line-title").textContent = edited ? gettext("Change the line") : gettext("New line");
    byId("line-save").textContent = edited ? gettext("Save") : gettext("Add");
    byId("line-leave").hidden = !edited;
    byId("line-problem").hidden = true;
  }

  function clear() {
    edited = null;
    form.reset();
    mark();
  }

  function wanted() {
    const [catalogue, kind = ""] = elements.kind.value.split("/");
    const party = (role) => {
      const pair = { code: elements[`${role}_code`].value.trim(), name: elements[role].value.trim() };
      return pair.code || pair.name ? pair : null;
    };
    return {
      region: elements.region.value.trim().split(/\s/)[0], kind, ...(catalogue && { catalogue }), note: elements.note.value.trim(),
      ...Object.fromEntries(ROLES.map((role) => [role, party(role)])),
    };
  }

  async function save(event) {
    event.preventDefault();
    byId("line-save").disabled = true;
    try {
      await (edited ? patch(`${ADDRESS}/${edited.id}`, wanted()) : post(ADDRESS, wanted()));
      toast({ text: edited ? gettext("The line is changed.") : gettext("The line is added.") });
      clear();
      onChange();
    } catch (error) {
      byId("line-problem").hidden = false;
      replace(byId("line-problem"), el("code", { text: error.code }), ` ${error.message}`);
    } finally {
      byId("line-save").disabled = false;
    }
  }

  async function drop(line) {
    try {
      await remove(`${ADDRESS}/${line.id}`);
      if (edited?.id === line.id) clear();
      toast({ text: fill(gettext("The line of %(region)s is deleted."), { region: line.region }), retryText: gettext("Undo"), retry: () => bringBack(line) });
      onChange();
    } catch (error) {
      toastError(error);
    }
  }

  async function bringBack(line) {
    try {
      await post(ADDRESS, saidBy(line));
      onChange();
    } catch (error) {
      toastError(error, () => bringBack(line));
    }
  }

  function edit(line) {
    edited = line;
    elements.region.value = line.region;
    elements.kind.value = choiceOf(line);
    elements.note.value = line.note;
    for (const role of ROLES) {
      elements[role].value = line[role]?.name ?? "";
      elements[`${role}_code`].value = line[role]?.code ?? "";
    }
    mark();
    form.scrollIntoView({ block: "nearest" });
    elements.region.focus();
  }

  /* A name that is known brings its code along. */
  function completeCode(role) {
    const found = config.organisations.filter(([, name]) => name === elements[role].value.trim());
    if (found.length === 1 && !elements[`${role}_code`].value) [[elements[`${role}_code`].value]] = found;
  }

  for (const role of ROLES) elements[role].addEventListener("change", () => completeCode(role));
  replace(elements.kind, el("option", { value: "", text: gettext("all classes") }), ...classOptions());
  replace(byId("region-list"), ...config.regions.map(([code, name, nameEn]) => el("option", { value: `${code} ${(!isChinese && nameEn) || name}` })));
  replace(byId("party-list"), ...[...new Set(config.organisations.map(([, name]) => name))].map((value) => el("option", { value })));
  form.addEventListener("submit", save);
  byId("line-leave").addEventListener("click", clear);
  return { edit, drop };
}
