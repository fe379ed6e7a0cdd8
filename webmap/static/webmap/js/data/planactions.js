import { config } from "webmap/config";
import { el } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { post, remove } from "webmap/api";
import { toast } from "webmap/toast";
import { whileBusy } from "webmap/data/whilebusy";

/** Deletes a draft after a question; false when the user thought better of it. */
export async function deletePlan(version) {
  if (!window.confirm(fill(gettext("Delete plan %(version)s with all its edits? This cannot be undone."), { version }))) return false;
  await remove(`/api/v1/plans/${version}`);
  return true;
}

/**
 * What may be done with a plan: check, publish, delete.
 * @param {object} plan
 * @param {() => void} onChange
 */
export function actionButtons(plan, onChange) {
  const base = `/api/v1/plans/${plan.version}`;
  const check = plan.may_edit && el("button", { type: "button", class: "button", id: "check", text: gettext("Check"), on: { click: whileBusy(async () => {
    const found = await post(`${base}/check`, {});
    if (found.check_report.ok) onChange();
    else toast({ text: faults(found.check_report), code: "E-PLAN-FAULTY", kind: "error" });
  }) } });
  const drop = plan.may_edit && el("button", { type: "button", class: "button", id: "delete", text: gettext("Delete"), on: { click: whileBusy(async () => {
    if (await deletePlan(plan.version)) location.assign("/data/plans/");
  }) } });
  const edit = plan.may_edit && el("a", { class: "button", href: `/data/plans/${plan.version}/edit${location.hash}`, text: gettext("Edit") });
  return [edit, check, ...publishing(plan, base, onChange), drop, ...notes(plan)].filter(Boolean);
}

function publishing(plan, base, onChange) {
  if (!plan.may_edit) return [];
  const { today } = config;
  const day = el("input", { type: "date", value: today, max: today, "aria-label": gettext("In force from") });
  const button = el("button", { type: "button", class: "button button-primary", id: "publish", text: gettext("Publish"), disabled: !plan.may_publish, on: { click: whileBusy(async () => {
    if (!window.confirm(fill(gettext("Put plan %(version)s in force from %(day)s? The edition before is superseded; this stays for ever."), { version: plan.version, day: day.value }))) return;
    await post(`${base}/publish`, { valid_from: day.value });
    onChange();
  }) } });
  return [el("label", { class: "field" }, gettext("In force from"), day), button];
}

function notes(plan) {
  const lines = [];
  if (plan.needs_second) lines.push(gettext("You cut or edited this plan: someone else has to publish it."));
  else if (plan.may_edit && plan.state === "draft") lines.push(gettext("Check the plan first; then it can be published."));
  if (plan.former) lines.push(fill(gettext("Unchanged grids were kept from %(version)s."), { version: plan.former }));
  if (plan.valid_from) lines.push(fill(gettext("In force from %(day)s."), { day: plan.valid_from }));
  return lines.map((text) => el("p", { class: "hint", text }));
}

function faults(report) {
  const names = {
    gap_area_m2: gettext("gaps (m²)"), overlap_area_m2: gettext("overlaps (m²)"), outside_area_m2: gettext("outside the communities (m²)"),
    invalid_edges: gettext("invalid edges"), invalid_geometries: gettext("invalid shapes"), multipart: gettext("grids in several pieces"),
    in_several_communities: gettext("grids in several communities"), area_wrong: gettext("wrong areas"), code_wrong: gettext("wrong codes"),
  };
  const found = Object.entries(names).filter(([name]) => report[name]).map(([name, words]) => `${words}: ${report[name]}`);
  return fill(gettext("The plan has faults: %(faults)s."), { faults: found.join("; ") });
}
