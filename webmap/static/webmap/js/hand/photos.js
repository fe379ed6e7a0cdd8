import { ApiError } from "webmap/api";
import { el, iconButton, replace } from "webmap/dom";
import { fill, gettext } from "webmap/i18n";
import { icon } from "webmap/icons";
import { shrunk } from "webmap/shrink";
import { toastError } from "webmap/toast";

const LONGEST_PX = 1600;
const QUALITY = 0.85;
export const MOST_PHOTOS = 9;

/**
 * A picture as JPEG of at most 1,600 pixels: drawn anew, so that neither place nor camera goes along.
 * @param {File} file
 * @returns {Promise<ArrayBuffer>}
 */
export async function shrink(file) {
  const blob = await shrunk(file, LONGEST_PX, QUALITY).catch(() => {
    throw new ApiError("E-PHOTO-FORMAT", gettext("This is no picture that the phone can read."), 0);
  });
  return blob.arrayBuffer();
}

/**
 * A camera button with the photos taken. Fires ``change`` on its ``node``.
 * @param {string} view what the photos show
 * @param {ArrayBuffer[]} [given] photos to begin with
 */
export function photoTaker(view, given = []) {
  const photos = [...given];
  const strip = el("ul", { class: "photo-strip", "aria-label": gettext("Photos") });
  const input = el("input", { type: "file", accept: "image/*", capture: "environment", multiple: true, class: "visually-hidden" });
  const button = el("label", { class: "camera-button" }, icon("camera"), el("span", { text: gettext("Take a photo") }), input);
  const node = el("div", { class: "photo-taker" }, button, strip);
  const show = () => {
    replace(strip, ...photos.map((bytes, at) => thumbnail(bytes, at, () => { photos.splice(at, 1); show(); })));
    strip.hidden = !photos.length;
    node.dispatchEvent(new Event("change"));
  };
  input.addEventListener("change", async (event) => {
    event.stopPropagation();
    const files = [...input.files];
    node.setAttribute("aria-busy", "true");
    try {
      for (const file of files) {
        if (photos.length >= MOST_PHOTOS) throw new ApiError("E-CASE-PHOTOS", fill(gettext("At most %(most)s photos go along."), { most: MOST_PHOTOS }), 0);
        photos.push(await shrink(file));
      }
    } catch (error) {
      toastError(error);
    }
    input.value = "";
    node.removeAttribute("aria-busy");
    show();
  });
  show();
  return {
    node,
    get count() { return photos.length; },
    get photos() { return photos.map((bytes) => ({ bytes, view })); },
    clear() { photos.length = 0; show(); },
  };
}

function thumbnail(bytes, at, drop) {
  const url = URL.createObjectURL(new Blob([bytes], { type: "image/jpeg" }));
  const name = fill(gettext("Photo %(n)s"), { n: at + 1 });
  const image = el("img", { src: url, alt: name, on: { load: () => URL.revokeObjectURL(url) } });
  return el("li", {}, image, iconButton("close", `${gettext("Take out")}: ${name}`, drop));
}
