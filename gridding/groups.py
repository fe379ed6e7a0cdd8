"""Patrol areas and other groupings: connected, compact groups of units, balanced on loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely

from gridding.adjacency import shared_edges
from gridding.errors import InputError
from gridding.group_search import group_search
from gridding.numbering import reading_order
from gridding.partition import SEED
from gridding.rows import row_starts
from gridding.rules import Prices
from gridding.types import Floats, Geometries, Ints
from gridding.units import join

# Times the square of the departure of a group from its due, for each load.
LOAD_PRICE = 3000.0
# The search is begun so many times, and the cheapest result taken.
STARTS = 4
TRACE = 1e-6
_POLYGON = 3


@dataclass(frozen=True, slots=True)
class Groups:
    """Groups of units, numbered from 0 in reading order.

    Attributes
    ----------
    label : int array
        Group of each unit.
    polygons : array of Polygon
        The units of each group made one; their outer vertices are those of the units, to the bit.
    units : int array
        How many units each group has.
    area_m2, perimeter_m : float arrays
    names : tuple of str
        Names of the loads.
    loads : float array (groups, L)
    spread : float array (L,)
        Coefficient of variation of each load over the groups; 0 where all have as much.
    """

    label: Ints
    polygons: Geometries
    units: Ints
    area_m2: Floats
    perimeter_m: Floats
    names: tuple[str, ...]
    loads: Floats
    spread: Floats


def _check_units(polygons: Geometries) -> None:
    if not len(polygons):
        raise InputError("E-GROUP-EMPTY", "There is no unit to group; give at least one.")
    wrong = np.flatnonzero((shapely.get_type_id(polygons) != _POLYGON) | shapely.is_empty(polygons))
    if len(wrong):
        raise InputError("E-GROUP-TYPE", f"Unit {wrong[0]} is no polygon in one part; split it.")
    bad = np.flatnonzero(~shapely.is_valid(polygons))
    if not len(bad):
        bad = np.flatnonzero(shapely.length(shapely.coverage_invalid_edges(polygons)) > 0)
    if len(bad):
        x, y = shapely.get_coordinates(polygons[bad[0]])[0]
        raise InputError(
            "E-GROUP-COVERAGE",
            f"Unit {bad[0]} near ({x:.1f}, {y:.1f}) crosses itself, overlaps another or shares "
            "border with other vertices; give units that check_coverage finds exact.",
        )


def _load_columns(loads: Mapping[str, Floats], count: int) -> Floats:
    if not loads:
        raise InputError("E-GROUP-LOAD", "No load is given; give at least one, such as the area.")
    for name, values in loads.items():
        values = np.asarray(values, float)
        if values.shape != (count,):
            raise InputError("E-GROUP-LENGTH", f"Load {name}: give one value for each unit.")
        if not (np.isfinite(values) & (values >= 0)).all() or not values.sum() > 0:
            raise InputError(
                "E-GROUP-LOAD",
                f"Load {name} has a value that is no number or below 0, or is 0 everywhere; "
                "mend it or leave it out.",
            )
    return np.column_stack([np.asarray(v, float) for v in loads.values()])


def _shares(weight: Floats, most: Ints, groups: int) -> Ints:
    """Groups of each component by its weight: one at least, and no more than it has units."""
    if not len(most) <= groups <= most.sum():
        raise InputError(
            "E-GROUP-COUNT",
            f"{groups} groups cannot be made of {most.sum()} units in {len(most)} connected "
            f"parts; give {len(most)} to {most.sum()}.",
        )
    share = np.ones(len(most), np.int64)
    for _ in range(groups - len(most)):
        # The next group goes where one has most to bear.
        burden = np.where(share < most, weight / share, -1.0)
        share[int(burden.argmax())] += 1
    return share


def _canonical(polygons: Geometries) -> tuple[Geometries, Ints]:
    """Units in one order and form, whatever those given; with the index of each."""
    shapes = shapely.normalize(polygons)
    wkb = shapely.to_wkb(shapes).tolist()
    order = np.array(sorted(range(len(wkb)), key=wkb.__getitem__), np.int64)
    return shapes[order], order


def _graph(
    polygons: Geometries, pairs: tuple[Ints, Ints, Floats], loads: Floats, groups: int
) -> tuple[Floats | Ints, ...]:
    """Return a component as the kernel takes it; see `gridding.sweeps`."""
    n, area = len(polygons), shapely.area(polygons)
    a, b, length = pairs
    key, index = np.unique(np.minimum(a, b) * n + np.maximum(a, b), return_inverse=True)
    side_m = np.sqrt(area.sum() / groups)
    # The kernel's lengths are those of a group of 10,000 m².
    shared = np.bincount(index, length, len(key)) * 100.0 / side_m
    low, high = key // n, key % n
    here, there = np.concatenate([low, high]), np.concatenate([high, low])
    order = np.lexsort((there, here))
    both = np.concatenate([shared, shared])[order]
    outer = shapely.length(polygons) * 100.0 / side_m - np.bincount(here[order], both, n)
    total = loads.sum(axis=0)
    due = loads[:, total > 0] * (groups / total[total > 0])
    # What is divided evenly at first is the mean of all loads; a trace of area leaves no units
    # without any, which could not be divided.
    shares = np.column_stack([due, area * groups / area.sum()])
    mean = np.average(shares, axis=1, weights=[1.0] * due.shape[1] + [TRACE])
    x, y = shapely.get_coordinates(shapely.centroid(polygons)).T
    return (
        row_starts(here, n),
        there[order],
        both,
        np.zeros(len(both)),
        mean,
        area / side_m**2,
        np.maximum(outer, 0.0),
        np.ascontiguousarray(x),
        np.ascontiguousarray(y),
        np.ascontiguousarray(due),
    )


def _search(graph: tuple[Floats | Ints, ...], groups: int, load_price: float) -> Ints:
    """Return the labels of the cheapest of several searches."""
    n, extra = graph[9].shape
    if groups == 1:
        return np.zeros(n, np.int64)
    p = Prices()
    weights = np.array([p.area, p.near, p.shape, p.poor, *[load_price] * extra])
    tried = [group_search(graph, groups, weights, np.uint64(SEED + k)) for k in range(STARTS)]
    return np.asarray(min(tried, key=lambda result: result[1])[0])


def _labels(polygons: Geometries, loads: Floats, groups: int, load_price: float) -> Ints:
    """Return a label a unit, equal in a group; each component has groups of its own."""
    n = len(polygons)
    a, b, length = shared_edges(polygons)
    real = (a != b) & (length > 0)
    a, b, length = a[real], b[real], length[real]
    part = join(n, a, b)
    parts = int(part.max()) + 1
    weight = np.bincount(part, (loads / loads.sum(axis=0)).mean(axis=1), parts).astype(np.float64)
    share = _shares(weight, np.bincount(part), groups)
    label, place = np.zeros(n, np.int64), np.zeros(n, np.int64)
    for c in range(parts):
        own, mine = np.flatnonzero(part == c), part[a] == c
        place[own] = np.arange(len(own))
        pairs = place[a[mine]], place[b[mine]], length[mine]
        graph = _graph(polygons[own], pairs, loads[own], int(share[c]))
        label[own] = c * n + _search(graph, int(share[c]), load_price)
    return label


def _dissolved(polygons: Geometries, label: Ints) -> Geometries:
    count = int(label.max()) + 1
    order = np.argsort(label, kind="stable")
    rows = np.split(order, np.cumsum(np.bincount(label, minlength=count))[:-1])
    return np.array([shapely.coverage_union_all(polygons[r]) for r in rows], object)


def make_groups(
    polygons: Geometries,
    loads: Mapping[str, Floats],
    groups: int,
    load_price: float = LOAD_PRICE,
) -> Groups:
    """Group units into connected, compact groups that bear about the same of each load.

    Units in several connected parts, between which there is no common border, are grouped part
    by part; each gets groups by its share of the loads, one at least. The same units give the
    same groups in whatever order they come.

    Parameters
    ----------
    polygons : array of Polygon
        Units, such as unit grids: an exact coverage in a metric CRS.
    loads : mapping of str to float array
        One value of 0 or more for each unit; areas, numbers of components, minutes of patrol.
    groups : int
        How many groups are asked for.
    load_price : float
        What an uneven load costs; the larger, the more even and the less compact are groups.

    Returns
    -------
    Groups

    Raises
    ------
    InputError
        ``E-GROUP-EMPTY``, ``-TYPE``, ``-COVERAGE``, ``-LENGTH``, ``-LOAD`` or ``-COUNT``.
    """
    polygons = np.asarray(polygons, object)
    _check_units(polygons)
    values = _load_columns(loads, len(polygons))
    shapes, order = _canonical(polygons)
    _, label = np.unique(_labels(shapes, values[order], groups, load_price), return_inverse=True)
    merged = _dissolved(shapes, label)
    row_m = float(np.sqrt(shapely.area(merged).mean()))
    rank = np.empty(len(merged), np.int64)
    read = reading_order(merged, row_m)
    rank[read] = np.arange(len(merged))
    of_unit = np.empty(len(polygons), np.int64)
    of_unit[order] = rank[label]
    merged = merged[read]
    borne = np.zeros((len(merged), values.shape[1]))
    np.add.at(borne, rank[label], values[order])
    return Groups(
        label=of_unit,
        polygons=merged,
        units=np.bincount(of_unit, minlength=len(merged)),
        area_m2=shapely.area(merged),
        perimeter_m=shapely.length(merged),
        names=tuple(loads),
        loads=borne,
        spread=borne.std(axis=0) / borne.mean(axis=0),
    )
