"""Classes of areas: which area is of which class on a day, and who says so.

A class is said of a district, street, community, unit grid or patrol area; areas within it have it
too, unless they have one of their own: the longest code that an area's code begins with counts. It
holds from a day on. In a period an object has one class, that of the period's last day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import DEFAULT_DB_ALIAS, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.basemap.models import Region
from spatial.core import audit
from spatial.core.errors import InputError
from spatial.evaluation.models import AreaClass, ClassedArea, ObjectKind
from spatial.evaluation.services.schemes import check_area_class
from spatial.grids.models import UnitGrid
from spatial.patrol.models import PatrolArea

Assigned = tuple[tuple[str, str], ...]
"""Codes with their classes."""
CLASSED = frozenset(
    {ObjectKind.GRID, ObjectKind.COMMUNITY, ObjectKind.STREET, ObjectKind.DISTRICT,
     ObjectKind.PATROL}
)  # fmt: skip
"""Kinds of objects whose codes say which area they lie in."""
FROM_THE_START = (("1", "中心区", "Central areas"), ("2", "一般区", "Ordinary areas"))


def assigned_on(day: date) -> Assigned:
    """Which codes have which class on a day."""
    rows = ClassedArea.objects.filter(valid_from__lte=day).order_by("code", "valid_from")
    latest = dict(rows.values_list("code", "area_class"))
    return tuple((code, known) for code, known in latest.items() if known)


def classes_of(codes: Sequence[str], assigned: Assigned) -> NDArray[np.object_]:
    """The class of each code, empty for none."""
    found = np.full(len(codes), "", object)
    known = dict(assigned)
    for size in sorted({len(code) for code in known}):
        for n, code in enumerate(codes):
            if (one := known.get(code[:size])) is not None and len(code) >= size:
                found[n] = one
    return found


@lru_cache(maxsize=16)
def _kept(codes: tuple[str, ...], assigned: Assigned) -> NDArray[np.object_]:
    return classes_of(codes, assigned)


def object_classes(kind: str, codes: Sequence[str], day: date) -> NDArray[np.object_] | None:
    """The class of each object of a kind on a day; None where nothing has a class."""
    assigned = assigned_on(day) if kind in CLASSED else ()
    return _kept(tuple(codes), assigned) if assigned else None


def class_named(code: str) -> AreaClass:
    """A class of areas.

    Raises
    ------
    NotFoundError
        ``E-EVAL-CLASS``.
    """
    check_area_class(code)
    return AreaClass.objects.get(pk=code)


@transaction.atomic
def set_class(code: str, area_class: str, user: Any, valid_from: date | None = None) -> ClassedArea:
    """Say of which class an area is from a day on (today); an empty class takes its own away.

    Raises
    ------
    InputError
        ``E-EVAL-AREA`` for a code of no area in force.
    NotFoundError
        ``E-EVAL-CLASS``.
    """
    if not area_name(code):
        text = _("“%s” is no code of a district, street, community, unit grid or patrol area in "
                 "force.")  # fmt: skip
        raise InputError("E-EVAL-AREA", text % code[:40], field="code")
    known = class_named(area_class) if area_class else None
    day = valid_from or timezone.localdate()
    row, _new = ClassedArea.objects.update_or_create(
        code=code, valid_from=day, defaults={"area_class": known}
    )
    audit.record(user, "area.classed", "ClassedArea", code, area_class=area_class, on=str(day))
    return row


def area_name(code: str) -> str:
    """The name of an area in force, empty for none; a unit grid is called by its code."""
    region = Region.objects.filter(code=code, valid_to__isnull=True).first()
    if region is not None:
        return region.name
    area = PatrolArea.objects.filter(code=code, in_use=True).first()
    if area is not None:
        return str(area)
    grids = UnitGrid.objects.filter(code=code, valid_from__isnull=False, valid_to__isnull=True)
    return code if grids.exists() else ""


def classed_areas(district: str = "") -> list[dict[str, Any]]:
    """Areas that have a class of their own today."""
    today = timezone.localdate()
    rows = ClassedArea.objects.filter(code__startswith=district, valid_from__lte=today)
    latest = {row.code: row for row in rows.order_by("code", "valid_from")}
    return [
        {"code": code, "name": area_name(code) or code, "area_class": row.area_class_id,
         "valid_from": row.valid_from}
        for code, row in latest.items() if row.area_class_id
    ]  # fmt: skip


def ensure_classes(using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """A store without any class of areas gets the two of the catalogues of cases."""
    rows = AreaClass.objects.using(using)
    if not rows.exists():
        rows.bulk_create(
            AreaClass(code=code, name=name, name_en=name_en)
            for code, name, name_en in FROM_THE_START
        )
