import { isChinese } from "webmap/config";
import { fill, formatNumber, gettext, nameOf } from "webmap/i18n";

const points = new Intl.NumberFormat(isChinese ? "zh-CN" : "en-GB", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const hours = new Intl.NumberFormat(isChinese ? "zh-CN" : "en-GB", { maximumFractionDigits: 1 });

/** The name of an object or of an indicator in the page's language. */
export function called(one) {
  return "zh" in one ? (isChinese ? one.zh : one.en) : nameOf(one);
}

/** A score with one digit, or a dash. */
export function scoreText(score) {
  return score === null || score === undefined ? "–" : points.format(score);
}

/** A difference with its sign. */
export function changeText(change) {
  if (change === null || change === undefined) return "";
  return `${change > 0 ? "+" : change < 0 ? "−" : "±"}${points.format(Math.abs(change))}`;
}

/** The value of an indicator with its unit. @param {number|null} value @param {string} unit */
export function valueText(value, unit) {
  if (value === null || value === undefined) return "–";
  if (unit === "share") return `${points.format(100 * value)}%`;
  if (unit === "hours") return fill(gettext("%(n)s h"), { n: hours.format(value) });
  return hours.format(value);
}

/** A count with its name, for buttons that open the cases behind it. */
export function counterName(counter) {
  const names = {
    reported: gettext("reported"), judged: gettext("reports decided"), judged_inspector: gettext("inspectors' reports decided"),
    valid_inspector: gettext("of them valid"), missed: gettext("missed by inspectors"), found_by_public: gettext("found by the public"),
    filed: gettext("filed"), filed_judged: gettext("filings timed"), filed_on_time: gettext("filed on time"), sent_back: gettext("sent back"),
    dispatched: gettext("dispatched"), dispatched_judged: gettext("dispatches timed"), dispatched_on_time: gettext("dispatched on time"), redispatched: gettext("dispatched anew"),
    handled: gettext("handled"), handled_judged: gettext("answers timed"), handled_on_time: gettext("handled on time"), reworked: gettext("sent back to rework"),
    closed: gettext("closed"), closed_judged: gettext("closings timed"), closed_on_time: gettext("closed on time"), ended: gettext("ended"), reopened: gettext("reopened"),
    checked_judged: gettext("checks timed"), checked_on_time: gettext("checked on time"), verified_judged: gettext("verifications timed"), verified_on_time: gettext("verified on time"),
    sent_to_check: gettext("sent to check"), sent_to_check_on_time: gettext("sent to check on time"), sent_to_verify: gettext("sent to verify"), sent_to_verify_on_time: gettext("sent to verify on time"),
    closings_judged: gettext("last steps timed"), closings_on_time: gettext("closed on time"), answers: gettext("answers of residents"), content: gettext("content"),
    overdue: gettext("overdue at the end"), handling_minutes: gettext("minutes of handling"), handling_timed: gettext("handlings measured"),
    extensions: gettext("extensions"), holds: gettext("holds"), presses: gettext("pressed"), escalations: gettext("escalated"), opinion_answers: gettext("answers to polls"), opinion_content: gettext("content of these"), walked: gettext("grids walked"), walk_due: gettext("grids to be walked"), grids: gettext("unit grids"), days: gettext("days"),
  };
  return names[counter] ?? counter;
}

/** So many of so many, or the number alone. */
export function fractionText({ numerator, denominator, unit }) {
  if (numerator === null || numerator === undefined) return "";
  return unit === "share" ? `${formatNumber(numerator)} / ${formatNumber(denominator)}` : formatNumber(numerator);
}
