"""Takes cases out as a file: those that who gets it may see, and nothing of who reported them.

A case keeps the unit grid of its day. Who reported, handled or decided is not in the file, nor is
what residents wrote in their own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.basemap.io.writers import Fact, Field
from spatial.basemap.models import Region
from spatial.basemap.services.export_spool import Spool
from spatial.basemap.services.exporting import Order, Source, Stream, Table
from spatial.cases.lists import first_key
from spatial.cases.models import Case, CaseClass, Kind
from spatial.cases.selectors import sees_all, visible
from spatial.cases.services.export_fields import (
    CASES,
    CATALOGUE,
    COLUMNS,
    FIELDS,
    GRIDS,
    ON_DAY,
    columns_of,
)
from spatial.cases.stages import Stage
from spatial.core.errors import InputError, NotFoundError
from spatial.core.jobs import Progress
from spatial.core.roles import DEPARTMENT, INSPECTOR, role_names
from spatial.grids.selectors import current_plan
from spatial.grids.services.export import DISTRICT_DIGITS
from spatial.grids.services.locate import Ground

LEVELS = {6: "district_code", 9: "street_code", 12: "community_code"}
"""The column of a case by the length of a region's code."""
_EQUAL = {
    "of": "kind",
    "catalogue": "case_class__catalogue",
    "main": "case_class__main_code",
    "kind": "case_class__code",
}
FILTERS = frozenset({*_EQUAL, "stage", "first", "last"})
"""What cases can be picked by, besides their region."""
ALL = "all"
ONE_D = timedelta(days=1)


def scope_of(user: Any) -> dict[str, Any]:
    """How far somebody sees cases, to be compared when he fetches a file."""
    if sees_all(user):
        return {ALL: True}
    held = role_names(user)
    mine = user.departments.values_list("pk", flat=True) if DEPARTMENT in held else ()
    return {"departments": sorted(mine), "own": INSPECTOR in held}


def still_sees(user: Any, scope: dict[str, Any]) -> bool:
    """Whether somebody sees as far as when a file was made."""
    now = scope_of(user)
    if ALL in now:
        return True
    if ALL in scope:
        return False
    return set(scope["departments"]) <= set(now["departments"]) and scope["own"] <= now["own"]


def cases_of_order(order: Order) -> QuerySet[Case]:
    """The cases of an order that whoever gets the file may see, by key.

    Raises
    ------
    InputError
        ``E-EXPORT-FILTER`` for a value that is none of its kind.
    """
    fits = Q() if order.unlimited else visible(order.user)
    fits &= Q(**{LEVELS[len(order.region)]: order.region})
    fits &= Q(**{_EQUAL[name]: value for name, value in order.only.items() if name in _EQUAL})
    if stages := _stages(order.only):
        fits &= Q(stage__in=stages)
    first, last = days_of(order.only)
    if first:
        fits &= Q(pk__gte=first_key(first))
    if last:
        fits &= Q(pk__lt=first_key(last + ONE_D))
    return Case.objects.filter(fits).order_by("pk")


def _stages(only: Any) -> list[str]:
    asked = [one for one in str(only.get("stage", "")).split(",") if one]
    for one in asked:
        if one not in Stage.values:
            raise _bad("stage", one)
    return asked


def days_of(only: Any) -> tuple[date | None, date | None]:
    """First and last day of the report, None where a side is open.

    Raises
    ------
    InputError
        ``E-EXPORT-FILTER``.
    """
    first, last = (_day(name, only.get(name)) for name in ("first", "last"))
    if first and last and last < first:
        raise _bad("last", str(last))
    return first, last


def _day(name: str, value: Any) -> date | None:
    if not value or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError) as error:
        raise _bad(name, value) from error


def _bad(name: str, value: Any) -> InputError:
    text = _("%(name)s cannot be %(value)s.") % {"name": name, "value": str(value)[:60]}
    return InputError("E-EXPORT-FILTER", text, name=name)


def _fields_of(order: Order) -> tuple[Field, ...]:
    return (*FIELDS, *(ON_DAY if order.on else ()))


def _check(order: Order) -> None:
    """A day is that of the edition on which cases are counted by place."""
    # A case may be of a community that is no more.
    if len(order.region) not in LEVELS or not Region.objects.filter(code=order.region).exists():
        text = _("There is no district, street or community %(code)s on this day.")
        raise NotFoundError("E-REGION-MISSING", text % {"code": order.region}, region=order.region)
    for name, value in order.only.items():
        if name in _EQUAL and not (isinstance(value, str) and len(value) <= 40):
            raise _bad(name, value)
    if "of" in order.only and order.only["of"] not in Kind.values:
        raise _bad("of", order.only["of"])
    cases_of_order(order)
    if order.on:
        current_plan(order.region[:DISTRICT_DIGITS], order.on)


def _read(order: Order, progress: Progress) -> Stream:
    listed = {name: expression for name, (expression, _kind) in COLUMNS.items()}
    query = cases_of_order(order).annotate(**_annotated(listed)).values_list(*_names(listed))
    spool = Spool(query, {name: kind for name, (_expression, kind) in COLUMNS.items()}, progress)
    edition = _period(order)
    count_on = _CountedOn(order) if order.on else None

    def parts() -> Iterator[Table]:
        for batch in spool.parts():
            columns = columns_of(batch)
            points = np.asarray(shapely.points(batch["x"], batch["y"]))
            yield Table(
                geometry=points,
                columns=columns | (count_on.columns(points) if count_on else {}),
                labels=columns["CASENO"],
                groups=columns["CLASSCODE"],
                edition=edition,
            )

    return Stream(
        rows=spool.rows,
        kind="Point",
        parts=parts,
        edition=edition,
        facts=_facts(order),
        origins=_origins(),
    )


class _CountedOn:
    """Finds the grids of cases on the edition of a day, whatever grid they had on theirs."""

    def __init__(self, order: Order) -> None:
        self.plan = current_plan(order.region[:DISTRICT_DIGITS], order.on)
        self.ground = Ground(self.plan)

    def columns(self, points: NDArray[np.object_]) -> dict[str, Any]:
        codes = self.ground.locate(points)
        editions = np.full(len(points), self.plan.edition, np.int32)
        return {"BGIDON": codes.tolist(), "EDITIONON": pa.array(editions)}


def _annotated(listed: dict[str, Any]) -> dict[str, Any]:
    """Expressions under names that no column of the case has."""
    return {f"out_{name}": expression for name, expression in listed.items()}


def _names(listed: dict[str, Any]) -> list[str]:
    return [f"out_{name}" for name in listed]


def _period(order: Order) -> str:
    first, last = days_of(order.only)
    return f"{first or ''}..{last or timezone.localdate()}"


def _facts(order: Order) -> tuple[Fact, ...]:
    whole = order.unlimited or (order.user is not None and sees_all(order.user))
    seen = "全部 all" if whole else "导出者有权查看的案卷 those that whoever exported them may see"
    private = (
        "不含上报人、经办人信息及公众自述 nothing of reporters and staff, no words of residents"
    )
    counted = () if order.on is None else (
        Fact("counted_on", "BGIDON 所用版次的日期", "day of the edition of BGIDON", str(order.on)),
    )  # fmt: skip
    return (
        *counted,
        Fact("period", "上报时段", "days of report", _period(order)),
        Fact("seen", "案卷范围", "which cases", seen),
        Fact("private", "个人信息", "personal data", private),
        Fact(
            "grid", "网格", "unit grids", "已结束案卷为当日网格 ended cases have that of their day"
        ),
    )


def _origins() -> dict[str, str]:
    known = CaseClass.objects.order_by("catalogue").values_list("catalogue", flat=True).distinct()
    return {
        CASES: "案卷库 register of cases",
        CATALOGUE: ", ".join(known),
        GRIDS: "网格方案 grid plan",
    }


CASE_SOURCE = Source(
    "cases", "案卷", "cases", fields=FIELDS, check=_check, read=_read, filters=FILTERS,
    fields_of=_fields_of,
)  # fmt: skip
"""Cases as points with their unit grid."""
