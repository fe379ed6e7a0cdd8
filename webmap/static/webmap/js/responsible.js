import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { request } from "webmap/api";

/**
 * Who answers for a unit grid on the four levels, asked for when the panel shows it.
 * @param {{code: string, edition: {state: string, valid_from: string|null, valid_to: string|null}}} grid
 */
export function responsibleSection(grid) {
  const { state, valid_from: from, valid_to: to } = grid.edition;
  if (state === "draft" || state === "checked") return "";
  const section = el("section", { class: "responsible", "aria-busy": "true" });
  const day = to ? `&on=${from}` : "";
  const address = `/api/v1/patrol/responsible?grid=${grid.code}${day}`;
  const ask = (more, whole) => request(address + more).then(
    (found) => show(section, found, whole, () => ask("&telephones=1", true)),
    (error) => replace(section, title(), el("small", { text: error.message })),
  );
  ask("", false);
  return section;
}

function title() {
  return el("h3", { text: gettext("Who answers") });
}

/** Telephones are masked until somebody presses for them: the server notes who did. */
function show(section, { levels, area }, whole, reveal) {
  section.removeAttribute("aria-busy");
  const named = levels.filter((one) => one.persons.length);
  if (!named.length && !area) {
    replace(section, title(), el("small", { text: gettext("Nobody is named yet.") }));
    return;
  }
  replace(section, title(), area && areaRow(area),
    ...named.map((one) => el("dl", { class: "responsible-level" }, el("dt", { text: one.level_name }), el("dd", {}, ...one.persons.map((each) => person(each, whole))))),
    !whole && named.some((one) => one.persons.some((each) => each.phone)) && el("button",
      { type: "button", class: "button button-small", id: "show-telephones", text: gettext("Show telephone numbers"), title: gettext("It is noted who looked"), on: { click: reveal } }),
    !config.user.authenticated && el("small", { text: gettext("Log in to see telephone numbers.") }));
  // The button that was pressed is gone.
  if (whole) section.querySelector("a")?.focus();
}

function areaRow(area) {
  const people = [area.team?.name, ...area.inspectors.map((one) => one.name)].filter(Boolean).join(" · ");
  return el("dl", { class: "responsible-level" }, el("dt", { text: gettext("Patrol area") }),
    el("dd", {}, el("div", {}, el("strong", { text: area.name || area.code }), people && el("small", { text: people }))));
}

function person(one, whole) {
  const about = [one.level === "grid" && one.role_name, one.post, one.organisation].filter(Boolean).join(" · ");
  return el("div", {}, el("strong", { text: one.name }), about && el("small", { text: about }),
    one.phone && !whole && el("span", { class: "masked", text: one.phone }),
    one.phone && whole && el("a", { href: `tel:${one.phone.replace(/[^\d+*#]/g, "")}`, text: one.phone, "aria-label": `${fill(gettext("Call %(name)s"), { name: one.name })} ${one.phone}` }));
}
