import { el } from "webmap/dom";
import { fill, formatArea, formatNumber, formatShare, gettext } from "webmap/i18n";

const LISTED = 8;

/** Which edits a number of chosen grids can have: name, words, key, and how many grids it needs. */
export function actions() {
  return [
    ["merge", gettext("Merge"), "M", (count) => count >= 2],
    ["split", gettext("Split"), "S", (count) => count === 1],
    ["reassign", gettext("Give away"), "G", (count) => count === 2],
    ["move", gettext("Move border"), "V", (count) => count === 1 || count === 2],
    ["pin", gettext("Pin border"), "P", (count) => count === 2],
    ["unpin", gettext("Release border"), "U", (count) => count === 2],
    ["leave", gettext("Leave alone"), "A", (count) => count >= 1],
    ["release", gettext("Release grids"), "R", (count) => count >= 1],
  ];
}

function row(form, index, count) {
  const role = count === 2 ? [gettext("gives"), gettext("takes")][index] : "";
  return el("li", {},
    el("code", { text: form.code }), role && el("span", { class: "badge", text: role }),
    form.left_alone && el("span", { class: "badge", text: gettext("left alone") }),
    el("small", { text: fill(gettext("%(area)s · %(share)s on features"), { area: formatArea(form.area_m2), share: formatShare(form.on_feature_share) }) }));
}

/**
 * The chosen grids and what can be done with them.
 * @param {object[]} forms
 * @param {{busy: boolean, act: (name: string) => void, clear: () => void}} options
 * @returns {Node[]}
 */
export function choiceView(forms, { busy, act, clear }) {
  const count = forms.length;
  const area = forms.reduce((sum, form) => sum + form.area_m2, 0);
  const buttons = el("div", { class: "edit-actions", role: "group", "aria-label": gettext("What can be done") }, ...actions().map(([name, words, key, fits]) => el(
    "button", {
      type: "button", class: "button", "data-action": name, disabled: busy || !fits(count), title: `${words} (${key})`, on: { click: () => act(name) },
    }, el("span", { text: words }), el("kbd", { text: key }))));
  if (!count) return [el("p", { class: "hint", text: gettext("Click a grid on the map. Shift or Ctrl adds more; Shift and drag chooses all in a box.") }), buttons];
  return [
    el("ul", { class: "edit-chosen" }, ...forms.slice(0, LISTED).map((form, index) => row(form, index, count))),
    count > LISTED && el("p", { class: "hint", text: fill(gettext("and %(count)s more"), { count: formatNumber(count - LISTED) }) }),
    count > 1 && el("p", { text: fill(gettext("%(count)s grids, %(area)s together"), { count: formatNumber(count), area: formatArea(area) }) }),
    buttons,
    el("button", { type: "button", class: "link", text: gettext("Choose none"), on: { click: clear } }),
  ].filter(Boolean);
}
