/** The chosen grids in the order of choosing: of two the first gives. Fires ``change``. */
export class Choice extends EventTarget {
  /** @param {L.Map} map @param {Board} board */
  constructor(map, board) {
    super();
    Object.assign(this, { map, board, several: false, active: true, ordinals: [], revision: 0 });
    board.addEventListener("pick", ({ detail }) => this.pick(detail.ordinal, detail.event));
    // What was loaded may show the chosen grids as others have left them.
    board.addEventListener("load", () => this.tell());
    map.on("mousedown", (event) => event.originalEvent.shiftKey && this.active && this.startBox(event.latlng));
  }

  get forms() {
    return this.ordinals.map((ordinal) => this.board.form(ordinal)).filter(Boolean);
  }

  pick(ordinal, event) {
    if (!this.active) return;
    const adds = this.several || event.shiftKey || event.ctrlKey || event.metaKey;
    if (!adds) this.set([ordinal]);
    else if (this.ordinals.includes(ordinal)) this.set(this.ordinals.filter((one) => one !== ordinal));
    else this.set([...this.ordinals, ordinal]);
  }

  set(ordinals) {
    // What was chosen earlier was looked at earlier, whatever has been loaded since.
    const kept = ordinals.some((ordinal) => this.ordinals.includes(ordinal));
    this.revision = kept ? Math.min(this.revision, this.board.revision) : this.board.revision;
    this.ordinals = ordinals;
    this.tell();
  }

  tell() {
    this.board.choose(this.ordinals);
    this.dispatchEvent(new Event("change"));
  }

  /** The chosen grids have been looked at as they are now. */
  seen() {
    this.revision = this.board.revision;
  }

  /* Shift and drag: all grids that lie in the box whole are added. */
  startBox(start) {
    const { map } = this;
    const box = L.rectangle([start, start], { weight: 1.5, dashArray: "4 4", fillOpacity: 0.08, interactive: false, pmIgnore: true }).addTo(map);
    map.dragging.disable();
    const grow = ({ latlng }) => box.setBounds([start, latlng]);
    const end = () => {
      map.off("mousemove", grow);
      map.dragging.enable();
      const bounds = box.getBounds();
      box.remove();
      const inside = [...this.board.grids.values()].filter(({ layer }) => bounds.contains(layer.getBounds())).map(({ form }) => form.ordinal);
      if (inside.length) this.set([...new Set([...this.ordinals, ...inside])]);
    };
    map.on("mousemove", grow);
    document.addEventListener("mouseup", end, { once: true });
  }
}
