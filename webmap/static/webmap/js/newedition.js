import { districtsOn } from "webmap/api";
import { el, replace } from "webmap/dom";
import { fill, formatCount, gettext, nameOf } from "webmap/i18n";
import { icon } from "webmap/icons";

const EVERY_MS = 120_000;

/**
 * Looks now and then, and when the page is looked at again, whether a district was given another
 * edition meanwhile; then a banner offers it. Nothing changes under the user's hands.
 */
export class NewEdition {
  /** @param {Districts} districts @param {(list: object[]) => void} take shows the districts as they are now */
  constructor(districts, take) {
    Object.assign(this, { districts, take, banner: document.getElementById("edition-banner") });
    setInterval(() => this.look(), EVERY_MS);
    document.addEventListener("visibilitychange", () => this.look());
    districts.addEventListener("change", () => this.hide());
  }

  async look() {
    if (document.hidden || this.districts.on) return;
    try {
      const list = await districtsOn("");
      const other = list.find((one) => this.isOther(one));
      if (other && !this.districts.on) this.offer(other, list);
    } catch {
      // It is asked again soon; that the network is gone is said elsewhere.
    }
  }

  isOther({ code, edition }) {
    const shown = this.districts.list.find((one) => one.code === code);
    return Boolean(shown && edition && edition.version !== shown.edition?.version);
  }

  offer(district, list) {
    const { edition, grid_count: count } = district.edition;
    const words = gettext("%(district)s has a new edition in force: edition %(edition)s, %(count)s grids.");
    replace(this.banner, icon("grid"),
      el("span", { text: fill(words, { district: nameOf(district), edition, count: formatCount(count) }) }),
      el("button", { type: "button", class: "button button-small", text: gettext("Show it"), on: { click: () => this.take(list) } }));
    this.banner.hidden = false;
  }

  hide() {
    this.banner.hidden = true;
  }
}
