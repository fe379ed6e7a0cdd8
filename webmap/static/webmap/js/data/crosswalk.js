import { config } from "webmap/config";
import { copyText, el, replace } from "webmap/dom";
import { fill, formatArea, formatNumber, formatShare, gettext, nameOf } from "webmap/i18n";
import { post, request } from "webmap/api";
import { toast, toastError } from "webmap/toast";

const SHOWN = 300;
const UNIT = "unit";
const byId = (id) => document.getElementById(id);

/** Numbers by code as pasted: a code and a number a line, apart by tab, comma, semicolon or spaces. */
export function parseValues(text) {
  const values = {};
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (!line.trim()) continue;
    const match = line.trim().match(/^"?([^\s,;"]+)"?[\s,;]+"?(-?[\d.,]+(?:e[+-]?\d+)?)"?$/i);
    const number = match ? Number(match[2].replaceAll(",", "")) : NaN;
    // A first line without a number is a head.
    if (!Number.isFinite(number)) {
      if (index === 0) continue;
      return { wrong: index + 1 };
    }
    values[match[1]] = (values[match[1]] ?? 0) + number;
  }
  return { values };
}

/**
 * The forms in which two schemes are set beside each other.
 * @param {() => object[]} schemes
 * @returns {{fill: () => void}} to be called when schemes have changed
 */
export function startCrosswalk(schemes) {
  const form = byId("walk-form");
  const asked = () => {
    const { from, to, district, on, by } = form.elements;
    return { from: from.value, to: to.value, district: district.value, by: by.value, ...(on.value && { on: on.value }) };
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    showWalk(asked());
  });
  form.addEventListener("change", () => {
    byId("walk-csv").hidden = true;
  });
  byId("values-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const { values, kind } = event.currentTarget.elements;
    pass(asked(), values.value, kind.value);
  });
  return { fill: () => fillForm(form, schemes()) };
}

function fillForm(form, schemes) {
  const names = [[UNIT, gettext("unit grids")], ...schemes.filter((one) => one.editions.some((edition) => edition.state !== "draft"))
    .map((one) => [one.key, nameOf({ ...one, code: one.key })])];
  for (const [name, standard] of [["from", UNIT], ["to", names[1]?.[0] ?? UNIT]]) {
    const select = form.elements[name];
    const before = select.value;
    replace(select, ...names.map(([value, text]) => el("option", { value, text })));
    select.value = names.some(([value]) => value === before) ? before : standard;
  }
  // A scheme with itself is no question: as soon as there is another, it is asked for.
  const { from, to } = form.elements;
  if (from.value === to.value) to.value = names.find(([value]) => value !== from.value)?.[0] ?? to.value;
  const { district } = form.elements;
  if (!district.options.length) replace(district, ...config.districts.map((one) => el("option", { value: one.code, text: `${nameOf(one)} ${one.code}` })));
}

async function showWalk(asked) {
  const place = byId("walk");
  replace(place, el("p", { class: "hint", text: gettext("Working …") }));
  const query = new URLSearchParams(asked);
  try {
    const { one, other, pairs } = await request(`/api/v1/crosswalk?${query}`);
    const shared = asked.by === "area" ? "shared_area_m2" : "components";
    const show = asked.by === "area" ? formatArea : formatNumber;
    const rows = [...pairs].sort((a, b) => b[shared] - a[shared]).slice(0, SHOWN);
    const head = [gettext("Cell of the first"), gettext("Cell of the second"), asked.by === "area" ? gettext("Shared area") : gettext("Components"), gettext("of the first"), gettext("of the second")];
    replace(place,
      el("p", { class: "hint", text: fill(gettext("%(one)s and %(other)s have something in common in %(count)s pairs of cells; the largest %(shown)s:"), {
        one, other, count: formatNumber(pairs.length), shown: formatNumber(rows.length),
      }) }),
      el("div", { class: "data-scroll" }, el("table", { class: "data-table" },
        el("thead", {}, el("tr", {}, ...head.map((text, i) => el("th", { scope: "col", class: i > 1 ? "number" : null, text })))),
        el("tbody", {}, ...rows.map((row) => el("tr", {},
          el("td", {}, el("code", { text: row.code })), el("td", {}, el("code", { text: row.other_code })),
          el("td", { class: "number", text: show(row[shared]) }),
          el("td", { class: "number", text: formatShare(row.share) }), el("td", { class: "number", text: formatShare(row.other_share) })))))));
    byId("walk-csv").href = `/api/v1/crosswalk.csv?${query}`;
    byId("walk-csv").hidden = false;
  } catch (error) {
    replace(place);
    toastError(error);
  }
}

async function pass(asked, text, kind) {
  const place = byId("passed");
  const { values, wrong } = parseValues(text);
  if (wrong || !Object.keys(values).length) {
    replace(place, el("p", { class: "problem-text", role: "alert", text: wrong
      ? fill(gettext("Line %(line)s is no code and number."), { line: wrong })
      : gettext("Paste codes and numbers first.") }));
    return;
  }
  try {
    const { total, outside, values: passed } = await post("/api/v1/crosswalk/values", { ...asked, kind, values });
    const rows = Object.entries(passed);
    const sum = rows.reduce((all, [, value]) => all + value, 0);
    const copy = el("button", { type: "button", class: "button button-small", text: gettext("Copy for a spreadsheet") });
    copy.addEventListener("click", async () => {
      const done = await copyText(rows.map(([code, value]) => `${code}\t${value}`).join("\n"));
      toast({ text: done ? gettext("Copied") : gettext("The browser does not allow copying.") });
    });
    const says = kind === "sum"
      ? fill(gettext("%(total)s given, %(sum)s passed on, %(outside)s outside every cell."), { total: decimal(total), sum: decimal(sum), outside: decimal(outside) })
      : fill(gettext("%(count)s means, weighted by what is in common."), { count: formatNumber(rows.length) });
    replace(place, el("p", { text: says }), copy,
      el("div", { class: "data-scroll" }, el("table", { class: "data-table" }, el("tbody", {}, ...rows.slice(0, SHOWN).map(([code, value]) => el("tr", {},
        el("td", {}, el("code", { text: code })), el("td", { class: "number", text: decimal(value) })))))));
  } catch (error) {
    replace(place);
    toastError(error);
  }
}

const figures = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });

function decimal(value) {
  return figures.format(Math.abs(value) < 0.005 ? 0 : value);
}
