import { componentCard, mayKeep } from "webmap/components/card";
import { el, iconButton, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { Part, shownBy } from "webmap/lazy";
import { request } from "webmap/api";
import { toastError } from "webmap/toast";

const forms = new Part("webmap/components/keep");

/** The panel of the chosen component. Fires ``change`` and ``close``; ``edited`` after a change. */
export class ComponentPanel extends EventTarget {
  /**
   * @param {L.Map} map
   * @param {{toGrid: (code: string) => void}} actions
   */
  constructor(map, actions) {
    super();
    Object.assign(this, { map, actions, one: null, controller: null, mark: null });
    this.node = document.getElementById("component-panel");
    this.body = document.getElementById("component-body");
    document.getElementById("component-handle").addEventListener("click", () => this.node.classList.toggle("is-tall"));
    this.live = document.getElementById("announce");
    replace(
      document.getElementById("component-tools"),
      iconButton("place", gettext("Zoom to this component"), () => this.flyTo()),
      iconButton("close", gettext("Close"), () => this.close()),
    );
  }

  /** Code of the component shown, or an empty text. */
  get code() {
    return this.one?.code ?? "";
  }

  /** Shows the component of a code. */
  async open(code) {
    this.controller?.abort();
    this.controller = new AbortController();
    this.node.hidden = false;
    this.node.setAttribute("aria-busy", "true");
    document.body.classList.add("has-panel");
    try {
      this.show(await request(`/api/v1/components/${encodeURIComponent(code)}`, { signal: this.controller.signal }));
      return this.one;
    } catch (error) {
      if (error.name === "AbortError") return null;
      this.close();
      toastError(error, error.status === 0 ? () => this.open(code) : null);
      return null;
    }
  }

  show(one) {
    const isNew = this.code !== one.code;
    this.one = one;
    this.node.removeAttribute("aria-busy");
    const more = mayKeep() ? shownBy(forms, ({ keepForms }) => keepForms(one, (changed) => this.edited(changed))) : [];
    const link = el("a", { class: "button button-small", href: `/components/${one.code}/`, text: gettext("Page of this component") });
    replace(this.body, ...componentCard(one, { go: (code) => this.open(code), toGrid: this.actions.toGrid, more }), link);
    if (isNew) this.body.scrollTop = 0;
    this.draw();
    this.live.textContent = fill(gettext("%(kind)s %(code)s selected"), { kind: one.kind_name, code: one.code });
    this.dispatchEvent(new Event("change"));
  }

  edited(changed) {
    this.show(changed);
    this.dispatchEvent(new Event("edited"));
  }

  draw() {
    this.mark?.remove();
    const [lon, lat] = this.one.center;
    const parts = [L.circleMarker([lat, lon], { pane: "chosen", radius: 15, weight: 3, color: "#f59e0b", fill: false, interactive: false })];
    if (this.one.geometry.type !== "Point") {
      parts.push(L.geoJSON(this.one.geometry, { pane: "chosen", interactive: false, style: { color: "#f59e0b", weight: 5, opacity: 0.8, fillOpacity: 0.2 } }));
    }
    this.mark = L.layerGroup(parts).addTo(this.map);
  }

  flyTo() {
    const [lon, lat] = this.one.center;
    this.map.flyTo([lat, lon], Math.max(18, this.map.getZoom()), { duration: 0.7 });
  }

  /** Closes the panel; false when it was closed already. */
  close() {
    this.controller?.abort();
    if (this.node.hidden) return false;
    this.node.hidden = true;
    this.one = null;
    this.mark?.remove();
    document.body.classList.toggle("has-panel", !document.getElementById("panel").hidden);
    replace(this.body);
    this.dispatchEvent(new Event("close"));
    return true;
  }
}
