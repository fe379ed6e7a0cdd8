import { MeasureControl } from "webmap/measures/control";
import { Part, shownBy } from "webmap/lazy";
import { Popover } from "webmap/popover";
import { gettext } from "webmap/i18n";

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
  const choice = new Part("webmap/measures/card");
  const card = new Popover(button, { title: gettext("Colours of the map"), content: () => shownBy(choice, (one) => one.measureContent(control, () => card.refresh())), keep: true });
  const days = new Part("webmap/measures/timeline", ({ Timeline }) => new Timeline(document.getElementById("timeline"), control, around.district));
  const showDays = () => control.isOn && days.use((one) => one.show());
  for (const name of ["change", "coloured"]) control.addEventListener(name, () => days.now || showDays());
  control.addEventListener("coloured", () => card.isOpen && choice.now?.refreshLegend(control));
  control.addEventListener("busy", (event) => document.getElementById("loading").classList.toggle("is-on", event.detail));
  return { control, card };
}
