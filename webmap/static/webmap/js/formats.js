import { config } from "webmap/config";
import { fill, gettext } from "webmap/i18n";

/** Formats of an export, the most asked for first. */
export const FORMATS = ["shp", "gpkg", "geojson", "fgb", "parquet", "dxf", "csv", "xlsx"];

/** A format by its name for people. @param {string} format */
export function formatName(format) {
  return {
    shp: gettext("Shapefile (zip)"),
    gpkg: "GeoPackage",
    geojson: "GeoJSON",
    fgb: "FlatGeobuf",
    parquet: "GeoParquet",
    dxf: gettext("DXF (CAD)"),
    csv: gettext("CSV table"),
    xlsx: gettext("Excel workbook (XLSX)"),
    pdf: "PDF",
  }[format];
}

/** The 3-degree CGCS2000 zone of a longitude: central meridian and EPSG number. */
export function cgcs2000Zone(longitude) {
  const zone = Math.min(Math.max(Math.round(longitude / 3), 25), 45);
  return { meridian: zone * 3, epsg: 4534 + zone - 25 };
}

/** Reference systems that suit a district: pairs of EPSG number and name. */
export function systems(district) {
  const [west, , east] = district.bounds;
  const middle = (west + east) / 2;
  const list = [["4490", "CGCS2000 (EPSG:4490)"], ["4326", "WGS 84 (EPSG:4326)"]];
  if (middle > 73 && middle < 136) {
    const { meridian, epsg } = cgcs2000Zone(middle);
    list.push([String(epsg), fill(gettext("CGCS2000 3-degree zone, CM %(meridian)s°E (EPSG:%(epsg)s)"), { meridian, epsg })]);
  } else {
    const epsg = 32600 + Math.floor((middle + 180) / 6) + 1;
    list.push([String(epsg), fill(gettext("UTM zone (EPSG:%(epsg)s)"), { epsg })]);
  }
  for (const { value, name } of config.local_systems ?? []) list.push([value, `${name} (${value})`]);
  list.push(["custom", gettext("Another EPSG number…")]);
  return list;
}

/** A system of that list, or an EPSG number, as the API takes it. @param {string} value */
export function crsOf(value) {
  return value.startsWith("LOCAL:") ? value : `EPSG:${value}`;
}
