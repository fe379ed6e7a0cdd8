"""Takes unit grids out as a file, in a chosen format, CRS and encoding."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from django.contrib.gis.geos import GEOSGeometry
from django.utils.translation import gettext as _

from spatial.basemap.io.writers import FORMATS, Fact, Field
from spatial.basemap.models import Dataset, Region
from spatial.basemap.services.drawn import drawn_polygon
from spatial.basemap.services.export_regions import below, made_up, named
from spatial.basemap.services.exporting import (
    ExportSummary,
    Order,
    Source,
    Table,
    days,
    export,
    gathered,
)
from spatial.core.errors import NotFoundError
from spatial.core.jobs import Progress, silent
from spatial.core.srid import STORE_SRID
from spatial.grids.models import GridPlan
from spatial.grids.selectors import current_plan, grids_of

__all__ = ["FORMATS", "GRIDS", "ExportSummary", "export_grids", "grids_in"]

DISTRICT_DIGITS = 6
_PLAN, _REGIONS = "plan", "regions"
_FIELDS = (
    Field("BGCODE", "单元网格代码", "code of the unit grid", "text", _PLAN),
    Field("AREA", "面积（平方米）", "area in square metres", "number", _PLAN, "m²"),
    Field("PERIMETER", "周长（米）", "perimeter in metres", "number", _PLAN, "m"),
    Field("ORDATE", "启用日期", "first day of the grid in this edition", "date", _PLAN),
    Field("CHDATE", "停用日期", "first day it no longer holds", "date", _PLAN),
    Field("SQCODE", "社区代码", "code of the community", "text", _REGIONS),
    Field("SQNAME", "社区名称", "name of the community", "text", _REGIONS),
    Field("JDCODE", "街道代码", "code of the street (subdistrict)", "text", _REGIONS),
    Field("JDNAME", "街道名称", "name of the street (subdistrict)", "text", _REGIONS),
    Field("QXCODE", "区县代码", "code of the district", "text", _REGIONS),
    Field("QXNAME", "区县名称", "name of the district", "text", _REGIONS),
    Field("EDITION", "版次", "number of the edition", "integer", _PLAN),
    Field(
        "ONFEATURE",
        "沿实地要素的边界比例，0 至 1",
        "share of the border on real features, 0 to 1",
        "number",
        _PLAN,
    ),
    Field("NOTE", "备注", "remark", "text", _PLAN),
)
_READ = (
    "code",
    "area_m2",
    "perimeter_m",
    "valid_from",
    "valid_to",
    "on_feature_share",
    "note",
    "community_id",
    "community__code",
    "community__name",
    "community__level",
    "community__parent__code",
    "community__parent__name",
)


def grids_in(region: str, on: date | None = None) -> tuple[GridPlan, Any]:
    """The edition of a region's district in force now or on a day, and its grids in the region.

    Raises
    ------
    NotFoundError
        ``E-PLAN-MISSING``, ``E-EDITION-NONE`` for a day before the first edition,
        ``E-REGION-MISSING`` when no grid lies in such a region.
    """
    plan = current_plan(region[:DISTRICT_DIGITS], on)
    grids = grids_of(plan)
    if len(region) > DISTRICT_DIGITS:
        grids = grids.filter(below(region, "community__"))
        if not grids.exists():
            text = _("Edition %(version)s has no grids in %(region)s.")
            facts = {"version": plan.version, "region": region}
            raise NotFoundError("E-REGION-MISSING", text % facts, **facts)
    return plan, grids


def _check(order: Order) -> None:
    _chosen_grids(order)


def _chosen_grids(order: Order) -> tuple[GridPlan, Any]:
    """The grids of a region, of them those that meet a polygon where one is given."""
    plan, grids = grids_in(order.region, order.on)
    if "polygon" in order.only:
        area = GEOSGeometry(drawn_polygon(order.only["polygon"]), srid=STORE_SRID)
        grids = grids.filter(geom__intersects=area)
    return plan, grids


def _read(order: Order, progress: Progress) -> Table:
    plan, grids = _chosen_grids(order)
    read, geometry = gathered(grids, _READ, progress)
    return Table(
        geometry=geometry,
        columns=_columns(read, plan, len(geometry)),
        labels=read["code"],
        groups=read["community__code"],
        edition=plan.version,
        facts=_facts(plan),
        origins=_origins(plan, set(read["community_id"])),
    )


def _columns(read: dict[str, Any], plan: GridPlan, rows: int) -> dict[str, Any]:
    # Without communities the smallest region is a street, or the district itself.
    at_street = [level == Region.Level.STREET for level in read["community__level"]]
    return {
        "BGCODE": read["code"],
        "AREA": np.array(read["area_m2"]).round(3),
        "PERIMETER": np.array(read["perimeter_m"]).round(3),
        "ORDATE": days(read["valid_from"]),
        "CHDATE": days(read["valid_to"]),
        "SQCODE": read["community__code"],
        "SQNAME": read["community__name"],
        "JDCODE": _chosen(at_street, read["community__code"], read["community__parent__code"]),
        "JDNAME": _chosen(at_street, read["community__name"], read["community__parent__name"]),
        "QXCODE": [plan.district.code] * rows,
        "QXNAME": [plan.district.name] * rows,
        "EDITION": np.full(rows, plan.edition, np.int32),
        "ONFEATURE": np.array(read["on_feature_share"]).round(4),
        "NOTE": read["note"],
    }


def _chosen(own: list[bool], ours: Any, parents: Any) -> list[str]:
    chosen = zip(own, ours, parents, strict=True)
    return [our if mine else (parent or "") for mine, our, parent in chosen]


def _facts(plan: GridPlan) -> tuple[Fact, ...]:
    until = f" – {plan.valid_to}" if plan.valid_to else ""
    return (
        Fact("edition", "版次", "edition", plan.version),
        Fact("in_force", "有效期", "in force", f"{plan.valid_from or ''}{until}"),
        *made_up(Dataset.objects.filter(regions=plan.district)),
    )


def _origins(plan: GridPlan, communities: set[int]) -> dict[str, str]:
    datasets = Dataset.objects.filter(regions__in=communities)
    return {
        _PLAN: f"网格方案 grid plan {plan.version}",
        _REGIONS: named(datasets),
    }


GRIDS = Source(
    "unit_grids", "单元网格", "unit grids", fields=_FIELDS, check=_check, read=_read,
    filters=frozenset({"polygon"}),
)  # fmt: skip


def export_grids(
    region: str,
    path: Path,
    *,
    progress: Progress = silent,
    **asked: Any,
) -> ExportSummary:
    """Write the grids of a district, street or community; ``asked`` are fields of `Order`."""
    return export(GRIDS, path, Order(region, **asked), progress)
