"""Rows of a result: a list's own values, what was found, and what a person decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from geocode.answers import Verdict
from spatial.addresses.columns import ADDED, ORIGIN, REVIEWED, free_names
from spatial.addresses.matching import Found, Matched
from spatial.addresses.models import BatchRow, BatchRun
from spatial.basemap.io.writers.layer import Fact, Field
from spatial.basemap.io.writers.lists import WRITERS, PointList, write_list
from spatial.basemap.models import Region
from spatial.core.errors import InputError

NAME = "addresses"
DOUBTFUL = (Verdict.PARTIAL.value, Verdict.AMBIGUOUS.value)
NAMES_KEPT = 20_000


class Names:
    """Names of regions by code; each is asked for once."""

    def __init__(self) -> None:
        current = Region.objects.filter(valid_to__isnull=True)
        self._known = dict(current.values_list("code", "name"))

    def of(self, code: str) -> str:
        """The name of a region in force, or ``""``."""
        return self._known.get(code, "")


def counted(verdicts: Iterable[str]) -> dict[str, int]:
    """Rows by verdict, in the order of trust, also those that are none."""
    found = Counter(verdicts)
    return {verdict.value: found[verdict.value] for verdict in Verdict}


def added(matched: Matched, best: Found | None, names: Names) -> list[Any]:
    """The values under ``columns.ADDED``.

    Parameters
    ----------
    matched : Matched
    best : Found or None
        What holds: the first candidate, or what a person has decided.
    names : Names
    """
    second = next((c for c in matched.candidates if c != best), None)
    if matched.verdict not in DOUBTFUL:
        second = None
    tail = [second.name, second.lon, second.lat, second.score] if second else [None] * 4
    if best is None:
        return [None] * 11 + [matched.verdict, None, matched.hint, matched.code, *tail]
    return [
        best.lon,
        best.lat,
        best.grid,
        best.community,
        names.of(best.community),
        best.street,
        names.of(best.street),
        best.level,
        best.kind,
        best.name,
        best.score,
        matched.verdict,
        best.crs,
        matched.hint,
        matched.code,
        *tail,
    ]


def decided(row: BatchRow) -> Found | None:
    """What holds of a row: a place set by hand, the chosen candidate, else the first."""
    if row.hand is not None:
        return Found(**row.hand)
    chosen = row.candidates[row.choice or 0 :]
    return Found(**chosen[0]) if chosen else None


def matched_of(row: BatchRow) -> Matched:
    """What was found for a row, as it was before any decision."""
    return Matched(row.verdict, row.code, row.hint, tuple(Found(**c) for c in row.candidates))


def write_matched(
    path: Path, columns: Sequence[str], rows: Iterable[Sequence[str]], matched: Iterable[Matched]
) -> None:
    """Write a result to a file whose ending says its format.

    Raises
    ------
    InputError
        ``E-EXPORT-WRITE``.
    """
    names = Names()
    values = (
        [*row, *added(one, one.candidates[0] if one.candidates else None, names)]
        for row, one in zip(rows, matched, strict=True)
    )
    write_list(PointList(NAME, _fields(columns, ADDED), values, _at(columns)), path)


def write_run(run: BatchRun, path: Path) -> None:
    """Write a run as it stands to a file whose ending says its format.

    Raises
    ------
    InputError
        ``E-EXPORT-WRITE``.
    """
    write_list(listed(run), path)


def listed(run: BatchRun) -> PointList:
    """A run as it stands, its rows read as they are wanted."""
    fields = _fields(run.columns, (*ADDED, REVIEWED))
    facts = (
        Fact("file", "原文件", "file", run.file),
        Fact("district", "限定区", "district asked for", run.district),
    )
    return PointList(NAME, fields, _run_rows(run), _at(run.columns), facts)


def _run_rows(run: BatchRun) -> Iterator[list[Any]]:
    names = Names()
    for row in run.rows.order_by("number").iterator(2_000):
        yield [*row.values, *added(matched_of(row), decided(row), names), row.state]


def refuse_unwritable(path: Path) -> None:
    """Raise ``E-BATCH-FORMAT`` for a file whose ending names no format of results."""
    if path.suffix.lower() not in WRITERS:
        text = _("The result is written as .csv, .xlsx or .gpkg; give one of these endings.")
        raise InputError("E-BATCH-FORMAT", text, file=path.name)


def _fields(columns: Sequence[str], more: Sequence[Field]) -> tuple[Field, ...]:
    own = [Field(name, name, name, "text", "list") for name in columns]
    names = free_names([field.name for field in more], columns)
    return (
        *own,
        *(
            Field(name, f.meaning_zh, f.meaning_en, f.kind, ORIGIN, f.unit)
            for name, f in zip(names, more, strict=True)
        ),
    )


def _at(columns: Sequence[str]) -> int:
    """Where longitude stands in a row, with latitude behind it."""
    return len(columns)
