import { el } from "webmap/dom";
import { gettext } from "webmap/i18n";

/** Every switch of the layer card, in groups. */
export function layerGroups() {
  return [
    {
      title: gettext("Grids"),
      items: [
        ["grids", gettext("Unit grids")],
        ["codes", gettext("Grid codes (when near)")],
      ],
    },
    {
      title: gettext("Region borders"),
      items: [
        ["districts", gettext("Districts")],
        ["streets", gettext("Streets")],
        ["communities", gettext("Communities")],
      ],
    },
    {
      title: gettext("Base map"),
      items: [
        ["roads", gettext("Roads and railways")],
        ["buildings", gettext("Buildings, compounds, walls")],
        ["water", gettext("Water")],
        ["green", gettext("Green areas")],
        ["labels", gettext("Names of roads and places")],
      ],
    },
  ];
}

const ALL = layerGroups().flatMap((group) => group.items.map(([key]) => key));

/** Which layers are shown; tells the stage of the map. */
export class Layers extends EventTarget {
  /** @param {object} stage see ``createMap`` */
  constructor(stage) {
    super();
    this.stage = stage;
    this.hidden = new Set();
  }

  /** Names for the address bar; null while everything is shown. */
  get state() {
    return this.hidden.size ? ALL.filter((key) => !this.hidden.has(key)) : null;
  }

  /** Takes up the layers of a link. @param {string[]|null} shown */
  restore(shown) {
    // A link of another version may name none of those there are: that is no wish for an empty map.
    const isStrange = shown?.length > 0 && !shown.some((key) => ALL.includes(key));
    const hidden = new Set(shown && !isStrange ? ALL.filter((key) => !shown.includes(key)) : []);
    for (const key of ALL) if (hidden.has(key) !== this.hidden.has(key)) this.set(key, !hidden.has(key));
  }

  /** Shows or hides a layer. */
  set(key, visible) {
    if (visible) this.hidden.delete(key);
    else this.hidden.add(key);
    this.apply(key, visible);
    this.dispatchEvent(new CustomEvent("change", { detail: { key, visible } }));
  }

  isShown(key) {
    return !this.hidden.has(key);
  }

  /* What each switch means for the map. */
  apply(key, visible) {
    const { map, grids, borders, labels, base } = this.stage;
    if (key === "grids") {
      if (visible) map.addLayer(grids);
      else map.removeLayer(grids);
      labels.setShown("codes", visible && this.isShown("codes"));
    } else if (key === "codes") {
      labels.setShown("codes", visible && this.isShown("grids"));
    } else if (key === "labels") {
      labels.setShown("roads", visible);
      labels.setShown("places", visible);
    } else if (["districts", "streets", "communities"].includes(key)) {
      borders.setShown(key, visible);
      labels.setShown(key, visible);
    } else {
      base?.setPart(key, visible);
    }
  }

  /** Says everything again, once layers have come later. */
  applyAll() {
    for (const key of this.hidden) this.apply(key, false);
  }
}

/** The switches as they are now. @param {Layers} layers */
export function layerSwitches(layers) {
  return layerGroups().map((group) => el("fieldset", { class: "switches" },
    el("legend", { text: group.title }),
    ...group.items.map(([key, name]) => {
      const box = el("input", { type: "checkbox", role: "switch", checked: layers.isShown(key), "data-layer": key });
      box.addEventListener("change", () => layers.set(key, box.checked));
      return el("label", { class: "switch" }, el("span", { text: name }), box, el("i", { "aria-hidden": "true" }));
    })));
}
