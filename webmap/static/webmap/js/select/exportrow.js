import { FORMATS, formatName } from "webmap/formats";
import { config } from "webmap/config";
import { el, replace } from "webmap/dom";
import { formatCount, gettext, nameOf } from "webmap/i18n";
import { post, watchJob } from "webmap/api";
import { tableCsv } from "webmap/select/table";
import { toastError } from "webmap/toast";

/** Saves something under a name. @param {Blob} blob @param {string} name */
export function saveBlob(blob, name) {
  const link = el("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/**
 * Takes out what is selected: the table as it is shown, or grids and components as a file by the
 * export, district by district.
 * @param {object} told answer to the selection
 * @param {object} table see ``gridTable``
 * @param {string} on the past day that is shown, empty for today
 */
export function exportRow(told, table, on) {
  if (!config.user.can_export) return null;
  const outcome = el("span", { class: "outcome", "aria-live": "polite" });
  const pick = (label, options) => el("select", { "aria-label": label }, ...options.map(([value, text]) => el("option", { value, text })));
  const what = pick(gettext("What to export"), [["table", gettext("This table (CSV)")], ["grids", gettext("Unit grids")], ["components", gettext("Components")]]);
  const format = pick(gettext("Format"), FORMATS.map((one) => [one, formatName(one)]));
  format.value = "gpkg";
  const { editions } = told.grids;
  const district = pick(gettext("District"), editions.map((one) => [one.district.code, `${nameOf(one.district)} (${formatCount(one.count)})`]));
  const button = el("button", { type: "button", class: "button button-small", text: gettext("Export") });
  const update = () => {
    format.hidden = what.value === "table";
    district.hidden = what.value === "table" || editions.length < 2;
  };
  what.addEventListener("change", update);
  button.addEventListener("click", async () => {
    if (what.value === "table") {
      saveBlob(new Blob([tableCsv(table)], { type: "text/csv" }), "selection.csv");
      return;
    }
    button.disabled = true;
    try {
      await order({
        what: what.value === "grids" ? "grids" : "components", region: district.value, format: format.value, crs: "EPSG:4490", encoding: "UTF-8",
        only: { polygon: told.polygon }, ...(on && { on }),
      }, outcome);
    } catch (error) {
      replace(outcome);
      toastError(error);
    } finally {
      button.disabled = false;
    }
  });
  update();
  return el("div", { class: "button-row select-export" }, what, format, district, button, outcome);
}

async function order(body, outcome) {
  const { job } = await post("/api/v1/exports", body);
  const done = await watchJob(job, () => replace(outcome, el("progress")));
  if (done.state === "done") replace(outcome, el("a", { class: "button button-small button-done", href: done.file, download: true, text: gettext("Download") }));
  else replace(outcome, el("span", { class: "is-error", text: done.error_message }), el("code", { text: done.error_code }));
}
