import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { fill, formatCount, gettext } from "webmap/i18n";

/**
 * The card in which a day is chosen: any date, or one of the editions of the chosen district.
 * @param {Districts} districts
 * @param {(on: string) => void} onChoose a day, or an empty text for today
 */
export function dayContent(districts, onChoose) {
  const editions = districts.current?.editions ?? [];
  const first = editions.at(-1)?.valid_from ?? "";
  const last = config.today;
  const input = el("input", { type: "date", name: "on", min: first, max: last, value: districts.on || last, required: true });
  const wrong = el("small", { class: "is-error", role: "alert", hidden: true });
  const form = el("form", { class: "day-form", novalidate: true },
    el("label", { class: "field" }, el("span", { text: gettext("Day") }), input),
    el("button", { type: "submit", class: "button button-primary", text: gettext("Show") }), wrong);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const { valueMissing, badInput, rangeUnderflow, rangeOverflow } = input.validity;
    wrong.hidden = !(valueMissing || badInput || rangeUnderflow || rangeOverflow);
    if (valueMissing || badInput) wrong.textContent = gettext("Give a whole date.");
    else if (rangeUnderflow) wrong.textContent = fill(gettext("The first edition is in force from %(day)s."), { day: first });
    else if (rangeOverflow) wrong.textContent = gettext("This day has not come yet.");
    if (wrong.hidden) onChoose(input.value === last ? "" : input.value);
    else input.focus();
  });
  return [
    el("p", { text: gettext("Grids, regions and search as they were on a past day. The base map is always that of today.") }),
    form,
    editions.length > 0 && el("ul", { class: "district-list", "aria-label": gettext("Editions") },
      ...editions.map((one) => el("li", {}, editionChoice(one, districts, onChoose)))),
  ].filter(Boolean);
}

function editionChoice(edition, districts, onChoose) {
  const { valid_from: from, valid_to: to } = edition;
  const span = to ? fill(gettext("%(from)s to %(to)s"), { from, to }) : fill(gettext("since %(from)s"), { from });
  const isShown = districts.current.edition?.version === edition.version;
  return el("button", {
    type: "button", class: "choice", "aria-pressed": String(isShown), "data-version": edition.version,
    on: { click: () => onChoose(to ? from : "") },
  }, icon("day"),
  el("span", { class: "choice-text" },
    el("strong", { text: fill(gettext("Edition %(edition)s · %(count)s grids"), { edition: edition.edition, count: formatCount(edition.grid_count) }) }),
    el("small", { text: span })),
  !to && el("span", { class: "badge badge-real", text: gettext("In force") }));
}

/** A banner over the map while it shows a past day. */
export function showDay(districts, goBack) {
  const banner = document.getElementById("day-banner");
  banner.hidden = !districts.on;
  if (banner.hidden) return;
  const district = districts.current;
  const words = { day: districts.on, edition: district?.edition?.edition };
  const text = district?.edition
    ? gettext("As of %(day)s: edition %(edition)s")
    : gettext("No edition on %(day)s");
  replace(banner, icon("day"), el("span", { text: fill(text, words) }),
    el("button", { type: "button", class: "button button-small", text: gettext("Back to today"), on: { click: goBack } }));
}
