"""Rows as a Markdown table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; a row that is short fills its last cell with a reason."""
    lines = [_line(head), "|" + "---|" * len(head)]
    lines += [_line([*row, *[""] * (len(head) - len(row))]) for row in rows]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def share(value: float) -> str:
    """Return a share as ``.987``; a dash where there is none."""
    if math.isnan(value):
        return "–"
    return f"{value:.3f}" if value >= 1 else f"{value:.3f}"[1:]


def amount(value: float, digits: int = 2) -> str:
    """Return an amount without needless zeros; a dash where there is none."""
    return "–" if math.isnan(value) else f"{value:.{digits}f}".rstrip("0").rstrip(".") or "0"
