import { el, replace } from "webmap/dom";
import { gettext } from "webmap/i18n";

/**
 * What is chosen across charts, map and ranking: a part of a chart, which narrows map and ranking,
 * and an object, which narrows the charts. Each is a chip that takes it back.
 * Fires ``part`` and ``object``.
 */
export class Picks extends EventTarget {
  /** @param {HTMLElement} node of the chips */
  constructor(node) {
    super();
    Object.assign(this, { node, part: null, object: null });
  }

  /** Chooses a part of a chart; the same again takes it back. @param {string} label @param {object} params of the analysis */
  choosePart(label, params) {
    this.part = this.part?.label === label ? null : { label, params };
    this.show();
    this.dispatchEvent(new Event("part"));
  }

  clearPart() {
    if (!this.part) return;
    this.part = null;
    this.show();
    this.dispatchEvent(new Event("part"));
  }

  /** Narrows the charts to an object, or widens them again. @param {{label: string, params: object}|null} object */
  chooseObject(object) {
    if (this.object?.label === object?.label) return;
    this.object = object;
    this.show();
    this.dispatchEvent(new Event("object"));
  }

  show() {
    const chip = (kind, words, label, clear) => el("span", { class: "evaluation-pick", "data-pick": kind },
      el("span", {}, `${words} `, el("b", { text: label })),
      el("button", { type: "button", class: "link", text: gettext("clear"), "aria-label": `${gettext("clear")}: ${label}`, on: { click: clear } }));
    const chips = [
      this.part && chip("part", gettext("Map and ranking:"), this.part.label, () => this.clearPart()),
      this.object && chip("object", gettext("Charts:"), this.object.label, () => this.chooseObject(null)),
    ].filter(Boolean);
    replace(this.node, ...chips);
    this.node.hidden = !chips.length;
  }
}
