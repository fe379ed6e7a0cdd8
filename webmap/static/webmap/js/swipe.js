const STEP = 2;

/**
 * A divider over the map: one pane shows left of it, the other right of it. Nothing is painted
 * again while it moves; only what of the panes is seen changes.
 */
export class Swipe {
  /**
   * @param {L.Map} map
   * @param {HTMLElement} handle
   * @param {string} left name of a pane
   * @param {string} right
   */
  constructor(map, handle, left, right) {
    Object.assign(this, { map, handle, left: map.getPane(left), right: map.getPane(right), share: 50, isOn: false });
    map.on("move zoomend resize", () => this.clip());
    handle.addEventListener("pointerdown", (event) => this.grab(event));
    handle.addEventListener("keydown", (event) => this.step(event));
  }

  /** Shows or hides the divider. @param {boolean} isOn */
  set(isOn) {
    this.isOn = isOn;
    this.handle.hidden = !isOn;
    this.clip();
  }

  /** Puts the divider at a share of the width, 0 to 100. */
  move(share) {
    this.share = Math.min(100, Math.max(0, share));
    this.clip();
  }

  grab(event) {
    event.preventDefault();
    this.handle.focus();
    this.handle.setPointerCapture(event.pointerId);
    const box = this.map.getContainer().getBoundingClientRect();
    const drag = (moved) => this.move((100 * (moved.clientX - box.left)) / box.width);
    const drop = () => {
      this.handle.removeEventListener("pointermove", drag);
      this.handle.removeEventListener("pointerup", drop);
      this.handle.removeEventListener("pointercancel", drop);
    };
    this.handle.addEventListener("pointermove", drag);
    this.handle.addEventListener("pointerup", drop);
    this.handle.addEventListener("pointercancel", drop);
  }

  step(event) {
    const moves = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -100, End: 100 };
    if (!(event.key in moves)) return;
    event.preventDefault();
    event.stopPropagation();
    this.move(this.share + moves[event.key]);
  }

  /* Panes move with the map: what is seen of them is told in their own points. */
  clip() {
    if (!this.isOn) {
      this.left.style.clip = this.right.style.clip = "auto";
      return;
    }
    const size = this.map.getSize();
    const first = this.map.containerPointToLayerPoint([0, 0]);
    const last = this.map.containerPointToLayerPoint(size);
    const at = first.x + (size.x * this.share) / 100;
    this.left.style.clip = `rect(${first.y}px, ${at}px, ${last.y}px, ${first.x}px)`;
    this.right.style.clip = `rect(${first.y}px, ${last.x}px, ${last.y}px, ${at}px)`;
    this.handle.style.left = `${this.share}%`;
    this.handle.setAttribute("aria-valuenow", String(Math.round(this.share)));
  }
}
