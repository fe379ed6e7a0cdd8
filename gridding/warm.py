"""Loaded by the fork server: the engine and its kernel, once for all processes.

Without it each process would load the libraries by itself, and compile the kernel by itself
where it is not in the cache yet.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import shapely

from gridding.canonical import Ground, Region
from gridding.errors import GridError
from gridding.region import cut_region
from gridding.rules import GridRules

_SIDE_M = 400.0


def _cut_a_square() -> None:
    """Cut a made-up square with a street and two rows of houses, to have all of the kernel."""
    street = shapely.linestrings([[(0.0, 190.0), (200.0, 210.0), (_SIDE_M, 195.0)]])
    x, y = np.meshgrid(np.arange(20.0, 380.0, 60.0), np.array([60.0, 120.0, 260.0, 320.0]))
    houses = shapely.box(x.ravel(), y.ravel(), x.ravel() + 40, y.ravel() + 25)
    ground = Ground(
        street, np.array([3], np.int8), np.zeros(1, np.int8), houses, np.zeros(len(houses), bool)
    )
    square = Region(0, "", shapely.box(0, 0, _SIDE_M, _SIDE_M))
    with suppress(GridError):
        cut_region(square, ground, GridRules())


_cut_a_square()
