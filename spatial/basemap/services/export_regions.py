"""What regions and base map features say of themselves when they are exported."""

from __future__ import annotations

from datetime import date
from functools import partial

import numpy as np
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from spatial.basemap.io.writers import Fact, Field
from spatial.basemap.models import Dataset, Region
from spatial.basemap.selectors import current_regions
from spatial.basemap.services.exporting import Order, Source, Table, days, gathered
from spatial.core.errors import NotFoundError
from spatial.core.jobs import Progress

REGIONS = "regions"
_FIELDS = (
    Field("CODE", "代码", "code", "text", REGIONS),
    Field("NAME", "名称", "name", "text", REGIONS),
    Field("NAME_EN", "英文名称", "English name", "text", REGIONS),
    Field("AREA", "面积（平方米）", "area in square metres", "number", REGIONS, "m²"),
    Field("PCODE", "上级代码", "code of the region above", "text", REGIONS),
    Field("PNAME", "上级名称", "name of the region above", "text", REGIONS),
    Field("VALIDFROM", "生效日期", "first day it holds", "date", REGIONS),
    Field("VALIDTO", "失效日期", "first day it no longer holds", "date", REGIONS),
)
_READ = ("code", "name", "name_en", "area_m2", "parent__code", "parent__name")
_READ += ("valid_from", "valid_to")
_TITLES = {
    Region.Level.DISTRICT: ("districts", "区县", "districts"),
    Region.Level.STREET: ("streets", "街道", "streets (subdistricts)"),
    Region.Level.COMMUNITY: ("communities", "社区", "communities"),
}


def region_on(code: str, on: date | None = None) -> Region:
    """The region with a code, in force now or on a day.

    Raises
    ------
    NotFoundError
        ``E-REGION-MISSING``.
    """
    level = {6: Region.Level.DISTRICT, 9: Region.Level.STREET}.get(
        len(code), Region.Level.COMMUNITY
    )
    found = current_regions(level, on).select_related("parent__parent").filter(code=code).first()
    if found is None:
        text = _("There is no district, street or community %(code)s on this day.")
        raise NotFoundError("E-REGION-MISSING", text % {"code": code}, region=code)
    return found


def below(code: str, path: str = "") -> Q:
    """Rows whose region (at ``path``) is the one with a code or lies in it."""
    steps = (f"{path}code", f"{path}parent__code", f"{path}parent__parent__code")
    return Q(**{steps[0]: code}) | Q(**{steps[1]: code}) | Q(**{steps[2]: code})


def named(datasets: QuerySet[Dataset]) -> str:
    """Datasets by name, with what their owners want to be told."""
    return "; ".join(
        f"{d.name} ({d.attribution})" if d.attribution else d.name
        for d in datasets.order_by("name").distinct()
    )


def made_up(datasets: QuerySet[Dataset]) -> tuple[Fact, ...]:
    """A warning in the file where the geometry is no survey."""
    if not datasets.filter(made_up=True).exists():
        return ()
    text = "几何为生成数据，非测绘成果 the geometry is generated, not surveyed"
    return (Fact("made_up", "注意", "note", text),)


def _check(order: Order) -> None:
    region_on(order.region, order.on)


def _read(level: str, order: Order, progress: Progress) -> Table:
    region = order.region
    found = current_regions(level, order.on).filter(below(region))
    read, geometry = gathered(found, _READ, progress)
    datasets = Dataset.objects.filter(regions__in=found)
    version = max(datasets.values_list("version", flat=True), default=0)
    return Table(
        geometry=geometry,
        columns={
            "CODE": read["code"],
            "NAME": read["name"],
            "NAME_EN": read["name_en"],
            "AREA": np.array(read["area_m2"], float).round(3),
            "PCODE": [code or "" for code in read["parent__code"]],
            "PNAME": [name or "" for name in read["parent__name"]],
            "VALIDFROM": days(read["valid_from"]),
            "VALIDTO": days(read["valid_to"]),
        },
        labels=[f"{name} {code}" for code, name in zip(read["code"], read["name"], strict=True)],
        groups=[code or region for code in read["parent__code"]],
        edition=f"{region}-v{version}",
        facts=made_up(datasets),
        origins={REGIONS: named(datasets)},
    )


REGION_SOURCES = tuple(
    Source(*_TITLES[level], fields=_FIELDS, check=_check, read=partial(_read, level))
    for level in Region.Level
)
