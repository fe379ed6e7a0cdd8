"""The cases behind a number: found by the same bookings that make it, so they add up to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from spatial.cases.models import Case, Department
from spatial.cases.selectors import visible_to
from spatial.core.errors import InputError
from spatial.core.reading import one_reading, reader
from spatial.evaluation import bookings
from spatial.evaluation.counters import NAMES, POSTS
from spatial.evaluation.models import ObjectKind
from spatial.evaluation.periods import Period
from spatial.evaluation.services.evaluating import OF_COMMAND
from spatial.evaluation.services.inputs import LENGTH, OF_GRIDS, PEOPLE, ROLES
from spatial.evaluation.services.ledger import A_MONTH, RELOCATED, months
from spatial.evaluation.services.objects import COMMAND, Asked, Objects, authorities
from spatial.patrol.models import AreaGrid

# ruff: noqa: S608 - the statements are made of constants of this package
OVERDUE = "overdue"
OF_OWN_AREAS = ("missed", "filed")
"""Counters of an inspector that are those of the grids he walks."""
_BY_CASE = bookings.COLUMNS.replace("case_class_id", "case_id")
_POSTS_BY_CASE = bookings.POST_COLUMNS.replace("district_code", "case_id")
_SPAN = "e.id >= %(low)s * 10000::bigint AND e.id < %(high)s * 10000::bigint"
_JOINED = """cases_caseevent e JOIN cases_case c ON c.id = e.case_id AND c.id >= %(low)s
    AND c.id < %(high)s LEFT JOIN relocated r ON r.case_id = c.id"""
_SOME = """cases_case c JOIN cases_caseevent e ON e.id > c.id * 10000
    AND e.id < (c.id + 1) * 10000 LEFT JOIN relocated r ON r.case_id = c.id"""
_IN_GRIDS = """(c.grid_code = ANY(%(grids)s) OR c.id IN (SELECT case_id FROM relocated))
    AND c.id >= %(low)s AND c.id < %(high)s"""


@dataclass(frozen=True, slots=True)
class Behind:
    """A page of cases: how much each counts, and where the next page begins."""

    rows: list[tuple[Case | None, int]]
    next_key: int | None


def cases_behind(
    user: Any, asked: Asked, code: str, objects: Objects, counter: str, period: Period,
    *, after: int | None = None, limit: int = 50,
) -> Behind:  # fmt: skip
    """Cases that a counter of an object counts in a period, the latest first.

    A case that the user may not see is counted and not shown.

    Raises
    ------
    InputError
        ``E-EVAL-COUNTER``.
    """
    # What the public found in his areas is no move of the inspector's: it hangs on their ground.
    of_ground = asked.kind == ObjectKind.INSPECTOR and counter in OF_OWN_AREAS
    people = asked.kind in PEOPLE and not of_ground
    if not of_ground and counter not in (POSTS if people else (*NAMES, OVERDUE)):
        text = _("There is no counter “%s” for this kind of object.")
        raise InputError("E-EVAL-COUNTER", text % counter[:40], counter=counter[:40])
    where, values = _where(asked, code, objects, counter, period)
    found: list[tuple[int, int]] = []
    for month in _months(where, values, counter, people):
        if after is not None and month * A_MONTH > after:
            continue
        found += _of_month(month, where, values, counter, people, after, limit + 1 - len(found))
        if len(found) > limit:
            break
    page = found[:limit]
    shown = {one.pk: one for one in visible_to(user).filter(pk__in=[key for key, _n in page])}
    more = len(found) > limit
    return Behind([(shown.get(key), n) for key, n in page], page[-1][0] if more else None)


def _where(
    asked: Asked, code: str, objects: Objects, counter: str, period: Period
) -> tuple[str, dict[str, Any]]:
    """Which bookings: by object and day."""
    values: dict[str, Any] = {"first": period.first, "last": period.last, "code": code,
                              "near": f"{asked.district}%", "grids": []}  # fmt: skip
    days = "day <= %(last)s" if counter == OVERDUE else "day BETWEEN %(first)s AND %(last)s"
    if asked.kind == ObjectKind.INSPECTOR and counter in OF_OWN_AREAS:
        return f"{days} AND area = ANY(%(grids)s)", values | {"grids": grids_of_inspector(code)}
    if asked.kind in PEOPLE:
        return f"{days} AND user_id = %(code)s::bigint AND role = %(role)s", values | {
            "role": ROLES[ObjectKind(asked.kind)],
            "code": code if code.isdecimal() else "0"}  # fmt: skip
    if asked.kind == ObjectKind.DEPARTMENT:
        key = Department.objects.filter(code=code).values_list("pk", flat=True).first()
        return f"{days} AND department_id = %(code)s AND area LIKE %(near)s", values | {
            "code": key or -1}  # fmt: skip
    if asked.kind == ObjectKind.AUTHORITY:
        keys = [key for key, top in authorities().items() if top.code == code]
        return f"{days} AND department_id = ANY(%(keys)s) AND area LIKE %(near)s", values | {
            "keys": keys}  # fmt: skip
    if asked.kind == ObjectKind.CENTRE:
        mine = (code == COMMAND) == (counter in OF_COMMAND)
        return f"{days} AND area LIKE %(near)s AND {'true' if mine else 'false'}", values
    if asked.kind in OF_GRIDS:
        grids = [grid for grid, into in objects.of_grid.items() if code in into] or [code]
        return f"{days} AND area = ANY(%(grids)s)", values | {"grids": grids}
    size = LENGTH[ObjectKind(asked.kind)]
    return f"{days} AND left(area, {size}) = %(code)s", values


def grids_of_inspector(code: str) -> list[str]:
    """Codes of the grids, of all editions, in the areas that an inspector walks."""
    if not code.isdecimal():
        return []
    rows = AreaGrid.objects.filter(area__in_use=True, area__inspectors=int(code))
    return list(rows.values_list("grid_code", flat=True).distinct())


def _amount(counter: str) -> str:
    if counter == OVERDUE:
        return "(coalesce(fell_due, 0) - coalesce(recovered, 0))"
    return counter


def _months(where: str, values: dict[str, Any], counter: str, people: bool) -> Iterator[int]:
    """Months of reports that have any of it, the latest first; the ledger knows.

    One is looked for when the one before did not fill the page: few pages of the ledger are read.
    """
    tables = ("evaluation_post", "evaluation_postdelta") if people else (
        "evaluation_count", "evaluation_delta")  # fmt: skip
    there = "(fell_due IS NOT NULL OR recovered IS NOT NULL)" if counter == OVERDUE else (
        f"{counter} IS NOT NULL")  # fmt: skip
    has = " OR ".join(
        f"EXISTS (SELECT 1 FROM {table} WHERE cohort = %(month)s AND {where} AND {there})"
        for table in tables
    )
    last = values["last"]
    for month in sorted(months(), reverse=True):
        if month > last.year * 100 + last.month:
            continue
        with one_reading() as cursor:
            # Few pages hold a month; reading from the beginning of the table would be slow.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"SELECT {has}", values | {"month": month})
            found = cursor.fetchone()[0]
        if found:
            yield month


def _of_month(
    month: int, where: str, values: dict[str, Any], counter: str, people: bool,
    after: int | None, limit: int,
) -> list[tuple[int, int]]:  # fmt: skip
    grids = bool(values["grids"])
    source, wanted = (_SOME, _IN_GRIDS) if grids else (_JOINED, _SPAN)
    rows, columns = (bookings.post_rows(), _POSTS_BY_CASE) if people else (
        _area_rows(counter), _BY_CASE)  # fmt: skip
    by_case = "c.district_code", "c.case_class_id"
    parts = [f"{row.replace(by_case[not people], 'c.id')} FROM {source} WHERE {wanted} AND {which}"
             for row, which in rows]  # fmt: skip
    if not people:
        answers = bookings.answer_row(bookings.AREA_BY_LOOKING).replace(by_case[1], "c.id")
        parts.append(f"{answers} FROM cases_satisfaction s JOIN cases_case c ON c.id = s.case_id"
                     " WHERE c.id >= %(low)s AND c.id < %(high)s")  # fmt: skip
    amount = _amount(counter)
    today = " AND (recovered IS NOT NULL OR day < current_date)" if counter == OVERDUE else ""
    beyond = "" if after is None else " AND case_id < %(after)s"
    with reader().cursor() as cursor:
        cursor.execute(
            f"""WITH relocated AS MATERIALIZED {RELOCATED},
            b ({columns}) AS ({" UNION ALL ".join(parts)})
            SELECT case_id, sum({amount}) FROM b WHERE {where}{today}{beyond}
            GROUP BY 1 HAVING sum({amount}) <> 0 ORDER BY 1 DESC LIMIT %(limit)s""",
            values | _span(month) | {"after": after, "limit": limit},
        )
        return [(int(key), int(n)) for key, n in cursor.fetchall()]


def _area_rows(counter: str) -> list[tuple[str, str]]:
    rows = bookings.event_rows(bookings.AREA_BY_JOIN)
    both = list(zip(rows, bookings.EVENT_FILTERS, strict=True))
    due = counter in (OVERDUE, "fell_due", "recovered")
    return both[1:] if due else both[:1]


def _span(month: int) -> dict[str, Any]:
    return {"low": month * A_MONTH, "high": (month + 1) * A_MONTH, "zone": settings.TIME_ZONE}
