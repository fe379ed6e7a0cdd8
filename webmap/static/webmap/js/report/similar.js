import { el, replace } from "webmap/dom";
import { fill, formatLength, gettext } from "webmap/i18n";
import { address } from "webmap/config";
import { request } from "webmap/api";

/** Shows open reports of the same class near the place: it may be known already. */
export class Similar {
  /** @param {Draft} draft */
  constructor(draft) {
    Object.assign(this, { draft, asked: null });
    this.box = document.getElementById("similar");
    this.list = document.getElementById("similar-list");
    draft.addEventListener("change", ({ detail }) => (detail.includes("point") || detail.includes("kind")) && this.ask());
    this.ask();
  }

  async ask() {
    const { kind, point } = this.draft.report;
    this.asked?.abort();
    if (!kind || !point) {
      this.box.hidden = true;
      return;
    }
    this.asked = new AbortController();
    const query = new URLSearchParams({ ...point, case_class: kind.id });
    try {
      this.show(await request(`/api/v1/public/similar?${query}`, { signal: this.asked.signal }));
    } catch (error) {
      // A help that fails is left out; the report itself does not need it.
      if (error.name !== "AbortError") this.box.hidden = true;
    }
  }

  show(found) {
    this.box.hidden = !found.length;
    replace(this.list, ...found.map((one) => el("li", { class: "similar-one" },
      el("img", { src: `${address("symbols", "/static/symbols/")}${one.symbol || "other"}.svg`, alt: "", width: 32, height: 32 }),
      el("span", { class: "choice-text" },
        el("strong", { text: one.name }),
        el("small", { text: fill(gettext("%(distance)s away · %(stage)s"), { distance: formatLength(one.distance_m), stage: one.stage_words }) }),
        el("small", { class: "mono", text: one.number })),
      el("a", { class: "button button-small", href: one.url, text: gettext("Follow it") }))));
  }
}
