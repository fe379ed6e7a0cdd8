import { NoteControl } from "webmap/notes/control";
import { SelectControl } from "webmap/select/control";
import { ShareControl } from "webmap/share/control";
import { drawing } from "webmap/select/sketch";
import { resolveView } from "webmap/share/views";

/**
 * Select, measure, notes and share: what people do with the map besides looking at it.
 * @param {object} stage see ``createMap``
 * @param {Theme} theme
 * @param {AddressBar} bar
 * @param {{select: HTMLElement, share: HTMLElement}} tools
 * @param {{districts: Districts, go: (version: string, ordinal: number) => void,
 *   measure: () => {title: string, classes: object[]}|null}} around
 */
export function startMapTools(stage, theme, bar, tools, around) {
  const { districts } = around;
  const notes = new NoteControl(stage, tools.select);
  const select = new SelectControl(stage, tools.select, {
    versions: () => districts.editions().map((edition) => edition.version),
    day: () => districts.on,
    go: around.go,
    more: () => notes.content(),
  });
  const share = new ShareControl(stage, theme, bar, tools.share, { districts, measure: around.measure });
  bar.resolve = resolveView;
  bar.contribute(["s"], () => select.state, (values) => select.restore(values));
  bar.contribute(["note"], () => notes.state, (values, state) => notes.restore(values, state.zoom === null));
  for (const control of [select, notes]) control.addEventListener("change", () => bar.write());
  notes.addEventListener("start", () => select.card.close());
  notes.addEventListener("list", () => select.card.isOpen && select.card.refresh());
  return { select, share, notes, isBusy: () => drawing.now };
}
