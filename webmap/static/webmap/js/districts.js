import { districtsOn } from "webmap/api";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { icon } from "webmap/icons";
import { fill, formatCount, gettext, nameOf, stateName } from "webmap/i18n";
import { gridEdition } from "webmap/gridlayer";

/** Which districts are on the map, and in which edition. */
export class Districts extends EventTarget {
  constructor() {
    super();
    this.list = config.districts;
    this.code = this.list[0]?.code ?? "";
    /** The past day that is shown; empty for today. */
    this.on = "";
    /** Drafts chosen instead of the edition in force, by district code. */
    this.draftOf = new Map();
  }

  /** The chosen district, or null. */
  get current() {
    return this.list.find((district) => district.code === this.code) ?? null;
  }

  /** The edition shown of a district: its chosen draft or the one in force. */
  editionOf(district) {
    const draft = district.drafts.find((one) => one.version === this.draftOf.get(district.code));
    return draft ?? district.edition;
  }

  /** The draft that is shown now, or null. */
  get shownDraft() {
    const district = this.current;
    const edition = district && this.editionOf(district);
    return edition && edition.version !== district.edition?.version ? edition : null;
  }

  /** Whether a plan of any district can be shown. */
  get hasPlan() {
    return this.list.some((district) => this.editionOf(district));
  }

  /** Editions for the grid layer. */
  editions() {
    return this.list.filter((district) => this.editionOf(district)).map((district) => {
      const edition = this.editionOf(district);
      return gridEdition(edition, district.bounds, { draft: edition.version !== district.edition?.version });
    });
  }

  /**
   * Goes to a day: the districts and editions of that day are asked for. Of several calls the last
   * one counts.
   * @param {string} on a day, or an empty text for today
   * @returns {Promise<boolean>} whether this call was the last and changed the day
   */
  async travel(on) {
    this.journey?.abort();
    if (on === this.on) return false;
    const journey = new AbortController();
    this.journey = journey;
    try {
      this.list = await districtsOn(on, journey.signal);
    } catch (error) {
      if (error.name === "AbortError") return false;
      throw error;
    }
    this.on = on;
    if (on) this.draftOf.clear();
    this.dispatchEvent(new Event("change"));
    return true;
  }

  /** Takes up districts as they are now; drafts that are none any more are left. */
  renew(list) {
    this.list = list;
    for (const [code, version] of this.draftOf) {
      if (!list.some((one) => one.code === code && one.drafts.some((draft) => draft.version === version))) this.draftOf.delete(code);
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Chooses a district and, for staff, one of its drafts. */
  choose(code, version = "") {
    const district = this.list.find((one) => one.code === code);
    if (!district) return;
    this.code = code;
    if (district.drafts.some((draft) => draft.version === version)) this.draftOf.set(code, version);
    else this.draftOf.delete(code);
    this.dispatchEvent(new Event("change"));
  }

  /** Takes up a district and draft from a link, if this user may see them. */
  restore(code, version) {
    if (code && (code !== this.code || version !== (this.draftOf.get(code) ?? ""))) this.choose(code, version);
  }
}

/** The district that has most grids, if any has a plan. */
export function largestDistrict(list) {
  return list.filter((one) => one.edition).sort((a, b) => b.edition.grid_count - a.edition.grid_count)[0];
}

/** What is made up of a district: nothing ("real"), its regions ("mixed"), or all ("made-up"). */
export function origin(district) {
  if (!district.made_up) return district.basemap_made_up ? "made-up" : "real";
  return district.basemap_made_up === false ? "mixed" : "made-up";
}

/** Whether a district's shapes are real or made up, in words. */
export function originText(district) {
  return {
    real: gettext("Real map"),
    mixed: gettext("Real base map, made-up regions"),
    "made-up": gettext("Made-up demo map"),
  }[origin(district)];
}

/** A badge that says real or made up. */
export function originBadge(district) {
  const kind = origin(district);
  const text = { real: gettext("Real"), mixed: gettext("Regions made up"), "made-up": gettext("Made up") }[kind];
  return el("span", { class: `badge badge-${kind}`, text, title: originText(district) });
}

/**
 * The list of districts to choose from.
 * @param {Districts} districts
 * @param {(code: string, version: string) => void} onChoose
 */
export function districtList(districts, onChoose) {
  return el("ul", { class: "district-list" }, ...districts.list.map((district) => el(
    "li", {},
    choice(districts, district, district.edition, "", onChoose),
    ...district.drafts.map((draft) => choice(districts, district, draft, draft.version, onChoose)),
  )));
}

function noEdition(on) {
  return on ? gettext("No edition on this day") : gettext("No published grid plan yet");
}

function choice(districts, district, edition, draftVersion, onChoose) {
  const isShown = district.code === districts.code && (districts.draftOf.get(district.code) ?? "") === draftVersion;
  const about = edition
    ? fill(gettext("%(state)s, edition %(edition)s · %(count)s grids"), {
      state: stateName(edition.state), edition: edition.edition, count: formatCount(edition.grid_count),
    })
    : noEdition(districts.on);
  return el(
    "button",
    {
      type: "button", class: `choice ${draftVersion ? "choice-draft" : ""}`, "aria-pressed": String(isShown),
      on: { click: () => onChoose(district.code, draftVersion) },
    },
    icon(draftVersion ? "draft" : "district"),
    el("span", { class: "choice-text" },
      el("strong", { text: nameOf(district) }),
      el("small", { text: `${district.code} · ${about}` })),
    draftVersion ? el("span", { class: "badge badge-draft", text: gettext("Draft") }) : originBadge(district),
  );
}

/** Fills the button that shows the chosen district. */
export function showChosen(button, districts) {
  const district = districts.current;
  if (!district) {
    button.hidden = true;
    return;
  }
  const edition = districts.editionOf(district);
  const about = edition
    ? fill(gettext("Edition %(edition)s · %(count)s grids"), { edition: edition.edition, count: formatCount(edition.grid_count) })
    : noEdition(districts.on);
  button.hidden = false;
  replace(button, icon("district"),
    el("span", { class: "visually-hidden", text: gettext("Choose a district") }),
    el("span", { class: "choice-text" }, el("strong", { text: nameOf(district) }), el("small", { text: about })),
    originBadge(district), icon("chevron"));
}
