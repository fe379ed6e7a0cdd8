"""Imports the table of responsibility from a CSV or a workbook, all or nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from spatial.basemap.io.plainrows import read_rows
from spatial.basemap.io.problems import problem
from spatial.basemap.services import tables
from spatial.components.answering import ROLES
from spatial.components.models import Responsibility
from spatial.components.services.columns import NAMES
from spatial.components.services.responsibilities import Line, Reading, lock_table, stored
from spatial.components.services.survey import CATALOGUE
from spatial.core import audit
from spatial.core.errors import InputError

COLUMNS: dict[str, tuple[str, ...]] = {
    "region": ("region", "region_code", "区域代码", "区划代码", "区域", "责任区域"),
    "kind": ("class", "classcode", "小类代码", "小类", "小类名称", "部件小类"),
    "main": ("main", "maincode", "大类代码", "大类", "大类名称", "部件大类"),
    **{f"{role}_code": (f"{role}_code", *NAMES[f"{role}_code"]) for role in ROLES},
    **{role: (role, *NAMES[role]) for role in ROLES},
    "note": NAMES["note"],
}
"""What a line has, and the names its column goes by; those of surveys are known too."""


def import_responsibilities(
    path: Path,
    *,
    catalogue: str = CATALOGUE,
    file_name: str | None = None,
    dry_run: bool = False,
    user: Any = None,
) -> dict[str, Any]:
    """Add the lines of a file and change those of the same region and class; count them.

    Lines that the file does not name stay as they are.

    Raises
    ------
    InputError
        ``E-RESPONSIBILITY-FIELD`` without a column of regions, ``E-RESPONSIBILITY-ROWS`` with each
        refused row, its code and sentence, and what `read_rows` raises; nothing is written.
    NotFoundError
        ``E-CATALOGUE-MISSING``.
    """
    name = file_name or path.name
    table = read_rows(path, name)
    reading, columns = Reading(catalogue), _columns(table.fields, name)
    text = _("another row has the same region and class")
    wanted = tables.checked(
        table,
        name,
        lambda row: reading.values(_line({what: row[i] for what, i in columns.items()})),
        ("region_code", "main", "kind"),
        InputError("E-RESPONSIBILITY-TWICE", text),
        "E-RESPONSIBILITY-ROWS",
    )
    return tables.written(
        table,
        wanted,
        _write,
        lock=lock_table,
        record=lambda counts: audit.record(
            user, "responsibility.imported", "file", name[:200], **counts
        ),
        dry_run=dry_run,
    )


def _columns(fields: list[str], name: str) -> dict[str, int]:
    found = tables.columns_of(fields, COLUMNS)
    if "region" not in found:
        text = _("No column of region codes is in the table (%s); call it region or 区域代码.")
        raise problem("E-RESPONSIBILITY-FIELD", text % ", ".join(fields)[:300], name)
    return found


def _line(row: Mapping[str, str]) -> Line:
    parties = {role: (row.get(f"{role}_code", ""), row.get(role, "")) for role in ROLES}
    kind = row.get("kind", "") or row.get("main", "")
    return Line(row["region"], kind, note=row.get("note", ""), **parties)


def _write(values: dict[str, Any]) -> str:
    """Bring one line to what is wanted; which count it belongs to."""
    values = stored(values)
    key = {name: values.pop(name) for name in ("region_code", "main", "kind")}
    row = Responsibility.objects.filter(**key).first()
    if row is None:
        Responsibility.objects.create(**key, **values)
        return "created"
    if all(getattr(row, name) == value for name, value in values.items()):
        return "unmodified"
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    return "updated"
