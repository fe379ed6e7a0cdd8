"""Reads of the register: by code, by what components are and where, and counts by grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB, Distance
from django.contrib.gis.geos import GEOSGeometry
from django.contrib.gis.measure import D
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.components.models import DISTRICT_DIGITS, ROLES, Catalogue, Component
from spatial.core.errors import NotFoundError
from spatial.core.reading import reader
from spatial.core.validity import valid_on
from spatial.grids.models import GridPlan

LONGEST_CODE = 17
COUNT_UP_TO = 10_000
"""Larger counts are told as "more": counting a million rows takes longer than anybody waits."""
NEAR_M = 60.0
NEAR_DEG = 0.0011
"""A box that holds `NEAR_M` up to 60° of latitude."""
RELATED = ("kind__main", "kind__catalogue", *ROLES, "dataset")


@dataclass(frozen=True, slots=True)
class Where:
    """What is looked for; empty values leave a side open."""

    region: str = ""
    """Code of a district, street or community."""
    grid: str = ""
    catalogue: str = ""
    main: str = ""
    kind: str = ""
    state: str = ""
    supervisor: int | None = None
    owner: int | None = None
    keeper: int | None = None
    text: str = ""
    """The beginning of a code, or a part of a name or of the position in words."""
    polygon: GEOSGeometry | None = None
    gone: bool = False
    """Also components that are there no more."""


def visible_components(user: Any) -> QuerySet[Component]:  # noqa: ARG001 - one place to ask
    """Components a user may see: those of the whole site, as its grids are."""
    return Component.objects.all()


def components_where(user: Any, where: Where) -> QuerySet[Component]:
    """Components that fit, by code."""
    found = visible_components(user)
    if not where.gone:
        found = found.filter(valid_to__isnull=True)
    found = _of_place(found, where)
    names = {
        "kind__catalogue__version": where.catalogue,
        "kind__main__code": where.main,
        "kind__code": where.kind,
        "state": where.state,
        "supervisor": where.supervisor,
        "owner": where.owner,
        "keeper": where.keeper,
    }
    found = found.filter(
        **{name: value for name, value in names.items() if value not in ("", None)}
    )
    if where.text:
        found = found.filter(_holds(where.text))
    return found.order_by("code")


def _of_place(found: QuerySet[Component], where: Where) -> QuerySet[Component]:
    if where.region:
        found = found.filter(_begins("code", where.region[:DISTRICT_DIGITS]))
        if len(where.region) > DISTRICT_DIGITS:
            found = found.filter(_begins("grid_code", where.region))
    if where.grid:
        found = found.filter(grid_code=where.grid)
    if where.polygon is not None:
        found = found.filter(point__intersects=where.polygon)
    return found


def _holds(text: str) -> Q:
    if text.isascii() and text.isdigit():
        return _begins("code", text)
    return Q(name__icontains=text) | Q(position__icontains=text)


def _begins(field: str, digits: str) -> Q:
    """Texts of digits that begin with some, as a range: an index serves it in any collation."""
    return Q(**{f"{field}__gte": digits, f"{field}__lte": digits + "9" * LONGEST_CODE})


def count_up_to(found: QuerySet[Component], most: int = COUNT_UP_TO) -> tuple[int, bool]:
    """How many there are, and whether there are more than that."""
    count = found.order_by()[: most + 1].values("pk").count()
    return min(count, most), count > most


def component_of_code(user: Any, code: str) -> Component:
    """The component of a code, gone ones too.

    Raises
    ------
    NotFoundError
        ``E-COMPONENT-MISSING``.
    """
    found = visible_components(user).select_related(*RELATED).filter(code=code).first()
    if found is None:
        text = _("There is no component %(code)s.") % {"code": code[:20]}
        raise NotFoundError("E-COMPONENT-MISSING", text, component=code[:20])
    return found


def near(user: Any, component: Component, most: int = 6) -> list[Component]:
    """The components nearest to one, with ``away`` (a distance), within 60 m."""
    box = component.point.buffer(NEAR_DEG).envelope
    found = visible_components(user).filter(
        valid_to__isnull=True, point__bboverlaps=box, point__dwithin=(component.point, NEAR_DEG)
    )
    away = found.exclude(pk=component.pk).annotate(away=Distance("point", component.point))
    nearest = away.select_related("kind__main", "owner").order_by("away", "code")[:most]
    return [one for one in nearest if one.away <= D(m=NEAR_M)]


_COUNTS = """
SELECT coalesce(string_agg(lpad(to_hex(least(n, 65535)), 4, '0'), '' ORDER BY ordinal), '')
FROM (
    SELECT g.ordinal, coalesce(c.n, 0) AS n
    FROM grids_unitgrid g LEFT JOIN ({query}) c ON c.grid_code = g.code
    WHERE g.plan_id = %s
) counts
"""


def counts_by_grid(user: Any, plan: GridPlan, where: Where) -> bytes:
    """How many components lie in each grid of a plan: two bytes each, big-endian, by ordinal.

    More than 65,535 in one grid are told as so many.
    """
    found = components_where(user, where).order_by()
    grouped = found.filter(_begins("code", plan.district.code)).values("grid_code")
    query, values = grouped.annotate(n=Count("pk")).query.sql_with_params()
    with reader().cursor() as cursor:
        cursor.execute(_COUNTS.format(query=query), [*values, plan.pk])
        return bytes.fromhex(cursor.fetchone()[0])


def points_of(district_code: str, on: date | None = None) -> NDArray[np.object_]:
    """Points in degrees of the components of a district that are, or on a day were, in force.

    Where they are now: a past day knows which there were.
    """
    found = Component.objects.filter(valid_on(on), _begins("code", district_code))
    blobs = found.order_by("code").values_list(AsWKB("point"), flat=True)
    return np.asarray(shapely.from_wkb(np.array([bytes(blob) for blob in blobs], dtype=object)))


def catalogues() -> QuerySet[Catalogue]:
    """All catalogues with their classes."""
    return Catalogue.objects.prefetch_related("main_classes", "classes__main")
