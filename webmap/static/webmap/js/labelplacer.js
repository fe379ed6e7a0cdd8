import { distances, placeAlong, turn } from "webmap/labelpaths";

const MAX_TURN = Math.PI / 5.5;
const ROAD_REPEAT_PX = 420;
const CELL = 64;

/** Draws labels that do not meet those drawn before. */
export class Placer {
  constructor(context, origin, palette, size, margin) {
    Object.assign(this, { context, origin, palette });
    this.width = size.x + 2 * margin;
    this.height = size.y + 2 * margin;
    this.cells = new Map();
    this.roads = new Map();
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
  }

  /**
   * A label at a point: text over one or more lines.
   * @param {{x: number, y: number, lines: string[], font: string, size: number, colour: string, gap?: number, dot?: boolean}} label
   */
  place(label) {
    return this.placeAt(label, 0);
  }

  /** A label whose place is free to move up or down a little. */
  placeNear(label) {
    return [0, 1.3, -1.3].some((lines) => this.placeAt(label, lines * label.size));
  }

  placeAt(label, down) {
    const { context } = this;
    const [x, y] = [label.x - this.origin.x, label.y - this.origin.y];
    if (x < 0 || y < 0 || x > this.width || y > this.height) return false;
    context.font = label.font;
    const half = Math.max(...label.lines.map((line) => context.measureText(line).width)) / 2;
    const tall = label.lines.length * label.size * 1.25;
    const shift = (label.dot ? tall / 2 + 5 : 0) + down;
    const gap = label.gap ?? 4;
    const box = [x - half - gap, y - tall / 2 - gap + shift, x + half + gap, y + tall / 2 + gap + shift];
    if (!this.take([box])) return false;
    if (label.dot) this.dot(x, y, label.colour);
    label.lines.forEach((line, i) => {
      this.text(line, x, y + shift + (i - (label.lines.length - 1) / 2) * label.size * 1.25, label.colour);
    });
    return true;
  }

  dot(x, y, colour) {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, 2.4, 0, 2 * Math.PI);
    context.fillStyle = colour;
    context.strokeStyle = this.palette.halo;
    context.lineWidth = 2;
    context.stroke();
    context.fill();
  }

  text(text, x, y, colour) {
    const { context } = this;
    context.strokeStyle = this.palette.halo;
    context.lineWidth = 3;
    context.strokeText(text, x, y);
    context.fillStyle = colour;
    context.fillText(text, x, y);
  }

  /**
   * A road's name along its course, again after a while on a long road.
   * @param {{name: string, line: Array<[number, number]>, signs: string[], widths: number[], font: string, size: number, colour: string}} road
   */
  placeRoad(road) {
    const along = distances(road.line);
    const length = along.at(-1);
    const need = road.widths.reduce((sum, width) => sum + width, 0);
    if (length < need + 8) return;
    const first = length < ROAD_REPEAT_PX * 1.6 ? length / 2 : ROAD_REPEAT_PX / 2;
    for (let centre = first; centre < length - need / 2; centre += ROAD_REPEAT_PX) this.tryRoad(road, along, centre, need);
  }

  /* A little before or after the wished place is as good. */
  tryRoad(road, along, centre, need) {
    for (const shift of [0, 40, -40, 90, -90, 150, -150]) {
      const at = centre + shift;
      if (at - need / 2 < 2 || at + need / 2 > along.at(-1) - 2) continue;
      const places = placeAlong(road.line, along, at, road.widths, MAX_TURN);
      if (places && this.drawRoad(road, upright(places, road, along, at))) return;
    }
  }

  drawRoad(road, places) {
    if (!places) return false;
    const half = road.size * 0.62;
    const spots = places.map(({ x, y }) => [x - this.origin.x, y - this.origin.y]);
    const middle = spots[Math.floor(spots.length / 2)];
    if (this.isNearSame(road.name, middle)) return false;
    if (spots.some(([x, y]) => x < half || y < half || x > this.width - half || y > this.height - half)) return false;
    if (!this.take(spots.map(([x, y]) => [x - half, y - half, x + half, y + half]))) return false;
    this.roads.set(road.name, [...(this.roads.get(road.name) ?? []), middle]);
    this.drawSigns(road, places, spots);
    return true;
  }

  isNearSame(name, [x, y]) {
    return (this.roads.get(name) ?? []).some(([a, b]) => Math.hypot(a - x, b - y) < ROAD_REPEAT_PX * 0.8);
  }

  drawSigns(road, places, spots) {
    const { context } = this;
    const base = context.getTransform();
    context.font = road.font;
    context.lineWidth = 3;
    context.strokeStyle = this.palette.halo;
    context.fillStyle = road.colour;
    // All halos first, else the halo of a sign would cover the sign before it.
    for (const draw of ["strokeText", "fillText"]) {
      road.signs.forEach((sign, i) => {
        const [cos, sin] = [Math.cos(places[i].angle) * base.a, Math.sin(places[i].angle) * base.a];
        context.setTransform(cos, sin, -sin, cos, spots[i][0] * base.a, spots[i][1] * base.a);
        context[draw](sign, 0, 0);
      });
    }
    context.setTransform(base);
  }

  /* Reserves the boxes if all are free. */
  take(boxes) {
    if (boxes.some((box) => this.isTaken(box))) return false;
    for (const box of boxes) for (const cell of cellsOf(box)) this.cellAt(cell).push(box);
    return true;
  }

  isTaken(box) {
    for (const cell of cellsOf(box)) {
      for (const other of this.cells.get(cell) ?? []) {
        if (box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]) return true;
      }
    }
    return false;
  }

  cellAt(cell) {
    if (!this.cells.has(cell)) this.cells.set(cell, []);
    return this.cells.get(cell);
  }
}

function* cellsOf(box) {
  for (let x = Math.floor(box[0] / CELL); x <= Math.floor(box[2] / CELL); x += 1) {
    for (let y = Math.floor(box[1] / CELL); y <= Math.floor(box[3] / CELL); y += 1) yield x * 4096 + y;
  }
}

/* Turns a text round that would stand on its head. Chinese on a steep road reads downwards, each
   sign upright, as on a street map of paper. */
function upright(places, road, along, centre) {
  const overall = Math.atan2(places.at(-1).y - places[0].y, places.at(-1).x - places[0].x);
  const steep = Math.abs(Math.sin(overall)) > 0.82;
  const vertical = steep && road.isHan;
  const backwards = vertical ? Math.sin(overall) < 0 : Math.cos(overall) < 0;
  const way = backwards ? reversed(road, along, centre) : places;
  if (!way || !vertical) return way;
  return way.map((place) => ({ ...place, angle: turn(place.angle, Math.PI / 2) }));
}

function reversed(road, along, centre) {
  const line = road.line.slice().reverse();
  return placeAlong(line, distances(line), along.at(-1) - centre, road.widths, MAX_TURN);
}
