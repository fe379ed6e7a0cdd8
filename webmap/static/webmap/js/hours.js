import { el } from "webmap/dom";
import { fill, formatNumber, gettext } from "webmap/i18n";

const STEPS = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] };
const LABEL_EVERY_H = 3;

/** Short names of the days of a week, Monday first. */
export function weekdays() {
  return [gettext("Mon"), gettext("Tue"), gettext("Wed"), gettext("Thu"), gettext("Fri"), gettext("Sat"), gettext("Sun")];
}

/**
 * When cases are reported: seven days of 24 hours in colour, the number of the hour under mouse,
 * finger or arrow key in words, and all of them as a table.
 * @param {{cases: number|null, counts: number[][], hot: {weekday: number, hour: number}[], enough: boolean, from: string, to: string}} told
 * @param {object|null} [narrowing] what a press on an hour narrows, see ``hourNarrowing``
 * @returns {Node[]|null} null where nothing may be told
 */
export function hourParts(told, narrowing = null) {
  if (told.cases === null) return null;
  const days = fill(gettext("%(from)s to %(to)s"), told);
  if (!told.cases) return [el("p", { class: "hint", text: fill(gettext("No case was reported here in these 13 weeks (%(days)s)."), { days }) })];
  return [
    el("p", { class: "hint", text: fill(gettext("%(n)s cases of 13 weeks, %(days)s"), { n: formatNumber(told.cases), days }) }),
    heat(told, narrowing),
    el("p", { class: told.enough ? "hint" : "hint hour-few", text: told.enough
      ? gettext("Framed hours have twice the mean and more than chance explains.")
      : gettext("Fewer cases than a week has hours: that one hour has more than another is mostly chance.") }),
    el("details", {}, el("summary", { text: gettext("As a table") }), el("div", { class: "hour-table" }, table(told.counts))),
  ];
}

function heat({ counts, hot }, narrowing) {
  const most = Math.max(...counts.flat(), 1);
  const isHot = new Set(hot.map((one) => `${one.weekday - 1}-${one.hour}`));
  const cells = counts.map((row, day) => row.map((n, hour) => {
    const cell = el("i", { class: isHot.has(`${day}-${hour}`) ? "is-hot" : null, "data-day": day, "data-hour": hour });
    cell.style.setProperty("--share", `${Math.round((100 * n) / most)}%`);
    return cell;
  }));
  const head = Array.from({ length: 24 }, (_none, hour) => el("b", { text: hour % LABEL_EVERY_H ? "" : hour }));
  const grid = el("div", { class: "hour-grid", "aria-hidden": "true" }, el("b"), ...head,
    ...cells.flatMap((row, day) => [el("b", { text: weekdays()[day] }), ...row]));
  const words = el("output", { class: "hour-words", text: busiest(counts) });
  const label = narrowing ? gettext("Cases by weekday and hour; arrow keys go from hour to hour, Enter lists the grids of the hour") : gettext("Cases by weekday and hour; arrow keys go from hour to hour");
  const heat = el("div", { class: `hour-heat${narrowing ? " is-pressable" : ""}`, role: "group", tabindex: 0, "aria-label": label }, grid, words);
  const node = narrowing ? el("div", { class: "stack" }, heat, narrowing.node) : heat;
  let at = null;
  const show = (day, hour) => {
    if (at) cells[at[0]][at[1]].classList.remove("is-at");
    at = [day, hour];
    cells[day][hour].classList.add("is-at");
    words.textContent = hourText(day, hour, counts[day][hour]);
  };
  grid.addEventListener("pointerover", ({ target }) => target.dataset.day && show(Number(target.dataset.day), Number(target.dataset.hour)));
  const press = narrowing ? pressing(cells, counts, narrowing) : () => {};
  if (narrowing) narrowing.back = () => heat.focus({ preventScroll: true });
  grid.addEventListener("click", ({ target }) => {
    if (!target.dataset.day) return;
    show(Number(target.dataset.day), Number(target.dataset.hour));
    press(...at);
  });
  heat.addEventListener("keydown", (event) => {
    if ((event.key === "Enter" || event.key === " ") && at && narrowing) {
      event.preventDefault();
      event.stopPropagation();
      press(...at);
    }
    const step = STEPS[event.key];
    if (!step) return;
    // The map's own arrow keys shall not move it meanwhile.
    event.preventDefault();
    event.stopPropagation();
    const [day, hour] = at ?? [0, -1];
    show((day + step[0] + 7) % 7, (hour + step[1] + 24) % 24);
  });
  return node;
}

/* A press chooses an hour that has cases; the same again lets it go. */
function pressing(cells, counts, narrowing) {
  let chosen = null;
  narrowing.onCleared = () => {
    chosen?.classList.remove("is-chosen");
    chosen = null;
  };
  return (day, hour) => {
    if (!counts[day][hour]) return;
    const cell = cells[day][hour];
    if (cell === chosen) {
      narrowing.clear();
      return;
    }
    chosen?.classList.remove("is-chosen");
    chosen = cell;
    cell.classList.add("is-chosen");
    narrowing.choose(day, hour);
  };
}

/** An hour of the week by its name. @param {number} day from 0, Monday @param {number} hour */
export function hourName(day, hour) {
  return fill(gettext("%(day)s %(hour)s:00"), { day: weekdays()[day], hour });
}

function hourText(day, hour, n) {
  return fill(gettext("%(day)s %(hour)s:00: %(n)s cases"), { day: weekdays()[day], hour, n: formatNumber(n) });
}

function busiest(counts) {
  const sums = counts.map((row) => row.reduce((sum, n) => sum + n, 0));
  const day = sums.indexOf(Math.max(...sums));
  return fill(gettext("Most on %(day)s: %(n)s cases"), { day: weekdays()[day], n: formatNumber(sums[day]) });
}

function table(counts) {
  return el("table", { class: "figures" },
    el("thead", {}, el("tr", {}, el("th", { scope: "col", text: gettext("Hour") }), ...weekdays().map((text) => el("th", { scope: "col", text })))),
    el("tbody", {}, ...counts[0].map((_n, hour) => el("tr", {}, el("th", { scope: "row", text: `${hour}:00` }), ...counts.map((row) => el("td", { text: formatNumber(row[hour]) }))))));
}
