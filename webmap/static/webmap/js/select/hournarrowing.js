import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext, ngettext } from "webmap/i18n";
import { hourName } from "webmap/hours";

/**
 * Narrows the grids of a selection to an hour of the week, with a mark that says so and takes it away.
 * @param {(weekday: number, hour: number) => Promise<object>} ask the grids of an hour, weekdays from 1
 * @param {GridSection} section
 * @returns {{node: HTMLElement, choose: (day: number, hour: number) => void, clear: () => void, onCleared: () => void, back: () => void}}
 *   ``choose`` takes days from 0; who shows the hours sets ``onCleared``, and ``back``, which takes the focus of the mark
 */
export function hourNarrowing(ask, section) {
  const node = el("div", { class: "hour-mark", "aria-live": "polite" });
  let asked = 0;
  const made = { node, choose, clear, onCleared: () => {}, back: () => {} };

  function clear() {
    asked += 1;
    replace(node);
    section.showAll();
    made.onCleared();
  }

  async function choose(day, hour) {
    asked += 1;
    const mine = asked;
    node.setAttribute("aria-busy", "true");
    try {
      const { cases, grids } = await ask(day + 1, hour);
      if (mine !== asked) return;
      const name = hourName(day, hour);
      mark(name, cases, grids.length, section.showHour(name, grids));
    } catch (error) {
      if (mine !== asked) return;
      clear();
      replace(node, el("p", { class: "is-error", role: "alert", text: error.message }), el("code", { text: error.code ?? "" }));
    } finally {
      if (mine === asked) node.removeAttribute("aria-busy");
    }
  }

  /* Cases may lie between grids, or in one of another edition: they are said, and not listed. */
  function mark(name, cases, grids, listed) {
    const words = fill(ngettext("Below: only %(hour)s, %(n)s grid with %(cases)s cases", "Below: only %(hour)s, %(n)s grids with %(cases)s cases", grids),
      { hour: name, n: formatNumber(grids), cases: formatNumber(listed) });
    const others = cases > listed && el("small", { text: fill(gettext("%(n)s more are in none of these grids."), { n: formatNumber(cases - listed) }) });
    replace(node, el("p", {}, el("b", { text: words }), others || ""),
      el("button", { type: "button", class: "button button-small", text: gettext("All hours"), on: { click: () => { clear(); made.back(); } } }));
    node.scrollIntoView({ block: "nearest" });
  }

  return made;
}
