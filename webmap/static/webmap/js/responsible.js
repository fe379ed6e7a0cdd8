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
  request(`/api/v1/patrol/responsible?grid=${grid.code}${day}`).then(
    (found) => show(section, found),
    (error) => replace(section, title(), el("small", { text: error.message })),
  );
  return section;
}

function title() {
  return el("h3", { text: gettext("Who answers") });
}

function show(section, { levels, area }) {
  section.removeAttribute("aria-busy");
  const named = levels.filter((one) => one.persons.length);
  if (!named.length && !area) {
    replace(section, title(), el("small", { text: gettext("Nobody is named yet.") }));
    return;
  }
  replace(section, title(), area && areaRow(area),
    ...named.map((one) => el("dl", { class: "responsible-level" }, el("dt", { text: one.level_name }), el("dd", {}, ...one.persons.map(person)))),
    !config.user.authenticated && el("small", { text: gettext("Log in to see telephone numbers.") }));
}

function areaRow(area) {
  const people = [area.team?.name, ...area.inspectors.map((one) => one.name)].filter(Boolean).join(" · ");
  return el("dl", { class: "responsible-level" }, el("dt", { text: gettext("Patrol area") }),
    el("dd", {}, el("div", {}, el("strong", { text: area.name || area.code }), people && el("small", { text: people }))));
}

function person(one) {
  const about = [one.level === "grid" && one.role_name, one.post, one.organisation].filter(Boolean).join(" · ");
  return el("div", {}, el("strong", { text: one.name }), about && el("small", { text: about }),
    one.phone && el("a", { href: `tel:${one.phone.replace(/[^\d+*#]/g, "")}`, text: one.phone, "aria-label": `${fill(gettext("Call %(name)s"), { name: one.name })} ${one.phone}` }));
}
