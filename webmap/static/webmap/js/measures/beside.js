import { Swipe } from "webmap/swipe";
import { UnitGridLayer } from "webmap/gridlayer";
import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

const PANE = "beside";
const LEVEL = "251";

/** The same grids in the colours of another period, left of a divider over the map. */
export class Beside {
  /** @param {object} stage see ``createMap`` @param {Theme} theme */
  constructor(stage, theme) {
    Object.assign(this, { stage, theme, layer: null });
    theme.addEventListener("change", () => this.layer?.setLook(theme.palette.grids));
  }

  build() {
    const { map, store } = this.stage;
    const pane = map.createPane(PANE);
    pane.style.zIndex = LEVEL;
    pane.style.pointerEvents = "none";
    this.layer = new UnitGridLayer(store, { pane: PANE, maxZoom: 19, minZoom: 9 });
    this.layer.setLook(this.theme.palette.grids);
    this.words = [el("span", { class: "swipe-left" }), el("span", { class: "swipe-right" })];
    this.handle = el("div", { class: "swipe", role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 100, "aria-label": gettext("Divider between the two periods"), hidden: true }, ...this.words);
    map.getContainer().append(this.handle);
    L.DomEvent.disableClickPropagation(this.handle);
    this.swipe = new Swipe(map, this.handle, PANE, "grids");
  }

  /**
   * Shows the other period, or takes it away.
   * @param {object[]|null} editions
   * @param {[string, string]} [names] of the period left and right
   */
  show(editions, names = ["", ""]) {
    if (!editions && !this.layer) return;
    if (!this.layer) this.build();
    if (editions) {
      this.layer.setEditions(editions);
      this.stage.map.addLayer(this.layer);
      this.words.forEach((node, k) => { node.textContent = names[k]; });
    } else {
      this.stage.map.removeLayer(this.layer);
    }
    this.swipe.set(Boolean(editions));
  }
}
