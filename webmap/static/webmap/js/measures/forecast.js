import { el, replace } from "webmap/dom";
import { config, isChinese } from "webmap/config";
import { fill, formatNumber, formatShare, gettext, nameOf } from "webmap/i18n";
import { request } from "webmap/api";
import { toast, toastError } from "webmap/toast";
import { whenMade } from "webmap/kept";

/* By how much less the forecast is off than the best simple guess. */
const CLEARLY = 0.2;
const BETTER = 0.08;

/** The code of a forecast that is not there. */
export const NO_FORECAST = "E-ANALYSIS-NOFORECAST";

function goodness(share) {
  if (share >= CLEARLY) return gettext("clearly better");
  return share >= BETTER ? gettext("better") : gettext("a little better");
}

function words({ forecast: about }) {
  const made = new Date(about.made_at).toLocaleString(isChinese ? "zh-CN" : "en-GB", { dateStyle: "short", timeStyle: "short" });
  const days = fill(gettext("Expected from %(from)s to %(to)s, made %(made)s."), { from: about.from, to: about.to, made });
  if (!about.classes) return `${days} ${gettext("In no main class is it better than last week’s numbers by grid, so nothing is shown.")}`;
  const of = about.classes === about.all_classes ? fill(gettext("All %(n)s main classes are foretold by grid."), { n: about.classes }) : fill(gettext("%(n)s of %(all)s main classes; the others are not foretold by grid."), { n: about.classes, all: about.all_classes });
  if (about.better_by === null) return `${days} ${of}`;
  const good = fill(gettext("Over %(weeks)s weeks %(good)s than last week’s and last year’s numbers (off by %(share)s less)."), { weeks: formatNumber(about.tested_weeks), good: goodness(about.better_by), share: formatShare(about.better_by) });
  return `${days} ${good} ${of}`;
}

/**
 * Of what days a forecast tells, when it was made, and how good it is.
 * @param {string[]} versions editions on the map
 * @returns {HTMLElement}
 */
export function forecastNote(versions) {
  const node = el("div", { class: "stack forecast-note" });
  const ask = (version) => request(`/api/v1/values/forecast/legend?${new URLSearchParams({ edition: version, from: config.today, to: config.today })}`);
  Promise.all(versions.map(ask)).then(
    (told) => replace(node, ...[...new Set(told.map(words))].map((text) => el("p", { class: "hint", text }))),
    // The colours tell of what is wrong.
    () => replace(node),
  );
  return node;
}

function named(code) {
  const district = config.districts.find((one) => one.code === code);
  return district ? nameOf(district) : code;
}

/**
 * What to do where no forecast was made yet.
 * @param {string[]} districts codes @param {() => void} made called once there is one
 * @returns {HTMLElement}
 */
export function forecastMissing(districts, made) {
  const order = async (event) => {
    const button = event.target;
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    button.textContent = gettext("Being made …");
    try {
      const found = await Promise.all(districts.map((code) => whenMade(`/api/v1/analysis/forecast?district=${code}`)));
      if (found.includes(null)) toast({ text: gettext("It is being made; look again in a few minutes.") });
    } catch (error) {
      toastError(error);
    }
    made();
  };
  return el("div", { class: "stack forecast-missing" },
    el("p", { class: "hint", text: fill(gettext("No forecast has been made yet for %(districts)s. One is made every night while the worker runs."), { districts: districts.map(named).join(", ") }) }),
    el("button", { type: "button", class: "button button-small", text: gettext("Make it now"), on: { click: order } }));
}
