"""The few places of a district where cases are most, as marks for a map that is seen from afar."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely

from spatial.evaluation.analysis.findings.places import KM2
from spatial.evaluation.analysis.hotspots import gi_star
from spatial.evaluation.analysis.reading.counts import cases_by_grid
from spatial.evaluation.analysis.reading.ground import read_ground
from spatial.evaluation.analysis.reading.selection import Selection

LEVEL = 0.05
MOST = 8
APART_M = 500.0
"""Hot grids that lie so near are one place."""
DEGREE_DIGITS = 6


def hottest(asked: Selection) -> dict[str, Any]:
    """Hot grids (Gi* as `hot_spots`) put together to places, the hottest first."""
    ground = read_ground(asked.district)
    counts = ground.spread(cases_by_grid(asked))
    found = gi_star(counts / ground.area_m2 * KM2, ground.touching())
    hot = np.flatnonzero(found.signs(LEVEL) > 0)
    left = hot[np.argsort(-found.z[hot], kind="stable")]
    marks = []
    while len(left) and len(marks) < MOST:
        away = np.hypot(*(ground.xy_m[left] - ground.xy_m[left[0]]).T)
        near = left[away <= APART_M]
        middle = shapely.centroid(ground.shapes[left[0]])
        marks.append({
            "grid": ground.codes[left[0]],
            "lon": round(middle.x, DEGREE_DIGITS), "lat": round(middle.y, DEGREE_DIGITS),
            "z": round(float(found.z[left[0]]), 2),
            "grids": len(near), "cases": int(counts[near].sum()),
        })  # fmt: skip
        left = left[away > APART_M]
    return {"edition": ground.plan.version, "marks": marks}
