import { isChinese } from "webmap/config";

const catalogue = globalThis.django ?? {};
const locale = isChinese ? "zh-CN" : "en-GB";
const plain = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });

/**
 * The text in the page's language, from Django's catalogue.
 * @param {string} text
 */
export function gettext(text) {
  return catalogue.gettext ? catalogue.gettext(text) : text;
}

/**
 * Singular or plural by a count.
 * @param {string} one
 * @param {string} many
 * @param {number} count
 */
export function ngettext(one, many, count) {
  if (catalogue.ngettext) return catalogue.ngettext(one, many, count);
  return count === 1 ? one : many;
}

/**
 * Puts values into ``%(name)s`` places.
 * @param {string} text
 * @param {Object<string, string|number>} values
 */
export function fill(text, values) {
  return text.replace(/%\((\w+)\)s/g, (whole, name) => String(values[name] ?? whole));
}

/** A whole number with separators. */
export function formatNumber(value) {
  return plain.format(value);
}

/** A number with its separators, rounded to some significant digits; whole ones stay whole. */
export function formatValue(value, digits = 3) {
  const places = value === 0 ? 0 : Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  return new Intl.NumberFormat(locale, { maximumFractionDigits: Math.min(places, 6) }).format(value);
}

/** A count, short where long: 万 in Chinese, k in English. */
export function formatCount(value) {
  if (value < 10_000) return plain.format(value);
  return isChinese ? `${short.format(value / 10_000)} 万` : `${short.format(value / 1000)}k`;
}

/** An area with its unit. */
export function formatArea(squareMetres) {
  if (squareMetres >= 1_000_000) return `${short.format(squareMetres / 1_000_000)} km²`;
  return `${plain.format(squareMetres)} m²`;
}

/** A length with its unit. */
export function formatLength(metres) {
  return metres >= 10_000 ? `${short.format(metres / 1000)} km` : `${plain.format(metres)} m`;
}

/** A share between 0 and 1 as per cent. */
export function formatShare(share) {
  return `${plain.format(share * 100)}%`;
}

/** The name of a region in the page's language. */
export function nameOf(region) {
  if (!region) return "";
  return (isChinese ? region.name : region.name_en || region.name) || region.code;
}

/** Words for the state of an edition. */
export function stateName(state) {
  const names = {
    draft: gettext("Draft"),
    checked: gettext("Checked draft"),
    published: gettext("Published"),
    superseded: gettext("Superseded"),
  };
  return names[state] ?? state;
}

/** Words for a code scheme. */
export function schemeName(scheme) {
  const names = {
    gbt30428: gettext("GB/T 30428 (15 digits)"),
    cjt213: gettext("CJ/T 213 (14 digits)"),
  };
  return names[scheme] ?? scheme;
}

/** Words for an hour-hand direction such as ``NE``. */
export function directionName(direction) {
  const names = {
    N: gettext("North"),
    NE: gettext("Northeast"),
    E: gettext("East"),
    SE: gettext("Southeast"),
    S: gettext("South"),
    SW: gettext("Southwest"),
    W: gettext("West"),
    NW: gettext("Northwest"),
  };
  return names[direction] ?? direction;
}
