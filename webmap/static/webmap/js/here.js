import { copyText, el, replace } from "webmap/dom";
import { fill, formatLength, gettext, nameOf } from "webmap/i18n";
import { request } from "webmap/api";
import { toast } from "webmap/toast";

/**
 * Says in words where a place is: by the right button of the mouse, or a long press.
 * @param {L.Map} map
 * @param {(code: string) => void} toGrid
 */
export function startHere(map, toGrid) {
  map.on("contextmenu", ({ latlng }) => {
    const body = el("div", { class: "here" }, el("p", { text: gettext("Loading…") }));
    L.popup({ className: "here-popup", minWidth: 260, closeButton: true }).setLatLng(latlng).setContent(body).openOn(map);
    fillCard(body, latlng, (code) => {
      map.closePopup();
      toGrid(code);
    });
  });
}

async function fillCard(body, { lat, lng }, toGrid) {
  const [lon, latitude] = [lng.toFixed(7), lat.toFixed(7)];
  try {
    const found = await request(`/api/v1/reverse?${new URLSearchParams({ lon, lat: latitude })}`);
    const regions = [found.district, found.street, found.community].filter(Boolean).map((region) => nameOf(region));
    replace(body,
      el("strong", { text: found.words || gettext("No road or door number is near.") }),
      regions.length && el("p", { text: regions.join(" ") }),
      found.grid && el("p", {}, `${gettext("Unit grid")} `, el("button", { type: "button", class: "link mono", text: found.grid, on: { click: () => toGrid(found.grid) } })),
      found.road && el("p", { text: fill(gettext("%(road)s, %(metres)s away"), { road: found.road.name, metres: formatLength(found.road.distance_m) }) }),
      coordinates(lon, latitude));
  } catch (error) {
    replace(body, el("p", { class: "is-error", text: error.message }), el("code", { text: error.code ?? "" }), coordinates(lon, latitude));
  }
}

function coordinates(lon, lat) {
  const text = `${Number(lon).toFixed(6)}, ${Number(lat).toFixed(6)}`;
  return el("button", {
    type: "button", class: "link mono", text, title: gettext("Copy"),
    on: { click: async () => toast({ text: (await copyText(text)) ? gettext("Copied") : gettext("The browser does not allow copying.") }) },
  });
}
