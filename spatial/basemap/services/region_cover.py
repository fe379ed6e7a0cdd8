"""Checks that the regions of a file cover their parents, and mends them when told to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from spatial.basemap import coverage
from spatial.basemap.io.crs import SourceCrs
from spatial.basemap.io.problems import problem
from spatial.basemap.models import ImportIssue, Region
from spatial.basemap.services.region_read import DIGITS, Regions
from spatial.basemap.services.runs import Run
from spatial.core.errors import InputError
from spatial.core.srid import STORE_SRID

PARENT_LEVEL = {"street": "district", "community": "street"}
MAX_LISTED = 20
SENTENCES = {
    coverage.OVERLAP: _("Regions overlap in %(count)d places, %(area).1f m² in all; redraw them or "
                        "give --mend."),
    coverage.HOLE: _("Regions leave %(count)d holes, %(area).1f m² in all; redraw them or give "
                     "--mend."),
    coverage.SPILL: _("Regions reach beyond their parent in %(count)d places, %(area).1f m² in "
                      "all; redraw them or give --mend."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Group:
    """The regions of one parent: rows of the file, then neighbours already in the store."""

    parent: Region | None
    rows: NDArray[np.int64]
    geometry: NDArray[np.object_]
    """In metres; of the rows first, then of the neighbours."""
    labels: list[str]
    outline: shapely.Geometry | None


def parents_of(found: Regions) -> dict[str, Region]:
    """The current parent of every region by its code's prefix; empty for districts.

    Raises
    ------
    InputError
        ``E-REGION-PARENT`` when a parent has not been imported.
    """
    if found.level not in PARENT_LEVEL:
        return {}
    digits = DIGITS[PARENT_LEVEL[found.level]]
    wanted = {code[:digits] for code in found.code}
    known = Region.objects.filter(code__in=wanted, valid_to__isnull=True)
    parents = {region.code: region for region in known}
    for i, code in enumerate(found.code):
        if code[:digits] not in parents:
            text = _("Its %(level)s %(code)s is not there; import that level first.")
            text %= {"level": PARENT_LEVEL[found.level], "code": code[:digits]}
            where = (found.layer.file, found.layer.name, found.label(i))
            raise problem("E-REGION-PARENT", text, *where)
    return {code: parents[code[:digits]] for code in found.code}


def cover(
    run: Run,
    found: Regions,
    geometry: NDArray[np.object_],
    system: SourceCrs,
    parents: dict[str, Region],
    mend: bool,
) -> NDArray[np.object_]:
    """Return the regions as a clean coverage in the file's system.

    Raises
    ------
    InputError
        ``E-REGION-OVERLAP``, ``E-REGION-HOLE``, ``E-REGION-PARENT``; ``E-REGION-MEND`` when a
        mend would change a region too much.
    """
    unit = system.crs.axis_info[0].unit_conversion_factor
    plane = coverage.Plane.of(geometry, system.crs.is_geographic, unit)
    result = plane.to_metres(geometry)
    for group in _groups(found, result, system, plane, parents):
        count = len(group.rows)
        faults = coverage.faults(group.geometry, group.outline)
        _note(run, found, group, faults, system, plane, mend)
        if faults and not mend:
            raise _refused(found, group, faults, system, plane)
        if faults:
            result[group.rows] = _mended(run, found, group)[:count]
    tidy = coverage.tidy(result)
    return plane.to_file(tidy)


def _groups(
    found: Regions,
    metres: NDArray[np.object_],
    system: SourceCrs,
    plane: coverage.Plane,
    parents: dict[str, Region],
) -> list[Group]:
    keys = [parents[code].code if parents else "" for code in found.code]
    groups = []
    for key in sorted(set(keys)):
        rows = np.flatnonzero(np.array(keys) == key)
        parent = parents[found.code[rows[0]]] if parents else None
        others = _others(found, parent)
        moved = plane.to_metres(system.from_store(_shapes(others)))
        outline = None
        if parent is not None:
            outline = plane.to_metres(system.from_store(_shapes([parent])))[0]
        labels = [found.label(int(i)) for i in rows] + [str(region) for region in others]
        shapes = np.concatenate([metres[rows], moved])
        groups.append(Group(parent, rows, shapes, labels, outline))
    return groups


def _others(found: Regions, parent: Region | None) -> list[Region]:
    """Current districts beside those of the file; streets and communities come all at once."""
    if parent is not None:
        return []
    current = Region.objects.filter(level=found.level, valid_to__isnull=True)
    return list(current.exclude(code__in=found.code).order_by("code"))


def _shapes(regions: list[Region]) -> NDArray[np.object_]:
    shapes = np.empty(len(regions), dtype=object)
    shapes[:] = [shapely.from_wkb(bytes(region.geom.wkb)) for region in regions]
    return shapes


def _in_store(
    piece: shapely.Geometry, system: SourceCrs, plane: coverage.Plane
) -> shapely.Geometry:
    return system.to_store(plane.to_file(np.array([piece], dtype=object)))[0]


def _note(
    run: Run,
    found: Regions,
    group: Group,
    faults: list[coverage.Fault],
    system: SourceCrs,
    plane: coverage.Plane,
    mend: bool,
) -> None:
    severity = ImportIssue.Severity.REPAIRED if mend else ImportIssue.Severity.REFUSED
    for fault in faults:
        run.tally.reasons[fault.code] += 1
        place = shapely.to_wkb(_in_store(fault.place, system, plane))
        labels = ", ".join(group.labels[i] for i in fault.regions)
        run.note(
            severity,
            fault.code,
            f"{fault.area_m2:.2f} m²: {labels}",
            layer=found.layer.name,
            feature=labels[:120],
            area_m2=fault.area_m2,
            geom=GEOSGeometry(memoryview(place), srid=STORE_SRID),
        )


def _refused(
    found: Regions,
    group: Group,
    faults: list[coverage.Fault],
    system: SourceCrs,
    plane: coverage.Plane,
) -> InputError:
    order = (coverage.OVERLAP, coverage.SPILL, coverage.HOLE)
    code = min((fault.code for fault in faults), key=order.index)
    same = [fault for fault in faults if fault.code == code]
    area = sum(fault.area_m2 for fault in same)
    places = [_place(fault, group, system, plane) for fault in same[:MAX_LISTED]]
    labels = ", ".join(places[0]["regions"]) or str(group.parent or "")
    text = SENTENCES[code] % {"count": len(same), "area": area}
    where = (found.layer.file, found.layer.name, labels)
    return problem(code, text, *where, places=places, area_m2=round(area, 2))


def _place(
    fault: coverage.Fault, group: Group, system: SourceCrs, plane: coverage.Plane
) -> dict[str, Any]:
    point = shapely.point_on_surface(_in_store(fault.place, system, plane))
    return {
        "regions": [group.labels[i] for i in fault.regions],
        "area_m2": round(fault.area_m2, 2),
        "lon": round(point.x, 7),
        "lat": round(point.y, 7),
    }


def _mended(run: Run, found: Regions, group: Group) -> NDArray[np.object_]:
    """Mend a group and record how much each region changed."""
    mended = coverage.mend(group.geometry, group.outline)
    before, after = shapely.area(group.geometry), shapely.area(mended)
    for i in range(len(group.rows)):
        change = float(after[i] - before[i])
        if abs(change) > coverage.MEND_MAX_SHARE * before[i]:
            text = _("Mending would change the area by %+.1f m²; redraw the region.") % change
            where = (found.layer.file, found.layer.name, group.labels[i])
            raise problem("E-REGION-MEND", text, *where, area_m2=round(change, 2))
        if not shapely.equals_exact(mended[i], group.geometry[i], 0.0, normalize=True):
            run.tally.add(found.layer.name, repaired=1)
            text = _("mended: area %(before).1f m² before, %(after).1f m² after")
            run.note(
                ImportIssue.Severity.REPAIRED,
                "I-REGION-MENDED",
                text % {"before": before[i], "after": after[i]},
                layer=found.layer.name,
                feature=group.labels[i][:120],
                area_m2=change,
            )
    return mended
