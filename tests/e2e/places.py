"""Where things of the test town are: plain numbers, for the tests as well as for its maker."""

from __future__ import annotations

import math

DISTRICT = "110101"
VERSION = f"{DISTRICT}-e1"
DRAFT = f"{DISTRICT}-e2"
SECOND = "110102"
"""A district west of it, of tests that want two."""
SECOND_COLUMNS = 8
WEST, SOUTH = 116.40, 39.91
COLUMNS, ROWS = 8, 6
CELL_LON, CELL_LAT = 0.00118, 0.0009
PASSWORD = "a-password-of-the-tests"
STREETS = [("110101001", "东华门街道", "Donghuamen"), ("110101002", "景山街道", "Jingshan")]
COMMUNITIES = [
    ("110101001001", "多福巷社区居委会", "Duofuxiang"),
    ("110101001002", "银闸社区居委会", "Yinzha"),
    ("110101002001", "隆福寺社区居委会", "Longfusi"),
    ("110101002002", "吉祥社区居委会", "Jixiang"),
]


def corner(column: int, row: int) -> tuple[float, float]:
    """A node of the grid net, shifted a little so that the grids are no plain squares."""
    shift = math.sin(column * 2.1 + row * 1.3) * 0.18
    lift = math.cos(column * 1.7 - row * 2.3) * 0.18
    return (WEST + (column + shift) * CELL_LON, SOUTH + (row + lift) * CELL_LAT)


def centre_of(place: tuple[int, int]) -> tuple[float, float]:
    """Longitude and latitude in the middle of the grid at a column and row."""
    column, row = place
    nodes = [corner(column + dx, row + dy) for dx in (0, 1) for dy in (0, 1)]
    return tuple(sum(values) / 4 for values in zip(*nodes, strict=True))


def code_at(place: tuple[int, int]) -> str:
    """Code of the grid at a column and row: numbered from north to south, west to east."""
    (right, column), (up, row) = divmod(place[0], COLUMNS), divmod(place[1], ROWS)
    number = (ROWS - 1 - row) * COLUMNS + column + 1
    return f"{COMMUNITIES[up * 2 + right][0]}{number:03}"
