/* What all front ends show alike, and how their packages come in. */

export const LINE = "rgba(24, 78, 190, 0.8)";
export const LINE_PX = 0.8;
/** Zoom from which grids have borders. */
export const LINES_FROM = 13;
export const DATA_ZOOMS = [9, 14];

const PACKAGES = new URL("npm/", import.meta.url).href;

/** The address of a file of an npm package. */
export const packageFile = (path) => PACKAGES + path;

/** Runs a file of an npm package that is no module: it leaves a global behind. */
export function script(path) {
  return new Promise((resolve, reject) => {
    const node = document.createElement("script");
    node.src = packageFile(path);
    node.addEventListener("load", resolve);
    node.addEventListener("error", () => reject(new Error(`${path} did not load`)));
    document.head.append(node);
  });
}

/** Waits until WebGL has done what it was told: it tells the graphics card and goes on at once. */
export function finish(canvas) {
  const gl = canvas.getContext("webgl2");
  gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
}

/** Until something has fired an event. Leaflet's and MapLibre's objects both have ``once``. */
export const fired = (source, name) => new Promise((resolve) => source.once(name, resolve));
