import { address } from "webmap/config";
import { askOrKept, keep, kept } from "webmap/hand/kept";
import { request } from "webmap/api";

const RECENT = 8;
/* The first character of each letter's group in the order by pinyin; no syllable begins with I, U, V. */
const FIRSTS = [..."吖八嚓咑妸发旮哈丌咔垃妈拏噢妑七呥仨他屲夕丫帀"];
const LETTERS = [..."abcdefghjklmnopqrstwxyz"];
const collator = new Intl.Collator("zh-Hans-u-co-pinyin");

let list = null;

/** The classes in use; kept for when there is no network. */
export async function classes() {
  if (!list) {
    const { value } = await askOrKept("classes", () => request("/api/v1/cases/classes"));
    list = value.map((one) => ({ ...one, initials: initialsOf(one.name) }));
  }
  return list;
}

/** The classes this user reported last, the latest first. */
export async function recentClasses() {
  const [all, recent] = [await classes(), (await kept("recent")) ?? []];
  return recent.map((id) => all.find((one) => one.id === id)).filter(Boolean);
}

/** Remembers that a class was used. */
export async function usedClass(id) {
  const before = ((await kept("recent")) ?? []).filter((one) => one !== id);
  await keep("recent", [id, ...before].slice(0, RECENT));
}

/** Classes whose name, code, main class or pinyin initials hold the text. */
export function matching(all, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return all;
  const byInitials = /^[a-z]+$/.test(wanted);
  return all.filter((one) => [one.name, one.code, one.main_name].some((word) => word.toLowerCase().includes(wanted))
    || (byInitials && one.initials.includes(wanted)));
}

/** The first letters of the syllables: 暴露垃圾 is ``bllj``. */
export function initialsOf(name) {
  return [...name].map(initialOf).join("");
}

function initialOf(character) {
  if (!/\p{Script=Han}/u.test(character)) return character.toLowerCase();
  const after = FIRSTS.findIndex((first) => collator.compare(character, first) < 0);
  return LETTERS[(after < 0 ? FIRSTS.length : after) - 1] ?? "";
}

/** Address of the drawing of a class. */
export function symbolOf(one) {
  return `${address("symbols", "/static/symbols/")}${one.symbol || "other"}.svg`;
}
