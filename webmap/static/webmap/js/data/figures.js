import { el } from "webmap/dom";
import { formatArea, formatNumber, formatShare, gettext } from "webmap/i18n";

const two = (value) => (value ?? 0).toFixed(2);

const ROWS = () => [
  [gettext("Grids"), (plan) => formatNumber(plan.grid_count)],
  [gettext("Target area"), (plan) => formatArea(plan.target_area_m2)],
  [gettext("Mean area"), (plan) => formatArea(plan.figures.area_mean_m2)],
  [gettext("Smallest and largest"), (plan) => `${formatArea(plan.figures.area_min_m2)} – ${formatArea(plan.figures.area_max_m2)}`],
  [gettext("Within their range"), (plan) => formatShare(plan.figures.share_in_range)],
  [gettext("Near the target"), (plan) => formatShare(plan.figures.share_near_target)],
  [gettext("Inner border on features"), (plan) => formatShare(plan.figures.on_feature_share)],
  [gettext("Shape (median of 4πA/P²)"), (plan) => two(plan.figures.shape_median)],
  [gettext("Odd shapes"), (plan) => formatShare(plan.figures.shape_poor_share)],
];

const CHANGES = () => [["kept", gettext("Grids kept")], ["changed", gettext("Grids changed")], ["new", gettext("New codes")], ["gone", gettext("Codes gone")]];

/**
 * The figures of plans side by side.
 * @param {object[]} plans
 * @param {Object<string, number>} [counts] of changes between the first two
 */
export function figureTable(plans, counts = null) {
  const known = ROWS().filter(([, value]) => !/NaN|undefined/.test(value(plans[0])));
  const head = plans.length > 1 && el("thead", {}, el("tr", {}, el("td"), ...plans.map((plan) => el("th", { scope: "col", text: plan.version }))));
  const body = known.map(([name, value]) => el("tr", {}, el("th", { scope: "row", text: name }), ...plans.map((plan) => el("td", { text: value(plan) }))));
  const more = counts ? CHANGES().map(([state, name]) => el("tr", {}, el("th", { scope: "row", text: name }), el("td", { colspan: plans.length, text: formatNumber(counts[state] ?? 0) }))) : [];
  return el("table", { class: "figures" }, head, el("tbody", {}, ...body, ...more));
}
