"""Filed cases of some classes, departments, sources or a campaign, by grid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from spatial.cases.lists import first_key
from spatial.cases.models import Campaign, CaseClass, Channel, Department
from spatial.core.reading import reader
from spatial.evaluation.periods import ONE_D, Period

# ruff: noqa: S608 - the statements are made of constants of this module
REPORTED_BEFORE_D = 92
"""So long before a period a case filed in it may have been reported: filing takes hours."""


@dataclass(frozen=True, slots=True)
class Only:
    """Which cases are counted; what is empty does not narrow."""

    classes: tuple[int, ...] = ()
    departments: tuple[int, ...] = ()
    channels: tuple[str, ...] = ()
    campaigns: tuple[int, ...] = ()

    @property
    def narrows(self) -> bool:
        """Whether not all cases are counted."""
        return any(getattr(self, one.name) for one in fields(self))


COUNTS = """SELECT area, sum(filed)::int FROM (
    SELECT area, filed FROM evaluation_count
        WHERE day BETWEEN %(first)s AND %(last)s AND filed IS NOT NULL {narrowed}
    UNION ALL SELECT area, filed FROM evaluation_delta
        WHERE day BETWEEN %(first)s AND %(last)s AND filed IS NOT NULL {narrowed}) t
WHERE area LIKE %(near)s AND length(area) > 12 GROUP BY area"""
CASES = """SELECT grid_code, count(*)::int FROM cases_case
WHERE id >= %(low)s AND id < %(high)s AND filed_at >= %(begin)s AND filed_at < %(end)s
    AND district_code = %(district)s AND grid_code <> '' {narrowed}
GROUP BY grid_code"""
NARROWED = {
    "classes": "case_class_id = ANY(%(classes)s)",
    "departments": "department_id = ANY(%(departments)s)",
    "channels": "channel = ANY(%(channels)s)",
    "campaigns": "campaign_id = ANY(%(campaigns)s)",
}


def filed_by_grid(district: str, period: Period, only: Only) -> dict[str, int]:
    """How many of these cases were filed in the period, by the code of the grid.

    Classes are kept with the counts. A case has no department yet when it is filed, so departments,
    sources and campaigns are asked of the cases, as they and their grids are now.
    """
    given = {one.name: list(getattr(only, one.name)) for one in fields(only)}
    parts = [text for name, text in NARROWED.items() if given[name]]
    narrowed = "".join(f" AND {part}" for part in parts)
    statement = CASES if only.departments or only.channels or only.campaigns else COUNTS
    values = {**given, **_span(period), "district": district, "near": f"{district}%"}
    with reader().cursor() as cursor:
        cursor.execute(statement.format(narrowed=narrowed), values)
        return dict(cursor.fetchall())


def _span(period: Period) -> dict[str, Any]:
    begin, end = period.moments
    early = period.first - REPORTED_BEFORE_D * ONE_D
    return {
        "first": period.first, "last": period.last, "begin": begin, "end": end,
        "low": first_key(early), "high": first_key(period.last + ONE_D),
    }  # fmt: skip


def only_of(values: dict[str, Sequence[Any]]) -> Only:
    """Of what a form has read."""
    return Only(**{one.name: tuple(values.get(one.name) or ()) for one in fields(Only)})


def kinds_of_cases() -> dict[str, list[tuple[str, str, str]]]:
    """By what cases are told apart: key, Chinese and English name of each kind there is."""
    classes = CaseClass.objects.order_by("code").values_list("pk", "name", "name_en")
    departments = Department.objects.order_by("code").values_list("pk", "name", "name_en")
    campaigns = Campaign.objects.order_by("-starts").values_list("pk", "name", "name_en")
    known = {"classes": classes, "departments": departments, "campaigns": campaigns}
    return {
        **{name: [(str(key), *names) for key, *names in rows] for name, rows in known.items()},
        "channels": [(one.value, str(one.label), str(one.label)) for one in Channel],
    }
