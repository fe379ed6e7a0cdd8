import { RegionPicker } from "webmap/data/regionpicker";
import { config } from "webmap/config";
import { deletePlan } from "webmap/data/planactions";
import { formatShare } from "webmap/i18n";
import { post, watchJob } from "webmap/api";
import { showJob } from "webmap/data/jobbar";
import { toastError } from "webmap/toast";

const form = document.getElementById("cut-form");
const progress = document.getElementById("cut-progress");
const message = document.getElementById("cut-message");
const cancel = document.getElementById("cut-cancel");
const only = form && new RegionPicker(document.getElementById("only"), () => form.elements.district.value);
let cutting = "";

for (const cell of document.querySelectorAll("[data-share]")) {
  if (cell.dataset.share !== "") cell.textContent = formatShare(Number(cell.dataset.share));
}

function showProgress(job) {
  const bar = progress.querySelector(".data-progress");
  progress.hidden = false;
  bar.hidden = false;
  showJob(bar, message, job);
}

/* Stops at the next step of the worker; nothing of the cut is kept. */
async function stop() {
  cancel.disabled = true;
  try {
    await post(`/api/v1/jobs/${cutting}/cancel`, {});
  } catch (error) {
    cancel.disabled = false;
    toastError(error);
  }
}

/* The job goes on without the page; whoever comes back finds it again. */
async function follow(ordered) {
  cutting = ordered.id;
  setBusy(true);
  try {
    const job = await watchJob(ordered, showProgress);
    if (job.state === "done") location.reload();
    else {
      progress.querySelector(".data-progress").hidden = true;
      message.textContent = `${job.error_message} ${job.error_code}`;
    }
  } catch (error) {
    toastError(error, () => follow(ordered));
  } finally {
    setBusy(false);
  }
}

function setBusy(busy) {
  form.querySelector("button").disabled = busy;
  cancel.hidden = !busy;
  cancel.disabled = false;
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const values = new FormData(form);
  setBusy(true);
  try {
    const { job } = await post("/api/v1/plans", {
      district: values.get("district"), target_area_m2: Number(values.get("target_area_m2")), scheme: values.get("scheme"),
      land_use: values.get("land_use"), cut_compounds: values.has("cut_compounds"), afresh: values.has("afresh"),
      only: only.codes,
    });
    await follow(job);
  } catch (error) {
    toastError(error);
    setBusy(false);
  }
});

form?.elements.district.addEventListener("change", () => only.clear());

for (const button of document.querySelectorAll("[data-delete]")) {
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      if (await deletePlan(button.dataset.delete)) location.reload();
      else button.disabled = false;
    } catch (error) {
      button.disabled = false;
      toastError(error);
    }
  });
}

cancel?.addEventListener("click", stop);
if (form && config.cutting.length) follow(config.cutting[0]);
document.documentElement.dataset.ready = "true";
