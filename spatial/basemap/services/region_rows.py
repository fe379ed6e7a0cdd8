"""Writes regions with their history: a changed region closes its old row and gets a new one.

A row is never deleted or redrawn, since unit grids of published plans stand on it.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray
from pyproj import Geod

from spatial.basemap.io.problems import problem
from spatial.basemap.models import Dataset, Region
from spatial.basemap.services.region_read import Regions
from spatial.core.mercator import to_mercator
from spatial.core.srid import STORE_SRID, TILE_SRID

SAME_DEG = 1e-9
"""Borders closer than this (0.1 mm) are the same: another PROJ may round the last digit."""
GEOD = Geod(ellps="WGS84")


def area_m2(geometry: shapely.Geometry) -> float:
    """True area on the ellipsoid of a geometry in degrees, as geodesic polygons (Karney 2013)."""
    return abs(GEOD.geometry_area_perimeter(shapely.orient_polygons(geometry))[0])


def write(
    found: Regions,
    geometry: NDArray[np.object_],
    parents: dict[str, Region],
    dataset: Dataset,
    valid_from: dt.date,
) -> Counter[str]:
    """Bring the current regions to the state of the file and return the counts of changes.

    ``geometry`` is in degrees. Regions of the same dataset and parents that the file lacks are
    closed.

    Raises
    ------
    InputError
        ``E-REGION-DATE`` when a region to be closed starts later than ``valid_from``.
    """
    current = {
        region.code: region
        for region in Region.objects.filter(code__in=found.code, valid_to__isnull=True)
    }
    counts: Counter[str] = Counter()
    for i in np.argsort(np.array(found.code)):
        new = _row(found, int(i), geometry[i], parents, dataset, valid_from)
        old = current.get(new.code)
        if old is not None and _same(old, new, geometry[i]):
            counts["unmodified"] += 1
            continue
        if old is not None:
            _close(old, valid_from, found)
        new.save(force_insert=True)
        if old is not None:
            Region.objects.filter(parent=old, valid_to__isnull=True).update(parent=new)
        counts["created" if old is None else "updated"] += 1
    counts["removed"] = _close_absent(found, parents, dataset, valid_from)
    return counts


def _row(
    found: Regions,
    index: int,
    geometry: shapely.Geometry,
    parents: dict[str, Region],
    dataset: Dataset,
    valid_from: dt.date,
) -> Region:
    shape = np.array([_multi(geometry)], dtype=object)
    parent = parents.get(found.code[index])
    return Region(
        level=found.level,
        code=found.code[index],
        name=found.name[index],
        name_en=found.name_en[index],
        parent_id=parent.pk if parent else None,
        dataset=dataset,
        geom=_geos(shape[0], STORE_SRID),
        geom3857=_geos(to_mercator(shape)[0], TILE_SRID),
        area_m2=area_m2(shape[0]),
        valid_from=valid_from,
    )


def _multi(geometry: shapely.Geometry) -> shapely.Geometry:
    """One multipolygon in a fixed order of parts and vertices."""
    parts = [p for p in shapely.get_parts(geometry) if p.geom_type == "Polygon"]
    return shapely.normalize(shapely.multipolygons(parts))


def _geos(geometry: shapely.Geometry, srid: int) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(geometry)), srid=srid)


def _same(old: Region, new: Region, geometry: shapely.Geometry) -> bool:
    words = all(
        getattr(old, name) == getattr(new, name)
        for name in ("level", "name", "name_en", "parent_id")
    )
    known = shapely.from_wkb(bytes(old.geom.wkb))
    return words and bool(shapely.equals_exact(known, _multi(geometry), SAME_DEG, normalize=True))


def _close(old: Region, day: dt.date, found: Regions) -> None:
    if old.valid_from > day:
        text = _("The region is already valid from %s; give a later day.") % old.valid_from
        raise problem("E-REGION-DATE", text, found.layer.file, found.layer.name, str(old))
    old.valid_to = day
    old.save(update_fields=["valid_to"])


def _close_absent(
    found: Regions, parents: dict[str, Region], dataset: Dataset, day: dt.date
) -> int:
    """Close siblings the file no longer has; a file of districts says nothing about others."""
    if not parents:
        return 0
    prefixes = {parent.code for parent in parents.values()}
    siblings = Region.objects.filter(
        level=found.level, dataset=dataset, parent__code__in=prefixes, valid_to__isnull=True
    ).exclude(code__in=found.code)
    absent = list(siblings)
    for region in absent:
        _close(region, day, found)
    return len(absent)
