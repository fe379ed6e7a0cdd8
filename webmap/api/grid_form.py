"""One unit grid as the API shows it, in a fixed number of queries."""

from __future__ import annotations

import json
import math
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON, Centroid, PointOnSurface
from django.db.models import QuerySet

from spatial.basemap.models import Region
from spatial.grids.models import GridSuccession, UnitGrid
from webmap.api.ground import made_up_ground
from webmap.api.regions import bounds

DIRECTIONS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
DEGREE_DIGITS = 8
REGIONS = ("plan__district", "community", "community__parent")


def detailed(grids: QuerySet[UnitGrid]) -> QuerySet[UnitGrid]:
    """The grids with all that ``grid_form`` needs, without the shapes of their regions."""
    unused = [f"{region}__{shape}" for region in REGIONS for shape in ("geom", "geom3857")]
    return (
        grids.select_related(*REGIONS, "community__dataset")
        .defer("geom3857", "plan__figures", "plan__check_report", *unused)
        .annotate(
            shape=AsGeoJSON("geom", precision=DEGREE_DIGITS),
            inner=PointOnSurface("geom"),
            mid=Centroid("geom3857"),
        )
    )


def grid_form(grid: UnitGrid) -> dict[str, Any]:
    """All the API tells about a grid that came from ``detailed``."""
    return {
        "code": grid.code,
        "ordinal": grid.ordinal,
        "area_m2": grid.area_m2,
        "perimeter_m": grid.perimeter_m,
        "on_feature_share": grid.on_feature_share,
        "note": grid.note,
        "valid_from": grid.valid_from,
        "valid_to": grid.valid_to,
        **_regions(grid),
        "edition": _edition(grid),
        "neighbours": _neighbours(grid),
        "predecessors": _relatives("old", new=grid),
        "successors": _relatives("new", old=grid),
        "made_up": grid.community.dataset.made_up,
        "basemap_made_up": made_up_ground().get(grid.plan.district.code),
        "bounds": bounds(grid.geom),
        "center": [round(value, 7) for value in grid.inner.coords],
        "geometry": json.loads(grid.shape),
    }


def _regions(grid: UnitGrid) -> dict[str, Any]:
    leaf = grid.community
    street = next(
        (r for r in (leaf, leaf.parent) if r is not None and r.level == Region.Level.STREET), None
    )
    return {
        "community": {**_region(leaf), "level": leaf.level},
        "street": _region(street) if street else None,
        "district": _region(grid.plan.district),
    }


def _region(region: Region) -> dict[str, str]:
    return {"code": region.code, "name": region.name, "name_en": region.name_en}


def _edition(grid: UnitGrid) -> dict[str, Any]:
    names = ("version", "edition", "state", "valid_from", "valid_to", "scheme")
    return {name: getattr(grid.plan, name) for name in names}


def _neighbours(grid: UnitGrid) -> list[dict[str, Any]]:
    near = (
        UnitGrid.objects.filter(plan=grid.plan_id, ordinal__in=grid.neighbours)
        .annotate(mid=Centroid("geom3857"))
        .order_by("ordinal")
        .values_list("code", "ordinal", "mid")
    )
    return [
        {"code": code, "ordinal": ordinal, "direction": direction(grid.mid, mid)}
        for code, ordinal, mid in near
    ]


def direction(start, end) -> str:
    """Compass direction between two points; Mercator keeps angles true."""
    angle = math.degrees(math.atan2(end.x - start.x, end.y - start.y))
    return DIRECTIONS[round(angle / 45) % 8]


def _relatives(other: str, **own: UnitGrid) -> list[dict[str, Any]]:
    """Grids of the edition before (``old``) or after (``new``), the largest share first."""
    names = ("code", "ordinal", "plan__district__code", "plan__edition", "valid_from")
    rows = (
        GridSuccession.objects.filter(**own)
        .order_by("-shared_area_m2", f"{other}__code")
        .values_list(*(f"{other}__{name}" for name in names), "shared_area_m2", "component_count")
    )
    return [
        {
            "code": code,
            "version": f"{district}-e{edition}",
            "ordinal": ordinal,
            "valid_from": valid_from,
            "shared_area_m2": area,
            "components": components,
        }
        for code, ordinal, district, edition, valid_from, area, components in rows
    ]
