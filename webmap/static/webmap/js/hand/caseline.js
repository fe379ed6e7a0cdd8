import { config, isChinese } from "webmap/config";
import { el } from "webmap/dom";
import { formatLength, gettext } from "webmap/i18n";
import { symbolOf } from "webmap/hand/classes";

const spans = new Intl.RelativeTimeFormat(isChinese ? "zh-CN" : "en-GB", { numeric: "always" });
const times = new Intl.DateTimeFormat(isChinese ? "zh-CN" : "en-GB", { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false });
const [MINUTE_MS, HOUR_MS, DAY_MS] = [60_000, 3_600_000, 86_400_000];

/**
 * A case in a list: a link to its page.
 * @param {object} one a row of the API
 * @param {{away_m?: number|null, waiting?: boolean}} more
 */
export function caseLine(one, { away_m = null, waiting = false } = {}) {
  return el("li", {}, el("a", { class: "case-line", href: `#case/${one.number}` },
    el("img", { src: symbolOf(one.case_class), alt: "", width: 36, height: 36 }),
    el("span", { class: "case-text" },
      el("strong", { text: one.case_class.name }),
      el("span", { text: one.place || one.grid }),
      el("span", { class: "case-facts" },
        el("span", { text: stageWord(one.stage) }), lightSign(one),
        waiting && el("span", { class: "pill pill-wait", text: gettext("waits to be sent") }))),
    away_m !== null && el("b", { class: "away", text: formatLength(away_m) })));
}

/** How much time is left, with a colour and in words. */
export function lightSign(one) {
  if (!one.due) return null;
  const words = { green: gettext("in time"), yellow: gettext("soon late"), red: gettext("late") };
  return el("span", { class: `light light-${one.light}`, text: `${words[one.light] ?? ""} ${spanTo(one.due)}` });
}

/** The words for a stage. */
export function stageWord(stage) {
  return config.stages[stage] ?? stage;
}

/** A time as a span from now. */
export function spanTo(time) {
  const left = new Date(time) - Date.now();
  const size = Math.abs(left);
  if (size < HOUR_MS) return spans.format(Math.round(left / MINUTE_MS), "minute");
  return size < 2 * DAY_MS ? spans.format(Math.round(left / HOUR_MS), "hour") : spans.format(Math.round(left / DAY_MS), "day");
}

/** Day and time. */
export function timeOf(time) {
  return times.format(new Date(time));
}
