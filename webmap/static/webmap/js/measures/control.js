import { Afar } from "webmap/measures/afar";
import { Beside } from "webmap/measures/beside";
import { changeOf, Readings } from "webmap/measures/readings";
import { config } from "webmap/config";
import { colour } from "webmap/measures/colouring";
import { daysOf, formOf, periodAt, plusDays } from "webmap/evaluation/periods";
import { formatState, parseState, plainState } from "webmap/measures/state";
import { closedMeasure, measureNamed, valueText } from "webmap/measures/catalogue";
import { fill, gettext } from "webmap/i18n";
import { NO_FORECAST } from "webmap/measures/forecast";
import { Pulse } from "webmap/measures/pulse";
import { toast, toastError } from "webmap/toast";

const LOUD_MS = 1500;

/* Of two periods beside each other, what of the second stands under this. */
const OTHER = " beside";

/** The period that one is compared with: of the same form just before, or a year ago. */
export function comparedWith(name, against) {
  const [first, last] = daysOf(name);
  if (against.endsWith("year")) return shiftedYear(name, first, last);
  if (formOf(name) !== "range") return periodAt(formOf(name), plusDays(first, -1));
  const length = new Date(last) - new Date(first);
  const end = plusDays(first, -1);
  return `${new Date(new Date(end) - length).toISOString().slice(0, 10)}..${end}`;
}

function shiftedYear(name, first, last) {
  const back = (day) => `${Number(day.slice(0, 4)) - 1}${day.slice(4) === "-02-29" ? "-02-28" : day.slice(4)}`;
  return formOf(name) === "range" ? `${back(first)}..${back(last)}` : back(name);
}

function closedWords({ title }) {
  return fill(config.user.authenticated
    ? gettext("This link colours the map by “%(title)s”, which your account may not see. You see the plain map.")
    : gettext("This link colours the map by “%(title)s”. Log in with an account that may see that; until then you see the plain map."), { title });
}

/**
 * Grids in the colours of a measure: which, of which days, by which classes; the same on every open
 * map while the period runs. Fires ``change`` when the address changes and ``coloured`` when the
 * legend does.
 */
export class MeasureControl extends EventTarget {
  /**
   * @param {object} stage see ``createMap``
   * @param {Theme} theme
   * @param {() => object[]} editions those on the map
   */
  constructor(stage, theme, editions) {
    super();
    Object.assign(this, { stage, theme, editions, state: plainState(), readings: new Readings(), pulse: new Pulse(), beside: new Beside(stage, theme), afar: new Afar(stage, editions), level: "grid" });
    Object.assign(this, { painted: new Set(), shown: null, current: new Map(), isolated: null, asked: 0, versions: [], missing: [], held: null, at: null });
    this.pulse.addEventListener("changed", () => this.update());
    theme.addEventListener("change", () => this.paint());
    stage.map.on("moveend", () => (this.failed || this.inView().join() !== this.versions.join() || (this.isOn && this.afar.level !== this.level)) && this.update());
  }

  /** Whether this user may see colours by measures at all. */
  static get isOpen() {
    return Boolean(config.user.sees_results);
  }

  get isOn() {
    return Boolean(this.measure);
  }

  get measure() {
    return measureNamed(this.state.measure);
  }

  /** Whether the period still runs. */
  get isRunning() {
    return daysOf(this.state.period)[1] >= config.today;
  }

  /** Whether two periods are shown beside each other; from afar it is one. */
  get isBeside() {
    return this.level === "grid" && this.state.against.startsWith("beside");
  }

  /** Whether a change is shown. */
  get isChange() {
    return Boolean(this.state.against) && !this.state.against.startsWith("beside");
  }

  /** What is counted: of hot spots from afar the share of grids that are hot. */
  get shownMeasure() {
    const { measure } = this;
    if (this.level === "grid" || measure.unit !== "confidence") return measure;
    return { ...measure, unit: "share", title: gettext("Share of hot grids (95 % sure)") };
  }

  /** For the address bar. */
  get address() {
    return this.isOn ? formatState(this.state) : {};
  }

  /** Takes up the state of a link; a measure that is not for this user is said. */
  restore(address) {
    const closed = closedMeasure(address.m ?? "");
    if (closed) toast({ text: closedWords(closed) });
    const state = parseState(address);
    if (JSON.stringify(state) !== JSON.stringify(this.state)) this.set(state, false);
  }

  /** Changes some of the state. @param {object} change @param {boolean} [tell] */
  set(change, tell = true) {
    if (change.measure !== undefined && change.measure !== this.state.measure) this.isolated = null;
    this.state = { ...this.state, ...change };
    if (this.measure && !this.measure.compares) this.state.against = "";
    if (tell) this.dispatchEvent(new Event("change"));
    return this.update();
  }

  /** Holds class breaks while time runs, or lets them go. */
  hold(on) {
    this.held = on ? this.shown?.ends ?? null : null;
  }

  /** Shows the grids of one class only; the same again shows all. @param {number|null} index */
  isolate(index) {
    this.isolated = index === this.isolated ? null : index;
    this.paint();
  }

  /* Editions that are on the screen; drafts have no cases. */
  inView() {
    if (!this.isOn) return [];
    const view = this.stage.map.getBounds();
    return this.editions().filter((one) => one.bounds.intersects(view) && !one.draft).map((one) => one.version);
  }

  /** Asks for what is in view and paints it; what was asked later wins. */
  async update() {
    this.pulse.set(this.isOn && this.isRunning && this.measure.live);
    if (!this.isOn) {
      this.versions = [];
      this.missing = [];
      this.clear();
      return;
    }
    this.asked += 1;
    const { asked } = this;
    const versions = this.inView();
    this.versions = versions;
    const level = this.afar.level;
    const busy = setTimeout(() => this.dispatchEvent(new CustomEvent("busy", { detail: true })), LOUD_MS);
    try {
      const missing = [];
      const found = (await Promise.all(versions.map((version) => this.readIfMade(version, missing, level)))).flat();
      if (asked !== this.asked) return;
      if (!found.length && missing.length) this.clear();
      if (level !== this.level) this.turn(level);
      this.missing = missing;
      this.at = new Date();
      this.current = new Map(found);
      this.failed = null;
      if (found.length) this.paint();
      else this.dispatchEvent(new Event("coloured"));
    } catch (error) {
      if (asked === this.asked) this.fail(error);
    } finally {
      clearTimeout(busy);
      this.dispatchEvent(new CustomEvent("busy", { detail: false }));
    }
  }

  /* Old colours stay; the legend says of when they are. One message is enough for a broken line. */
  fail(error) {
    if (!this.failed) toastError(error, () => this.update());
    this.failed = error;
    this.dispatchEvent(new Event("coloured"));
  }

  /* A forecast that nobody has made yet is no fault: the legend says what to do. */
  async readIfMade(version, missing, level) {
    try {
      return await this.read(version, level);
    } catch (error) {
      if (error.code !== NO_FORECAST) throw error;
      missing.push(version);
      return [];
    }
  }

  /* Class breaks of grids are none of streets, and what was coloured before goes. */
  turn(level) {
    this.level = level;
    this.isolated = null;
    this.held = null;
    if (level === "grid") this.afar.hide();
    else {
      this.beside.show(null);
      this.uncolour();
    }
  }

  /* Readings of an edition under their names; of two periods both. */
  async read(version, level) {
    const { measure, period, against, narrowed } = this.state;
    const chosen = this.measure.narrows ? narrowed : {};
    const isFinal = !this.isRunning && !this.measure.isTimeless;
    const ask = (days, isOver) => (level === "grid" ? this.readings.read(measure, version, days, chosen, isOver) : this.afar.read(measure, version, days, chosen, level));
    const now = await ask(daysOf(period), isFinal);
    const isBeside = against.startsWith("beside");
    if (!against || (isBeside && level !== "grid")) return [[version, now]];
    const before = await ask(daysOf(comparedWith(period, against)), true);
    return isBeside ? [[version, now], [version + OTHER, before]] : [[version, { ...now, ...changeOf(now, before) }]];
  }

  paint() {
    if (!this.isOn || !this.current.size) return;
    const { ramp, method, count, own } = this.state;
    const { isChange } = this;
    const look = { measure: this.shownMeasure, style: this.theme.name, ramp, method, count, own, isChange, ends: this.held };
    this.shown = colour(this.current, look);
    const palette = this.isolated === null ? this.shown.palette
      : this.shown.palette.map((one, k) => (k === this.isolated ? one : ""));
    if (this.level !== "grid") {
      this.afar.show(this.level, this.current, { classes: this.shown.classes, palette }, (value) => this.wordsOf(value));
      this.dispatchEvent(new Event("coloured"));
      return;
    }
    this.showBeside();
    for (const [name, classes] of this.shown.classes) {
      const version = name.replace(OTHER, "");
      (name === version ? this.stage.grids : this.beside.layer).setColours(version, classes, palette);
      this.painted.add(version);
    }
    this.dispatchEvent(new Event("coloured"));
  }

  showBeside() {
    const { period, against } = this.state;
    const editions = this.editions().filter((one) => this.current.has(one.version + OTHER));
    this.beside.show(this.isBeside ? editions : null, [comparedWith(period, against || "period"), period]);
  }

  clear() {
    this.beside.show(null);
    this.afar.hide();
    const hadNone = !this.painted.size && !this.shown;
    this.uncolour();
    if (hadNone) return;
    this.current.clear();
    Object.assign(this, { shown: null, isolated: null, held: null, failed: null });
    this.dispatchEvent(new Event("coloured"));
  }

  /** Whether no grid in view has anything of the measure. */
  get isEmpty() {
    return [...this.current.values()].every(({ values, few }) => !few && values.every((value) => !value));
  }

  uncolour() {
    for (const version of this.painted) this.stage.grids.setColours(version, null, []);
    this.painted.clear();
  }

  /** Title and classes for a picture of the map; null without a measure. */
  get summary() {
    if (!this.shown) return null;
    const [first, last] = daysOf(this.state.period);
    const classes = this.shown.rows.filter((row) => row.colour);
    return { title: this.measure.isTimeless ? this.measure.title : `${this.shownMeasure.title} ${first} – ${last}`, classes };
  }

  /** What a grid has of the measure, in words; empty where it has nothing. */
  textOf(version, ordinal) {
    const reading = this.isOn && this.level === "grid" && this.current.get(version);
    const value = reading ? reading.values[ordinal - 1] : NaN;
    return Number.isNaN(value) || value === undefined ? "" : this.wordsOf(value);
  }

  wordsOf(value) {
    if (this.measure.unit === "grade" && !this.isChange) return "ABCDE"[value - 1] ?? "";
    const text = valueText(this.shownMeasure, value);
    return this.isChange && value > 0 ? `+${text}` : text;
  }
}
