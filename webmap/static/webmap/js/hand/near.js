import { el, replace } from "webmap/dom";
import { fill, formatLength, gettext } from "webmap/i18n";
import { caseLine } from "webmap/hand/caseline";
import { metresBetween } from "webmap/hand/here";
import { postJson } from "webmap/hand/session";
import { openNearby } from "webmap/nearby";
import { symbolOf } from "webmap/hand/classes";

const AROUND_M = 40;
const METRES_A_DEGREE = 111_195;
const MOST = 12;

/** Cases near a place that may be the same one. */
export async function showSimilar(node, place, kind) {
  const found = await openNearby(place, kind.id);
  node.hidden = !found.length;
  replace(node, el("h3", { text: gettext("Reported already? Open cases of this class within 50 m") }),
    el("ul", { class: "case-list" }, ...found.map((one) => (one.row ? caseLine(one.row, { away_m: one.away_m }) : foreignLine(one)))));
}

/* A case of somebody else: what everybody may know of it, and nothing to open. */
function foreignLine(one) {
  return el("li", { class: "case-line is-foreign" },
    el("img", { src: symbolOf(one), alt: "", width: 36, height: 36 }),
    el("span", { class: "case-text" },
      el("strong", { text: one.name }),
      el("span", { class: "case-facts" }, el("span", { text: one.stage })),
      el("small", { class: "mono", text: one.number })),
    el("b", { class: "away", text: formatLength(one.away_m) }));
}

/**
 * Components of a class near a place, the nearest first, to choose one.
 * @param {HTMLElement} node
 * @param {(code: string) => void} onChoose
 */
export async function showComponents(node, place, kind, onChoose) {
  const body = { polygon: boxAround(place), kind: kind.code, limit: 200 };
  const { results } = await postJson("/api/v1/components/within", body);
  const near = results.map((one) => ({ ...one, away_m: metresBetween(place, { lon: one.center[0], lat: one.center[1] }) }))
    .sort((one, other) => one.away_m - other.away_m).slice(0, MOST);
  node.hidden = false;
  const legend = near.length ? gettext("Which one?") : fill(gettext("No %(kind)s is on record within 40 m; send it without."), { kind: kind.name });
  replace(node, el("legend", { text: legend }),
    ...near.map((one) => choice(one.code, `${one.name || one.kind_name} · ${formatLength(one.away_m)}`, one.code)),
    near.length > 0 && choice("", gettext("None of these"), ""));
  node.onchange = ({ target }) => onChoose(target.value);
}

function choice(value, text, code) {
  return el("label", { class: "choice-line" },
    el("input", { type: "radio", name: "component", value, checked: !value }),
    el("span", {}, el("span", { text }), code && el("small", { class: "mono", text: code })));
}

function boxAround({ lon, lat }) {
  const up = AROUND_M / METRES_A_DEGREE;
  const right = up / Math.cos((lat * Math.PI) / 180);
  const ring = [[lon - right, lat - up], [lon + right, lat - up], [lon + right, lat + up], [lon - right, lat + up], [lon - right, lat - up]];
  return { type: "Polygon", coordinates: [ring] };
}
