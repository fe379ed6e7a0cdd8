import { confidenceName } from "webmap/measures/confidence";
import { config } from "webmap/config";
import { fill, formatValue, gettext } from "webmap/i18n";

/**
 * A measure that grids are coloured by.
 * @typedef {{key: string, title: string, unit: string, standard?: number[], live: boolean,
 *   narrows: boolean, compares: boolean, isTimeless: boolean}} Measure
 *   ``standard``: class ends used in the field or fixed by us; ``narrows``: whether cases of some
 *   kind can be chosen; ``live``: whether it follows every move; ``compares``: whether it may be set against
 *   another period; ``isTimeless``: whether it is of days of its own
 */

/** Measures of this user in groups, as the card shows them. */
export function measureGroups() {
  return everyGroup().filter((group) => group.isOpen);
}

/* All there are: a link may name one that is not for this user. */
function everyGroup() {
  const one = (key, title, unit, more = {}) => ({ key, title, unit, narrows: false, live: true, compares: true, isTimeless: false, ...more });
  return [
    {
      title: gettext("Cases"),
      isOpen: config.user.sees_results,
      items: [
        one("cases", gettext("Filed cases"), "count", { narrows: true, standard: [1, 3, 5, 7, 9] }),
        one("density", gettext("Cases per km²"), "per_km2", { narrows: true, standard: [50, 100, 200, 400, 800] }),
        one("per_100_components", gettext("Cases per 100 components"), "plain", { narrows: true }),
        one("open", gettext("Open cases"), "count"),
        one("overdue", gettext("Overdue cases"), "count"),
        one("pressed", gettext("Presses"), "count"),
      ],
    },
    {
      title: gettext("Quality"),
      isOpen: config.user.sees_results,
      items: [
        one("grade", gettext("Grade"), "grade"),
        one("score", gettext("Score"), "points", { standard: [60, 70, 80, 90, 100] }),
        one("rework", gettext("Share reworked"), "share", { standard: [0.02, 0.05, 0.1, 0.2] }),
        one("hours", gettext("Mean hours of handling"), "hours", { standard: [4, 12, 24, 72] }),
        one("satisfaction", gettext("Share of the content"), "share", { standard: [0.6, 0.7, 0.8, 0.9, 1] }),
        one("coverage", gettext("Patrol coverage"), "share", { standard: [0.25, 0.5, 0.75, 0.9, 1], live: false }),
      ],
    },
    {
      title: gettext("Analysis"),
      isOpen: config.user.sees_results && config.user.sees_analysis,
      items: [
        one("hotspots", gettext("Hot and cold spots"), "confidence", { live: false, compares: false }),
        one("forecast", gettext("Expected in the coming week"), "expected", { live: false, compares: false, isTimeless: true }),
      ],
    },
  ];
}

/** A measure of this user by its key. @returns {Measure|null} */
export function measureNamed(key) {
  return named(measureGroups(), key);
}

/** A measure that there is, but not for this user. @returns {Measure|null} */
export function closedMeasure(key) {
  return measureNamed(key) ? null : named(everyGroup(), key);
}

function named(groups, key) {
  return groups.flatMap((group) => group.items).find((one) => one.key === key) ?? null;
}

/** A value of a measure in words. */
export function valueText({ unit }, value) {
  if (unit === "share") return `${formatValue(value * 100, 2)} %`;
  if (unit === "confidence") return confidenceName(value);
  if (unit === "expected") return formatValue(value, 2);
  if (unit === "hours") return fill(gettext("%(n)s h"), { n: formatValue(value, 2) });
  return formatValue(value, unit === "count" ? 15 : 2);
}
