import { classes, matching, recentClasses, symbolOf } from "webmap/hand/classes";
import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { openSheet } from "webmap/hand/sheet";
import { toastError } from "webmap/toast";

/**
 * Chips with the classes used last, and a button to all of them.
 * @param {(one: object) => void} onChoose
 */
export function classChooser(onChoose) {
  const chips = el("div", { class: "chips", role: "group", "aria-label": gettext("Class") });
  let chosen = null;
  const choose = (one) => {
    chosen = one;
    show();
    onChoose(one);
  };
  const show = async () => {
    try {
      const recent = await recentClasses();
      const shown = chosen && !recent.some((one) => one.id === chosen.id) ? [chosen, ...recent] : recent;
      replace(chips, ...shown.map((one) => chip(one, one.id === chosen?.id, choose)),
        el("button", { type: "button", class: "button chip-all", text: gettext("All classes"), on: { click: () => openPicker(choose) } }));
    } catch (error) {
      toastError(error, show);
    }
  };
  show();
  return { node: chips, choose, refresh: show, get chosen() { return chosen; }, clear() { chosen = null; show(); } };
}

function chip(one, pressed, choose) {
  return el("button", { type: "button", class: "chip", "aria-pressed": String(pressed), "data-class": one.id, on: { click: () => choose(one) } },
    el("img", { src: symbolOf(one), alt: "", width: 28, height: 28 }), el("span", { text: one.name }));
}

/** All classes in a sheet, with a search. */
async function openPicker(choose) {
  const search = el("input", {
    type: "search", class: "hand-input", autocomplete: "off", "aria-label": gettext("Search classes"),
    placeholder: gettext("Name, code or pinyin initials"),
  });
  const count = el("p", { class: "hint", role: "status" });
  const place = el("div", { class: "class-list" });
  const { close } = openSheet(gettext("Choose a class"), search, count, place);
  const all = await classes();
  const take = (one) => { close(); choose(one); };
  const show = () => {
    const found = matching(all, search.value);
    count.textContent = found.length ? "" : gettext("No class fits; try fewer letters.");
    replace(place, ...groups(found).map((group) => classGroup(group, take)));
  };
  search.addEventListener("input", show);
  show();
}

function groups(found) {
  const byMain = new Map();
  for (const one of found) {
    const key = `${one.kind}${one.main}`;
    if (!byMain.has(key)) byMain.set(key, { name: `${kindWord(one.kind)} · ${one.main_name}`, classes: [] });
    byMain.get(key).classes.push(one);
  }
  return [...byMain.values()];
}

function kindWord(kind) {
  return kind === "event" ? gettext("Event") : gettext("Component");
}

function classGroup(group, take) {
  return el("section", {}, el("h3", { text: group.name }),
    el("ul", {}, ...group.classes.map((one) => el("li", {}, el("button", { type: "button", class: "row-button", "data-class": one.id, on: { click: () => take(one) } },
      el("img", { src: symbolOf(one), alt: "", width: 32, height: 32 }), el("span", { text: one.name }), el("small", { class: "mono", text: one.code }))))));
}
