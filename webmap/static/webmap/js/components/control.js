import { ComponentFilter, filterContent } from "webmap/components/filter";
import { ComponentLayer } from "webmap/components/layer";
import { ComponentPanel } from "webmap/components/panel";
import { Density } from "webmap/components/density";
import { Part } from "webmap/lazy";
import { Popover } from "webmap/popover";
import { catalogues } from "webmap/components/catalogue";
import { gettext } from "webmap/i18n";
import { mayKeep } from "webmap/components/card";
import { tileJson } from "webmap/api";
import { toastError } from "webmap/toast";

const adding = new Part("webmap/components/adding");
const drawing = new Part("webmap/components/lasso");
const found = new Part("webmap/components/results");

/**
 * Components on the map: layer, filter, card, lasso, list. Fires ``change`` when what the address
 * bar carries changes.
 */
export class ComponentControl extends EventTarget {
  /**
   * @param {object} stage see ``createMap``
   * @param {Theme} theme
   * @param {HTMLElement} button the tool that opens the filter
   * @param {{editions: () => object[], district: () => string, toGrid: (code: string) => void, onOpen: () => void, coloured: () => boolean}} around
   */
  constructor(stage, theme, button, around) {
    super();
    Object.assign(this, { stage, theme, around, ready: false, adding: false });
    this.filter = new ComponentFilter();
    this.density = new Density(stage, theme);
    this.layer = new ComponentLayer(stage.store, { pane: "components", minZoom: 9, maxZoom: 19 });
    this.panel = new ComponentPanel(stage.map, { toGrid: around.toGrid });
    this.card = new Popover(button, { title: gettext("Components"), content: () => filterContent(this.filter, this.actions()), keep: true });
    this.filter.addEventListener("change", () => this.apply());
    for (const name of ["change", "close"]) this.panel.addEventListener(name, () => this.dispatchEvent(new Event("change")));
    this.panel.addEventListener("edited", () => this.reload());
    stage.map.on("moveend", () => this.colour());
    theme.addEventListener("change", () => {
      this.look();
      this.density.clear();
      this.colour();
    });
    this.look();
  }

  actions() {
    return { list: () => this.list(), lasso: () => this.draw(), add: mayKeep() ? () => this.add() : null };
  }

  /** For the address bar: the filter and the chosen component. */
  get state() {
    return { components: this.filter.state, component: this.panel.code };
  }

  /** Takes up the state of a link. */
  restore({ components, component }) {
    if (components !== this.filter.state) this.filter.restore(components);
    if (component && component !== this.panel.code) this.open(component);
    else if (!component) this.panel.close();
  }

  open(code) {
    this.around.onOpen();
    return this.panel.open(code);
  }

  /** Whether a press on the map was for a component; opens it, or a cluster's ground. */
  press(latlng) {
    if (this.adding) return true;
    const found = this.filter.shown ? this.layer.at(latlng) : null;
    if (!found) return false;
    if (found.code) this.open(found.code);
    else this.enter(found);
    return true;
  }

  enter({ bounds }) {
    const [west, south, east, north] = bounds.split(",").map(Number);
    const { map } = this.stage;
    const target = map.getBoundsZoom([[south, west], [north, east]]);
    map.flyTo([(south + north) / 2, (west + east) / 2], Math.min(19, Math.max(target, map.getZoom() + 1)), { duration: 0.5 });
  }

  async apply() {
    const { map } = this.stage;
    if (!this.filter.shown) {
      map.removeLayer(this.layer);
      this.colour();
    } else {
      this.layer.setQuery(this.filter.query);
      map.addLayer(this.layer);
      if (!this.ready) await this.reload();
      this.colour();
    }
    this.dispatchEvent(new Event("change"));
  }

  /** Asks where the tiles are now: their version changes with the register. */
  async reload() {
    try {
      const [described, all] = await Promise.all([tileJson("components"), catalogues()]);
      this.ready = true;
      this.layer.setColours(new Map(all.flatMap((one) => one.main_classes.map((main) => [main.code, main.colour]))));
      const [west, south, east, north] = described.bounds;
      this.layer.setSource({
        key: "components", url: described.tiles[0], minZoom: described.minzoom + 1, maxZoom: described.maxzoom,
        bounds: L.latLngBounds([south, west], [north, east]).pad(0.02),
      });
      this.stage.map.getPane("components").dataset.ready = "true";
      this.density.counts.clear();
      this.colour();
    } catch (error) {
      toastError(error, () => this.reload());
    }
  }

  async colour() {
    try {
      // Colours by a measure go before those by components.
      await this.density.update(this.filter.shown && !this.around.coloured(), this.filter.query, this.around.editions());
      this.dispatchEvent(new Event("colour"));
    } catch (error) {
      toastError(error);
    }
  }

  look() {
    const isNight = this.theme.name === "night";
    this.layer.setLook(isNight ? { text: "#eef3f8", plate: "#1a222b", line: "#97a6b4" } : { text: "#15202b", plate: "#ffffff", line: "#475664" });
  }

  list() {
    const region = this.around.district();
    this.showResults(({ byFilter }) => ({ load: byFilter(this.filter.asked, region), order: region ? { region, only: this.filter.asked } : null }));
  }

  draw() {
    this.card.close();
    return drawing.use(async ({ lasso }) => {
      const ring = await lasso(this.stage.map, gettext("Draw round the components; Esc gives up."));
      if (ring) this.showDrawn(ring);
    });
  }

  showDrawn(ring) {
    const region = this.around.district();
    const only = { ...this.filter.asked, polygon: { type: "Polygon", coordinates: [ring] } };
    this.ring?.remove();
    this.ring = L.polygon(ring.map(([lon, lat]) => [lat, lon]), { pane: "chosen", color: "#f59e0b", weight: 2, dashArray: "6 5", fillOpacity: 0.08, interactive: false }).addTo(this.stage.map);
    this.showResults(({ withinRing }) => ({ load: withinRing(this.filter.asked, ring), order: region ? { region, only } : null }));
  }

  /* ``asked`` says with the part that lists them what is to be listed. */
  showResults(asked) {
    this.card.close();
    return found.use((part) => {
      this.what = { ...asked(part), go: (code) => this.open(code).then((one) => one && this.panel.flyTo()) };
      this.results ??= new Popover(document.getElementById("tool-components"), { title: gettext("Components found"), content: () => part.resultsContent(this.what), keep: true, side: "wide", own: false });
      this.results.onClose = () => this.ring?.remove();
      this.results.open();
    });
  }

  async add() {
    this.card.close();
    if (this.adding) return;
    this.adding = true;
    let made = null;
    try {
      made = await (await adding.get()).addComponent(this.stage.map, this.filter);
    } catch (error) {
      toastError(error, () => this.add());
    } finally {
      this.adding = false;
    }
    if (!made) return;
    this.filter.show(true);
    this.reload();
    this.open(made.code);
  }
}
