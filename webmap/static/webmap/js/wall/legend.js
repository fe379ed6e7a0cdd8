import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";
import { MEASURES, classSign, measureName } from "webmap/wall/colours";

/** What the map is coloured by, and what its colours mean. Fires ``measure``. */
export class Legend extends EventTarget {
  /** @param {HTMLElement} node @param {string} measure */
  constructor(node, measure) {
    super();
    this.node = node;
    this.rows = el("ul", { class: "wall-legend-rows" });
    this.select = el("select", { "aria-label": gettext("Colours of the map"), on: { change: () => this.choose(this.select.value) } },
      ...MEASURES.map((one) => el("option", { value: one, text: measureName(one), selected: one === measure })));
    replace(node, this.select, this.rows);
    node.hidden = !config.colours;
  }

  /** The next measure. */
  next() {
    const { value } = this.select;
    this.choose(MEASURES[(MEASURES.indexOf(value) + 1) % MEASURES.length]);
  }

  choose(measure) {
    this.select.value = measure;
    this.dispatchEvent(new CustomEvent("measure", { detail: measure }));
  }

  /** Signs and words of the classes. */
  show(classes) {
    replace(this.rows, ...classes.map((one) => el("li", {}, classSign(one), el("span", { text: one.text }))));
  }
}
