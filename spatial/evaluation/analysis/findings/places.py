"""Where cases are many: hot spots, and clusters in space and time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np

from spatial.evaluation.analysis.clusters import Cluster, space_time_clusters
from spatial.evaluation.analysis.hotspots import gi_star
from spatial.evaluation.analysis.neighbours import within_distance
from spatial.evaluation.analysis.reading.counts import cases_by_grid, spots
from spatial.evaluation.analysis.reading.ground import Ground, read_ground
from spatial.evaluation.analysis.reading.selection import Selection

KM2 = 1_000_000
DIGITS = 4
SEED = 20_040_416
"""Of the permutations; the same cases always give the same clusters."""
PERMUTATIONS = 99


def hot_spots(
    asked: Selection, *, per_area: bool = True, band_m: float = 0, level: float = 0.05
) -> dict[str, Any]:
    """Gi* of each grid in force.

    Parameters
    ----------
    per_area : bool
        Compare cases per km², so that a large grid is not hot for its size.
    band_m : float
        Grids whose centres are so near are neighbours; without it those that touch.
    level : float
        Share of the grids named that may be false.
    """
    ground = read_ground(asked.district)
    counts = ground.spread(cases_by_grid(asked))
    values = counts / ground.area_m2 * KM2 if per_area else counts
    around = within_distance(ground.xy_m, band_m) if band_m else ground.touching()
    found = gi_star(values, around)
    signs = found.signs(level)
    shown = np.flatnonzero(signs)
    order = shown[np.argsort(-np.abs(found.z[shown]), kind="stable")]
    return {
        "edition": ground.plan.version,
        "grids": len(ground),
        "cases": int(counts.sum()),
        "level": level,
        "spots": [
            {"grid": ground.codes[n], "sign": int(signs[n]), "z": _round(found.z[n]),
             "q": float(found.q[n]), "cases": int(counts[n])}
            for n in order
        ],
    }  # fmt: skip


def clusters(asked: Selection, permutations: int = PERMUTATIONS) -> dict[str, Any]:
    """Clusters of cases in space and time."""
    ground = read_ground(asked.district)
    one_by_one = spots(asked)
    places = np.array([ground.place.get(code, -1) for code in one_by_one.grid], np.int64)
    known = places >= 0
    found = space_time_clusters(
        places[known], one_by_one.day[known], ground.xy_m, seed=SEED, permutations=permutations
    )
    return {
        "edition": ground.plan.version,
        "cases": int(known.sum()),
        "seed": SEED,
        "permutations": permutations,
        "clusters": [_cluster(one, asked, ground) for one in found],
    }


def _cluster(one: Cluster, asked: Selection, ground: Ground) -> dict[str, Any]:
    return {
        "grids": [ground.codes[n] for n in one.areas],
        "from": asked.first + timedelta(days=one.first_day),
        "to": asked.first + timedelta(days=one.last_day),
        "cases": one.cases,
        "expected": _round(one.expected),
        "p": _round(one.p),
    }


def _round(value: float) -> float:
    return round(float(value), DIGITS)
