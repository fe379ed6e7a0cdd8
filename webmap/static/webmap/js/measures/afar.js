import { RegionLayer } from "webmap/measures/regions";
import { levelAt, nearerZoom } from "webmap/measures/levels";
import { gettext } from "webmap/i18n";
import { request } from "webmap/api";

const DISTRICT_DIGITS = 6;

/**
 * The map seen from afar: which level is coloured, what its regions have of a measure, and their
 * colours and numbers on the map.
 */
export class Afar {
  /** @param {object} stage see ``createMap`` @param {() => object[]} editions those on the map */
  constructor(stage, editions) {
    Object.assign(this, { stage, editions, texts: new Map() });
    this.layer = new RegionLayer(stage.store, stage.borders, { pane: "grids", maxZoom: 19 });
  }

  extents() {
    return this.editions().map(({ count, bounds }) => ({ count, box: [bounds.getWest(), bounds.getSouth(), bounds.getEast(), bounds.getNorth()] }));
  }

  /** What is coloured at the zoom of the map. @returns {"grid"|"street"|"district"} */
  get level() {
    return levelAt(this.extents(), Math.round(this.stage.map.getZoom()));
  }

  /**
   * What regions have: a reading with their codes.
   * @param {string} measure @param {string} version @param {[string, string]} days
   * @param {Object<string, string>} narrowed @param {string} level
   */
  async read(measure, version, [from, to], narrowed, level) {
    const query = new URLSearchParams({ edition: version, from, to, level, ...narrowed });
    const rows = await request(`/api/v1/values/${measure}/regions?${query}`);
    return {
      codes: rows.map((one) => one.code),
      values: Float32Array.from(rows, (one) => one.value ?? NaN),
      few: rows.some((one) => one.too_few) ? Uint8Array.from(rows, (one) => Number(one.too_few)) : null,
    };
  }

  /** Puts regions on the map in their classes, with numbers. @param {string} level @param {Map} readings @param {object} shown @param {(value: number) => string} textOf */
  show(level, readings, { classes, palette }, textOf) {
    const byCode = new Map();
    this.texts.clear();
    for (const [version, { codes, values, few }] of readings) {
      codes.forEach((code, i) => {
        byCode.set(code, classes.get(version)[i]);
        this.texts.set(code, few?.[i] ? gettext("too few cases to tell") : values[i] === values[i] ? textOf(values[i]) : "");
      });
    }
    if (!this.stage.map.hasLayer(this.layer)) this.layer.addTo(this.stage.map);
    this.layer.setColours(level, byCode, palette);
    this.stage.labels.setNumbers(this.layer.layer, this.texts);
  }

  /** Takes them away. */
  hide() {
    this.layer.remove();
    this.texts.clear();
    this.stage.labels.setNumbers("", this.texts);
  }

  /** The region at a place in words; null where none is coloured. @param {L.LatLng} latlng */
  at(latlng) {
    const found = this.stage.map.hasLayer(this.layer) ? this.layer.regionAt(latlng) : null;
    return found && { ...found, text: this.texts.get(found.code) ?? "" };
  }

  /** A press goes nearer. @param {L.LatLng} latlng @returns {string} code of the district of the region; empty where there is none */
  press(latlng) {
    const found = this.at(latlng);
    if (!found) return "";
    const { map } = this.stage;
    map.flyTo(latlng, nearerZoom(this.extents(), Math.round(map.getZoom()), map.getMaxZoom()), { duration: 0.6 });
    return found.code.slice(0, DISTRICT_DIGITS);
  }
}
