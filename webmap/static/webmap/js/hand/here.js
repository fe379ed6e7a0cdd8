import { gettext } from "webmap/i18n";

const OPTIONS = { enableHighAccuracy: true, maximumAge: 5_000, timeout: 30_000 };
const EARTH_M = 6_371_008;

/**
 * A place and how exact it is.
 * @typedef {{lon: number, lat: number, accuracy_m: number, at: number}} Fix
 */

/** Where the phone is; fires ``change``. Watched only as long as somebody needs it. */
export class Here extends EventTarget {
  constructor() {
    super();
    /** @type {Fix|null} */
    this.fix = null;
    this.problem = "";
    this.users = 0;
    this.watch = null;
  }

  /** Somebody needs the position from now on; what is returned ends it. */
  need() {
    this.users += 1;
    if (this.users === 1) this.#begin();
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.users -= 1;
      if (!this.users && this.watch !== null) {
        navigator.geolocation.clearWatch(this.watch);
        this.watch = null;
      }
    };
  }

  #begin() {
    if (!navigator.geolocation || !window.isSecureContext) {
      this.#fail(gettext("This browser gives no position here: that needs HTTPS. Choose the place on the map."));
      return;
    }
    this.watch = navigator.geolocation.watchPosition(({ coords, timestamp }) => {
      this.problem = "";
      this.fix = { lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy, at: timestamp };
      this.dispatchEvent(new Event("change"));
    }, (error) => this.#fail(words(error.code)), OPTIONS);
  }

  #fail(problem) {
    this.problem = problem;
    this.dispatchEvent(new Event("change"));
  }
}

function words(code) {
  if (code === 1) return gettext("The position is not allowed to this page. Allow it in the browser, or choose the place on the map.");
  return gettext("No position yet. Under open sky it comes sooner; or choose the place on the map.");
}

/** Metres between two places in degrees. */
export function metresBetween(one, other) {
  const rad = Math.PI / 180;
  const [dLat, dLon] = [(other.lat - one.lat) * rad, (other.lon - one.lon) * rad];
  const part = Math.sin(dLat / 2) ** 2 + Math.cos(one.lat * rad) * Math.cos(other.lat * rad) * Math.sin(dLon / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(part));
}

export const here = new Here();
