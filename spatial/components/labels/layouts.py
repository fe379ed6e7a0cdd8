"""Sheets of stickers as they are sold, and where the labels lie on them."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from reportlab.lib.units import mm

from spatial.core.errors import InputError

A4_MM = (210.0, 297.0)


@dataclass(frozen=True, slots=True)
class Layout:
    """A sheet of A4 with labels in columns and rows; all lengths are in millimetres."""

    columns: int
    rows: int
    width_mm: float
    height_mm: float
    column_gap_mm: float
    qr_mm: float
    """Side of the QR code, with its quiet zone."""
    left_mm: float
    """What stays free to the left of the quiet zone."""
    right_mm: float
    """What stays free to the right of the words: printers leave the edge of the paper white."""
    qr_level: str
    """How much of a worn code may be lost: M 15 %, Q 25 %."""
    code_lines: tuple[int, ...]
    """How many groups of the code stand on each line."""
    name_pt: float
    code_pt: float
    small_pt: float

    @property
    def places(self) -> int:
        """Labels on a whole sheet."""
        return self.columns * self.rows

    def refuse_first(self, first: int) -> None:
        """Raise ``E-LABEL-FIRST`` for a place that the sheet does not have; they count from 1."""
        if not 1 <= first <= self.places:
            text = _("The first label cannot be at place %(first)d: a sheet has %(places)d places.")
            raise InputError("E-LABEL-FIRST", text % {"first": first, "places": self.places})

    def corner(self, place: int) -> tuple[float, float]:
        """Lower left corner of a label in points; places count from 0 along rows, from the top."""
        row, column = divmod(place, self.columns)
        step_mm = self.width_mm + self.column_gap_mm
        left_mm = (A4_MM[0] - self.columns * step_mm + self.column_gap_mm) / 2
        top_mm = A4_MM[1] - self.foot_mm
        return (left_mm + column * step_mm) * mm, (top_mm - (row + 1) * self.height_mm) * mm

    @property
    def foot_mm(self) -> float:
        """Paper below the last row, and as much above the first."""
        return (A4_MM[1] - self.rows * self.height_mm) / 2


LAYOUTS = {
    "3x8": Layout(
        columns=3,
        rows=8,
        width_mm=70.0,
        height_mm=36.0,
        column_gap_mm=0.0,
        qr_mm=28.0,
        left_mm=2.5,
        right_mm=5.0,
        qr_level="Q",
        code_lines=(4,),
        name_pt=12.0,
        code_pt=9.0,
        small_pt=7.5,
    ),
    "5x13": Layout(
        columns=5,
        rows=13,
        width_mm=38.1,
        height_mm=21.2,
        column_gap_mm=2.5,
        qr_mm=18.0,
        left_mm=0.0,
        right_mm=1.5,
        qr_level="M",
        code_lines=(3, 1),
        name_pt=7.0,
        code_pt=6.0,
        small_pt=5.0,
    ),
}
"""Two usual sizes: 24 labels of 70 × 36 mm, and 65 of 38.1 × 21.2 mm with gaps between columns."""


def layout_of(name: str) -> Layout:
    """The layout of a name.

    Raises
    ------
    InputError
        ``E-LABEL-LAYOUT``.
    """
    if name not in LAYOUTS:
        text = _("Unknown: %(given)s; use one of %(known)s.")
        raise InputError("E-LABEL-LAYOUT", text % {"given": name, "known": ", ".join(LAYOUTS)})
    return LAYOUTS[name]
