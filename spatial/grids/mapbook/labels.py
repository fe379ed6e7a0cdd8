"""Places text on a map so that nothing lies on anything else."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely
from reportlab.pdfbase import pdfmetrics

from spatial.core import fonts

HIGH = 0.92
"""Height of a line's box in shares of the letter's size."""
OFF = 0.85
"""How far beside its line a name stands, in shares of the letter's size."""
RINGS = (1.3, 2.2, 3.2, 4.5, 6.0)
DIRECTIONS = tuple(np.arange(0, 2 * np.pi, np.pi / 6))


@dataclass(frozen=True, slots=True)
class Label:
    """Lines of text around a point, turned by an angle; with a leader to what it names."""

    lines: tuple[str, ...]
    sizes: tuple[float, ...]
    x: float
    y: float
    angle: float = 0.0
    leader: tuple[float, float] | None = None


def width_of(text: str, size: float) -> float:
    """Width of a text in points."""
    return pdfmetrics.stringWidth(text, fonts.current(), size)


def box_of(label: Label) -> shapely.Polygon:
    """The ground a label covers."""
    wide = max(width_of(t, s) for t, s in zip(label.lines, label.sizes, strict=True))
    high = sum(size * HIGH for size in label.sizes)
    box = shapely.box(
        label.x - wide / 2, label.y - high / 2, label.x + wide / 2, label.y + high / 2
    )
    if not label.angle:
        return box
    return shapely.affinity.rotate(box, label.angle, origin=(label.x, label.y))


@dataclass(slots=True)
class Placer:
    """What is taken on a map so far."""

    frame: shapely.Polygon
    taken: list[shapely.Polygon] = field(default_factory=list)

    def is_free(self, box: shapely.Polygon) -> bool:
        """Whether a box lies inside the map and on nothing."""
        if not self.frame.contains(box):
            return False
        return not (self.taken and shapely.intersects(np.array(self.taken, object), box).any())

    def take(self, box: shapely.Polygon) -> None:
        """Keep a box free from now on."""
        self.taken.append(box)

    def put(self, label: Label) -> bool:
        """Place a label if its box is free."""
        box = box_of(label)
        if not self.is_free(box):
            return False
        self.take(box)
        return True

    def inside(
        self, area: shapely.Polygon, lines: tuple[str, ...], tries: tuple[tuple[float, ...], ...]
    ) -> Label | None:
        """Place lines wholly inside an area at the first of several sizes that fits."""
        x, y = middle_of(area)
        for sizes in tries:
            label = Label(lines, sizes, x, y)
            if area.contains(box_of(label).buffer(sizes[0] * 0.12)) and self.put(label):
                return label
        return None

    def beside(
        self, area: shapely.Polygon, lines: tuple[str, ...], sizes: tuple[float, ...]
    ) -> Label | None:
        """Place lines near an area that is too small for them, with a leader to it."""
        x, y = middle_of(area)
        here = Label(lines, sizes, x, y)
        if self.put(here):
            return here
        step = max(width_of(lines[0], sizes[0]), sizes[0] * 2)
        for ring in RINGS:
            for turn in DIRECTIONS:
                away = (x + ring * step * np.cos(turn), y + ring * step * np.sin(turn))
                label = Label(lines, sizes, *away, leader=(x, y))
                if self.put(label):
                    return label
        return None


def middle_of(area: shapely.Polygon) -> tuple[float, float]:
    """The point of an area that is farthest from its edge."""
    largest = max(shapely.get_parts(area), key=shapely.area)
    reach = shapely.maximum_inscribed_circle(largest, max(largest.length / 400, 0.05))
    return reach.coords[0]


def along(line: shapely.LineString, text: str, size: float) -> Label | None:
    """A label beside the straightest long piece of a line, None where none is long enough."""
    wide = width_of(text, size) * 1.15
    if line.length < wide:
        return None
    starts = np.linspace(0, line.length - wide, min(int(line.length / wide) + 1, 9))
    ends = shapely.line_interpolate_point(line, starts + wide)
    begins = shapely.line_interpolate_point(line, starts)
    straight = shapely.distance(begins, ends)
    best = int(np.argmax(np.round(straight, 1)))
    if straight[best] < wide * 0.97:
        return None
    (x0, y0), (x1, y1) = begins[best].coords[0], ends[best].coords[0]
    angle = np.degrees(np.arctan2(y1 - y0, x1 - x0))
    upright = float((angle + 90) % 180 - 90)
    # Beside the line: on many of them lies the border of a grid.
    turn = np.radians(upright + 90)
    x, y = (x0 + x1) / 2 + OFF * size * np.cos(turn), (y0 + y1) / 2 + OFF * size * np.sin(turn)
    return Label((text,), (size,), float(x), float(y), upright)
