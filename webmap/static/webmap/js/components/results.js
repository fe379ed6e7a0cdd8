import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatCount, formatNumber, gettext, ngettext } from "webmap/i18n";
import { post, request, watchJob } from "webmap/api";
import { stateWord, symbolUrl } from "webmap/components/catalogue";
import { toastError } from "webmap/toast";

const PAGE = 100;

/**
 * A list of components in a card: by the filter, or within a polygon.
 * @param {{title: string, load: (after: string) => Promise<object>, order: object|null, go: (code: string) => void}} what
 *   ``order`` is what an export of the same components asks for; null where there is none
 * @returns {Node[]}
 */
export function resultsContent({ load, order, go }) {
  const summary = el("div", { class: "stack" });
  const body = el("tbody");
  const more = el("button", { type: "button", class: "button button-small", text: gettext("More"), hidden: true });
  const table = el("table", { class: "grid-table component-table" },
    el("thead", {}, el("tr", {}, ...[gettext("Class"), gettext("Code"), gettext("State"), gettext("Owner")].map((text) => el("th", { scope: "col", text })))),
    body);
  let after = "";
  const fetchPage = async () => {
    more.disabled = true;
    try {
      const page = await load(after);
      if (!after) showSummary(summary, page, order);
      body.append(...page.results.map((one) => line(one, go)));
      after = page.next ?? "";
      more.hidden = !after;
      table.hidden = !body.children.length;
    } catch (error) {
      if (!after) replace(summary, el("p", { class: "is-error", text: error.message }), el("code", { text: error.code ?? "" }));
      toastError(error);
    } finally {
      more.disabled = false;
    }
  };
  more.addEventListener("click", fetchPage);
  table.hidden = true;
  replace(summary, el("p", { text: gettext("Loading…") }));
  fetchPage();
  return [summary, table, more];
}

function showSummary(node, page, order) {
  if (!page.count) {
    replace(node, el("p", { text: gettext("No component fits. Take filters away or draw a larger area.") }));
    return;
  }
  const words = ngettext("%(count)s component", "%(count)s components", page.count);
  const count = page.more ? fill(gettext("more than %(count)s components"), { count: formatNumber(page.count) }) : fill(words, { count: formatNumber(page.count) });
  replace(node, el("p", {}, el("strong", { text: count })), page.classes && classCounts(page.classes), order && exportRow(order));
}

function classCounts(classes) {
  const most = [...classes].sort((a, b) => b.count - a.count).slice(0, 12);
  return el("ul", { class: "class-counts" }, ...most.map((one) => el("li", { title: one.kind_name },
    el("img", { src: symbolUrl(one.symbol), alt: "", width: 20, height: 20 }), el("span", { text: one.kind_name }), el("b", { text: formatCount(one.count) }))));
}

function line(one, go) {
  return el("tr", {},
    el("td", {}, el("span", { class: "kind-cell" }, el("img", { src: symbolUrl(one.symbol), alt: "", width: 18, height: 18 }), el("span", { text: one.name && one.name !== one.kind_name ? `${one.kind_name} · ${one.name}` : one.kind_name }))),
    el("td", {}, el("button", { type: "button", class: "link mono", text: one.code, on: { click: () => go(one.code) } })),
    el("td", { class: one.state === "intact" ? "" : "is-bad", text: stateWord(one.state) }),
    el("td", { text: one.owner }));
}

function exportRow(order) {
  if (!config.user.can_export) return null;
  const outcome = el("span", { class: "outcome", "aria-live": "polite" });
  const choice = el("select", { "aria-label": gettext("Format") }, ...[["xlsx", "XLSX"], ["csv", "CSV"], ["shp", "Shapefile"], ["gpkg", "GeoPackage"], ["geojson", "GeoJSON"]].map(([value, text]) => el("option", { value, text })));
  const button = el("button", { type: "button", class: "button button-small", text: gettext("Export") });
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { job } = await post("/api/v1/exports", { what: "components", format: choice.value, crs: "EPSG:4490", encoding: "UTF-8", ...order });
      const done = await watchJob(job, () => replace(outcome, el("progress")));
      if (done.state === "done") replace(outcome, el("a", { class: "button button-small button-done", href: done.file, download: true, text: gettext("Download") }));
      else replace(outcome, el("span", { class: "is-error", text: done.error_message }), el("code", { text: done.error_code }));
    } catch (error) {
      replace(outcome);
      toastError(error);
    } finally {
      button.disabled = false;
    }
  });
  return el("div", { class: "button-row" }, choice, button, outcome);
}

/** Loads a page of the components of a filter. */
export function byFilter(asked, region) {
  return (after) => request(`/api/v1/components?${new URLSearchParams({ ...asked, ...(region && { region }), limit: String(PAGE), ...(after && { after }) })}`);
}

/** Loads the components within a ring. */
export function withinRing(asked, ring) {
  return () => post("/api/v1/components/within", { ...asked, polygon: { type: "Polygon", coordinates: [ring] }, limit: 500 });
}
