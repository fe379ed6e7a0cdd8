import { config } from "webmap/config";
import { MEASURES } from "webmap/wall/colours";

const RELOADED = "wanmi-wall-reloaded";
const ONCE_IN_MS = 600_000;
const SPREAD_MS = 20_000;
const given = new URLSearchParams(location.search);

function districtAtFirst() {
  const asked = given.get("district");
  if (asked === "all") return "";
  return config.districts.some((one) => one.code === asked) ? asked : config.start;
}

/** What this screen shows; it stands in the address, so that the page comes back as it was. */
export const state = {
  centre: config.centre,
  district: districtAtFirst(),
  measure: MEASURES.includes(given.get("measure")) ? given.get("measure") : "grade",
  seconds: given.get("seconds"),
};

/** Writes the state into the address. */
export function remember() {
  const now = new URLSearchParams({ centre: state.centre, district: state.district || "all", measure: state.measure });
  if (state.seconds) now.set("seconds", state.seconds);
  history.replaceState(null, "", `?${now}`);
}

/** The address of the numbers. */
export function numbersAddress() {
  return `/api/v1/wall?${new URLSearchParams({ centre: state.centre, district: state.district })}`;
}

/**
 * Reloads the page, not all walls at once; while processes of two versions answer, once in ten
 * minutes at most.
 * @param {string} version that the server has now @param {Wheel} wheel
 */
export function reloadFor(version, wheel) {
  const [before, at] = (sessionStorage.getItem(RELOADED) ?? "").split(" ");
  if (before === version && Date.now() - Number(at) < ONCE_IN_MS) return;
  sessionStorage.setItem(RELOADED, `${version} ${Date.now()}`);
  wheel.after(Math.random() * SPREAD_MS, () => location.reload());
}
