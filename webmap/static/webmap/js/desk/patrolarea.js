import { config } from "webmap/config";
import { el, iconButton } from "webmap/dom";
import { fill, formatArea, formatNumber, formatShare, gettext } from "webmap/i18n";
import { patch, post } from "webmap/api";
import { whileBusy } from "webmap/data/whilebusy";

/** The name of an area for people. */
export function areaName(area) {
  return area.name || area.code;
}

function fact(name, value) {
  return el("div", {}, el("dt", { text: name }), el("dd", { text: value }));
}

function people(area) {
  const names = [area.team?.name, ...area.inspectors.map((one) => one.name)].filter(Boolean);
  return el("p", { text: names.length ? names.join(" · ") : gettext("No team and no inspector yet.") });
}

/**
 * What is known of the chosen area, and for those who keep areas the forms that change it.
 * @param {object} area
 * @param {{found: object, grid: object|null, walked: object|undefined, onClose: () => void, onChange: () => Promise<void>}} around
 */
export function areaCard(area, { found, grid, walked, onClose, onChange }) {
  const burden = area.burden / (found.mean_burden || 1);
  return [
    el("header", {}, el("div", {}, el("h2", { text: areaName(area) }), area.name && el("small", { class: "mono", text: area.code })), iconButton("close", gettext("Close"), onClose)),
    el("dl", { class: "patrol-facts" },
      fact(gettext("Grids"), formatNumber(area.grids)), fact(gettext("Area"), formatArea(area.area_m2)), fact(gettext("Components"), formatNumber(area.components)),
      fact(gettext("Past cases"), formatNumber(area.cases)), fact(gettext("Burden by mean"), formatShare(burden)),
      walked ? fact(gettext("Walked"), `${walked.walked} / ${walked.grids}`) : ""),
    area.island && el("p", { class: "hint", text: gettext("An island: no other area of its street borders on it.") }),
    config.keeps ? peopleForm(area, onChange) : people(area),
    grid && giving(area, found, grid, onChange),
  ];
}

function peopleForm(area, onChange) {
  const name = el("input", { name: "name", maxlength: 60, value: area.name });
  const team = el("select", { name: "team" }, el("option", { value: "", text: gettext("none") }),
    ...config.teams.map(([code, text]) => el("option", { value: code, text, selected: area.team?.code === code })));
  const held = new Set(area.inspectors.map((one) => one.username));
  const boxes = config.inspectors.map((one) => el("label", {}, el("input", { type: "checkbox", value: one.username, checked: held.has(one.username) }), one.name));
  const save = whileBusy(async () => {
    const inspectors = boxes.map((label) => label.firstElementChild).filter((box) => box.checked).map((box) => box.value);
    await patch(`/api/v1/patrol/areas/${area.code}`, { name: name.value, team: team.value, inspectors });
    await onChange();
  });
  const form = el("form", {},
    el("label", { class: "field" }, gettext("Name"), name), el("label", { class: "field" }, gettext("Team"), team),
    el("fieldset", { class: "patrol-people" }, el("legend", { class: "visually-hidden", text: gettext("Inspectors") }), ...boxes),
    el("button", { type: "button", class: "button", text: gettext("Save"), on: { click: save } }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    form.querySelector("button").click();
  });
  return form;
}

/* The chosen grid may go to the areas it borders on, within its street. */
function giving(area, found, grid, onChange) {
  if (!config.keeps) return el("p", { class: "mono", text: grid.code });
  const beside = new Set(grid.neighbours.map((one) => found.members[one.ordinal - 1]).filter((k) => k >= 0));
  const targets = [...beside].map((k) => found.areas[k]).filter((one) => one.code !== area.code && one.street === area.street);
  return el("div", { class: "patrol-give" },
    el("span", {}, fill(gettext("Grid %(code)s"), { code: grid.code })),
    ...targets.map((one) => el("button", {
      type: "button", class: "button button-small", "data-give": one.code, text: fill(gettext("Give to %(area)s"), { area: areaName(one) }),
      on: { click: whileBusy(async () => {
        await post(`/api/v1/patrol/areas/${one.code}/grids`, { grid: grid.code });
        await onChange(one.code);
      }) },
    })),
    !targets.length && el("small", { text: gettext("It borders on no other area of its street.") }));
}
