import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";
import { chartCard, lineColour } from "webmap/evaluation/charts";
import { GRADES, gradeSign } from "webmap/evaluation/grades";
import { reportButton } from "webmap/evaluation/reportfile";
import { later } from "webmap/evaluation/warnings";
import { whenMade } from "webmap/kept";
import { Theme } from "webmap/theme";
import { hourHead } from "webmap/evaluation/hourhead";

const byId = (id) => document.getElementById(id);
const theme = new Theme();
const asked = new URLSearchParams(location.search);
const select = byId("district");
if ([...select.options].some((one) => one.value === asked.get("district"))) select.value = asked.get("district");

function monthAway(by) {
  const [year, month] = config.month.split("-").map(Number);
  return new Date(Date.UTC(year, month - 1 + by, 1)).toISOString().slice(0, 7);
}

function showSteps() {
  const step = (by, words, sign) => {
    const month = monthAway(by);
    return month <= config.today.slice(0, 7) && el("a", { class: "button button-small", href: `/evaluation/reports/${month}/?district=${select.value}`, "aria-label": words, text: sign });
  };
  replace(byId("steps"), ...[step(-1, gettext("The month before"), "‹"), el("b", { text: config.month }), step(1, gettext("The month after"), "›"),
    reportButton(config.month, select.value, "pdf"), reportButton(config.month, select.value, "xlsx")].filter(Boolean));
}

function cell(value, key) {
  if (value === null || value === undefined) return el("td", { text: "–" });
  if (key.startsWith("grades-") && GRADES.includes(value)) return el("td", {}, gradeSign(value));
  return el("td", { text: typeof value === "number" ? (Number.isInteger(value) ? formatNumber(value) : value.toFixed(1)) : value });
}

function table({ key, title, head, rows, note }) {
  return el("section", { class: "finding", id: `part-${key}` }, el("h2", { text: title }),
    el("div", { class: "evaluation-scroll", role: "group", "aria-label": title, tabindex: 0 }, el("table", { class: "figures monthly-table" },
      el("thead", {}, el("tr", {}, ...head.map((text) => el("th", { scope: "col", text })))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((value) => cell(value, key))))))),
    note && el("p", { class: "hint", text: note }));
}

function bars(title, labels, values) {
  return chartCard(title, { type: "bar", data: { labels, datasets: [{ data: values, backgroundColor: lineColour() }] } },
    [[title, gettext("cases")], labels.map((label, k) => [String(label), formatNumber(values[k])])]);
}

function heat({ counts, hot }, weekdays) {
  const most = Math.max(...counts.flat(), 1);
  const isHot = new Set(hot.map((one) => `${one.weekday}-${one.hour}`));
  const one = (n, day, hour) => {
    const node = el("td", { class: isHot.has(`${day + 1}-${hour}`) ? "is-hot" : null, title: `${weekdays[day]} ${hour}:00 · ${formatNumber(n)}` }, el("span", { class: "visually-hidden", text: formatNumber(n) }));
    node.style.setProperty("--share", `${Math.round((100 * n) / most)}%`);
    return node;
  };
  return el("section", { class: "finding" }, el("h2", { text: gettext("When cases are reported") }), el("div", { class: "evaluation-scroll", role: "group", "aria-label": gettext("When cases are reported"), tabindex: 0 }, el("table", { class: "heat" },
    hourHead(counts[0].length),
    el("tbody", {}, ...counts.map((row, day) => el("tr", {}, el("th", { scope: "row", text: weekdays[day] }), ...row.map((n, hour) => one(n, day, hour))))))));
}

async function show() {
  const place = byId("report");
  replace(place, el("p", { class: "hint", role: "status", text: gettext("The report is being made …") }));
  showSteps();
  try {
    const told = await whenMade(`/api/v1/analysis/reports/${config.month}?district=${select.value}`);
    if (!told) {
      replace(place, later());
      return;
    }
    byId("title").textContent = told.title;
    document.title = told.title;
    replace(place,
      told.running && el("p", { class: "badge badge-draft", text: gettext("running") }),
      el("ul", { class: "monthly-summary" }, ...told.summary.map((text) => el("li", { text }))),
      el("div", { class: "monthly-charts" }, bars(gettext("Cases by month"), Object.keys(told.months), Object.values(told.months)), bars(gettext("Cases by day"), told.daily.map((_n, k) => k + 1), told.daily)),
      heat(told.hours, told.weekdays), ...told.tables.map(table),
      el("p", { class: "hint", text: fill(gettext("Made at %(at)s; made anew once a day."), { at: new Date(told.made_at).toLocaleString() }) }));
  } catch (error) {
    replace(place, el("p", { class: "problem", role: "alert" }, error.message, " ", el("code", { text: error.code ?? "" })));
  }
}

theme.addEventListener("change", show);
select.addEventListener("change", () => {
  history.replaceState(null, "", `?district=${select.value}`);
  show();
});
show().finally(() => {
  document.documentElement.dataset.ready = "true";
});
