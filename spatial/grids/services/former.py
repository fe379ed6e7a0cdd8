"""The edition in force as what the next one is cut from: its grids, codes and fingerprints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

import gridding
from spatial.core.srid import STORE_SRID
from spatial.grids.models import GridPlan
from spatial.grids.selectors import grids_of
from spatial.grids.services.metric import as_arrays
from spatial.grids.services.numbering import FormerGrids

FIGURES = ("area_m2", "perimeter_m", "on_feature_share")


@dataclass(frozen=True, slots=True)
class Edition:
    """Grids of a published plan, one entry of each array a grid.

    ``stored`` are the polygons in degrees, ``polygons`` the same in the metric reference system
    of the next plan; ``figures`` has the columns `FIGURES`; ``alone`` says which grids are left
    alone; ``pins`` are the pinned borders in degrees.
    """

    srid: int
    codes: tuple[str, ...]
    communities: tuple[str, ...]
    fingerprints: tuple[str, ...]
    stored: NDArray[np.object_]
    polygons: NDArray[np.object_]
    figures: NDArray[np.float64]
    alone: tuple[bool, ...]
    pins: NDArray[np.object_]

    @property
    def grids(self) -> FormerGrids:
        """What the codes of the next edition are compared with."""
        return FormerGrids(self.codes, self.polygons)

    def to_keep(self, only: frozenset[str], afresh: bool) -> gridding.Former:
        """What the engine keeps grids of.

        Parameters
        ----------
        only : frozenset of str
            Communities to cut: grids elsewhere stay whatever has changed there. Empty for all.
        afresh : bool
            Whether grids of the communities to cut go even where nothing has changed, but for
            those that are left alone.
        """
        pinned = gridding.project(self.pins, STORE_SRID, self.srid)
        here = [not only or code in only for code in self.communities]
        alone = tuple(a or not cut for a, cut in zip(self.alone, here, strict=True))
        marks = tuple("" if afresh else mark for mark in self.fingerprints)
        return gridding.Former(self.polygons, self.communities, marks, pinned, alone)


def read_edition(plan: GridPlan | None, srid: int) -> Edition:
    """The grids of a plan, projected; no grids when there is no plan."""
    columns = ("code", "community__code", "fingerprint", "geom", "left_alone", *FIGURES)
    rows = [] if plan is None else list(grids_of(plan).values_list(*columns))
    stored = as_arrays([row[3] for row in rows])
    pins = [] if plan is None else list(plan.pins.order_by("pk").values_list("geom", flat=True))
    return Edition(
        srid=srid,
        codes=tuple(row[0] for row in rows),
        communities=tuple(row[1] for row in rows),
        fingerprints=tuple(row[2] for row in rows),
        stored=stored,
        polygons=gridding.project(stored, STORE_SRID, srid),
        figures=np.array([row[5:] for row in rows], float).reshape(-1, len(FIGURES)),
        alone=tuple(row[4] for row in rows),
        pins=as_arrays(pins),
    )


def figures_of(result: gridding.GridResult, edition: Edition) -> NDArray[np.float64]:
    """The columns `FIGURES` of new grids; kept ones have the figures they had."""
    columns = [result.area_m2, result.perimeter_m, result.on_feature_share]
    figures = np.column_stack(columns)
    kept = result.former >= 0
    figures[kept] = edition.figures[result.former[kept]]
    return figures


def in_degrees(
    polygons: NDArray[np.object_], srid: int, known: list[NDArray[np.object_]]
) -> NDArray[np.object_]:
    """Polygons of a run as they are stored.

    A vertex that is in the store already takes the degrees it has there: going to metres and
    back is not exact to the last bit, and kept grids, their new neighbours and the borders of
    communities must have the same vertices.

    Parameters
    ----------
    polygons : array of Polygon
        In the reference system ``srid``.
    srid : int
    known : list of arrays
        Geometries of the store; of two with the same vertex in metres the first counts.
    """
    store = np.concatenate(known)
    places, first = np.unique(_places(gridding.project(store, STORE_SRID, srid)), return_index=True)
    degrees = shapely.get_coordinates(gridding.project(polygons, srid, STORE_SRID))
    here = _places(polygons)
    spot = np.minimum(np.searchsorted(places, here), len(places) - 1)
    hit = places[spot] == here
    degrees[hit] = shapely.get_coordinates(store)[first[spot[hit]]]
    return np.asarray(shapely.set_coordinates(polygons.copy(), degrees))


def _places(geometry: NDArray[np.object_]) -> NDArray[np.complex128]:
    return np.asarray(shapely.get_coordinates(geometry) @ np.array([1.0, 1.0j]))
