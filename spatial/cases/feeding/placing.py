"""Where rows of past cases lie: by coordinates, else by the unit grid, else by the address."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import shapely
from django.db import connection
from numpy.typing import NDArray

from geocode import AddressError, geocode_many
from geocode.answers import Verdict
from geocode.store import Level
from spatial.basemap.gazetteer.store import DatabaseStore
from spatial.basemap.io import crs as reference
from spatial.cases.feeding import faults
from spatial.components.services.placing import Districts, place
from spatial.core.validity import valid_on_sql
from spatial.grids.models import GridPlan
from spatial.grids.services.locate import Ground

Floats = NDArray[np.float64]
Texts = NDArray[np.object_]
GRIDS = f"""
SELECT g.code, ST_X(p), ST_Y(p) FROM (
    SELECT g.code, ST_PointOnSurface(g.geom) AS p FROM grids_unitgrid g
    WHERE g.code = ANY(%(codes)s) AND {valid_on_sql("g")}
) g
"""  # noqa: S608 - the condition is a constant
TRUSTED = (Verdict.EXACT, Verdict.PARTIAL)
ZERO = 1e-6


class Places:
    """Finds the point, district, unit grid and edition of rows."""

    def __init__(self) -> None:
        self.districts = Districts()
        self._ground: Ground | None = None
        plans = GridPlan.objects.filter(state=GridPlan.State.PUBLISHED)
        self.plans = dict(plans.values_list("district__code", "pk"))
        self._grids: dict[str, tuple[float, float] | None] = {}
        self._addresses: dict[str, tuple[float, float] | None] = {}

    def degrees(self, xy: Floats, system: reference.SourceCrs | None) -> Floats:
        """Longitudes and latitudes of coordinates; no number where there is none."""
        found = np.full(xy.shape, np.nan)
        there = np.flatnonzero(np.isfinite(xy).all(axis=1) & (np.abs(xy) > ZERO).any(axis=1))
        if len(there) and system is not None:
            moved = system.coordinates(xy[there])
            fine = np.isfinite(moved).all(axis=1)
            found[there[fine]] = moved[fine]
        return found

    def fill(self, lonlat: Floats, grid: Texts | None, address: Texts | None) -> Texts:
        """Give a point to rows without one; the reason where there is none.

        ``lonlat`` is filled in.
        """
        reason = np.full(len(lonlat), "", object)
        lost = np.isnan(lonlat[:, 0])
        if grid is not None and lost.any():
            self._learn_grids({code for code in grid[lost] if code})
            self._take(lonlat, np.flatnonzero(lost), grid, self._grids)
            lost = np.isnan(lonlat[:, 0])
        reason[lost] = faults.PLACE
        if address is not None and lost.any():
            self._learn_addresses({text for text in address[lost] if text})
            self._take(lonlat, np.flatnonzero(lost), address, self._addresses)
            lost = np.isnan(lonlat[:, 0])
            named = np.array([bool(text) for text in address], bool)
            reason[:] = np.where(lost, np.where(named, faults.ADDRESS, faults.PLACE), "")
        return reason

    @staticmethod
    def _take(
        lonlat: Floats,
        rows: NDArray[np.int64],
        texts: Texts,
        known: dict[str, tuple[float, float] | None],
    ) -> None:
        for i in rows.tolist():
            point = known.get(texts[i]) if texts[i] else None
            if point is not None:
                lonlat[i] = point

    def _learn_grids(self, codes: set[str]) -> None:
        new = sorted(codes - self._grids.keys())
        if not new:
            return
        with connection.cursor() as cursor:
            cursor.execute(GRIDS, {"codes": new, "on": None})
            found = {code: (lon, lat) for code, lon, lat in cursor.fetchall()}
        self._grids.update({code: found.get(code) for code in new})

    def _learn_addresses(self, texts: Iterable[str]) -> None:
        new = sorted(set(texts) - self._addresses.keys())
        for text, answer in zip(new, geocode_many(new, store=DatabaseStore()), strict=True):
            point = None
            if not isinstance(answer, AddressError) and answer.verdict in TRUSTED:
                best = answer.candidates[0]
                near_enough = best.level is None or best.level >= Level.ROAD
                point = best.point if near_enough else None
            self._addresses[text] = point

    def locate(self, lonlat: Floats) -> tuple[Texts, Texts, Texts]:
        """Unit grid and district of each point, and the reason where it lies in none."""
        size = len(lonlat)
        grid, district = np.full(size, "", object), np.full(size, "", object)
        reason = np.full(size, "", object)
        there = np.isfinite(lonlat[:, 0])
        lon, lat = np.where(there, lonlat[:, 0], 0.0), np.where(there, lonlat[:, 1], 0.0)
        near = there & self.districts.near(lon, lat)
        reason[there & ~near] = faults.OUTSIDE
        reason[there & ~near & self.districts.near(lat, lon)] = faults.SWAPPED
        rows = np.flatnonzero(near)
        if len(rows):
            if self._ground is None:
                self._ground = Ground(box=self.districts.box)
            points = shapely.points(lonlat[rows])
            grid[rows], district[rows] = place(self._ground, self.districts, points)
        reason[near & (district == "")] = faults.OUTSIDE
        return grid, district, reason
