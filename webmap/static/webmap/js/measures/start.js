import { MeasureControl } from "webmap/measures/control";
import { Popover } from "webmap/popover";
import { Timeline } from "webmap/measures/timeline";
import { gettext } from "webmap/i18n";
import { measureContent, refreshLegend } from "webmap/measures/card";

/**
 * Colours by measures on the map: their control, the card that chooses, the bar of days.
 * @param {object} stage see ``createMap``
 * @param {Theme} theme
 * @param {HTMLElement} button the tool that opens the card
 * @param {{editions: () => object[], district: () => string}} around
 * @returns {{control: MeasureControl, card: Popover}}
 */
export function startMeasures(stage, theme, button, around) {
  const control = new MeasureControl(stage, theme, around.editions);
  button.hidden = !MeasureControl.isOpen;
  const card = new Popover(button, { title: gettext("Colours of the map"), content: () => measureContent(control, () => card.refresh()), keep: true });
  new Timeline(document.getElementById("timeline"), control, around.district);
  control.addEventListener("coloured", () => card.isOpen && refreshLegend(control));
  control.addEventListener("busy", (event) => document.getElementById("loading").classList.toggle("is-on", event.detail));
  return { control, card };
}
