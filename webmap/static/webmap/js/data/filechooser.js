import { answerLists } from "webmap/data/inspection";
import { el, replace } from "webmap/dom";
import { fill, formatShare, gettext } from "webmap/i18n";
import { post, remove, request } from "webmap/api";
import { sendFile } from "webmap/data/sendfile";
import { setBar } from "webmap/data/jobbar";
import { toast, toastError } from "webmap/toast";

const ASK_EVERY_MS = 700;
const byId = (id) => document.getElementById(id);

/** Shows what belongs to a step: ``data-step`` names the steps of a part. @param {string} name */
export function showStep(name) {
  byId("drop").classList.toggle("is-small", name !== "choose");
  for (const part of document.querySelectorAll("[data-step]")) part.hidden = !part.dataset.step.split(" ").includes(name);
}

/**
 * The file of a page: dropped or chosen, sent in pieces, looked into; or one that was sent before.
 * The page has the parts ``drop``, ``file``, ``sent``, ``inspected``, ``answer`` and ``uploads``.
 */
export class FileChooser {
  /**
   * @param {(upload: object, found: object) => void} onFound what an inspection found
   * @param {(upload: object) => boolean} [isListed] which files that lie there are of this page
   */
  constructor(onFound, isListed = () => true) {
    Object.assign(this, { onFound, isListed, chosen: null, sending: null });
    this.listen();
  }

  async send(file) {
    this.sending?.abort();
    this.sending = new AbortController();
    showStep("sending");
    try {
      const upload = await sendFile(file, (share) => {
        setBar(byId("sent"), share);
        byId("sent-words").textContent = fill(gettext("%(file)s · %(share)s sent"), { file: file.name, share: formatShare(share) });
      }, this.sending.signal);
      await this.open(upload);
    } catch (error) {
      showStep("choose");
      if (error.name !== "AbortError") toastError(error, error.status === 0 ? () => this.send(file) : null);
      else toast({ text: gettext("Stopped. Choose the same file again to go on where it ended.") });
    } finally {
      this.sending = null;
      this.list();
    }
  }

  /** Waits for the inspection, and tells what it found. */
  async open(upload) {
    this.chosen = upload;
    replace(byId("inspected"), el("p", { role: "status", text: gettext("Looking into the file …") }));
    showStep("inspecting");
    while (this.chosen.state === "inspecting") {
      await new Promise((resume) => setTimeout(resume, ASK_EVERY_MS));
      this.chosen = await request(`/api/v1/uploads/${upload.id}`);
    }
    this.fillAnswers();
    if (this.chosen.state !== "ready") {
      this.showRefusal();
      return;
    }
    this.onFound(this.chosen, await request(this.chosen.inspection));
    showStep("ready");
  }

  fillAnswers() {
    const lists = answerLists(this.chosen);
    if (byId("answer-crs")) replace(byId("answer-crs"), ...lists.systems);
    replace(byId("answer-encoding"), ...lists.encodings);
  }

  showRefusal() {
    const { code, message } = this.chosen.error;
    replace(byId("inspected"), el("p", { class: "import-problem" }, el("code", { text: code }), ` ${message}`));
    showStep(this.chosen.state === "unclear" ? "unclear" : "refused");
  }

  /* --- files that lie there */

  async list() {
    try {
      const { uploads } = await request("/api/v1/uploads");
      const shown = uploads.filter((one) => this.isListed(one) && (one.state !== "receiving" || !this.sending));
      byId("uploads-card").hidden = !shown.length;
      replace(byId("uploads"), ...shown.map((upload) => this.row(upload)));
    } catch (error) {
      toastError(error, () => this.list());
    }
  }

  row(upload) {
    const act = (text, action, words) => el("button", { type: "button", class: "button button-small", text, "aria-label": words, on: { click: action } });
    const openable = upload.state !== "receiving" && upload.state !== "refused";
    return el(
      "li", { "data-upload": upload.id },
      el("span", {}, el("b", { text: upload.name }), el("small", { text: stateWords(upload) })),
      el(
        "span", { class: "data-actions" },
        openable && act(gettext("Open this file"), () => this.open(upload).catch(toastError), `${gettext("Open this file")} ${upload.name}`),
        act(gettext("Delete"), () => this.drop(upload), `${gettext("Delete")} ${upload.name}`),
      ),
    );
  }

  async drop(upload) {
    try {
      await remove(`/api/v1/uploads/${upload.id}`);
      if (this.chosen?.id === upload.id) showStep("choose");
    } catch (error) {
      toastError(error);
    }
    this.list();
  }

  listen() {
    const zone = byId("drop");
    for (const type of ["dragenter", "dragover"]) zone.addEventListener(type, (event) => { event.preventDefault(); zone.classList.add("is-over"); });
    for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => zone.classList.remove("is-over"));
    zone.addEventListener("drop", (event) => {
      event.preventDefault();
      if (event.dataTransfer.files.length === 1) this.send(event.dataTransfer.files[0]);
      else toast({ text: gettext("Drop one file; put the parts of a shapefile into a zip."), kind: "error" });
    });
    byId("file").addEventListener("change", ({ target }) => {
      if (target.files.length) this.send(target.files[0]);
      target.value = "";
    });
    byId("send-cancel").addEventListener("click", () => this.sending?.abort());
    byId("answer").addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        await this.open(await post(this.chosen.inspection, { crs: byId("answer-crs")?.value || null, encoding: byId("answer-encoding").value }));
      } catch (error) {
        toastError(error);
      }
    });
  }
}

function stateWords(upload) {
  const share = upload.bytes ? upload.received_bytes / upload.bytes : 0;
  return {
    receiving: fill(gettext("%(share)s sent; choose the same file to go on"), { share: formatShare(share) }),
    inspecting: gettext("is being looked into"), ready: gettext("ready"), unclear: gettext("its encoding must be given"),
    refused: upload.error?.code ?? "", failed: upload.error?.code ?? "",
  }[upload.state];
}
