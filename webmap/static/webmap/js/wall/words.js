import { config, isChinese } from "webmap/config";
import { fill, gettext } from "webmap/i18n";

const locale = isChinese ? "zh-CN" : "en-GB";
/* The site's time, wherever the screen is. */
const timeZone = config.time_zone;
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", timeZone });
const date = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", day: "numeric", weekday: "long", timeZone });
const moment = new Intl.DateTimeFormat(locale, { month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone });
const shortDay = new Intl.DateTimeFormat(locale, { month: "numeric", day: "numeric", timeZone: "UTC" });
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;
const two = (n) => String(n).padStart(2, "0");

/** Hours, minutes and seconds. @param {number} at milliseconds */
export const clockText = (at) => clock.format(at);
/** A day with its weekday. @param {number} at milliseconds */
export const dayText = (at) => date.format(at);
/** Day and minute of a time. @param {string} at */
export const momentText = (at) => moment.format(new Date(at));

/** Month and day of a day. @param {string} day */
export const shortDayText = (day) => shortDay.format(new Date(`${day}T00:00:00Z`));

/* The head of a list says what its places are; in Chinese a name is short as it is. */
const KIND = / (District|Subdistrict|Community)$/;

/** A place's name where there is little room. @param {string} name */
export const shortName = (name) => (isChinese ? name : name.replace(KIND, ""));

/** Words for a stage. @param {string} stage */
export const stageText = (stage) => config.stages[stage] ?? stage;

/** The name of a centre. @param {string} centre */
export function centreText(centre) {
  return centre === "command" ? gettext("Command centre") : gettext("Supervision centre");
}

/** A span in one or two units. @param {number} seconds */
export function spanText(seconds) {
  const days = Math.floor(seconds / DAY_S);
  const hours = Math.floor((seconds % DAY_S) / HOUR_S);
  if (days) return fill(gettext("%(days)s d %(hours)s h"), { days, hours });
  const minutes = Math.floor((seconds % HOUR_S) / MINUTE_S);
  return hours ? fill(gettext("%(hours)s h %(minutes)s min"), { hours, minutes }) : fill(gettext("%(n)s min"), { n: minutes });
}

/**
 * How much is left, or how long it is over, to the second.
 * @param {string|null} due @param {number} now milliseconds
 * @returns {{late: boolean, days: number, text: string}|null}
 */
export function runOf(due, now) {
  if (!due) return null;
  const left = Math.round((new Date(due) - now) / 1000);
  const seconds = Math.abs(left);
  const days = Math.floor(seconds / DAY_S);
  const text = `${two(Math.floor((seconds % DAY_S) / HOUR_S))}:${two(Math.floor((seconds % HOUR_S) / MINUTE_S))}:${two(seconds % MINUTE_S)}`;
  return { late: left < 0, days, text };
}

/** By how much a case is over its time. @param {string} due @param {number} now milliseconds */
export function overText(due, now) {
  return spanText(Math.max(0, (now - new Date(due)) / 1000));
}
