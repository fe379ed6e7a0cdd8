/**
 * A new JPEG of a picture: upright, at most so long, and without position and camera.
 * @param {File} file
 * @param {number} longestPx
 * @param {number} quality from 0 to 1
 * @returns {Promise<Blob>} rejected where the picture cannot be read
 */
export async function shrunk(file, longestPx, quality) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, longestPx / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const packed = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
  if (!packed) throw new Error("no room for the picture");
  return packed;
}
