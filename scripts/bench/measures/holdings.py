"""Who holds how much of what: areas that grids share with communities, buildings, compounds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely import STRtree

Array = NDArray[np.generic]


@dataclass(frozen=True, slots=True)
class Holdings:
    """One row for each pair of an object and a grid that share ground.

    Attributes
    ----------
    item, grid : int arrays
        Indexes of the object and of the grid.
    area_m2 : float array
        Area of what they share, above 0.
    """

    item: Array
    grid: Array
    area_m2: Array


def holdings(items: Array, grids: Array) -> Holdings:
    """Return what each grid holds of each object.

    Parameters
    ----------
    items, grids : arrays of Polygon or MultiPolygon
        In one metric reference system.
    """
    grid, item = STRtree(items).query(grids, predicate="intersects")
    area = shapely.area(shapely.intersection(grids[grid], items[item]))
    some = area > 0
    return Holdings(item[some], grid[some], area[some])


def owner_and_strays(grids: Array, communities: Array) -> tuple[Array, Array]:
    """Return the community that holds most of each grid (-1: none), and m² of it in others."""
    held = holdings(communities, grids)
    owner = np.full(len(grids), -1)
    largest_last = np.argsort(held.area_m2, kind="stable")
    owner[held.grid[largest_last]] = held.item[largest_last]
    other = owner[held.grid] != held.item
    strays = np.bincount(held.grid[other], held.area_m2[other], len(grids))
    return owner, strays


def cut_items(
    held: Holdings, area_m2: Array, within: Array, at_least_m2: float, share: float
) -> int:
    """Count the objects of which a grid beside the main holder has more than a sliver.

    Parameters
    ----------
    held : Holdings
    area_m2 : float array
        Area of each object.
    within : int array
        A group for each grid; the main holder is taken in each group apart. Equal groups
        everywhere: cut by anyone; communities as groups: cut inside one of them.
    at_least_m2, share : float
        What exceeds both, in m² and as share of the object, is no sliver.
    """
    groups = int(within.max(initial=0)) + 1
    place = held.item * groups + within[held.grid]
    order = np.lexsort((held.grid, -held.area_m2, place))
    main = np.ones(len(order), bool)
    main[1:] = place[order][1:] != place[order][:-1]
    rest = order[~main]
    real = (held.area_m2[rest] > at_least_m2) & (
        held.area_m2[rest] > share * area_m2[held.item[rest]]
    )
    return len(np.unique(held.item[rest[real]]))


def largest_share(held: Holdings, count: int) -> Array:
    """Return m² of the object that each of ``count`` grids holds most of."""
    largest = np.zeros(count)
    np.maximum.at(largest, held.grid, held.area_m2)
    return largest
