"""Draws a QR code as one shape, so that no hair of paper shows between its squares."""

from __future__ import annotations

from itertools import groupby

from django.utils.translation import gettext as _
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from spatial.core.errors import InputError

QUIET = 4
"""Squares of free paper around a code, as ISO/IEC 18004 asks."""
MOST_LETTERS = 1000
"""More than any label has room for, and less than the largest code there is can hold."""
LEAST_SQUARE_MM = 0.33
"""Side of a square that a handset still reads from a sticker at arm's length."""


def draw(canvas: Canvas, text: str, x: float, y: float, side_mm: float, level: str) -> None:
    """Draw the code of a text, quiet zone and all, into a square whose lower left corner is given.

    Raises
    ------
    InputError
        ``E-LABEL-URL`` where the text is so long that the squares would be too small to read.
    """
    squares = _squares(text, level) if len(text) <= MOST_LETTERS else []
    step_mm = side_mm / (len(squares) + 2 * QUIET)
    if not squares or step_mm < LEAST_SQUARE_MM:
        words = _("%(url)s is too long for the QR code of a label of this size.")
        raise InputError("E-LABEL-URL", words % {"url": text[:MOST_LETTERS]})
    step = step_mm * mm
    path = canvas.beginPath()
    for row, dark in enumerate(squares):
        foot = y + side_mm * mm - (row + QUIET + 1) * step
        column = QUIET
        for is_dark, run in groupby(dark):
            wide = len(list(run))
            if is_dark:
                path.rect(x + column * step, foot, wide * step, step)
            column += wide
    canvas.drawPath(path, stroke=0, fill=1)


def _squares(text: str, level: str) -> list[list[bool]]:
    code = QrCodeWidget(text, barLevel=level).qr
    code.make()
    return [[bool(one) for one in row] for row in code.modules]


def svg(text: str, level: str = "M") -> str:
    """The code of a text as a drawing of one shape, quiet zone and all."""
    squares = _squares(text, level)
    side = len(squares) + 2 * QUIET
    runs = []
    for row, dark in enumerate(squares):
        column = QUIET
        for is_dark, run in groupby(dark):
            wide = len(list(run))
            if is_dark:
                runs.append(f"M{column} {row + QUIET}h{wide}v1h-{wide}z")
            column += wide
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="320"'
        f' height="320"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path d="{"".join(runs)}"/></svg>'
    )
