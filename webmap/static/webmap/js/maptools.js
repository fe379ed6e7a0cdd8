import { Part, keepsKeys, opensCard, whenIdle } from "webmap/lazy";
import { drawing } from "webmap/select/drawing";
import { resolveView } from "webmap/share/opening";

/**
 * Select, measure, notes and share: what people do with the map besides looking at it. Each is
 * fetched when its tool is first used or the address has its key; notes when the map stands.
 * @param {object} stage see ``createMap``
 * @param {Theme} theme
 * @param {AddressBar} bar
 * @param {{select: HTMLElement, share: HTMLElement}} tools
 * @param {{districts: Districts, go: (version: string, ordinal: number) => void,
 *   measure: () => {title: string, classes: object[]}|null, pictured: () => string}} around
 * @returns {{select: () => void, share: () => void, isBusy: () => boolean, begin: () => void}}
 *   ``select`` and ``share`` open or close a card; ``begin`` brings the notes
 */
export function startMapTools(stage, theme, bar, tools, around) {
  const { districts } = around;
  const written = (control) => {
    control.addEventListener("change", () => bar.write());
    return control;
  };
  const refresh = () => select.now?.card.isOpen && select.now.card.refresh();
  const notes = new Part("webmap/notes/control", ({ NoteControl }) => {
    const made = written(new NoteControl(stage, tools.select));
    made.addEventListener("start", () => select.now?.card.close());
    made.addEventListener("list", refresh);
    return made;
  });
  const listOfNotes = () => {
    if (!notes.now) notes.use(refresh);
    return notes.now?.content() ?? [];
  };
  const select = new Part("webmap/select/control", ({ SelectControl }) => written(new SelectControl(stage, tools.select, {
    versions: () => districts.editions().map((edition) => edition.version),
    day: () => districts.on,
    go: around.go,
    more: listOfNotes,
  })));
  const share = new Part("webmap/share/control", ({ ShareControl }) => new ShareControl(stage, theme, bar, tools.share, { districts, measure: around.measure, pictured: around.pictured }));
  bar.resolve = resolveView;
  keepsKeys(bar, select, ["s"], (one) => one.state, (one, values) => one.restore(values));
  keepsKeys(bar, notes, ["note"], (one) => one.state, (one, values, state) => one.restore(values, state.zoom === null));
  return {
    select: opensCard(tools.select, select, (one) => one.card),
    share: opensCard(tools.share, share, (one) => one.card),
    isBusy: () => drawing.now,
    begin: () => whenIdle(() => notes.get().catch(() => {})),
  };
}
