import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { post, request } from "webmap/api";
import { config } from "webmap/config";
import { openDialog } from "webmap/dialog";
import { gradeSign } from "webmap/evaluation/grades";
import { scoreText } from "webmap/evaluation/words";
import { toast, toastError } from "webmap/toast";

const MOST_ROWS = 500;

/** What was published: each with its proof; and publishing of the period that is chosen. */
export async function showPublished(node, { district, period, kind, days, publishes, again, correct }) {
  const [{ published }, asked] = await Promise.all([request("/api/v1/evaluation/periods"), request(`/api/v1/evaluation/proposals?district=${district.code}`)]);
  const names = new Map(config.kinds);
  const mine = published.filter((one) => !one.district || one.district === district.code);
  const over = days[1] < config.today;
  const publish = async (event) => {
    if (!confirm(fill(gettext("Publish the results of %(period)s for “%(kind)s”? They are frozen and stay as they are."), { period, kind: names.get(kind) }))) return;
    event.target.disabled = true;
    try {
      await post("/api/v1/evaluation/publications", { kind, period, district: district.code });
      toast({ text: gettext("The results are published.") });
    } catch (error) {
      toastError(error);
    }
    again();
  };
  replace(node,
    publishes && el("div", {},
      el("button", { type: "button", class: "button button-primary", id: "publish", disabled: !over, text: fill(gettext("Publish %(period)s: %(kind)s"), { period, kind: names.get(kind) }), on: { click: publish } }),
      !over && el("p", { class: "hint", text: gettext("A period is published when it is over.") })),
    asked.length > 0 && proposals(asked, names, publishes, again, correct),
    mine.length ? el("ul", { class: "published-list" }, ...mine.map((one) => row(one, names))) : el("p", { class: "data-empty", text: gettext("Nothing is published yet. A published evaluation is frozen with a hash of all that it was made of; corrections stand beside it.") }));
}

/* Appeals that were upheld after publishing: each waits until it is a correction. */
function proposals(found, names, publishes, again, correct) {
  const settle = (one) => async (event) => {
    event.target.disabled = true;
    try {
      await post(`/api/v1/evaluation/publications/${one.publication}/appeals`, { code: one.code });
      toast({ text: gettext("The correction is noted.") });
    } catch (error) {
      toastError(error);
    }
    again();
  };
  return el("section", { class: "finding proposals" }, el("h2", { text: fill(gettext("%(n)s corrections wait: appeals were upheld after publishing"), { n: formatNumber(found.length) }) }),
    el("ul", { class: "finding-list" }, ...found.map((one) => el("li", { "data-proposal": one.code },
      el("button", { type: "button", class: "link", text: `${one.period} · ${names.get(one.kind) ?? one.kind} · ${one.code}`, on: { click: () => correct(one) } }),
      el("span", {}, gradeSign(one.grade), ` ${scoreText(one.score)} → `, gradeSign(one.corrected_grade), ` ${scoreText(one.corrected_score)}`),
      el("small", {}, ...one.cases.flatMap((number, k) => [k > 0 && " · ", caseLink(number)]).filter(Boolean)),
      publishes && el("button", { type: "button", class: "button button-small", text: gettext("Correct now"), on: { click: settle(one) } })))));
}

function caseLink(number) {
  return config.user.works_with_cases ? el("a", { class: "mono", href: `/desk/?tab=all&case=${number}`, text: number }) : el("span", { class: "mono", text: number });
}

function row(one, names) {
  return el("li", {},
    el("button", { type: "button", class: "link", text: `${one.period} · ${names.get(one.kind) ?? one.kind}`, on: { click: () => open(one, names) } }),
    el("small", { text: `${fill(gettext("%(n)s results"), { n: formatNumber(one.results) })} · ${one.scheme} · ${one.made_by} · ${one.made_at.slice(0, 10)}` }));
}

async function open(one, names) {
  const state = el("p", { class: "hint", role: "status", text: gettext("Everything is computed anew and compared …") });
  const place = el("div", {});
  openDialog(`${one.period} · ${names.get(one.kind) ?? one.kind}`, state, place);
  try {
    const told = await request(`/api/v1/evaluation/publications/${one.id}`);
    replace(state, el("span", { class: "badge badge-real", text: gettext("proved") }), ` ${gettext("The results follow from the records as they are today.")} `, el("code", { text: told.digest.slice(0, 16) }));
    state.after(el("p", { class: "hint", text: gettext("Cases that are opened again later count on that day and change nothing here; appeals upheld later are proposed as corrections.") }));
    const corrected = new Map(told.corrections.map((fix) => [fix.code, fix]));
    replace(place, el("table", { class: "figures" },
      el("thead", {}, el("tr", {}, ...["#", gettext("Code"), gettext("Score"), gettext("Correction")].map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...told.rows.slice(0, MOST_ROWS).map((result) => {
        const fix = corrected.get(result.code);
        return el("tr", {}, el("td", { text: result.rank ?? "–" }), el("th", { scope: "row" }, gradeSign(result.grade), ` ${result.code}`), el("td", { text: scoreText(result.score) }),
          el("td", {}, ...(fix ? [gradeSign(fix.grade), ` ${scoreText(fix.score)} · ${fix.reason}`] : [])));
      }))), told.rows.length > MOST_ROWS && el("p", { class: "hint", text: fill(gettext("The first %(n)s of %(all)s."), { n: MOST_ROWS, all: formatNumber(told.rows.length) }) }));
  } catch (error) {
    replace(state, error.message, " ", el("code", { text: error.code ?? "" }));
  }
}
