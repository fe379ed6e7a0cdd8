import { Theme } from "webmap/theme";
import { addReadouts, addTileLayers, createMap, toBounds } from "webmap/map";
import { config, isChinese } from "webmap/config";
import { el, replace } from "webmap/dom";
import { formatNumber, formatShare, gettext } from "webmap/i18n";
import { patch, post, remove, request } from "webmap/api";
import { startKeyboard } from "webmap/keyboard";
import { toast, toastError } from "webmap/toast";

const URL = "/api/v1/campaigns";
const LOOK = { color: "#b45309", weight: 2, fillColor: "#f59e0b", fillOpacity: 0.25 };
const byId = (id) => document.getElementById(id);
const theme = new Theme();
const stage = createMap(theme);
const { map } = stage;
const shapes = L.featureGroup().addTo(map);
let campaigns = [];
let chosen = null;

async function load(code = chosen?.code) {
  try {
    campaigns = await request(URL);
  } catch (error) {
    toastError(error, load);
    return;
  }
  chosen = campaigns.find((one) => one.code === code) ?? null;
  show();
}

function show() {
  replace(byId("campaigns"), ...campaigns.map(row));
  byId("none").hidden = campaigns.length > 0;
  showPlaces();
}

function row(one) {
  const { totals } = one;
  const share = totals.filed ? formatShare(totals.closed / totals.filed) : "–";
  const facts = [
    [gettext("reported"), formatNumber(totals.reported)], [gettext("filed"), formatNumber(totals.filed)], [gettext("closed"), formatNumber(totals.closed)],
    [gettext("open"), formatNumber(totals.open)], [gettext("overdue"), formatNumber(totals.overdue)], [gettext("closed of filed"), share],
  ];
  return el("li", { "aria-current": one === chosen ? "true" : null, "data-code": one.code },
    el("div", { class: "campaign-head" },
      el("button", { type: "button", class: "link", text: one.title, on: { click: () => choose(one) } }),
      el("span", { class: `badge ${one.runs ? "badge-real" : "badge-draft"}`, text: one.runs ? gettext("runs") : gettext("does not run") }),
      el("small", { text: `${one.starts} – ${one.ends} · × ${one.limit_factor} · ${config.priorities[one.priority]}` })),
    el("dl", { class: "campaign-totals" }, ...facts.map(([name, value]) => el("div", {}, el("dt", { text: name }), el("dd", { text: value })))),
    el("div", { class: "data-actions" },
      el("a", { class: "button button-small", href: `/desk/?tab=all&campaign=${one.id}`, text: gettext("Its cases") }),
      config.makes && el("button", { type: "button", class: "button button-small", text: gettext("Change"), on: { click: () => edit(one) } })));
}

function choose(one) {
  chosen = one;
  show();
  if (shapes.getLayers().length) map.fitBounds(shapes.getBounds(), { maxZoom: 16, padding: [40, 40] });
}

/* --- places */

function showPlaces() {
  shapes.clearLayers();
  byId("places-box").hidden = !chosen;
  if (!chosen) return;
  for (const place of chosen.places) L.geoJSON(place.ground, { style: LOOK }).bindTooltip(place.name).addTo(shapes);
  const draw = (kind, words) => el("button", { type: "button", class: "button button-small", "data-draw": kind, text: words, on: { click: () => drawPlace(kind) } });
  replace(byId("places-box"),
    el("h2", { text: `${chosen.title}: ${gettext("places")}` }),
    chosen.places.length ? el("ul", { class: "campaign-places" }, ...chosen.places.map(placeRow)) : el("p", { class: "data-empty", text: gettext("A campaign without a place touches no case. Draw the first one.") }),
    config.makes && el("div", { class: "data-actions" }, draw("CircleMarker", gettext("Draw a point")), draw("Line", gettext("Draw a route")), draw("Polygon", gettext("Draw an area"))));
}

function placeRow(place) {
  const out = async () => {
    if (!confirm(`${gettext("Take this place out?")} ${place.name}`)) return;
    try {
      await remove(`${URL}/${chosen.code}/places/${encodeURIComponent(place.name)}`);
      load();
    } catch (error) {
      toastError(error);
    }
  };
  return el("li", {},
    el("span", { text: `${place.name} · ${config.kinds[place.kind]}${place.reach_m ? ` · ${place.reach_m} m` : ""}` }),
    config.makes && el("button", { type: "button", class: "icon-button", text: "×", "aria-label": `${gettext("Take out")} ${place.name}`, on: { click: out } }));
}

function drawPlace(kind) {
  map.pm.setLang(isChinese ? "zh" : "en");
  map.pm.enableDraw(kind, { snappable: false, tooltips: true, pathOptions: LOOK, templineStyle: LOOK, hintlineStyle: LOOK });
  map.once("pm:create", ({ layer }) => {
    map.pm.disableDraw();
    const shape = layer.toGeoJSON(7).geometry;
    layer.remove();
    askPlace(kind, shape);
  });
}

function askPlace(kind, shape) {
  const ghost = L.geoJSON(shape, { style: LOOK, pointToLayer: (_feature, at) => L.circleMarker(at, LOOK) }).addTo(map);
  const usual = { CircleMarker: "venue", Line: "route", Polygon: "area" }[kind];
  const form = el("form", { class: "campaign-form" },
    el("label", { class: "field" }, gettext("Name"), el("input", { name: "name", required: true, maxlength: 60 })),
    el("label", { class: "field" }, gettext("Kind"), el("select", { name: "kind" }, ...Object.entries(config.kinds).map(([value, text]) => el("option", { value, text, selected: value === usual })))),
    el("label", { class: "field" }, gettext("Reach in metres"), el("input", { name: "reach_m", type: "number", min: 0, max: 2000, value: kind === "Polygon" ? 0 : 100, required: true })),
    ...formEnd(() => {
      ghost.remove();
      showPlaces();
    }));
  submitted(form, async (values) => {
    await post(`${URL}/${chosen.code}/places`, { ...values, reach_m: Number(values.reach_m), shape });
    ghost.remove();
    load();
  });
  byId("places-box").append(form);
  form.elements.name.focus();
}

/* --- the form of a campaign */

function formEnd(onLeave) {
  return [
    el("p", { class: "campaign-problem", role: "alert", hidden: true }),
    el("div", { class: "data-actions wide" },
      el("button", { type: "submit", class: "button button-primary", text: gettext("Save") }),
      el("button", { type: "button", class: "button", text: gettext("Do not change"), on: { click: onLeave } })),
  ];
}

function submitted(form, send) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await send(Object.fromEntries(new FormData(form)));
    } catch (error) {
      const problem = form.querySelector(".campaign-problem");
      problem.hidden = false;
      replace(problem, el("span", { text: error.message }), " ", el("code", { text: error.code ?? "" }));
    }
  });
}

function edit(one = null) {
  const box = byId("form-box");
  const input = (label, name, more = {}) => el("label", { class: "field" }, label, el("input", { name, value: one?.[name] ?? "", ...more }));
  const form = el("form", { class: "campaign-form" },
    input(gettext("Name"), "name", { required: true, maxlength: 60 }),
    input(gettext("English name"), "name_en", { maxlength: 60 }),
    input(gettext("Code"), "code", { required: true, maxlength: 30, pattern: "[\\w\\-]+", placeholder: "games-2027" }),
    el("label", { class: "field" }, gettext("Priority"), el("select", { name: "priority" }, ...Object.entries(config.priorities).map(([value, text]) => el("option", { value, text, selected: value === String(one?.priority ?? 1) })))),
    input(gettext("First day"), "starts", { type: "date", required: true, value: one?.starts ?? config.today }),
    input(gettext("Last day"), "ends", { type: "date", required: true }),
    input(gettext("Limits times"), "limit_factor", { type: "number", min: 0.05, max: 10, step: 0.05, value: one?.limit_factor ?? 0.5, required: true }),
    el("label", { class: "field wide" }, gettext("Classes; none for all"), el("select", { name: "classes", multiple: true }, ...config.classes.map((kind) => el("option", { value: kind.id, text: kind.name, selected: one?.classes.includes(kind.id) })))),
    el("label", { class: "wide" }, el("input", { type: "checkbox", name: "in_use", checked: one?.in_use ?? true }), ` ${gettext("in use")}`),
    ...formEnd(() => {
      box.hidden = true;
    }));
  submitted(form, async (values) => {
    const sent = { ...values, priority: Number(values.priority), classes: [...form.elements.classes.selectedOptions].map((option) => Number(option.value)), in_use: form.elements.in_use.checked };
    const made = one ? await patch(`${URL}/${one.code}`, sent) : await post(URL, sent);
    box.hidden = true;
    toast({ text: gettext("The campaign is kept.") });
    load(made.code);
  });
  replace(box, form);
  box.hidden = false;
  form.elements.name.focus();
}

byId("new")?.addEventListener("click", () => edit());
startKeyboard({
  Escape: () => {
    map.pm.disableDraw();
    byId("form-box").hidden = true;
  },
  "+": () => map.zoomIn(), "=": () => map.zoomIn(), "-": () => map.zoomOut(),
});
byId("review-origins").textContent = config.attribution;
if (config.districts.length) map.fitBounds(toBounds(config.districts[0].bounds), { animate: false });
addReadouts(map);
addTileLayers(stage, theme);
load().finally(() => {
  document.documentElement.dataset.ready = "true";
});
