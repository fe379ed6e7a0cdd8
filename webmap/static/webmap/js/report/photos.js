import { config } from "webmap/config";
import { el, iconButton, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { shrunk } from "webmap/shrink";

const LONGEST_PX = 2048;
const QUALITY = 0.82;

/** Photos of the report: taken or chosen, made smaller here, without what the camera wrote into them. */
export class Photos {
  /** @param {Draft} draft */
  constructor(draft) {
    Object.assign(this, { draft, urls: [] });
    this.list = document.getElementById("photo-list");
    this.state = document.getElementById("photo-state");
    for (const id of ["photo-camera", "photo-files"]) {
      const input = document.getElementById(id);
      input.addEventListener("change", async () => {
        const files = [...input.files];
        input.value = "";
        await this.add(files);
      });
    }
    draft.addEventListener("change", ({ detail }) => detail.includes("photos") && this.draw());
    this.draw();
  }

  async add(files) {
    const room = config.most_photos - this.draft.report.photos.length;
    const problems = [];
    if (files.length > room) problems.push(fill(gettext("A report has at most %(most)s photos."), { most: config.most_photos }));
    for (const [index, file] of files.slice(0, room).entries()) {
      this.state.textContent = fill(gettext("Making photo %(number)s of %(all)s smaller…"), { number: index + 1, all: Math.min(files.length, room) });
      try {
        const small = await shrunk(file, LONGEST_PX, QUALITY);
        this.draft.set({ photos: [...this.draft.report.photos, small] });
      } catch {
        problems.push(fill(gettext("%(name)s cannot be read as a photo; take JPEG, PNG or WebP."), { name: file.name }));
      }
    }
    this.state.textContent = problems.join(" ");
  }

  draw() {
    this.urls.forEach((url) => URL.revokeObjectURL(url));
    const { photos } = this.draft.report;
    this.urls = photos.map((photo) => URL.createObjectURL(photo));
    replace(this.list, ...this.urls.map((url, index) => el("li", {},
      el("img", { src: url, alt: fill(gettext("Photo %(number)s"), { number: index + 1 }) }),
      iconButton("close", fill(gettext("Remove photo %(number)s"), { number: index + 1 }), () => this.remove(index), { class: "icon-button photo-remove" }))));
    const full = photos.length >= config.most_photos;
    for (const label of document.querySelectorAll(".photo-add")) label.classList.toggle("is-off", full);
    for (const id of ["photo-camera", "photo-files"]) document.getElementById(id).disabled = full;
  }

  remove(index) {
    this.draft.set({ photos: this.draft.report.photos.filter((_photo, at) => at !== index) });
  }
}
