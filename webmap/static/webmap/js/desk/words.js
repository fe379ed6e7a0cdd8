import { config, isChinese } from "webmap/config";
import { fill, gettext } from "webmap/i18n";

const MINUTE_MS = 60_000;
const HOUR_MIN = 60;
const DAY_MIN = 1440;
const times = new Intl.DateTimeFormat(isChinese ? "zh-CN" : "en-GB", { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" });

/** Colours of the lights; each has a shape of its own beside the colour. */
export const LIGHTS = { red: "#c81e1e", yellow: "#d97706", green: "#15803d", "": "#5b6b7a" };

/** Words for a light. @param {string} light */
export function lightName(light) {
  return { red: gettext("overdue"), yellow: gettext("nearly due"), green: gettext("in time") }[light] ?? gettext("no limit runs");
}

/** Words for a stage. @param {string} stage */
export function stageName(stage) {
  return config.stages[stage] ?? stage;
}

/** Words for a tab of the desk. @param {string} name */
export function tabName(name) {
  return {
    to_file: gettext("To file"),
    on_check: gettext("Being checked"),
    to_verify: gettext("To verify"),
    on_verify: gettext("Being verified"),
    to_close: gettext("To close"),
    to_dispatch: gettext("To dispatch"),
    to_accept: gettext("To accept"),
    in_work: gettext("Being handled"),
    on_hold: gettext("On hold"),
    to_pass_on: gettext("To pass on"),
    to_agree: gettext("More time asked"),
    to_grant: gettext("More time to grant"),
    handed_on: gettext("Handed on"),
    all: gettext("All in hand"),
    ended: gettext("Ended"),
  }[name] ?? name;
}

/** A time as day and hour. @param {string} at */
export function timeOf(at) {
  return at ? times.format(new Date(at)) : "";
}

/** A span of minutes in one unit. */
function span(minutes) {
  if (minutes < HOUR_MIN) return fill(gettext("%(n)s min"), { n: Math.max(1, Math.round(minutes)) });
  if (minutes < 2 * DAY_MIN) return fill(gettext("%(n)s h"), { n: Math.round(minutes / HOUR_MIN) });
  return fill(gettext("%(n)s d"), { n: Math.round(minutes / DAY_MIN) });
}

/** How much is left until a time, or how long it is over. @param {string|null} due */
export function leftOf(due, now = Date.now()) {
  if (!due) return "";
  const minutes = (new Date(due) - now) / MINUTE_MS;
  return minutes >= 0 ? fill(gettext("%(span)s left"), { span: span(minutes) }) : fill(gettext("%(span)s over"), { span: span(-minutes) });
}

/** How long ago something was. @param {string} at */
export function agoOf(at, now = Date.now()) {
  const minutes = (now - new Date(at)) / MINUTE_MS;
  return minutes < 1 ? gettext("just now") : fill(gettext("%(span)s ago"), { span: span(minutes) });
}

/** The end of a case number, by which people name it. @param {string} number */
export function shortNumber(number) {
  return `${number.slice(8, 14)}-${number.slice(14)}`;
}
