"""Imports the persons who answer for grids from a CSV or a workbook, all or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.basemap.io.plainrows import read_rows
from spatial.basemap.io.problems import problem
from spatial.basemap.models import Region
from spatial.basemap.services import tables
from spatial.core import audit
from spatial.core.errors import InputError
from spatial.core.locks import transaction_lock
from spatial.core.validity import valid_on
from spatial.grids.models import UnitGrid
from spatial.patrol.models import GridResponsible, GridRole, PersonLevel

COLUMNS: dict[str, tuple[str, ...]] = {
    "code": ("code", "grid", "region", "网格代码", "网格编码", "区域代码", "区划代码", "代码"),
    "name": ("name", "person", "姓名", "责任人", "责任人姓名"),
    "role": ("role", "类别", "责任类别", "角色"),
    "post": ("post", "职务", "岗位"),
    "phone": ("phone", "telephone", "电话", "联系电话", "手机"),
    "organisation": ("organisation", "organization", "单位", "所属单位", "责任单位", "驻地单位"),
    "valid_from": ("valid_from", "生效日期", "开始日期", "起始日期"),
    "valid_to": ("valid_to", "失效日期", "结束日期", "截止日期"),
}
"""What a row has, and the names its column goes by."""
ROLES: dict[str, GridRole] = {
    **{role.value: role for role in GridRole},
    "负责人": GridRole.HEAD,
    "责任人": GridRole.HEAD,
    "网格员": GridRole.OFFICER,
    "网格长": GridRole.OFFICER,
    "驻地单位": GridRole.UNIT,
    "驻区单位": GridRole.UNIT,
    "门前三包": GridRole.FRONTAGE,
}
LEVEL_OF_DIGITS = {6: PersonLevel.DISTRICT, 9: PersonLevel.STREET, 12: PersonLevel.COMMUNITY}
LONGEST = {"name": 60, "post": 60, "phone": 40, "organisation": 100}
LOCK_OF_PERSONS = 25445
KEY = ("code", "role", "name", "organisation")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})(?:日|[ T]00:00:00)?\Z")


def import_responsibles(
    path: Path, *, file_name: str | None = None, dry_run: bool = False, user: Any = None
) -> dict[str, Any]:
    """Add the persons of a file and change those it names again; count them.

    A person is the same with the same code, role, name and organisation. Without days a person
    answers from today on. Persons that the file does not name stay as they are.

    Raises
    ------
    InputError
        ``E-RESPONSIBLE-FIELD`` without columns of codes and names, ``E-RESPONSIBLE-ROWS`` with each
        refused row, its code and sentence, and what `read_rows` raises; nothing is written.
    """
    shown = file_name or path.name
    table = read_rows(path, shown)
    columns, known = _columns(table.fields, shown), _codes()
    text = _("another row has the same code, role, name and organisation")
    wanted = tables.checked(
        table,
        shown,
        lambda row: _values({what: row[place] for what, place in columns.items()}, known),
        KEY,
        InputError("E-RESPONSIBLE-TWICE", text),
        "E-RESPONSIBLE-ROWS",
    )
    return tables.written(
        table,
        wanted,
        _write,
        lock=_lock,
        record=lambda counts: audit.record(
            user, "responsible.imported", "file", shown[:120], **counts
        ),
        dry_run=dry_run,
    )


def _lock() -> None:
    """One import at a time, until the transaction ends."""
    with connection.cursor() as cursor:
        transaction_lock(cursor, LOCK_OF_PERSONS)


def _columns(fields: list[str], shown: str) -> dict[str, int]:
    found = tables.columns_of(fields, COLUMNS)
    if not {"code", "name"} <= set(found):
        text = _("The table needs columns of codes and names (code, name or 网格代码, 姓名): %s")
        raise problem("E-RESPONSIBLE-FIELD", text % ", ".join(fields)[:300], shown)
    return found


def _codes() -> set[str]:
    """Codes of all regions and unit grids in force."""
    regions = Region.objects.filter(valid_to__isnull=True).values_list("code", flat=True)
    grids = UnitGrid.objects.filter(valid_on(None)).values_list("code", flat=True)
    return {*regions, *grids}


def _values(row: Mapping[str, str], known: set[str]) -> dict[str, Any]:
    code = row["code"]
    if code not in known:
        text = _("There is no district, street, community or unit grid %(code)s in force.")
        raise InputError("E-RESPONSIBLE-CODE", text % {"code": code[:20]})
    level = LEVEL_OF_DIGITS.get(len(code), PersonLevel.GRID)
    words = {name: row.get(name, "") for name in LONGEST}
    if not words["name"]:
        raise InputError("E-RESPONSIBLE-NAME", _("The row names nobody."))
    for name, most in LONGEST.items():
        if len(words[name]) > most:
            text = _("“%(text)s…” is too long.") % {"text": words[name][:30]}
            raise InputError("E-RESPONSIBLE-LONG", text)
    return {"code": code, "level": level, "role": _role(row.get("role", ""), level),
            **words, **_days(row)}  # fmt: skip


def _role(text: str, level: PersonLevel) -> GridRole:
    if not text:
        return GridRole.OFFICER if level == PersonLevel.GRID else GridRole.HEAD
    role = ROLES.get(text.casefold())
    if role is None or (role != GridRole.HEAD and level != PersonLevel.GRID):
        sentence = _("There is no role %(role)s here: head everywhere, officer, unit and frontage "
                     "in a unit grid.")  # fmt: skip
        raise InputError("E-RESPONSIBLE-ROLE", sentence % {"role": text[:30]})
    return role


def _days(row: Mapping[str, str]) -> dict[str, date | None]:
    first, last = (_day(row.get(name, "")) for name in ("valid_from", "valid_to"))
    days = {"valid_from": first or timezone.localdate(), "valid_to": last}
    if last is not None and last <= days["valid_from"]:
        raise InputError("E-RESPONSIBLE-DAYS", _("The last day is not after the first."))
    return days


def _day(text: str) -> date | None:
    if not text:
        return None
    found = _DAY.match(text)
    try:
        return date(*map(int, found.groups())) if found else date.fromisoformat(text)
    except ValueError as error:
        sentence = _("%(text)s is no day; write 2026-11-28.") % {"text": text[:20]}
        raise InputError("E-RESPONSIBLE-DAYS", sentence) from error


def _write(values: dict[str, Any]) -> str:
    """Bring one person to what is wanted; which count it belongs to."""
    key = {name: values[name] for name in KEY}
    row = GridResponsible.objects.filter(**key, valid_to__isnull=True).first()
    if row is None:
        row = GridResponsible.objects.filter(**key, valid_from=values["valid_from"]).first()
    if row is None:
        GridResponsible.objects.create(**values)
        return "created"
    # Without a day in the file the person goes on as he began.
    wanted = {**values, "valid_from": min(row.valid_from, values["valid_from"])}
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return "unmodified"
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    return "updated"
