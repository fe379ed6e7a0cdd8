import { CasePage } from "webmap/hand/casepage";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { freshSession, user } from "webmap/hand/session";
import { icon } from "webmap/icons";
import { MeTab } from "webmap/hand/me";
import { outbox } from "webmap/hand/outbox";
import { ReportTab } from "webmap/hand/report";
import { TasksTab } from "webmap/hand/tasks";
import { toast } from "webmap/toast";
import { trail } from "webmap/hand/trail";

const byId = (id) => document.getElementById(id);
const TITLES = () => ({ tasks: gettext("Tasks"), report: gettext("Report a case"), me: gettext("Me"), case: gettext("Case") });

function main() {
  for (const place of document.querySelectorAll("[data-icon]")) place.replaceWith(icon(place.dataset.icon));
  const report = new ReportTab(byId("tab-report"));
  const anew = (given) => { report.begin(given); location.hash = "#report"; };
  const parts = { tasks: new TasksTab(byId("tab-tasks")), report, me: new MeTab(byId("tab-me"), anew), case: new CasePage(byId("tab-case")) };
  byId("tab-tasks").addEventListener("count", ({ detail }) => showCount(byId("count-tasks"), detail));
  window.addEventListener("hashchange", () => route(parts));
  watchNet();
  trail.addEventListener("change", () => { byId("trail-sign").hidden = !trail.on; });
  outbox.addEventListener("change", ({ detail }) => showQueue(detail));
  route(parts);
  parts.me.duty.load();
  startWorker();
  checkPage();
  outbox.start().finally(() => { document.documentElement.dataset.ready = "true"; });
}

let shown = null;

function route(parts) {
  const [, name = "tasks", number = ""] = location.hash.match(/^#(tasks|report|me|case)(?:\/(\d{20}))?$/) ?? [];
  if (shown) {
    shown.hide();
    for (const key of Object.keys(parts)) byId(`tab-${key}`).hidden = true;
  }
  byId(`tab-${name}`).hidden = false;
  const again = shown !== null;
  shown = parts[name];
  shown.show(number);
  byId("title").textContent = TITLES()[name];
  for (const link of document.querySelectorAll("[data-tab]")) {
    if (link.dataset.tab === (name === "case" ? "tasks" : name)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  window.scrollTo(0, 0);
  // A reader begins with the new part; the first one is not taken from the top of the page.
  if (again) byId("main").focus({ preventScroll: true });
}

function watchNet() {
  const show = () => { byId("net").hidden = navigator.onLine; };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}

function showCount(node, count) {
  node.hidden = !count;
  node.textContent = count > 99 ? "99+" : String(count);
}

async function showQueue(told) {
  const open = (await outbox.entries().catch(() => [])).filter((one) => one.state !== "sent");
  const refused = open.filter((one) => one.state === "refused").length;
  showCount(byId("count-queue"), open.length);
  const notice = byId("notice");
  notice.hidden = !open.length || (!refused && outbox.stopped !== "login" && navigator.onLine);
  const text = refused ? fill(gettext("%(n)s were refused: look at them"), { n: refused })
    : outbox.stopped === "login" ? gettext("Log in to send what waits")
      : fill(gettext("%(n)s wait for the network"), { n: open.length });
  replace(notice, el("a", { href: "#me", text }));
  if (told?.sent) toast({ text: fill(gettext("%(n)s sent"), { n: told.sent }) });
}

/* A page that was kept may be that of the one who used the phone before, or in the language before. */
async function checkPage() {
  const session = await freshSession().catch(() => null);
  if (!session || (session.username === user && session.language === config.language)) return;
  // Else a slow network would bring the same page again.
  for (const name of (await globalThis.caches?.keys()) ?? []) {
    if (name.startsWith("wanmi-hand-shell-")) await (await caches.open(name)).delete("/hand/");
  }
  location.reload();
}

async function startWorker() {
  try {
    await navigator.serviceWorker?.register("/hand/sw.js", { type: "module", scope: "/hand/", updateViaCache: "none" });
  } catch (error) {
    console.warn("no worker", error);
  }
}

main();
