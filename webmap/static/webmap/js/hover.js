import { editionCodes } from "webmap/api";

const OFFSET_PX = 14;

/**
 * The grid under the mouse: highlighted at once, its code beside the mouse.
 * @param {object} stage see ``createMap``
 * @param {(version: string, ordinal: number) => void} onChoose
 * @param {(latlng: L.LatLng) => boolean} isTaken whether a press was for something above the grids
 */
export function startHover(stage, onChoose, isTaken) {
  const { map, grids, highlight } = stage;
  const card = document.getElementById("hover-card");
  const known = new Map();
  let asked = false;
  let last = null;

  const learn = (version) => {
    if (known.has(version)) return;
    known.set(version, null);
    editionCodes(version).then(
      (codes) => known.set(version, codes),
      // The card is only a help; the next move asks again.
      () => known.delete(version),
    );
  };

  const hide = () => {
    highlight.show(null);
    card.hidden = true;
    map.getContainer().classList.remove("is-over-grid");
  };

  const update = () => {
    asked = false;
    const found = last && map.hasLayer(grids) ? grids.gridAt(last.latlng) : null;
    if (!found) {
      hide();
      return;
    }
    highlight.show(found);
    learn(found.version);
    map.getContainer().classList.add("is-over-grid");
    showCard(card, known.get(found.version)?.[found.ordinal - 1], last.containerPoint, map.getSize());
  };

  map.on("mousemove", (event) => {
    if (event.originalEvent.pointerType === "touch") return;
    last = event;
    if (asked) return;
    asked = true;
    requestAnimationFrame(update);
  });
  map.on("mouseout movestart zoomstart", () => {
    last = null;
    hide();
  });
  map.on("click", async (event) => {
    if (isTaken(event.latlng)) return;
    const found = map.hasLayer(grids) ? await grids.gridSoon(event.latlng) : null;
    if (found) onChoose(found.version, found.ordinal);
  });
}

const sizes = new Map();

/* Asking for a size makes the browser lay out the page; codes of one length are equally wide. */
function sizeOf(card, code) {
  if (!sizes.has(code.length)) sizes.set(code.length, [card.offsetWidth, card.offsetHeight]);
  return sizes.get(code.length);
}

function showCard(card, code, point, size) {
  card.hidden = !code;
  if (!code) return;
  card.textContent = code;
  const [width, height] = sizeOf(card, code);
  const left = Math.min(point.x + OFFSET_PX, size.x - width - OFFSET_PX);
  const top = point.y + OFFSET_PX + height > size.y ? point.y - OFFSET_PX - height : point.y + OFFSET_PX;
  card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}
