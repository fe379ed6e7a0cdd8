"""What is kept of a grid, measured anew when its ground has changed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.canonical import canonical_features
from gridding.fingerprint import ground_fingerprints
from gridding.rules import GridRules
from gridding.seams import seam_lengths
from gridding.types import Features, Floats, Geometries, Ints


@dataclass(frozen=True, slots=True)
class Measures:
    """Figures of some grids.

    Attributes
    ----------
    area_m2, perimeter_m, on_feature_share : float arrays
    fingerprints : tuple of str
    """

    area_m2: Floats
    perimeter_m: Floats
    on_feature_share: Floats
    fingerprints: tuple[str, ...]


def measure(
    polygons: Geometries,
    community: Ints,
    wanted: Ints,
    features: Features,
    rules: GridRules,
) -> Measures:
    """Measure some grids of a patch as a run would.

    Parameters
    ----------
    polygons : array of Polygon
        The wanted grids and all that share border with them, in m.
    community : int array
    wanted : int array
        Indexes of the grids to be measured.
    features : Features
        All that is within 50 m of them, in the same CRS.
    rules : GridRules
        Of the run that made the plan.
    """
    ground, _ = canonical_features(features, rules)
    inner, on = seam_lengths(polygons, community, np.arange(len(polygons)), ground, rules.gap_m)
    share = np.divide(on, inner, out=np.ones(len(inner)), where=inner > 0)
    own = polygons[wanted]
    return Measures(
        shapely.area(own),
        shapely.length(own),
        share[wanted],
        ground_fingerprints(own, ground, rules),
    )
