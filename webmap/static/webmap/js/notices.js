import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { fill, gettext, nameOf } from "webmap/i18n";
import { origin, originText } from "webmap/districts";

/** The line that says of each district whether its map is real, and whose data it is. */
export function showOrigins(districts) {
  const node = document.getElementById("origins");
  const look = (district) => [
    origin(district) === "made-up" ? "is-made-up" : "is-real", district.code === districts.code ? "is-current" : "",
  ].join(" ");
  replace(node, ...districts.list.map((district) => el("span", { class: look(district) },
    el("b", { text: nameOf(district) }),
    ` ${originText(district)}${district.attribution ? ` · ${district.attribution}` : ""}`)));
  if (!districts.list.some((district) => district.attribution) && config.attribution) node.append(el("span", { text: config.attribution }));
}

/** A banner over the map while a draft is shown. */
export function showDraft(districts, leave) {
  const banner = document.getElementById("draft-banner");
  const draft = districts.shownDraft;
  banner.hidden = !draft;
  if (!draft) return;
  replace(banner, icon("draft"),
    el("span", { text: fill(gettext("Draft: edition %(edition)s of %(district)s is not in force."), { edition: draft.edition, district: nameOf(districts.current) }) }),
    el("button", { type: "button", class: "button button-small", text: gettext("Leave the draft"), on: { click: leave } }));
}

/** What to do when there is nothing to show yet. */
export function showEmpty(districts) {
  const node = document.getElementById("empty");
  const chosen = districts.current;
  const nothing = !districts.list.length;
  // On a past day the banner says so.
  const noPlan = !nothing && !districts.hasPlan && !districts.on;
  node.hidden = !(nothing || noPlan);
  if (node.hidden) return;
  const commands = nothing
    ? ["manage.py load_demo", "manage.py import_regions FILE --level district"]
    : [`manage.py make_grids ${chosen.code}`, `manage.py check_grids ${chosen.code}-e1`, `manage.py publish_grids ${chosen.code}-e1`];
  replace(node,
    el("div", { class: "empty-art" }, icon("grid", "icon icon-huge")),
    el("h2", { text: nothing ? gettext("There is no district yet") : gettext("There is no published grid plan yet") }),
    el("p", { text: nothing
      ? gettext("Load the demo, or import the regions of your own district:")
      : fill(gettext("%(district)s has regions but no grids in force. Make, check and publish a plan:"), { district: nameOf(chosen) }) }),
    el("pre", {}, el("code", { text: commands.join("\n") })),
    el("button", { type: "button", class: "button", text: gettext("Close"), on: { click: () => { node.hidden = true; } } }));
}
