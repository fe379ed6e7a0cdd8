import { el } from "webmap/dom";
import { fill, formatNumber, formatShare, gettext } from "webmap/i18n";

/** Verdicts in the order of trust, each with its words. */
export const VERDICTS = {
  exact: () => gettext("exact"), partial: () => gettext("partial"),
  ambiguous: () => gettext("ambiguous"), none: () => gettext("not found"),
};

/** Rows by verdict as a bar with its figures. @param {Object<string, number>} counts @param {number} rows */
export function ratesView(counts, rows) {
  const names = Object.keys(VERDICTS).filter((name) => counts[name]);
  const bar = el("div", { class: "rate-bar", "aria-hidden": "true" }, ...names.map((name) => {
    const part = el("i", { class: `rate-${name}` });
    part.style.width = `${(100 * counts[name]) / rows}%`;
    return part;
  }));
  const words = names.map((name) => el("span", {
    class: `rate-${name}`,
    text: fill(gettext("%(verdict)s %(count)s (%(share)s)"), { verdict: VERDICTS[name](), count: formatNumber(counts[name]), share: formatShare(counts[name] / rows) }),
  }));
  return [bar, el("p", { class: "rates" }, ...words)];
}
