import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { openDialog } from "webmap/dialog";
import { post, request } from "webmap/api";
import { counterName } from "webmap/evaluation/words";

const PAGE = 50;
const OF_GRIDS = new Set(["walked", "walk_due"]);

/**
 * Lists the cases behind a number in a dialog, a page at a time.
 * @param {string} kind @param {string} code @param {string} counter @param {URLSearchParams} query
 */
export async function showBehind(kind, code, counter, query) {
  if (OF_GRIDS.has(counter)) {
    await showWalked(kind, code, query);
    return;
  }
  await showCases(counter, code, (more) => request(`/api/v1/evaluation/${kind}/${encodeURIComponent(code)}/cases?${new URLSearchParams([...query, ...Object.entries(more)])}`));
}

/**
 * The same for a polygon, which is sent along each time.
 * @param {object} polygon GeoJSON @param {string} counter @param {URLSearchParams} query
 */
export function showBehindPolygon(polygon, counter, query) {
  return showCases(counter, gettext("Drawn polygon"), (more) => post("/api/v1/evaluation/polygon/cases", { ...Object.fromEntries(query), ...more, polygon }));
}

async function showCases(counter, name, ask) {
  const list = el("ul", { class: "behind-list" });
  const state = el("p", { class: "hint", role: "status", text: gettext("Looking …") });
  const more = el("button", { type: "button", class: "button button-small", hidden: true, text: gettext("More") });
  openDialog(`${counterName(counter)} · ${name}`, state, list, more);
  let after = null;
  let hidden = 0;
  const load = async () => {
    try {
      const found = await ask({ counter, limit: PAGE, ...(after ? { after } : {}) });
      after = found.after;
      hidden += found.hidden;
      list.append(...found.cases.map((one) => row(one, counter)));
      more.hidden = !after;
      state.textContent = fill(gettext("%(n)s cases"), { n: formatNumber(list.children.length) }) + (hidden ? ` · ${fill(gettext("%(n)s are not for you to see"), { n: formatNumber(hidden) })}` : "");
    } catch (error) {
      replace(state, error.message, " ", el("code", { text: error.code ?? "" }));
    }
  };
  more.addEventListener("click", load);
  await load();
}

/* Coverage is counted by grids and days: these are listed. */
async function showWalked(kind, code, query) {
  const place = el("div", {}, el("p", { class: "hint", role: "status", text: gettext("Looking …") }));
  openDialog(`${gettext("Unit grids walked")} · ${code}`, place);
  try {
    const rows = await request(`/api/v1/evaluation/${kind}/${encodeURIComponent(code)}/walked?${query}`);
    replace(place, el("table", { class: "figures" },
      el("thead", {}, el("tr", {}, ...[gettext("Unit grid"), gettext("days walked"), gettext("days due")].map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...rows.map((one) => el("tr", {}, el("th", { scope: "row", class: "mono", text: one.grid }), el("td", { text: formatNumber(one.walked) }), el("td", { text: formatNumber(one.due) }))))));
  } catch (error) {
    replace(place, error.message, " ", el("code", { text: error.code ?? "" }));
  }
}

function row(one, counter) {
  const times = counter === "handling_minutes" ? fill(gettext("%(n)s min"), { n: formatNumber(one.counts) }) : one.counts > 1 && `× ${one.counts}`;
  const number = config.user.works_with_cases ? el("a", { class: "mono", href: `/desk/?tab=all&case=${one.number}`, text: one.number }) : el("span", { class: "mono", text: one.number });
  return el("li", {}, number, el("span", { class: `badge stage-${one.stage}`, text: config.stages[one.stage] ?? one.stage }),
    el("span", { class: "behind-place", text: one.place }), el("small", { text: one.reported_at.slice(0, 10) }), times && el("b", { text: times }));
}
