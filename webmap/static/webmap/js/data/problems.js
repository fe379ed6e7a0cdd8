import { el } from "webmap/dom";
import { fill, formatArea, formatShare, gettext, nameOf } from "webmap/i18n";

/** Kinds of problems in the order of their weight, each with its colour and words. */
export const KINDS = {
  "no-grids": ["#b42318", () => gettext("Communities without grids")],
  "unit-cut": ["#d92d20", () => gettext("Buildings and compounds cut")],
  "border-cut": ["#f79009", () => gettext("Cut by the border of a community")],
  large: ["#e66101", () => gettext("Larger than their range")],
  small: ["#7b3294", () => gettext("Smaller than their range")],
  shape: ["#0e7090", () => gettext("Odd shapes")],
  "off-features": ["#667085", () => gettext("Border off real features")],
};

const UNITS = () => ({ building: gettext("building"), compound: gettext("compound") });

const REASONS = {
  "one-unit": () => gettext("one %(unit)s of %(size)s fills it"),
  "small-ground": () => gettext("its community, or this part of it, is no larger"),
  indivisible: () => gettext("%(built)s of it are buildings and compounds, which may not be cut"),
  ringed: () => gettext("its block is that size: nearly all of its border lies on features"),
  "best-price": () => gettext("no better division was found"),
};

/** Why a problem is one, in a sentence. */
export function sentence(problem) {
  const unit = UNITS()[problem.unit] ?? "";
  switch (problem.kind) {
    case "no-grids": return fill(gettext("%(name)s has no grids: cut the district anew."), { name: nameOf({ ...problem, code: problem.region }) });
    case "unit-cut": return fill(gettext("A %(unit)s lies in several grids: move the border off it."), { unit });
    case "border-cut": return fill(gettext("The given border of a community cuts a %(unit)s; no grid can mend that."), { unit });
    case "shape": return fill(gettext("4πA/P² is %(value)s."), { value: problem.value });
    case "off-features": return fill(gettext("Only %(share)s of its inner border lies on features."), { share: formatShare(problem.value) });
    default: return fill(gettext("%(area)s for a target of %(target)s: %(reason)s."), {
      area: formatArea(problem.area_m2), target: formatArea(problem.target_m2),
      reason: fill(REASONS[problem.reason]?.() ?? problem.reason, { unit, size: formatArea(problem.unit_m2), built: formatShare(problem.built_share) }),
    });
  }
}

/**
 * One problem as a row that can be chosen.
 * @param {object} problem
 * @param {(problem: object, row: HTMLElement) => void} onChoose
 */
export function problemRow(problem, onChoose) {
  const dot = el("i", { "aria-hidden": "true" });
  dot.style.background = KINDS[problem.kind]?.[0] ?? "var(--ink-3)";
  const row = el("button", { type: "button", class: "problem" }, dot, el("code", { text: problem.code ?? problem.region }), el("small", { text: problem.text ?? sentence(problem) }));
  row.addEventListener("click", () => onChoose(problem, row));
  return el("li", {}, row);
}
