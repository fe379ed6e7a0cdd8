const WAIT_MS = 12_000;
const STEP_MS = 60;
/* Longer than images of tiles take to fade in (0.2 s). */
const CALM_STEPS = 4;
/* Tiles of other hosts that do not allow it too: a picture with them could not be read back. */
const SKIPPED = ".highlight-canvas, .pulse, .leaflet-control-container *, .backdrop-unreadable *";

/** Waits until the tiles in view are painted and nothing moves; gives up waiting after a while. */
export async function settled({ map, store }) {
  const end = performance.now() + WAIT_MS;
  let calm = 0;
  while (calm < CALM_STEPS && performance.now() < end) {
    await new Promise((resume) => setTimeout(resume, STEP_MS));
    const moves = map.getContainer().querySelector(".leaflet-zoom-anim, .leaflet-pan-anim");
    const waits = moves || store.pending > 0 || isLoading(map);
    calm = waits ? 0 : calm + 1;
  }
  // Repaints come with the frames.
  await new Promise((resume) => requestAnimationFrame(() => requestAnimationFrame(resume)));
}

function isLoading(map) {
  let found = false;
  map.eachLayer((layer) => {
    if (layer instanceof L.GridLayer && layer.isLoading()) found = true;
  });
  return found;
}

/**
 * The map as it is on the screen, as one canvas: whatever lies in its panes, from below upwards.
 * @param {L.Map} map
 * @param {string} land colour where nothing is
 * @param {number} [ratio] pixels of the picture for one of the screen
 */
export async function composeMap(map, land, ratio = Math.max(1, window.devicePixelRatio || 1)) {
  const frame = map.getContainer().getBoundingClientRect();
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(frame.width * ratio);
  canvas.height = Math.round(frame.height * ratio);
  const context = canvas.getContext("2d");
  context.fillStyle = land;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(ratio, ratio);
  for (const pane of panesInOrder(map)) {
    for (const node of pane.querySelectorAll("canvas, img, svg, .measure-label, .note-label")) {
      if (node.matches(SKIPPED) || node.parentNode.closest("svg")) continue;
      context.globalAlpha = opacityOf(node, pane);
      await paintNode(context, node, (node.tagName === "DIV" ? node.firstElementChild ?? node : node).getBoundingClientRect(), frame);
    }
  }
  context.globalAlpha = 1;
  return canvas;
}

function panesInOrder(map) {
  const level = (pane) => Number(getComputedStyle(pane).zIndex) || 0;
  return [...map.getPane("mapPane").children].filter((pane) => pane.classList.contains("leaflet-pane"))
    .map((pane, i) => [pane, level(pane), i]).sort((a, b) => a[1] - b[1] || a[2] - b[2]).map(([pane]) => pane);
}

function opacityOf(node, pane) {
  let opacity = 1;
  for (let at = node; at && at !== pane.parentNode; at = at.parentNode) {
    const style = getComputedStyle(at);
    if (style.visibility === "hidden" || style.display === "none") return 0;
    opacity *= Number(style.opacity);
  }
  return opacity;
}

async function paintNode(context, node, box, frame) {
  if (!box.width || !box.height || !context.globalAlpha) return;
  const place = [box.left - frame.left, box.top - frame.top, box.width, box.height];
  const image = node.tagName === "svg" ? await pictureOf(node, box) : node;
  if (node.tagName === "DIV" || node.tagName === "SPAN") paintLabel(context, node, place);
  else if (image && (image.naturalWidth ?? image.width)) context.drawImage(image, ...place);
}

/* Leaflet writes colours and widths of its shapes as attributes, so a copy looks the same. */
async function pictureOf(svg, box) {
  if (!svg.querySelector("path, circle, image, text")) return null;
  const copy = svg.cloneNode(true);
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  copy.setAttribute("width", box.width);
  copy.setAttribute("height", box.height);
  copy.removeAttribute("style");
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
}

function paintLabel(context, node, [left, top, width, height]) {
  const style = getComputedStyle(node.firstElementChild ?? node);
  context.fillStyle = style.backgroundColor;
  context.beginPath();
  context.roundRect(left, top, width, height, 6);
  context.fill();
  context.fillStyle = style.color;
  context.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  context.textBaseline = "middle";
  context.textAlign = "center";
  context.fillText(node.textContent, left + width / 2, top + height / 2);
}
