"""Draws shapes and text on a page of a PDF."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import FILL_EVEN_ODD, Canvas

from spatial.core import fonts
from spatial.grids.mapbook.labels import HIGH, Label, width_of

FINE_PT = 0.08
"""Vertices nearer than this to the line are left out: no printer shows them."""
BASELINE = 0.36
"""Share of the letter's size from the middle of a line down to its foot."""


class Pen:
    """A page with a few strokes that the maps need."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas

    def areas(
        self,
        shapes: NDArray[np.object_],
        fill: str | None = None,
        stroke: str | None = None,
        width: float = 0.3,
        alpha: float = 1.0,
    ) -> None:
        """Fill or outline areas, all in one path."""
        path = self.canvas.beginPath()
        rings = shapely.get_rings(shapely.get_parts(np.asarray(shapes, dtype=object)))
        self._follow(path, rings, closed=True)
        self._ink(fill, stroke, width, alpha)
        self.canvas.drawPath(path, stroke=bool(stroke), fill=bool(fill), fillMode=FILL_EVEN_ODD)
        self._ink(fill, stroke, width, 1.0)

    def lines(
        self,
        shapes: NDArray[np.object_],
        stroke: str,
        width: float,
        dash: tuple[float, ...] = (),
    ) -> None:
        """Draw lines, all in one path."""
        path = self.canvas.beginPath()
        self._follow(path, shapely.get_parts(np.asarray(shapes, dtype=object)), closed=False)
        self._ink(None, stroke, width, 1.0)
        self.canvas.setDash(*([list(dash)] if dash else []))
        self.canvas.drawPath(path, stroke=1, fill=0)
        self.canvas.setDash()

    def _follow(self, path: Any, lines: NDArray[np.object_], closed: bool) -> None:
        for line in shapely.simplify(lines, FINE_PT):
            points = shapely.get_coordinates(line)
            if len(points) < 2:
                continue
            path.moveTo(*points[0])
            for point in points[1:-1] if closed else points[1:]:
                path.lineTo(*point)
            if closed:
                path.close()

    def _ink(self, fill: str | None, stroke: str | None, width: float, alpha: float) -> None:
        if fill:
            self.canvas.setFillColor(HexColor(fill))
            self.canvas.setFillAlpha(alpha)
        if stroke:
            self.canvas.setStrokeColor(HexColor(stroke))
            self.canvas.setLineWidth(width)

    def text(
        self, x: float, y: float, text: str, size: float, colour: str, at: str = "left"
    ) -> None:
        """Write a line of text; ``at`` says which end ``x`` is: left, middle or right."""
        self.canvas.setFont(fonts.current(), size)
        self.canvas.setFillColor(HexColor(colour))
        move = {"left": 0.0, "middle": 0.5, "right": 1.0}[at] * width_of(text, size)
        self.canvas.drawString(x - move, y, text)

    def label(self, label: Label, colour: str, bold: bool = False) -> None:
        """Write a placed label, with its leader."""
        canvas = self.canvas
        if label.leader:
            line = shapely.LineString([label.leader, (label.x, label.y)])
            self.lines(np.array([line], dtype=object), colour, 0.4)
        canvas.saveState()
        canvas.translate(label.x, label.y)
        canvas.rotate(label.angle)
        if label.leader:
            self._underlay(label)
        top = sum(size * HIGH for size in label.sizes) / 2
        for text, size in zip(label.lines, label.sizes, strict=True):
            top -= size * HIGH
            foot = top + size * (HIGH / 2 - BASELINE)
            self._line(-width_of(text, size) / 2, foot, text, size, colour, bold)
        canvas.restoreState()

    def _underlay(self, label: Label) -> None:
        wide = max(width_of(t, s) for t, s in zip(label.lines, label.sizes, strict=True))
        high = sum(size * HIGH for size in label.sizes)
        self.canvas.setFillColor(HexColor("#ffffff"))
        self.canvas.rect(-wide / 2 - 1, -high / 2, wide + 2, high, stroke=0, fill=1)

    def _line(self, x: float, y: float, text: str, size: float, colour: str, bold: bool) -> None:
        written = self.canvas.beginText(x, y)
        written.setFont(fonts.current(), size)
        written.setFillColor(HexColor(colour))
        if bold:
            # The outline is drawn, too: one weight of the font is embedded and serves for both.
            self.canvas.setStrokeColor(HexColor(colour))
            self.canvas.setLineWidth(size * 0.03)
            written.setTextRenderMode(2)
        written.textOut(text)
        self.canvas.drawText(written)

    def heading(self, x: float, y: float, text: str, size: float, colour: str) -> None:
        """Write a line in bold."""
        self.canvas.saveState()
        self._line(x, y, text, size, colour, bold=True)
        self.canvas.restoreState()
