"""The methods that are compared, by name; a method is imported only where it runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module

import numpy as np
from bench.ground.area import Area
from numpy.typing import NDArray

from gridding import make_grids

Array = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Method:
    """A method: its name in the table, what it is in a sentence, where its function is."""

    name: str
    text: str
    module: str
    function: str

    def load(self) -> Callable[[Area], Array]:
        """Import the function: from an area to its grids."""
        return getattr(import_module(self.module), self.function)


def ours(area: Area) -> Array:
    """Cut with the project's engine, in one process, by its default rules."""
    return make_grids(area.communities, area.features).polygons


_REGULAR, _MOMEPY = "bench.rivals.regular", "bench.rivals.tessellation"

METHODS = (
    Method("ours", "`gridding.make_grids`, default rules, one process", __name__, "ours"),
    Method("squares", "squares of 100 m, clipped to the communities", _REGULAR, "squares"),
    Method("H3", "H3 cells of resolution 10, clipped to the communities", _REGULAR, "hexagons"),
    Method(
        "blocks + OBB",
        "faces between all lines but paths; larger than 15,000 m²: cut in half across the "
        "oriented bounding box, again and again",
        "bench.rivals.blocks",
        "bisected_blocks",
    ),
    Method(
        "momepy + METIS",
        "`momepy.enclosed_tessellation` of the buildings between all lines; its cells grouped by "
        "METIS by area and by length of border, border along lines at a fifth",
        _MOMEPY,
        "metis",
    ),
    Method(
        "momepy + METIS + clean",
        "the same made a coverage by `shapely.coverage_clean`",
        _MOMEPY,
        "metis_clean",
    ),
    Method(
        "momepy + MaxP",
        "the same cells grouped by `spopt.region.MaxPHeuristic`, at least 7,500 m² each",
        _MOMEPY,
        "maxp",
    ),
)
