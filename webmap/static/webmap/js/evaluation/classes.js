import { el, replace } from "webmap/dom";
import { gettext, nameOf } from "webmap/i18n";
import { config } from "webmap/config";
import { openDialog } from "webmap/dialog";
import { post, request } from "webmap/api";
import { toastError } from "webmap/toast";

/**
 * Shows which areas are of which class, and lets planners say so.
 * @param {string} district @param {string} first day from which what is said holds
 * @param {boolean} mayChange @param {() => void} onChange
 */
export async function showClasses(district, first, mayChange, onChange) {
  const url = "/api/v1/evaluation/classes";
  const place = el("div", { class: "class-areas" });
  const from = el("input", { type: "date", value: first, max: config.today, required: true });
  openDialog(gettext("Classes of areas"), el("p", { class: "hint", text: gettext("An area is scored by the scheme of weights of its class and ranked within it. What lies within it has the same class, unless it has one of its own. In a period that of its last day counts.") }),
    mayChange && el("label", { class: "field class-from" }, gettext("What is chosen holds from"), from), place);
  const show = ({ classes, areas }) => {
    const select = (value, label, onPick) => el("select", { "aria-label": label, disabled: !mayChange, on: { change: (event) => onPick(event.target.value) } },
      el("option", { value: "", text: "–" }), ...classes.map((one) => el("option", { value: one.code, text: `${one.code} ${nameOf(one)}`, selected: one.code === value })));
    const own = new Map(areas.map((one) => [one.code, one]));
    const streets = Object.entries(config.streets).filter(([code]) => code.startsWith(district));
    const rows = [[district, gettext("the whole district")], ...streets, ...areas.filter((one) => one.code !== district && !(one.code in config.streets)).map((one) => [one.code, one.name])];
    const code = el("input", { type: "text", maxlength: 40, placeholder: gettext("code of a community, unit grid or patrol area"), "aria-label": gettext("Code") });
    replace(place,
      el("table", { class: "figures" }, el("tbody", {}, ...rows.map(([one, name]) => el("tr", {},
        el("th", { scope: "row" }, `${name} `, el("small", { class: "mono", text: one })),
        el("td", {}, select(own.get(one)?.area_class ?? "", name, (value) => set(one, value))))))),
      mayChange && el("p", { class: "data-actions" }, code, select("", gettext("Class of area"), (value) => code.value.trim() && set(code.value.trim(), value))));
  };
  const set = async (code, value) => {
    try {
      show(await post(url, { code, area_class: value, ...(from.value ? { valid_from: from.value } : {}) }));
      onChange();
    } catch (error) {
      toastError(error);
    }
  };
  try {
    show(await request(`${url}?district=${district}`));
  } catch (error) {
    toastError(error);
  }
}
