"""What objects are scored by: sums of counts over a period, from the ledger or from the events."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from numpy.typing import NDArray

from spatial.evaluation import bookings
from spatial.evaluation.counters import NAMES, POSTS
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import Period
from spatial.evaluation.services import sheets
from spatial.evaluation.services.ledger import A_DAY, first_day

# ruff: noqa: S608 - the statements are made of constants of this package
Floats = NDArray[np.float64]
OF_A_GRID = 13
"""Digits that the code of a grid has at least."""
LENGTH = {ObjectKind.COMMUNITY: 12, ObjectKind.STREET: 9, ObjectKind.DISTRICT: 6}
ROLES = {
    ObjectKind.INSPECTOR: "inspector",
    ObjectKind.OPERATOR: "operator",
    # Who files and closes: in the platform a matter of the operator's role, in the field of 值班长.
    ObjectKind.SHIFT_LEADER: "operator",
    ObjectKind.DISPATCHER: "dispatcher",
}
PEOPLE = frozenset(ROLES)
OF_SHIFT_LEADERS = ("filed", "sent_back", "closings_judged")
"""Who has any of these is graded as a shift leader."""
OF_GRIDS = frozenset({ObjectKind.GRID, ObjectKind.PATROL, ObjectKind.CELL, ObjectKind.POLYGON})
"""Kinds that are made of whole unit grids."""
SUMS = ", ".join(f"coalesce(sum({name}), 0) AS {name}" for name in NAMES)
FLOWS = ", ".join(f"f.{name}" for name in NAMES)
POST_SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in POSTS)


@dataclass(frozen=True, eq=False)
class Inputs:
    """Counts of objects: one array for each name, in the order of ``codes``."""

    codes: list[str]
    counts: dict[str, Floats]

    def row(self, place: int) -> dict[str, int]:
        """Counts of one object that are not zero."""
        return {name: int(values[place]) for name, values in self.counts.items() if values[place]}

    def ordered(self, codes: Sequence[str]) -> Inputs:
        """The same for other objects in another order; what is not there is zero."""
        place = {code: n for n, code in enumerate(self.codes)}
        rows = np.array([place.get(code, len(self.codes)) for code in codes], np.int64)
        counts = {name: np.append(values, 0.0)[rows] for name, values in self.counts.items()}
        return Inputs(list(codes), counts)

    def summed(self, groups: dict[str, list[int]], codes: Sequence[str]) -> Inputs:
        """Sums of objects over groups: for each code, the groups that it is in."""
        pairs = [(n, group) for n, code in enumerate(self.codes) for group in groups.get(code, ())]
        rows, into = (np.array(one, np.int64) for one in zip(*pairs, strict=True)) if pairs else (
            np.zeros(0, np.int64), np.zeros(0, np.int64))  # fmt: skip
        counts = {
            name: np.bincount(into, values[rows], minlength=len(codes))
            for name, values in self.counts.items()
        }
        return Inputs(list(codes), counts)


BOTH_POSTS = f"""(SELECT {bookings.POST_COLUMNS} FROM evaluation_post WHERE {{where}}
    UNION ALL SELECT {bookings.POST_COLUMNS} FROM evaluation_postdelta WHERE {{where}}) t"""
RAW = "(SELECT * FROM evaluation_rawcount WHERE {where}) t"
RAW_POSTS = "(SELECT * FROM evaluation_rawpost WHERE {where}) t"
DUE = "(fell_due IS NOT NULL OR recovered IS NOT NULL) AND day <= %(until)s"
_MEANWHILE = "(c.closed_at IS NULL OR c.closed_at >= %(begin)s OR c.appeals > 0)"
"""Cases that may have moved in the period: the others' events came before it, and what was due of
them had ended."""
_COLUMNS = ", ".join(
    f"c.{name}" for name in ("id", "district_code", "street_code", "community_code", "grid_code",
                             "case_class_id", "channel", "reporter_id", "department_id")
)  # fmt: skip
_STAGE = f"""
CREATE TEMPORARY TABLE evaluation_rawcase ON COMMIT DROP AS
    SELECT {_COLUMNS} FROM cases_case c WHERE c.id < %(high)s AND {_MEANWHILE};
CREATE UNIQUE INDEX ON evaluation_rawcase (id);
ANALYZE evaluation_rawcase;
CREATE TEMPORARY TABLE evaluation_rawmove ON COMMIT DROP AS
    SELECT DISTINCT ON (e.case_id) e.case_id, e.evidence->'grid'->>0 AS grid
    FROM cases_caseevent e JOIN evaluation_rawcase c ON c.id = e.case_id
    WHERE e.move = 'relocate' ORDER BY e.case_id, e.id;
"""


def _from_events() -> str:
    rows = [
        f"{row} FROM cases_caseevent e JOIN evaluation_rawcase c ON c.id = e.case_id"
        f" LEFT JOIN evaluation_rawmove r ON r.case_id = c.id"
        f" WHERE e.id < %(high)s * 10000::bigint AND {wanted}"
        for row, wanted in zip(
            bookings.event_rows(bookings.AREA_BY_JOIN), bookings.EVENT_FILTERS, strict=True
        )
    ]
    rows.append(
        f"{bookings.answer_row(bookings.AREA_BY_LOOKING)} FROM cases_satisfaction s"
        " JOIN cases_case c ON c.id = s.case_id WHERE s.at >= %(begin)s AND s.at < %(end)s"
    )
    return "\nUNION ALL ".join(rows)


def _from_events_posts() -> str:
    return "\nUNION ALL ".join(
        f"{row} FROM cases_caseevent e JOIN evaluation_rawcase c ON c.id = e.case_id"
        f" WHERE e.id < %(high)s * 10000::bigint AND {wanted}"
        for row, wanted in bookings.post_rows()
    )


_DROP = """DROP TABLE IF EXISTS evaluation_rawcount, evaluation_rawpost, evaluation_rawmove,
    evaluation_rawcase"""
_RAW: ContextVar[bool] = ContextVar("raw", default=False)


@contextmanager
def counted_from_events(period: Period) -> Iterator[None]:
    """Count a period from raw events, once for all kinds that are asked for inside."""
    if _RAW.get():
        yield
        return
    made = f"""{_STAGE}
        CREATE TEMPORARY TABLE evaluation_rawcount ON COMMIT DROP AS
            SELECT * FROM ({_from_events()}) b ({bookings.COLUMNS});
        CREATE TEMPORARY TABLE evaluation_rawpost ON COMMIT DROP AS
            SELECT * FROM ({_from_events_posts()}) b ({bookings.POST_COLUMNS});"""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL jit = off")
        cursor.execute(made, _values(period))
        token = _RAW.set(True)
        try:
            yield
        finally:
            _RAW.reset(token)
        cursor.execute(_DROP)


def _values(period: Period) -> dict[str, Any]:
    zone = timezone.get_default_timezone()
    begin = datetime.combine(period.first, time.min, zone)
    end = datetime.combine(period.last + timedelta(days=1), time.min, zone)
    today = timezone.localdate()
    high = int(f"{period.last + timedelta(days=1):%Y%m%d}") * A_DAY
    return {
        "first": period.first, "last": period.last, "until": min(period.last, today),
        "begin": begin, "end": end, "high": high, "zone": settings.TIME_ZONE, "today": today,
    }  # fmt: skip


def _key(kind: str) -> tuple[str, str]:
    """What rows are grouped by, and which are taken."""
    if kind == ObjectKind.DEPARTMENT:
        return "department_id::text", "department_id <> 0"
    if kind in OF_GRIDS:
        return "area", "length(area) > 12"
    size = LENGTH[ObjectKind(kind)]
    return f"left(area, {size})", f"length(area) >= {size}"


def area_counts(kind: str, period: Period, *, events: bool = False, near: str = "") -> Inputs:
    """Counts of areas or departments, with ``overdue``; ``near`` begins the codes that matter."""
    if events:
        return _from_raw(kind, period, near)
    today = timezone.localdate()
    until = min(period.last, today)
    begin = first_day()
    if begin is None or begin > until:
        return Inputs([], {name: np.zeros(0) for name in (*NAMES, "overdue")})
    side = sheets.DEPARTMENT if kind == ObjectKind.DEPARTMENT else sheets.AREA
    found = sheets.sums(
        side,
        sheets.Wanted(NAMES, max(period.first, begin), until),
        # What falls due today has not, until today is over.
        sheets.Wanted(("fell_due",), begin, min(until, today - timedelta(days=1))),
        sheets.Wanted(("recovered",), begin, until),
    )
    flows, due, recovered = found.found
    counts = {**flows, "overdue": due["fell_due"] - recovered["recovered"]}
    return _grouped(kind, found.keys, counts, near)


def _grouped(kind: str, codes: NDArray[np.int64], counts: dict[str, Any], near: str) -> Inputs:
    """Of areas by places, or departments by keys, those objects that have any count."""
    keys = codes
    if kind == ObjectKind.DEPARTMENT:
        keys = codes % sheets.A_DISTRICT
        wanted = keys > 0
        if near:
            wanted &= codes // sheets.A_DISTRICT == int(near)
    else:
        digits = sheets.digits_of(codes)
        size = OF_A_GRID if kind in OF_GRIDS else LENGTH[ObjectKind(kind)]
        wanted = digits >= size
        if kind not in OF_GRIDS:
            keys = codes // 10 ** np.maximum(digits - size, 0)
        if near:
            wanted &= codes // 10 ** np.maximum(digits - len(near), 0) == int(near)
    names, at = np.unique(keys[wanted], return_inverse=True)
    sums = {name: np.bincount(at, values[wanted], len(names)) for name, values in counts.items()}
    there = np.any([values != 0 for values in sums.values()], axis=0)
    sums = {name: values[there] for name, values in sums.items()}
    sums["overdue"] = np.maximum(sums["overdue"], 0)
    # In the order of texts, as everywhere.
    order = np.argsort(names[there].astype("U16"))
    texts = [str(name) for name in names[there][order]]
    return Inputs(texts, {name: values[order] for name, values in sums.items()})


def _from_raw(kind: str, period: Period, near: str) -> Inputs:
    """From rows that are made of events."""
    key, wanted = _key(kind)
    values = _values(period) | {"near": f"{near}%"}
    if near:
        wanted += " AND area LIKE %(near)s"
    flows = RAW.format(where="day BETWEEN %(first)s AND %(until)s")
    stock = RAW.format(where=DUE)
    # What falls due today has not, until today is over.
    overdue = (
        "coalesce(sum(fell_due) FILTER (WHERE day < %(today)s), 0) - coalesce(sum(recovered), 0)"
    )
    with counted_from_events(period), connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT coalesce(f.key, o.key), {FLOWS}, o.overdue
            FROM (SELECT {key} AS key, {SUMS} FROM {flows} WHERE {wanted} GROUP BY 1) f
            FULL JOIN (SELECT {key} AS key, {overdue} AS overdue FROM {stock}
                WHERE {wanted} GROUP BY 1) o ON o.key = f.key ORDER BY 1""",
            values,
        )
        return _read(cursor.fetchall(), (*NAMES, "overdue"))


def person_counts(kind: str, period: Period, *, events: bool = False, near: str = "") -> Inputs:
    """Counts of people of a kind, by the keys of users."""
    values = _values(period) | {"role": ROLES[ObjectKind(kind)], "near": f"{near}%"}
    source = RAW_POSTS if events else BOTH_POSTS
    where = "day BETWEEN %(first)s AND %(last)s AND role = %(role)s"
    if near:
        where += " AND district_code LIKE %(near)s"
    with _counted(events, period), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT user_id::text, {POST_SUMS} FROM {source.format(where=where)}"
            " GROUP BY 1 ORDER BY 1",
            values,
        )
        found = _read(cursor.fetchall(), POSTS)
    return _shift_leaders(found) if kind == ObjectKind.SHIFT_LEADER else found


def _shift_leaders(found: Inputs) -> Inputs:
    there = np.any([found.counts[name] > 0 for name in OF_SHIFT_LEADERS], axis=0)
    codes = [code for code, any_ in zip(found.codes, there, strict=True) if any_]
    return Inputs(codes, {name: values[there] for name, values in found.counts.items()})


def _counted(events: bool, period: Period) -> AbstractContextManager[None]:
    return counted_from_events(period) if events else nullcontext()


def _read(rows: list[tuple[Any, ...]], names: Sequence[str]) -> Inputs:
    codes = [row[0] for row in rows]
    table = np.array([[value or 0 for value in row[1:]] for row in rows], float)
    table = table.reshape(len(rows), len(names))
    # What was booked and taken back leaves a row of nothing.
    there = table.any(axis=1)
    codes = [code for code, any_ in zip(codes, there, strict=True) if any_]
    table = table[there]
    counts = {name: table[:, n] for n, name in enumerate(names)}
    if "overdue" in counts:
        counts["overdue"] = np.maximum(counts["overdue"], 0)
    return Inputs(codes, counts)
