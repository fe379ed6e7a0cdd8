import { config } from "webmap/config";
import { copyText, el, iconButton, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { directionName, fill, formatArea, formatLength, formatShare, gettext, nameOf, ngettext, schemeName, stateName } from "webmap/i18n";
import { Part, shownBy } from "webmap/lazy";
import { originBadge } from "webmap/districts";
import { responsibleSection } from "webmap/responsible";
import { toast } from "webmap/toast";

const figures = new Part("webmap/select/gridparts");

const KEYS = { ArrowUp: ["N", "NE", "NW"], ArrowRight: ["E", "NE", "SE"], ArrowDown: ["S", "SE", "SW"], ArrowLeft: ["W", "NW", "SW"] };
const AROUND = ["NW", "N", "NE", "W", "", "E", "SW", "S", "SE"];

/** The panel of the selected grid; it stays while the map moves. */
export class Panel {
  /**
   * @param {Selection} selection
   * @param {{go: (version: string, ordinal: number) => void, close: () => void,
   *   travel: (relative: object) => void}} actions ``travel`` goes to a grid of another edition
   */
  constructor(selection, actions) {
    Object.assign(this, { selection, actions });
    this.node = document.getElementById("panel");
    this.body = document.getElementById("panel-body");
    this.live = document.getElementById("announce");
    replace(
      document.getElementById("panel-tools"),
      iconButton("place", gettext("Zoom to this grid"), () => selection.flyTo()),
      iconButton("close", gettext("Close"), () => actions.close()),
    );
    document.getElementById("panel-handle").addEventListener("click", () => this.node.classList.toggle("is-tall"));
    this.node.addEventListener("keydown", (event) => this.onKey(event));
    selection.addEventListener("loading", () => this.showLoading());
    selection.addEventListener("change", (event) => this.show(event.detail.grid));
    selection.addEventListener("clear", () => this.hide());
  }

  showLoading() {
    this.open();
    this.node.setAttribute("aria-busy", "true");
    // The old grid stays readable until the next one is here; a first one gets placeholders.
    if (this.selection.grid) return;
    replace(this.body, ...[72, 48, 96, 60].map((width) => el("div", { class: `skeleton skeleton-${width}` })));
  }

  open() {
    this.node.hidden = false;
    document.body.classList.add("has-panel");
  }

  hide() {
    this.node.hidden = true;
    this.node.removeAttribute("aria-busy");
    document.body.classList.remove("has-panel");
    replace(this.body);
  }

  show(grid) {
    this.open();
    this.node.removeAttribute("aria-busy");
    replace(this.body, head(grid), facts(grid), borderShare(grid), regions(grid), responsibleSection(grid), ...shownBy(figures, (one) => one.gridParts(grid, this.actions.travel)), neighbours(grid, this.actions.go), edition(grid),
      relatives(gettext("Came from"), grid.predecessors, this.actions.travel), relatives(gettext("Passed to"), grid.successors, this.actions.travel));
    this.body.scrollTop = 0;
    this.live.textContent = fill(gettext("Grid %(code)s selected, %(area)s, %(community)s"), {
      code: grid.code, area: formatArea(grid.area_m2), community: nameOf(grid.community),
    });
  }

  onKey(event) {
    const wanted = KEYS[event.key];
    if (!wanted || !this.selection.grid || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = nextTowards(this.selection.grid, wanted);
    event.preventDefault();
    if (next) this.actions.go(this.selection.grid.edition.version, next.ordinal);
  }
}

/** The neighbour in the first of some directions that has one. */
export function nextTowards(grid, directions) {
  for (const direction of directions) {
    const found = grid.neighbours.find((one) => one.direction === direction);
    if (found) return found;
  }
  return null;
}

function head(grid) {
  const copy = iconButton("copy", gettext("Copy the code"), async () => {
    const done = await copyText(grid.code);
    toast({ text: done ? gettext("Code copied") : gettext("The browser does not allow copying.") });
  });
  const isDraft = grid.edition.state === "draft" || grid.edition.state === "checked";
  return el("header", { class: "panel-head" },
    el("p", { class: "eyebrow", text: gettext("Unit grid") }),
    el("div", { class: "code-row" }, codeText(grid), copy),
    el("div", { class: "badges" }, originBadge(districtOf(grid)), isDraft && el("span", { class: "badge badge-draft", text: gettext("Draft") })));
}

function districtOf(grid) {
  return config.districts.find((one) => one.code === grid.district.code) ?? grid;
}

/* The code in its parts, which are what people read to each other: district, street, community, grid. */
function codeText(grid) {
  const cuts = [6, 9, 12, grid.code.length];
  const parts = cuts.map((end, i) => grid.code.slice(i ? cuts[i - 1] : 0, end)).filter(Boolean);
  return el("h2", { class: "grid-code", id: "panel-code", "aria-label": grid.code },
    ...parts.map((part) => el("span", { text: part })));
}

function facts(grid) {
  return el("dl", { class: "facts" },
    fact(gettext("Area"), formatArea(grid.area_m2)),
    fact(gettext("Perimeter"), formatLength(grid.perimeter_m)));
}

function fact(name, value) {
  return el("div", {}, el("dt", { text: name }), el("dd", { text: value }));
}

function borderShare(grid) {
  const share = Math.min(Math.max(grid.on_feature_share ?? 0, 0), 1);
  const meter = el("div", {
    class: "meter", role: "meter", "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(share * 100),
    "aria-label": gettext("Border on real features"),
  }, el("span"));
  meter.firstChild.style.width = `${share * 100}%`;
  return el("section", { class: "share" },
    el("div", { class: "share-text" },
      el("span", { text: gettext("Border on real features") }),
      el("strong", { text: formatShare(share) })),
    meter,
    el("small", { text: gettext("Roads, water, railways, walls and gaps between buildings") }));
}

function regions(grid) {
  const row = (iconName, name, region) => region && el("div", { class: "region-row" },
    icon(iconName), el("dt", { text: name }),
    el("dd", {}, el("span", { text: nameOf(region) }), el("code", { text: region.code })));
  const isCommunity = (grid.community?.level ?? "community") === "community";
  return el("dl", { class: "regions" },
    row("community", gettext("Community"), isCommunity ? grid.community : null) || "",
    row("street", gettext("Street"), grid.street) || "",
    row("district", gettext("District"), grid.district) || "");
}

function neighbours(grid, go) {
  const cells = AROUND.map((direction) => {
    if (!direction) return el("span", { class: "rose-centre" }, icon("grid"));
    const here = grid.neighbours.filter((one) => one.direction === direction);
    return el("div", { class: "rose-cell" }, ...here.map((one) => el("button", {
      type: "button", class: "chip", title: one.code, text: one.code.slice(12) || one.code,
      "aria-label": fill(gettext("%(direction)s: grid %(code)s"), { direction: directionName(direction), code: one.code }),
      on: { click: () => go(grid.edition.version, one.ordinal) },
    })));
  });
  return el("section", { class: "neighbours" },
    el("h3", { text: gettext("Neighbours") }),
    el("div", { class: "rose" }, ...cells),
    el("small", { class: "key-hint", text: gettext("Arrow keys step to the neighbour in that direction.") }));
}

function edition(grid) {
  const { edition: one } = grid;
  return el("dl", { class: "edition" },
    fact(gettext("Edition"), `${one.edition} · ${stateName(one.state)}`),
    fact(gettext("Valid"), validity(one)),
    fact(gettext("Code scheme"), schemeName(one.scheme)),
    grid.note ? fact(gettext("Note"), grid.note) : "");
}

function validity({ valid_from: from, valid_to: to }) {
  if (!from) return gettext("Not in force");
  return to ? fill(gettext("%(from)s to %(to)s"), { from, to }) : fill(gettext("since %(from)s"), { from });
}

/* Grids of the edition before or after: each leads to its own day. */
function relatives(title, list, travel) {
  if (!list?.length) return "";
  return el("section", { class: "history" },
    el("h3", { text: title }),
    el("ul", {}, ...list.map((one) => el("li", {},
      el("button", {
        type: "button", class: "link mono", text: one.code,
        title: fill(gettext("Show it as of %(day)s"), { day: one.valid_from }), on: { click: () => travel(one) },
      }),
      el("span", { text: one.components
        ? `${formatArea(one.shared_area_m2)} · ${fill(ngettext("%(count)s component", "%(count)s components", one.components), { count: one.components })}`
        : formatArea(one.shared_area_m2) })))));
}
