import { el } from "webmap/dom";
import { formatCount, gettext } from "webmap/i18n";

/**
 * The legend. Colour classes of a measure are shown when there are some.
 * @param {HTMLElement|null} coloured what is said of the measure that grids are coloured by
 * @param {{title: string, classes: Array<{colour: string, label: string, count: number}>}|null} measure
 */
export function legendContent(coloured, measure) {
  return [
    coloured,
    measure && part(measure.title, measure.classes.map((one) => colourRow(one))),
    part(gettext("Unit grids"), [
      row("grid", gettext("Unit grid")),
      row("grid-hover", gettext("Under the mouse")),
      row("grid-chosen", gettext("Selected")),
      row("grid-draft", gettext("Draft, not in force")),
    ]),
    part(gettext("Region borders"), [
      row("border-district", gettext("District")),
      row("border-street", gettext("Street")),
      row("border-community", gettext("Community")),
    ]),
    part(gettext("Base map"), [
      row("road-main", gettext("Main road")),
      row("road-side", gettext("Branch road")),
      row("road-lane", gettext("Lane, hutong")),
      row("rail", gettext("Railway")),
      row("water", gettext("Water")),
      row("green", gettext("Green area")),
      row("building", gettext("Building")),
    ]),
  ].filter(Boolean);
}

function part(title, rows) {
  return el("section", { class: "legend-part" }, el("h3", { text: title }), el("ul", {}, ...rows));
}

function row(kind, text) {
  return el("li", {}, el("i", { class: `swatch swatch-${kind}`, "aria-hidden": "true" }), el("span", { text }));
}

function colourRow({ colour, label, count }) {
  const swatch = el("i", { class: "swatch swatch-colour", "aria-hidden": "true" });
  swatch.style.backgroundColor = colour;
  return el("li", {}, swatch, el("span", { text: label }), el("small", { text: formatCount(count) }));
}
