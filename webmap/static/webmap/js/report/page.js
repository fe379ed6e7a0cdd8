import { ClassPicker } from "webmap/report/classes";
import { Draft, newReport } from "webmap/report/draft";
import { newKey } from "webmap/keys";
import { Photos } from "webmap/report/photos";
import { Similar } from "webmap/report/similar";
import { Where } from "webmap/report/where";
import { config, isChinese } from "webmap/config";
import { copyText, el, replace } from "webmap/dom";
import { fill, gettext, ngettext } from "webmap/i18n";
import { forget, keep, kept } from "webmap/report/store";
import { icon } from "webmap/icons";
import { isPassing, send } from "webmap/report/sending";
import { remember, showMine } from "webmap/report/mine";
import { toast } from "webmap/toast";

const AGAIN_MS = 30_000;
const form = document.getElementById("report-form");
const answer = document.getElementById("report-answer");
const waitingBox = document.getElementById("report-waiting");
const problem = document.getElementById("report-problem");
const button = document.getElementById("report-send");
const bar = document.getElementById("report-progress");
/* The device's clock may be wrong; the server's was right when the page came. */
const ahead_ms = Date.now() - new Date(config.now).getTime();

let draft = null;
let waiting = [];
let sending = false;
let timer = 0;

async function start() {
  const rows = await kept();
  waiting = rows.filter((one) => one.state === "waiting");
  draft = new Draft(rows.find((one) => one.state === "draft") ?? newReport());
  const picker = new ClassPicker(draft);
  new Where(draft);
  new Photos(draft);
  new Similar(draft);
  bindWords();
  showMine();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  window.addEventListener("online", () => sendWaiting());
  await picker.load();
  showWaiting();
  sendWaiting();
  document.documentElement.dataset.ready = "true";
}

function bindWords() {
  for (const name of ["description", "contact"]) {
    const field = document.getElementById(`report-${name}`);
    const show = () => {
      if (field.value !== draft.report[name]) field.value = draft.report[name];
    };
    field.addEventListener("input", () => draft.set({ [name]: field.value }));
    draft.addEventListener("change", show);
    show();
  }
}

async function submit() {
  const missing = !draft.report.kind ? ["step-what", gettext("Choose what it is.")] : !draft.report.point ? ["step-where", gettext("Show where it is.")] : null;
  problem.textContent = missing?.[1] ?? "";
  if (missing) {
    document.getElementById(missing[0]).scrollIntoView({ behavior: "smooth", block: "start" });
    return;
  }
  const report = draft.seal(new Date(Date.now() - ahead_ms).toISOString());
  const safe = await keep(report);
  waiting.push(report);
  draft.renew();
  form.hidden = true;
  await sendWaiting();
  if (!safe && waiting.includes(report)) toast({ text: gettext("This device has no room to keep the report; leave the page open until it is sent."), kind: "error" });
}

/* Sends what waits, one after the other; what cannot be sent yet stays on the device. */
async function sendWaiting() {
  if (sending) return;
  sending = true;
  clearTimeout(timer);
  try {
    while (waiting.length) {
      const [report] = waiting;
      showSending();
      try {
        const told = await send(report, showShare, document.getElementById("report-website").value);
        await done(report, told);
      } catch (error) {
        if (!(await failed(report, error))) break;
      }
    }
  } finally {
    sending = false;
    bar.hidden = true;
    button.disabled = false;
  }
}

async function done(report, told) {
  waiting.shift();
  const name = isChinese ? report.kind.name : report.kind.name_en || report.kind.name;
  remember(told, name);
  await forget(report.key);
  showMine();
  showWaiting();
  showAnswer(told);
}

/* Whether the next one may be tried. */
async function failed(report, error) {
  if (isPassing(error)) {
    const wait_ms = error.wait_s ? error.wait_s * 1000 : AGAIN_MS;
    timer = setTimeout(sendWaiting, wait_ms);
    showWaiting(error);
    return false;
  }
  waiting.shift();
  // Nothing is lost: it is a draft again, with what was wrong beside it.
  Object.assign(report, { state: "draft", key: error.code === "E-CASE-KEY" ? newKey() : report.key });
  await keep(report);
  draft.renew(report);
  form.hidden = false;
  problem.replaceChildren(error.message, " ", el("code", { text: error.code }));
  showWaiting();
  return false;
}

function showSending() {
  button.disabled = true;
  waitingBox.hidden = false;
  bar.hidden = false;
  replace(waitingBox, el("p", { text: gettext("Sending the report…") }), bar);
}

function showShare(share) {
  bar.value = share;
}

function showWaiting(error = null) {
  waitingBox.hidden = !waiting.length;
  if (!waiting.length) return;
  const text = fill(ngettext("%(count)s report is kept on this device and is sent as soon as it can be.", "%(count)s reports are kept on this device and are sent as soon as they can be.", waiting.length), { count: waiting.length });
  replace(waitingBox,
    icon("offline"),
    el("div", {}, el("p", { text }), error && el("p", { class: "hint" }, error.message, " ", el("code", { text: error.code }))),
    el("button", { type: "button", class: "button button-small", text: gettext("Try now"), on: { click: () => sendWaiting() } }),
    form.hidden && el("button", { type: "button", class: "button button-small", text: gettext("Report something else"), on: { click: another } }));
}

function showAnswer({ number, url }) {
  form.hidden = true;
  answer.hidden = false;
  const copy = async () => toast({ text: (await copyText(url)) ? gettext("Copied") : gettext("The browser does not allow copying.") });
  replace(answer,
    icon("check", "icon answer-icon"),
    el("h2", { text: gettext("Thank you. The report has arrived.") }),
    el("p", { text: gettext("Its number:") }),
    el("p", { class: "answer-number mono", text: number }),
    el("p", { text: gettext("With this link you can follow it, say how content you are, and have it opened again. Keep it to yourself.") }),
    el("p", { class: "answer-link" }, el("a", { href: url, text: url })),
    el("p", { class: "button-row" },
      el("a", { class: "button button-primary", href: url, text: gettext("Follow it") }),
      el("button", { type: "button", class: "button", text: gettext("Copy the link"), on: { click: copy } }),
      el("button", { type: "button", class: "button", text: gettext("Report something else"), on: { click: another } })));
  answer.focus();
  window.scrollTo({ top: 0 });
}

function another() {
  answer.hidden = true;
  form.hidden = false;
  showWaiting();
  window.scrollTo({ top: 0 });
}

start();
