import { composeMap, settled } from "webmap/share/compose";
import { fill, formatCount, formatLength, gettext, nameOf } from "webmap/i18n";
import { metresAPixel, roundLength } from "webmap/share/scale";
import { origin, originText } from "webmap/districts";

const PAD = 16;
const HEAD = 44;
const LINE = 22;
const BAR_MOST = 140;

/**
 * What stands beside a map that leaves the page: title, edition, day, source.
 * @param {{districts: Districts, pictured: () => string}} about ``pictured``: the source of another map that is on it
 */
export function captionOf({ districts, pictured }) {
  const district = districts.current;
  const edition = district && districts.editionOf(district);
  const day = districts.on || new Intl.DateTimeFormat("sv-SE").format(new Date());
  return {
    title: district ? fill(gettext("Unit grids of %(district)s"), { district: nameOf(district) }) : gettext("Map of unit grids"),
    edition: edition ? fill(gettext("Edition %(edition)s"), { edition: edition.edition }) : gettext("No edition"),
    day,
    source: [pictured(), district?.attribution, !district || origin(district) === "real" ? "" : originText(district)].filter(Boolean).join(" · "),
  };
}

/**
 * The map with title, legend, scale, day and edition around it, as a picture.
 * @param {object} stage see ``createMap``
 * @param {Theme} theme
 * @param {{caption: ReturnType<typeof captionOf>, measure: object|null}} about
 * @returns {Promise<HTMLCanvasElement>}
 */
export async function pictureOfMap(stage, theme, { caption, measure }) {
  await settled(stage);
  const ratio = Math.max(1, window.devicePixelRatio || 1);
  const mapped = await composeMap(stage.map, theme.palette.land, ratio);
  const width = mapped.width / ratio;
  const height = mapped.height / ratio;
  const rows = legendRows(measure, theme.palette);
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = fontOf(14);
  const lines = flow(pen, rows, width - 2 * PAD);
  const foot = PAD + lines.length * LINE + LINE * 2 + PAD;
  const canvas = document.createElement("canvas");
  canvas.width = mapped.width;
  canvas.height = Math.round((HEAD + height + foot) * ratio);
  const context = canvas.getContext("2d");
  const ink = inks();
  context.fillStyle = ink.surface;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(mapped, 0, Math.round(HEAD * ratio));
  context.scale(ratio, ratio);
  head(context, caption, width, ink);
  let y = HEAD + height + PAD;
  for (const line of lines) {
    for (const { row, x } of line) entry(context, row, x + PAD, y, ink);
    y += LINE;
  }
  scaleBar(context, metresAPixel(stage.map), width, y + LINE - 6, ink);
  text(context, caption.source, PAD, y + LINE + 4, ink.faint, fontOf(12), width - 2 * PAD - BAR_MOST - 60);
  return canvas;
}

function inks() {
  const style = getComputedStyle(document.documentElement);
  const ink = (name) => style.getPropertyValue(name).trim();
  return { surface: ink("--surface"), ink: ink("--ink"), faint: ink("--ink-3"), line: ink("--line") };
}

function fontOf(size, weight = 400) {
  return `${weight} ${size}px ${getComputedStyle(document.body).fontFamily}`;
}

function text(context, words, x, y, colour, font, most) {
  context.fillStyle = colour;
  context.font = font;
  context.textBaseline = "alphabetic";
  context.textAlign = "left";
  context.fillText(words, x, y, most);
}

function head(context, caption, width, ink) {
  const about = [caption.edition, caption.day].join(" · ");
  context.font = fontOf(14);
  const room = context.measureText(about).width;
  text(context, caption.title, PAD, 29, ink.ink, fontOf(20, 700), width - room - 3 * PAD);
  text(context, about, width - PAD - room, 28, ink.faint, fontOf(14));
}

/** What the legend of a picture says: classes of the measure, then signs of the map. */
function legendRows(measure, palette) {
  const classes = measure ? [{ words: measure.title, isTitle: true }, ...measure.classes.map((one) => ({
    fill: one.colour, line: palette.grids.line, words: one.count === undefined ? one.label : `${one.label} (${formatCount(one.count)})`,
  }))] : [];
  return [
    ...classes,
    { fill: palette.grids.fill, line: palette.grids.line, words: gettext("Unit grid") },
    { stroke: palette.borders.districts, words: gettext("District") },
    { stroke: palette.borders.streets, words: gettext("Street"), dash: [9, 3, 2, 3] },
    { stroke: palette.borders.communities, words: gettext("Community"), dash: [5, 4] },
  ];
}

function flow(pen, rows, width) {
  const lines = [[]];
  let x = 0;
  for (const row of rows) {
    const room = pen.measureText(row.words).width + (row.isTitle ? 12 : 46);
    if (x + room > width && lines.at(-1).length) {
      lines.push([]);
      x = 0;
    }
    lines.at(-1).push({ row, x });
    x += room;
  }
  return lines;
}

function entry(context, row, x, y, ink) {
  if (row.isTitle) {
    text(context, row.words, x, y + 13, ink.ink, fontOf(14, 600));
    return;
  }
  if (row.stroke) {
    context.strokeStyle = row.stroke;
    context.lineWidth = 2.5;
    context.setLineDash(row.dash ?? []);
    context.beginPath();
    context.moveTo(x, y + 8);
    context.lineTo(x + 26, y + 8);
    context.stroke();
    context.setLineDash([]);
  } else {
    context.fillStyle = row.fill || "transparent";
    context.fillRect(x, y, 26, 16);
    context.strokeStyle = row.line;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, 25, 15);
  }
  text(context, row.words, x + 32, y + 13, ink.ink, fontOf(14));
}

function scaleBar(context, metres, width, y, ink) {
  const length = roundLength(metres * BAR_MOST);
  const wide = length / metres;
  const left = width - PAD - wide;
  context.strokeStyle = ink.ink;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(left, y - 6);
  context.lineTo(left, y);
  context.lineTo(left + wide, y);
  context.lineTo(left + wide, y - 6);
  context.stroke();
  const words = formatLength(length);
  context.font = fontOf(12, 600);
  text(context, words, left + wide / 2 - context.measureText(words).width / 2, y - 4, ink.ink, fontOf(12, 600));
}

/** A canvas as a PNG. @param {HTMLCanvasElement} canvas @returns {Promise<Blob>} */
export function pngOf(canvas) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("E-PAGE"))), "image/png");
  });
}
