"""Numbers of grids in a community: rows from north to south, west to east in a row.

DB11/T 2157-2023: 从西向东、由北至南.
"""

from __future__ import annotations

import numpy as np
import shapely

from gridding.codes import full, max_number
from gridding.rules import GridRules
from gridding.types import Geometries, Ints


def reading_order(polygons: Geometries, row_m: float) -> Ints:
    """Return the indexes of the polygons in reading order.

    Parameters
    ----------
    polygons : array of Polygon
        Grids of one community, in m.
    row_m : float
        Height of a row; rows are counted from the northernmost point of the community.
    """
    x, y = shapely.get_coordinates(shapely.centroid(polygons)).T
    north = float(shapely.bounds(polygons)[:, 3].max())
    row = np.floor((north - y) / row_m)
    return np.lexsort((x, -y, x, row))


def number(polygons: Geometries, community: Ints, codes: tuple[str, ...], rules: GridRules) -> Ints:
    """Return the number of each grid in its community, from 1.

    Raises
    ------
    CodeError
        ``E-CODE-FULL`` when a community has more grids than its scheme has numbers.
    """
    numbers = np.zeros(len(polygons), np.int64)
    most = max_number(rules.scheme)
    for c in np.unique(community):
        own = np.flatnonzero(community == c)
        if len(own) > most:
            raise full(codes[c], len(own), rules.scheme)
        numbers[own[reading_order(polygons[own], rules.side_m)]] = np.arange(1, len(own) + 1)
    return numbers
