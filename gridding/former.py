"""A former edition: its grids, what stood at each, and the borders that must stay."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import shapely

from gridding.errors import InputError
from gridding.fingerprint import fingerprints
from gridding.rules import GridRules
from gridding.types import Communities, Features, Geometries, GridResult

_LINE, _POLYGON = 1, 3


@dataclass(frozen=True, slots=True)
class Former:
    """Grids of a former edition, one value of each tuple a grid.

    Attributes
    ----------
    polygons : array of Polygon
        In the CRS of the new communities, m; grids on both sides of a border share its vertices,
        and vertices of a community's ring are equal to the bit to those given anew.
    community_codes : tuple of str
        Community each grid belongs to.
    fingerprints : tuple of str
        From `gridding.fingerprints`, with the features and rules the grid was made by; a grid
        with an empty one is always cut afresh.
    pinned : array of LineString
        Borders of the former edition that must be borders again, vertex by vertex.
    alone : tuple of bool
        Grids that stay whatever stands there now; none when it is empty.
    """

    polygons: Geometries
    community_codes: tuple[str, ...]
    fingerprints: tuple[str, ...]
    pinned: Geometries = field(default_factory=lambda: np.zeros(0, object))
    alone: tuple[bool, ...] = ()


def former_of(
    result: GridResult,
    communities: Communities,
    features: Features,
    rules: GridRules,
    pinned: Geometries | None = None,
) -> Former:
    """Return a finished run as the former edition of the next.

    Parameters
    ----------
    result : GridResult
    communities, features, rules
        What it was made of.
    pinned : array of LineString, optional
        Borders of the result that must stay.
    """
    return Former(
        result.polygons,
        tuple(communities.codes[c] for c in result.community),
        fingerprints(result.polygons, features, rules),
        np.zeros(0, object) if pinned is None else pinned,
    )


def check_former(former: Former) -> None:
    """Refuse a former edition that is none.

    Raises
    ------
    InputError
        ``E-GRID-FORMER`` when lists differ in length, or the grids are no exact coverage;
        ``E-GRID-PIN`` when a pinned border is no line.
    """
    count = len(former.polygons)
    if not count == len(former.community_codes) == len(former.fingerprints):
        raise InputError(
            "E-GRID-FORMER", "Give one community code and one fingerprint for each former grid."
        )
    if former.alone and len(former.alone) != count:
        raise InputError("E-GRID-FORMER", "Say of each former grid whether it is left alone.")
    polygons = np.asarray(former.polygons, object)
    wrong = (shapely.get_type_id(polygons) != _POLYGON) | ~shapely.is_valid(polygons)
    if not wrong.any():
        wrong = shapely.length(shapely.coverage_invalid_edges(polygons)) > 0
    if wrong.any():
        bad = int(np.flatnonzero(wrong)[0])
        raise InputError(
            "E-GRID-FORMER",
            f"Former grid {bad} is no valid polygon, or does not fit its neighbours"
            f"{_place(polygons[bad])}; give an edition that passed its check, or cut afresh.",
        )
    if (shapely.get_type_id(former.pinned) != _LINE).any():
        raise InputError("E-GRID-PIN", "A pinned border is no LineString; give lines only.")


def _place(geometry: shapely.Geometry | None) -> str:
    if geometry is None or geometry.is_empty:
        return ""
    x, y = shapely.bounds(geometry)[:2]
    return f", near ({x:.1f}, {y:.1f})"
