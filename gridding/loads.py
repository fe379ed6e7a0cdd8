"""Loads at points beside the area: cases, components, inhabitants; by face, atom and grid."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from gridding.locating import locate
from gridding.types import Floats, Geometries, Ints, LoadFigures, PointLoad


@dataclass(frozen=True, slots=True)
class LoadTable:
    """All loads in one form: points by coordinates, a column of amounts a load, by name.

    Attributes
    ----------
    names : tuple of str
    xy : float array (p, 2)
        In the CRS of the communities, m; sorted by x.
    amounts : float array (p, L)
    """

    names: tuple[str, ...]
    xy: Floats
    amounts: Floats

    def within(self, polygon: shapely.Polygon) -> LoadTable:
        """Return the points in a polygon or on its border."""
        x0, y0, x1, y1 = shapely.bounds(polygon)
        start, stop = np.searchsorted(self.xy[:, 0], [x0, np.nextafter(x1, np.inf)])
        y = self.xy[start:stop, 1]
        at = start + np.flatnonzero((y >= y0) & (y <= y1))
        shapely.prepare(polygon)
        at = at[shapely.intersects_xy(polygon, self.xy[at])]
        return LoadTable(self.names, self.xy[at], self.amounts[at])

    def columns(self, names: list[str]) -> LoadTable:
        """Return some of the loads, in the order of ``names``."""
        at = [self.names.index(name) for name in names]
        return LoadTable(tuple(names), self.xy, self.amounts[:, at])


def no_loads() -> LoadTable:
    """Return a table of no loads."""
    return LoadTable((), np.zeros((0, 2)), np.zeros((0, 0)))


def load_table(loads: tuple[PointLoad, ...]) -> LoadTable:
    """Return loads in one form, whatever the order of loads and points."""
    if not loads:
        return no_loads()
    loads = tuple(sorted(loads, key=lambda load: load.name))
    count = [len(load.points) for load in loads]
    points = np.concatenate([np.asarray(load.points, object) for load in loads])
    xy = shapely.get_coordinates(points)
    amounts = np.zeros((len(xy), len(loads)))
    column = np.repeat(np.arange(len(loads)), count)
    amounts[np.arange(len(xy)), column] = np.concatenate([load.amounts for load in loads])
    order = np.lexsort((*amounts.T, xy[:, 1], xy[:, 0]))
    return LoadTable(tuple(load.name for load in loads), xy[order], amounts[order])


def amounts_in(polygons: Geometries, table: LoadTable) -> Floats:
    """Return the amount of each load (columns) in each polygon (rows).

    A point on an edge belongs to the polygon of the lowest index.
    """
    out = np.zeros((len(polygons), len(table.names)))
    if len(table.xy):
        at = locate(shapely.points(table.xy), polygons)
        np.add.at(out, at[at >= 0], table.amounts[at >= 0])
    return out


def balanced(
    atom: Ints, amounts: Floats, grids: float, balance: tuple[tuple[str, float], ...]
) -> tuple[Floats, tuple[float, ...]]:
    """Return the loads of atoms, 1 = what one grid is due, and the price of each.

    Parameters
    ----------
    atom : int array
        Atom of each face.
    amounts : float array (faces, L)
    grids : float
        How many grids the area makes, not rounded.
    balance : tuple of L (name, price)
        A load of which there is none here is left out: it would price each grid alike, and so
        make fewer of them.
    """
    total = amounts.sum(axis=0)
    here = np.flatnonzero(total > 0)
    out = np.zeros((int(atom.max()) + 1, len(here)))
    np.add.at(out, atom, amounts[:, here] * (grids / total[here]))
    return out, tuple(balance[i][1] for i in here)


def load_figures(
    inside: Floats, table: LoadTable, balance: tuple[tuple[str, float], ...]
) -> tuple[LoadFigures, ...]:
    """Return how each load is spread over grids; ``inside`` are `amounts_in` them."""
    every, price = table.amounts.sum(axis=0), dict(balance)
    out = []
    for k, name in enumerate(table.names):
        own = inside[:, k]
        total, mean = float(own.sum()), float(own.mean())
        cv = float(own.std() / mean) if mean else 0.0
        outside, largest = max(0.0, float(every[k]) - total), float(own.max())
        out.append(LoadFigures(name, total, outside, mean, largest, cv, price.get(name, 0.0)))
    return tuple(out)
