"""What stands at a grid, as one short text: equal texts mean that nothing there has changed.

A fingerprint covers the lines (with their class) and the buildings and compounds that meet the
grid widened by the reach of a feature: the distance over which dead ends are led on, or over
which two buildings have an axis between them. A feature farther away puts no candidate line into
the grid. Coordinates count to the millimetre, far below what noding resolves and far above what
is lost on the way through degrees. The rules count too: other rules ask for other grids. Those by
land use count at the ground they speak of, so that a rule for parks cuts nothing elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

from gridding.canonical import Ground, canonical_features
from gridding.grounds import UsedGround
from gridding.rings import segments_of
from gridding.rules import GridRules
from gridding.types import Features, Floats, Geometries, Ints

_PER_M = 1000.0
_BYTES = 16
# Beside the classes 1 to 7 of lines.
_LAND_EDGE = 99


def fingerprints(polygons: Geometries, features: Features, rules: GridRules) -> tuple[str, ...]:
    """Return for each grid the fingerprint of what stands at it.

    Parameters
    ----------
    polygons : array of Polygon
        Grids, in the CRS of the features, m.
    features : Features
        What the grids were cut by; all that is within 50 m of them is enough.
    rules : GridRules

    Returns
    -------
    tuple of str
        32 hexadecimal digits each.
    """
    ground, _ = canonical_features(features, rules)
    return ground_fingerprints(polygons, ground, rules)


def ground_fingerprints(polygons: Geometries, ground: Ground, rules: GridRules) -> tuple[str, ...]:
    """Return the fingerprints for features in canonical form; see `fingerprints`."""
    reach_m = max(rules.extend_m, rules.gap_m)
    edges = ground.uses.edges
    segments, rows = _segments(
        np.concatenate([ground.lines, edges]),
        np.concatenate([ground.classes.astype(np.int64), np.full(len(edges), _LAND_EDGE)]),
    )
    near_rows = _near(polygons, segments, reach_m)
    rows, rank = np.unique(rows, axis=0, return_inverse=True)
    units = _unit_digests(ground)
    near_units = _near(polygons, ground.units, reach_m)
    uses = _use_digests(ground.uses, rules)
    near_uses = _near(polygons, ground.uses.polygons, reach_m)
    start = json.dumps(replace(rules, land_use=()).settled(), sort_keys=True).encode()
    out = []
    for lines_at, units_at, uses_at in zip(near_rows, near_units, near_uses, strict=True):
        total = hashlib.blake2b(start, digest_size=_BYTES)
        total.update(rows[np.unique(rank.ravel()[lines_at])].tobytes())
        total.update(b"|" + b"".join(sorted(units[i] for i in units_at)))
        total.update(b"".join(sorted({uses[i] for i in uses_at})))
        out.append(total.hexdigest())
    return tuple(out)


def _use_digests(uses: UsedGround, rules: GridRules) -> list[bytes]:
    """What holds on each ground; where it lies say its edges."""
    targets = uses.targets(rules.target_area_m2).tolist()
    return [f"{t!r},{w};".encode() for t, w in zip(targets, uses.whole.tolist(), strict=True)]


def _near(polygons: Geometries, things: Geometries, reach_m: float) -> list[Ints]:
    """Which things lie within reach of each polygon."""
    grid, thing = STRtree(things).query(polygons, predicate="dwithin", distance=reach_m)
    order = np.argsort(grid, kind="stable")
    stops = np.searchsorted(grid[order], np.arange(1, len(polygons)))
    return np.split(thing[order], stops)


def _segments(lines: Geometries, value: Ints) -> tuple[Geometries, NDArray[np.int64]]:
    """Segments of lines, and each as a row: its ends in mm, the lower first, and a value.

    Segments and not lines, so that a change at the far end of a street is none here.
    """
    start, end, of = segments_of(lines)
    shapes = shapely.linestrings(np.stack([start, end], axis=1))
    return shapes, np.column_stack([_rows(start, end), value[of]])


def _rows(start: Floats, end: Floats) -> NDArray[np.int64]:
    a, b = (np.rint(xy * _PER_M).astype(np.int64) for xy in (start, end))
    swap = (a[:, 0] > b[:, 0]) | ((a[:, 0] == b[:, 0]) & (a[:, 1] > b[:, 1]))
    return np.where(swap[:, None], np.hstack([b, a]), np.hstack([a, b]))


def _unit_digests(ground: Ground) -> list[bytes]:
    """One digest a building or compound, wherever its ring begins."""
    rings, of_unit = shapely.get_rings(ground.units, return_index=True)
    _, rows = _segments(rings, of_unit)
    rows = np.unique(rows[:, [4, 0, 1, 2, 3]], axis=0)
    parts = np.split(rows[:, 1:], np.searchsorted(rows[:, 0], np.arange(1, len(ground.units))))
    return [
        hashlib.blake2b(bytes([compound]) + part.tobytes(), digest_size=_BYTES).digest()
        for part, compound in zip(parts, ground.is_compound.tolist(), strict=False)
    ]
