import { el, replace } from "webmap/dom";
import { fill, formatNumber, formatShare, gettext, nameOf } from "webmap/i18n";
import { config } from "webmap/config";
import { openDialog } from "webmap/dialog";
import { plusDays } from "webmap/evaluation/periods";
import { post, request } from "webmap/api";
import { toast, toastError } from "webmap/toast";

const SCALE = "scale";

/** Polls of residents: what came back, what it is worth, and making more. */
export async function showOpinions(node, { district, days, publishes, again }) {
  const { forms, polls } = await request(`/api/v1/opinions/polls?district=${district.code}`);
  replace(node,
    publishes && el("p", { class: "data-actions" },
      el("button", { type: "button", class: "button button-primary", id: "poll-new", text: gettext("Ask residents"), on: { click: () => newPoll(forms, district, days, again) } }),
      el("button", { type: "button", class: "button button-small", id: "form-new", text: gettext("Questions"), on: { click: () => editForm(forms[0], again) } })),
    el("p", { class: "hint", text: gettext("Drawn are reporters of closed cases; each of their links takes one answer. Every area has an open link with a QR code, whose answers count up to a share.") }),
    polls.length ? el("ul", { class: "published-list" }, ...polls.map(row)) : el("p", { class: "data-empty", text: gettext("Nobody was asked yet.") }));
}

function row(one) {
  const over = one.closes_at < config.today;
  return el("li", {},
    el("button", { type: "button", class: "link", "data-poll": one.id, text: one.name, on: { click: () => openPoll(one) } }),
    el("small", { text: `${one.first} – ${one.last} · ${over ? gettext("over") : fill(gettext("answers until %(day)s"), { day: one.closes_at })}` }));
}

async function openPoll(one) {
  const place = el("div", { class: "poll" }, el("p", { class: "hint", role: "status", text: gettext("Looking …") }));
  openDialog(one.name, place);
  try {
    const told = await request(`/api/v1/opinions/polls/${one.id}`);
    replace(place, ...parts(told));
  } catch (error) {
    replace(place, error.message, " ", el("code", { text: error.code ?? "" }));
  }
}

function parts(told) {
  const { quality } = told;
  const flags = [[gettext("from the same address within a day"), quality.flags.same], [gettext("faster than anybody reads"), quality.flags.fast]].filter(([, n]) => n);
  return [
    el("p", { class: "sum-score" }, el("b", { text: told.counted ? formatShare(told.content / told.counted) : "–" }),
      el("span", { text: fill(gettext("content, of %(n)s answers that count; areas by their weights"), { n: formatNumber(told.counted) }) })),
    el("p", { class: "hint", text: [fill(gettext("answers received: %(n)s"), { n: formatNumber(quality.answers) }), quality.median_s !== null && fill(gettext("half of them within %(n)s s"), { n: quality.median_s }), ...flags.map(([words, n]) => `${words}: ${formatNumber(n)}`)].filter(Boolean).join(" · ") }),
    el("div", { class: "evaluation-scroll" }, el("table", { class: "figures" },
      el("thead", {}, el("tr", {}, ...[gettext("Polled area"), gettext("content"), gettext("bounds"), gettext("count"), gettext("drawn"), gettext("by open link"), gettext("do not count"), gettext("weight"), ""].map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...told.areas.map((one) => el("tr", { "data-area": one.area },
        el("th", { scope: "row", text: one.name }), el("td", { text: one.counted ? formatShare(one.content / one.counted) : "–" }),
        el("td", { text: one.low === null ? "–" : `${formatShare(one.low)} – ${formatShare(one.high)}` }), el("td", { text: `${formatNumber(one.counted)} / ${formatNumber(told.target)}` }),
        el("td", { text: `${formatNumber(one.sampled)} / ${formatNumber(one.asked)}` }), el("td", { text: formatNumber(one.open) }),
        el("td", { text: formatNumber(one.capped + one.flagged), title: fill(gettext("%(capped)s beyond the share, %(flagged)s remarked on"), { capped: one.capped, flagged: one.flagged }) }),
        el("td", { text: formatNumber(one.weight) }),
        el("td", {}, el("a", { href: one.url, target: "_blank", rel: "noopener", text: gettext("link") }), " ", el("a", { href: `/api/v1/opinions/polls/${told.id}/codes/${one.area}.svg`, target: "_blank", rel: "noopener", text: "QR" }))))))),
    told.words.length > 0 && el("details", {}, el("summary", { text: gettext("In words") }), el("ul", { class: "finding-list" }, ...told.words.map((one) => el("li", {}, el("span", { text: one.words }), el("small", { text: `${one.score.toFixed(0)} · ${one.at.slice(0, 10)}` }))))),
  ].filter(Boolean);
}

function newPoll(forms, district, [first, last], again) {
  const field = (label, input) => el("label", { class: "field" }, label, input);
  const day = (value) => el("input", { type: "date", value, required: true });
  const soon = plusDays(config.today, 14);
  const inputs = {
    form: el("select", {}, ...forms.map((one) => el("option", { value: one.id, text: `${nameOf(one)} (${one.key}-v${one.version})` }))),
    name: el("input", { type: "text", maxlength: 80, required: true, value: `${gettext("Opinion of residents")} ${first.slice(0, 7)}` }),
    level: el("select", {}, el("option", { value: "street", text: gettext("streets") }), el("option", { value: "community", text: gettext("communities") })),
    first: day(first), last: day(last > config.today ? config.today : last), closes_at: day(soon),
    target: el("input", { type: "number", min: 1, max: 5000, value: 30, required: true }),
  };
  const share = el("input", { type: "number", min: 0, max: 100, value: 50, required: true });
  const form = el("form", { class: "poll-form", id: "poll-form" },
    field(gettext("Questions"), inputs.form), field(gettext("Name"), inputs.name), field(gettext("Areas"), inputs.level),
    field(gettext("Judged from"), inputs.first), field(gettext("to"), inputs.last), field(gettext("Answers until"), inputs.closes_at),
    field(gettext("Answers wanted from each area"), inputs.target), field(gettext("Open answers count up to, per cent"), share),
    el("button", { class: "button button-primary", text: gettext("Draw and make links") }));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const order = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.value]));
    try {
      const made = await post("/api/v1/opinions/polls", { ...order, form: Number(order.form), target: Number(order.target), open_share: Number(share.value) / 100, district: district.code });
      openDialog(made.name, el("p", { text: fill(gettext("%(n)s reporters were drawn. Their links are shown this once: save them now and send each by the case's number."), { n: formatNumber(made.links.length) }) }),
        made.links.length > 0 && download(made));
      again();
    } catch (error) {
      toastError(error);
    }
  });
  openDialog(gettext("Ask residents"), form);
}

function download(made) {
  const lines = [["area", "case", "url"], ...made.links.map((one) => [one.area, one.case, one.url])].map((line) => line.join(",")).join("\r\n");
  const href = URL.createObjectURL(new Blob([`\ufeff${lines}\r\n`], { type: "text/csv" }));
  return el("p", {}, el("a", { class: "button button-primary", href, download: `poll-${made.id}.csv`, text: gettext("Save the links (CSV)") }));
}

/* The next version of a form: one line for each question. */
function editForm(known, again) {
  const list = el("div", { class: "poll-questions" });
  const add = (one = { key: "", zh: "", en: "", kind: SCALE, weight: 1 }) => {
    const input = (value, label, more = {}) => el("input", { type: "text", maxlength: 200, value, placeholder: label, "aria-label": label, required: true, ...more });
    const line = el("p", { class: "poll-question" }, input(one.zh, gettext("Question in Chinese"), { name: "zh" }), input(one.en, gettext("Question in English"), { name: "en" }),
      el("select", { name: "kind", "aria-label": gettext("Kind") }, el("option", { value: SCALE, text: gettext("1 to 5") }), el("option", { value: "yesno", text: gettext("yes or no"), selected: one.kind === "yesno" })),
      el("input", { type: "number", name: "weight", min: 0.1, max: 100, step: 0.1, value: one.weight, "aria-label": gettext("weight") }),
      el("button", { type: "button", class: "icon-button", text: "×", "aria-label": gettext("Remove"), on: { click: () => line.remove() } }));
    line.dataset.key = one.key;
    list.append(line);
  };
  known.questions.forEach(add);
  const form = el("form", { class: "poll-form" }, list,
    el("p", { class: "data-actions" }, el("button", { type: "button", class: "button button-small", text: gettext("One more question"), on: { click: () => add() } }), el("button", { class: "button button-primary", text: gettext("Save as a new version") })));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const questions = [...list.children].map((line, k) => ({ key: line.dataset.key || `q${k + 1}`, ...Object.fromEntries([...line.querySelectorAll("[name]")].map((one) => [one.name, one.name === "weight" ? Number(one.value) : one.value.trim()])) }));
    try {
      await post("/api/v1/opinions/forms", { key: known.key, name: known.name, name_en: known.name_en, questions });
      toast({ text: gettext("The new version is used by polls from now on.") });
      openDialog(gettext("Questions"), el("p", { text: gettext("The new version is used by polls from now on.") }));
      again();
    } catch (error) {
      toastError(error);
    }
  });
  openDialog(gettext("Questions"), form);
}
