"""Tables that come in row by row, all or nothing: their columns, their rows, what was written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from spatial.basemap.io.plainrows import Rows
from spatial.basemap.io.problems import problem
from spatial.core.errors import InputError

SHOWN = 200
"""Refused rows that an error names."""


class DryRun(Exception):  # noqa: N818 - no error: it ends the transaction of a dry run
    """Raised inside the transaction of a dry run so that it leaves no trace."""


def columns_of(fields: Sequence[str], names_of: Mapping[str, Iterable[str]]) -> dict[str, int]:
    """Places of the columns of a table that go by one of the names of what is looked for."""
    known = {name.casefold(): place for place, name in reversed(list(enumerate(fields)))}
    found = {}
    for what, names in names_of.items():
        place = next((known[name] for name in names if name in known), None)
        if place is not None:
            found[what] = place
    return found


def checked(
    table: Rows,
    shown: str,
    values_of: Callable[[Sequence[str]], dict[str, Any]],
    key: Sequence[str],
    twice: InputError,
    refused_code: str,
) -> list[dict[str, Any]]:
    """The values of every row.

    Parameters
    ----------
    values_of : function
        Reads a row, or raises the `InputError` that refuses it.
    key : sequence of str
        The values by which two rows are the same; ``twice`` refuses the second one.
    refused_code : str
        Code of the error that names the refused rows, each with its code and sentence.

    Raises
    ------
    InputError
        ``refused_code`` when a row is refused.
    """
    wanted: dict[tuple, dict[str, Any]] = {}
    refused: list[dict[str, Any]] = []
    for number, row in table.rows:
        try:
            values = values_of(row)
            name = tuple(values[part] for part in key)
            if name in wanted:
                raise twice
            wanted[name] = values
        except InputError as error:
            refused.append({"row": number, "code": error.code, "message": str(error.message)})
    if refused:
        text = _("%(refused)s of %(read)s rows cannot be taken; nothing was written. Mend them.")
        facts = {"refused": len(refused), "read": len(table.rows)}
        raise problem(refused_code, text % facts, shown, rows=refused[:SHOWN], **facts)
    return list(wanted.values())


def written(
    table: Rows,
    wanted: Iterable[dict[str, Any]],
    write: Callable[[dict[str, Any]], str],
    *,
    lock: Callable[[], None],
    record: Callable[[dict[str, int]], None],
    dry_run: bool,
) -> dict[str, Any]:
    """Write all rows in one transaction, and count what ``write`` calls each; or only count."""
    counts = {"read": len(table.rows), "created": 0, "updated": 0, "unmodified": 0}
    try:
        with transaction.atomic():
            lock()
            for values in wanted:
                counts[write(values)] += 1
            if dry_run:
                raise DryRun
            record(counts)
    except DryRun:
        pass
    return {**counts, "state": "dry run" if dry_run else "done"}
