import { config } from "webmap/config";
import { copyText, el, iconButton } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { stateWord, symbolUrl } from "webmap/components/catalogue";
import { toast } from "webmap/toast";

const CUTS = [6, 8, 10, 16];
const PARTIES = () => [
  ["supervisor", gettext("Responsible department")],
  ["owner", gettext("Owner")],
  ["keeper", gettext("Keeper")],
];

/**
 * All about a component, for the panel of the map and for its own page.
 * @param {object} one the component as the API tells it
 * @param {{go: (code: string) => void, toGrid?: (code: string) => void, more?: Node[]}} actions
 * @returns {Node[]}
 */
export function componentCard(one, actions) {
  return [head(one), facts(one), ...(actions.more ?? []), openCases(one), photos(one), parties(one), place(one, actions), history(one), near(one, actions)].filter(Boolean);
}

function head(one) {
  const copy = iconButton("copy", gettext("Copy the code"), async () => {
    const done = await copyText(one.code);
    toast({ text: done ? gettext("Code copied") : gettext("The browser does not allow copying.") });
  });
  return el("header", { class: "panel-head component-head" },
    el("img", { src: symbolUrl(one.symbol), alt: "", width: 44, height: 44 }),
    el("div", {},
      el("p", { class: "eyebrow", text: `${one.main_name} · ${one.kind}` }),
      el("h2", { class: "component-name", text: one.name && one.name !== one.kind_name ? `${one.kind_name} · ${one.name}` : one.kind_name })),
    el("div", { class: "code-row" }, codeText(one.code), copy),
    el("div", { class: "badges" },
      el("span", { class: `badge state-badge state-${one.state}`, text: stateWord(one.state) }),
      one.made_up && el("span", { class: "badge badge-made-up", text: gettext("Made up") })));
}

/* District, main class, class, number: the parts of the identity card. */
function codeText(code) {
  const parts = CUTS.map((end, i) => code.slice(i ? CUTS[i - 1] : 0, i === CUTS.length - 1 ? code.length : end));
  return el("code", { class: "grid-code component-code", "aria-label": code }, ...parts.map((part) => el("span", { text: part })));
}

function facts(one) {
  const until = one.valid_to && row(gettext("Until"), one.valid_to);
  return el("dl", { class: "edition" },
    row(gettext("Since"), one.valid_from), one.changed_on && row(gettext("Changed"), one.changed_on), until,
    one.data_source && row(gettext("Source"), one.data_source), row(gettext("Dataset"), one.dataset),
    one.note && row(gettext("Note"), one.note));
}

function row(name, value) {
  return el("div", {}, el("dt", { text: name }), el("dd", {}, value));
}

function parties(one) {
  const known = PARTIES().filter(([role]) => one[role]);
  if (!known.length) return null;
  return el("section", {},
    el("h3", { text: gettext("Who answers for it") }),
    el("dl", { class: "edition" }, ...known.map(([role, name]) => row(name, party(one[role])))));
}

/* An answer of the table of responsibility is told as such: the component itself names nobody. */
function party({ code, name, by_table: byTable }) {
  const text = code && code !== name ? `${name} (${code})` : name;
  return byTable ? el("span", {}, text, " ", el("small", { text: gettext("by the table of responsibility") })) : text;
}

function place(one, { toGrid }) {
  const [lon, lat] = one.center;
  const grid = one.grid
    ? toGrid ? el("button", { type: "button", class: "link mono", text: one.grid, on: { click: () => toGrid(one.grid) } }) : el("code", { text: one.grid })
    : el("em", { text: gettext("in no unit grid") });
  return el("section", {},
    el("h3", { text: gettext("Where") }),
    el("dl", { class: "edition" },
      one.position && row(gettext("Position"), one.position), row(gettext("Unit grid"), grid),
      row(gettext("Coordinates"), el("span", { class: "mono", text: `${lon.toFixed(6)}, ${lat.toFixed(6)}` })),
      row(gettext("Accuracy"), { A: "± 0.5 m", B: "± 1 m", C: "± 10 m" }[one.accuracy] ?? one.accuracy)));
}

function openCases(one) {
  if (!one.cases.length) return null;
  return el("section", {},
    el("h3", { text: gettext("Open cases") }),
    el("ul", { class: "near-list" }, ...one.cases.map((found) => el("li", { class: "open-case" },
      el("strong", { text: found.name }), el("span", { class: "badge", text: found.stage_name }),
      el("small", { text: `${found.number} · ${found.reported_at.slice(0, 10)}` })))));
}

function photos(one) {
  if (!one.photos.length) return null;
  return el("section", { class: "photos" },
    el("h3", { text: gettext("Photos") }),
    el("div", { class: "photo-row" }, ...one.photos.map((photo) => el("a", { href: photo.url, target: "_blank", rel: "noopener", title: photo.note || null },
      el("img", { src: photo.url, alt: photo.note || fill(gettext("Photo of %(day)s"), { day: (photo.taken_at ?? photo.added_at).slice(0, 10) }), loading: "lazy" })))));
}

function history(one) {
  if (!one.history.length) return null;
  return el("section", { class: "component-history" },
    el("h3", { text: gettext("History") }),
    el("ol", {}, ...one.history.map((step) => el("li", {},
      el("div", { class: "step-head" }, el("strong", { text: stepWord(step.kind) }), el("time", { text: step.day }), step.by && el("small", { text: step.by })),
      el("ul", {}, ...Object.keys(step.after).map((name) => change(name, step.before[name], step.after[name]))))),
    el("li", {}, el("div", { class: "step-head" }, el("strong", { text: gettext("registered") }), el("time", { text: one.valid_from })))));
}

function change(name, before, after) {
  const show = (value) => {
    if (name === "state") return stateWord(value);
    if (name === "point") return value.map((number) => Number(number).toFixed(6)).join(", ");
    return String(value || "–");
  };
  if (["supervisor", "owner", "keeper"].includes(name)) return el("li", { text: fieldWord(name) });
  return el("li", {}, el("span", { text: `${fieldWord(name)}: ` }), el("del", { text: show(before) }), " → ", el("ins", { text: show(after) }));
}

function stepWord(kind) {
  return { moved: gettext("moved"), changed: gettext("changed"), gone: gettext("gone"), back: gettext("found again"), grid: gettext("unit grid changed") }[kind] ?? kind;
}

function fieldWord(name) {
  return {
    name: gettext("name"), state: gettext("state"), point: gettext("place"), position: gettext("position"), note: gettext("note"),
    grid_code: gettext("unit grid"), data_source: gettext("source"), valid_from: gettext("since"),
    supervisor: gettext("responsible department changed"), owner: gettext("owner changed"), keeper: gettext("keeper changed"),
  }[name] ?? name;
}

function near(one, { go }) {
  if (!one.near.length) return null;
  return el("section", {},
    el("h3", { text: gettext("Nearby") }),
    el("ul", { class: "near-list" }, ...one.near.map((other) => el("li", {},
      el("button", { type: "button", class: "near-one", on: { click: () => go(other.code) } },
        el("img", { src: symbolUrl(other.symbol), alt: "", width: 20, height: 20 }),
        el("span", { text: other.kind_name }), el("small", { text: `${other.away_m.toFixed(1)} m` }))))));
}

/** Whether the user may change components: `SURVEYORS` of `spatial/core/roles.py`. */
export function mayKeep() {
  const roles = ["administrator", "gis_staff", "operator", "inspector"];
  return config.user.roles.some((role) => roles.includes(role));
}
