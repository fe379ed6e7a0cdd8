"""Fits words into a given width: smaller, on two lines, or cut off."""

from __future__ import annotations

import re

from reportlab.pdfbase.pdfmetrics import stringWidth

from spatial.core import fonts

STEP_PT = 0.5
SMALLEST = 0.65
"""Share of the wanted size below which text is cut off rather than made smaller."""
PIECES = re.compile(r"[!-~]+ *|[（《“]*.[）》”、，。：]*")
"""Where a line may end: after a word of Latin letters, after any Chinese one, not inside brackets'
edges: no line begins with a closing sign or ends with an opening one."""
CUT = "…"


def fitted(text: str, size: float, width: float, most_lines: int) -> tuple[list[str], float]:
    """The lines of a text, and the size of letters at which they fit the width.

    One line at the wanted size is best, then more lines, then smaller letters.
    """
    smallest, tried = size * SMALLEST, size
    while True:
        lines = _broken(text, tried, width)
        if len(lines) <= most_lines and all(_wide(line, tried) <= width for line in lines):
            return lines, tried
        if tried <= smallest:
            return _cut(lines[:most_lines], tried, width), tried
        tried = max(tried - STEP_PT, smallest)


def _wide(text: str, size: float) -> float:
    return stringWidth(text, fonts.current(), size)


def _broken(text: str, size: float, width: float) -> list[str]:
    lines = [""]
    for piece in PIECES.findall(text.strip()):
        if lines[-1] and _wide((lines[-1] + piece).rstrip(), size) > width:
            lines.append("")
        lines[-1] += piece
    return [line.strip() for line in lines]


def _cut(lines: list[str], size: float, width: float) -> list[str]:
    """Lines with the last one ended by a sign that something follows, and none too wide."""
    lines[-1] += CUT
    short = []
    for line in lines:
        while len(line) > 1 and _wide(line, size) > width:
            line = line[:-2] + CUT
        short.append(line)
    return short
