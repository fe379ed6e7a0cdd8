"""The objects that are graded in a period: what there is, and which unit grids make them up.

Counts are kept by the unit grid of the day of a report, so they follow codes: a grid that kept its
code through a new edition goes on, one that was cut anew ends, and its counts stay under its old
code. Larger areas are sums by the beginning of the code, whatever edition it is of. Areas that are
made of grids by their ground (patrol areas, cells, polygons) take the grids of every edition that
was in force in the period, each by its centre or by the list of the area.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from spatial.basemap.models import Region
from spatial.cases.models import Department
from spatial.core.errors import InputError
from spatial.core.reading import reader
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import Period
from spatial.evaluation.services.inputs import LENGTH, OF_GRIDS, PEOPLE
from spatial.grids.models import GridPlan, UnitGrid
from spatial.patrol.models import AreaGrid, PatrolArea
from spatial.schemes.selectors import edition_named

SUPERVISION, COMMAND = "supervision", "command"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which objects: their kind, a district or any, and for cells and polygons of what."""

    kind: str
    district: str = ""
    edition: str = ""
    """Of a grid scheme, such as ``fire-110101-e2``."""
    polygon: str = ""
    """GeoJSON."""


@dataclass(slots=True)
class Objects:
    """Objects by code: their names, how many unit grids each has, and which are theirs."""

    names: dict[str, str] = field(default_factory=dict)
    names_en: dict[str, str] = field(default_factory=dict)
    grids: dict[str, int] = field(default_factory=dict)
    of_grid: dict[str, list[str]] = field(default_factory=dict)
    """For kinds made of grids: the objects that a grid belongs to."""


def plans_of(period: Period, district: str = "") -> QuerySet[GridPlan]:
    """Editions that were in force on a day of the period.

    Cases can be older than the first edition, where past ones were imported: then it is that one.
    """
    known = GridPlan.objects.filter(valid_from__isnull=False, district=OuterRef("district"))
    first = Subquery(known.order_by("valid_from").values("pk")[:1])
    lasts = Q(valid_to__isnull=True) | Q(valid_to__gt=period.first)
    found = GridPlan.objects.filter(
        lasts & Q(valid_from__lte=period.last) | Q(valid_from__gt=period.last, pk=first)
    )
    return found.filter(district__code=district) if district else found


def objects_of(asked: Asked, period: Period) -> Objects:
    """The objects of a kind.

    Raises
    ------
    InputError
        ``E-EVAL-OBJECT`` where a kind needs an edition or a polygon.
    NotFoundError
        ``E-SCHEME-EDITION``.
    """
    if asked.kind in PEOPLE:
        return Objects()
    if asked.kind == ObjectKind.DEPARTMENT:
        rows = Department.objects.filter(in_use=True)
        return Objects(
            {row.code: row.name for row in rows}, {row.code: row.name_en for row in rows}
        )
    if asked.kind == ObjectKind.AUTHORITY:
        tops = {one.code: one for one in authorities().values() if one.in_use}
        return Objects(
            {code: one.name for code, one in tops.items()},
            {code: one.name_en for code, one in tops.items()},
        )
    if asked.kind == ObjectKind.CENTRE:
        return Objects(names={SUPERVISION: _("Supervision centre"), COMMAND: _("Command centre")})
    if asked.kind in OF_GRIDS:
        return _MADE_OF_GRIDS[asked.kind](asked, period)
    return _regions(asked, period)


def authorities() -> dict[int, Department]:
    """By the key of each department the one that stands above it and under nobody (主管部门)."""
    rows = Department.objects.in_bulk()
    found = {}
    for key, row in rows.items():
        top, seen = row, {key}
        while top.parent_id and top.parent_id not in seen:
            seen.add(top.parent_id)
            top = rows[top.parent_id]
        found[key] = top
    return found


def _codes(period: Period, district: str) -> dict[str, int]:
    """Codes of grids, with the edition they were in last."""
    rows = UnitGrid.objects.filter(plan__in=plans_of(period, district)).order_by("plan__edition")
    return dict(rows.values_list("code", "plan"))


def _grids(asked: Asked, period: Period) -> Objects:
    codes = sorted(_codes(period, asked.district))
    return Objects(dict(zip(codes, codes, strict=True)), {}, dict.fromkeys(codes, 1),
                   {code: [code] for code in codes})  # fmt: skip


def _regions(asked: Asked, period: Period) -> Objects:
    size = LENGTH[ObjectKind(asked.kind)]
    counted = Counter(code[:size] for code in _last_codes(period, asked.district))
    rows = Region.objects.filter(level=asked.kind, code__startswith=asked.district)
    found = Objects(grids=dict(counted))
    for code, name, name_en in rows.order_by("valid_from").values_list("code", "name", "name_en"):
        found.names[code], found.names_en[code] = name, name_en
    return found


def _last_codes(period: Period, district: str) -> list[str]:
    """Codes of the editions in force at the end."""
    plans = plans_of(period, district).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=period.last)
    )
    return list(UnitGrid.objects.filter(plan__in=plans).values_list("code", flat=True))


def _patrol(asked: Asked, period: Period) -> Objects:
    areas = PatrolArea.objects.filter(in_use=True, district_code__startswith=asked.district)
    found = Objects(names={area.code: str(area) for area in areas})
    rows = AreaGrid.objects.filter(area__in=areas, plan__in=plans_of(period, asked.district))
    pairs = rows.order_by("plan__edition").values_list("grid_code", "area__code")
    for grid, area in pairs:
        found.of_grid[grid] = [area]
    found.grids = dict(Counter(areas[0] for areas in found.of_grid.values()))
    return found


_IN_CELLS = """
SELECT g.code, c.code FROM grids_unitgrid g
JOIN schemes_schemecell c ON c.edition_id = %s AND ST_Covers(c.geom, ST_Centroid(g.geom))
WHERE g.plan_id = ANY(%s) ORDER BY g.plan_id, c.code
"""


def _cells(asked: Asked, period: Period) -> Objects:
    if not asked.edition:
        text = _("Say of which edition of a grid scheme, such as fire-110101-e2.")
        raise InputError("E-EVAL-OBJECT", text, field="edition")
    edition = edition_named(asked.edition)
    plans = list(plans_of(period, edition.district.code).values_list("pk", flat=True))
    found = Objects(names={cell.code: cell.name or cell.code
                           for cell in edition.cells.defer("geom")})  # fmt: skip
    with reader().cursor() as cursor:
        cursor.execute(_IN_CELLS, [edition.pk, plans])
        return _placed(found, cursor.fetchall())


_IN_POLYGON = """
SELECT g.code, 'polygon' FROM grids_unitgrid g WHERE g.plan_id = ANY(%s)
    AND ST_Covers(ST_SetSRID(ST_GeomFromGeoJSON(%s), 4326), ST_Centroid(g.geom)) ORDER BY 1
"""


def _polygon(asked: Asked, period: Period) -> Objects:
    if not asked.polygon:
        text = _("Send a polygon as GeoJSON.")
        raise InputError("E-EVAL-OBJECT", text, field="polygon")
    plans = list(plans_of(period, asked.district).values_list("pk", flat=True))
    with reader().cursor() as cursor:
        cursor.execute(_IN_POLYGON, [plans, asked.polygon])
        return _placed(Objects(names={"polygon": _("Drawn polygon")}), cursor.fetchall())


def _placed(found: Objects, pairs: list[tuple[str, str]]) -> Objects:
    """With grids in the first object that covers their centre."""
    into: dict[str, list[str]] = defaultdict(list)
    for grid, code in pairs:
        if not into[grid]:
            into[grid].append(code)
    found.of_grid = dict(into)
    found.grids = dict(Counter(code for codes in into.values() for code in codes))
    return found


def people_names(codes: list[str]) -> dict[str, str]:
    """Names of users by key."""
    users: Any = get_user_model().objects.filter(pk__in=map(int, codes))
    return {str(user.pk): user.get_full_name() or user.get_username() for user in users}


_MADE_OF_GRIDS = {
    ObjectKind.GRID: _grids,
    ObjectKind.PATROL: _patrol,
    ObjectKind.CELL: _cells,
    ObjectKind.POLYGON: _polygon,
}
