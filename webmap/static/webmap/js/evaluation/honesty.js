import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext, ngettext } from "webmap/i18n";
import { askedOf } from "webmap/evaluation/findings";
import { later } from "webmap/evaluation/warnings";
import { whenMade } from "webmap/kept";

const LISTED = 12;

/** Patterns that people have to look at: what was found proves nothing by itself. */
export async function showHonesty(node, facts) {
  replace(node, el("p", { class: "hint", role: "status", text: gettext("Looking …") }));
  const found = await whenMade(`/api/v1/analysis/honesty?${askedOf(facts)}`);
  if (!found) {
    replace(node, later());
    return;
  }
  replace(node,
    el("p", { class: "hint", text: gettext("Patterns in the moves of these days that honest work rarely makes. They prove nothing: look at the cases.") }),
    found.photos_waiting > 0 && el("p", { class: "hint", text: fill(gettext("%(n)s photos were not compared yet."), { n: formatNumber(found.photos_waiting) }) }),
    found.findings.length ? el("ul", { class: "finding-list" }, ...found.findings.map(row)) : el("p", { class: "data-empty", text: gettext("Nothing was found in these days.") }));
}

function row(one) {
  const link = (number) => (config.user.works_with_cases ? el("a", { class: "mono", href: `/desk/?tab=all&case=${number}`, text: number.slice(6) }) : el("span", { class: "mono", text: number }));
  return el("li", { "data-rule": one.rule }, el("b", { text: one.says }), one.who && el("span", { class: "badge", text: one.who }),
    el("small", { text: fill(ngettext("%(n)s case", "%(n)s cases", one.count), { n: formatNumber(one.count) }) }),
    el("details", {}, el("summary", { text: gettext("Cases") }), el("div", { class: "finding-cases" }, ...one.cases.slice(0, LISTED).map(link), one.cases.length > LISTED && `… ${formatNumber(one.cases.length)}`)));
}
