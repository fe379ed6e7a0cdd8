import { editionCodes, gridByOrdinal } from "webmap/api";
import { el, replace } from "webmap/dom";
import { nameOf } from "webmap/i18n";

const OFFSET_PX = 14;
const REST_MS = 180;
const COMMUNITY_DIGITS = 12;

/**
 * The grid under the mouse: highlighted at once; beside the mouse its code, its community once the
 * mouse rests, and its value of the measure that colours the map.
 * @param {object} stage see ``createMap``
 * @param {(version: string, ordinal: number) => void} onChoose
 * @param {(latlng: L.LatLng) => boolean} isTaken whether a press was for something above the grids
 * @param {(version: string, ordinal: number) => string} valueOf the value shown, in words; empty for none
 * @param {(latlng: L.LatLng) => {name: string, text: string}|null} regionAt the region that is coloured in place of grids
 */
export function startHover(stage, onChoose, isTaken, valueOf = () => "", regionAt = () => null) {
  const { map, grids, highlight } = stage;
  const card = document.getElementById("hover-card");
  const known = new Map();
  const communities = new Map();
  let asked = false;
  let last = null;
  let resting = 0;

  const learn = (version) => {
    if (known.has(version)) return;
    known.set(version, null);
    editionCodes(version).then(
      (codes) => known.set(version, codes),
      // The card is only a help; the next move asks again.
      () => known.delete(version),
    );
  };

  /* A community is asked for once, by the first of its grids on which the mouse rests. */
  const learnCommunity = (found, code) => {
    clearTimeout(resting);
    if (!code || communities.has(code.slice(0, COMMUNITY_DIGITS))) return;
    resting = setTimeout(async () => {
      try {
        communities.set(code.slice(0, COMMUNITY_DIGITS), nameOf((await gridByOrdinal(found.version, found.ordinal)).community));
        update();
      } catch {
        // The card is only a help.
      }
    }, REST_MS);
  };

  const hide = () => {
    clearTimeout(resting);
    highlight.show(null);
    card.hidden = true;
    map.getContainer().classList.remove("is-over-grid");
  };

  const update = () => {
    asked = false;
    const region = last && regionAt(last.latlng);
    if (region) {
      highlight.show(null);
      map.getContainer().classList.add("is-over-grid");
      showCard(card, region.name, region.text, last.containerPoint, map.getSize());
      return;
    }
    const found = last && map.hasLayer(grids) ? grids.gridAt(last.latlng) : null;
    if (!found) {
      hide();
      return;
    }
    highlight.show(found);
    learn(found.version);
    map.getContainer().classList.add("is-over-grid");
    const code = known.get(found.version)?.[found.ordinal - 1];
    learnCommunity(found, code);
    const more = [communities.get(code?.slice(0, COMMUNITY_DIGITS)), valueOf(found.version, found.ordinal)].filter(Boolean).join(" · ");
    showCard(card, code, more, last.containerPoint, map.getSize());
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

let shown = "";
let size = [0, 0];

/* Asking for a size makes the browser lay out the page: only what is new is measured. */
function showCard(card, code, more, point, room) {
  card.hidden = !code;
  if (!code) return;
  const now = `${code} ${more}`;
  if (now !== shown) {
    replace(card, el("b", { text: code }), more && el("small", { text: more }));
    shown = now;
    size = [card.offsetWidth, card.offsetHeight];
  }
  const [width, height] = size;
  const left = Math.min(point.x + OFFSET_PX, room.x - width - OFFSET_PX);
  const top = point.y + OFFSET_PX + height > room.y ? point.y - OFFSET_PX - height : point.y + OFFSET_PX;
  card.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
}
