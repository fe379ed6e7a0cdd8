import { gettext } from "webmap/i18n";
import { isChinese } from "webmap/config";

const KEY = "wanmi-units";
const LANGUAGE = isChinese ? "zh-CN" : "en-GB";
/** A mu (亩) is 1/15 of a hectare. */
const MU_M2 = 10_000 / 15;

/** Units by what is measured: key, name, size in metres or square metres, digits. */
export const UNITS = {
  distance: () => [["m", gettext("m"), 1, 1], ["km", gettext("km"), 1000, 3]],
  area: () => [["m2", gettext("m²"), 1, 0], ["ha", gettext("ha"), 10_000, 2], ["km2", gettext("km²"), 1_000_000, 4], ["mu", gettext("mu (亩)"), MU_M2, 2]],
};

/** The unit that was chosen in this browser. @param {"distance"|"area"} what */
export function chosenUnit(what) {
  const kept = localStorage.getItem(`${KEY}-${what}`);
  return UNITS[what]().some(([key]) => key === kept) ? kept : UNITS[what]()[0][0];
}

/** Keeps a choice. */
export function chooseUnit(what, key) {
  localStorage.setItem(`${KEY}-${what}`, key);
}

/** A measure in a unit. @param {number} value in metres or square metres */
export function inUnit(value, what, key = chosenUnit(what)) {
  const [, name, size, digits] = UNITS[what]().find((one) => one[0] === key);
  const format = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${format.format(value / size)} ${name}`;
}
