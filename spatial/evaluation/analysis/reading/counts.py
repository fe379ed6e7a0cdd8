"""Sums of cases: by grid, hour, age, class, department, week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.evaluation.analysis.reading.selection import (
    DEMAND,
    MAIN,
    Selection,
    rows,
)

Ints = NDArray[np.int64]
FROM = "FROM cases_case c JOIN cases_caseclass k ON k.id = c.case_class_id"
LEVELS = {"street": "c.street_code", "community": "c.community_code", "grid": "c.grid_code"}
DEPARTMENTS = f"""
SELECT d.code, d.name, d.name_en, count(*) AS had,
  count(*) FILTER (WHERE c.handed_on_at IS NOT NULL OR c.stage = 'closed') AS handled,
  count(*) FILTER (WHERE c.late IS NOT NULL) AS settled,
  count(*) FILTER (WHERE c.late AND NOT c.exempt) AS late,
  count(*) FILTER (WHERE c.reworks > 0) AS reworked,
  count(*) FILTER (WHERE c.extensions > 0) AS extended,
  count(*) FILTER (WHERE c.reopenings > 0) AS reopened,
  count(*) FILTER (WHERE c.closed_at IS NULL) AS open,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.handed_on_at - c.filed_at))
    FILTER (WHERE c.handed_on_at >= c.filed_at) / 3600 AS median_h
{FROM} JOIN cases_department d ON d.id = c.department_id
WHERE %s AND c.filed_at IS NOT NULL GROUP BY d.code, d.name, d.name_en ORDER BY d.code
"""  # noqa: S608

STREETS = f"""
SELECT c.street_code, count(*), count(*) FILTER (WHERE c.late IS NOT NULL),
  count(*) FILTER (WHERE c.late AND NOT c.exempt), count(*) FILTER (WHERE c.stage = 'closed'),
  count(*) FILTER (WHERE c.stage = 'closed' AND c.reworks > 0),
  count(*) FILTER (WHERE c.closed_at IS NULL)
{FROM} WHERE %s AND {DEMAND} AND c.street_code <> '' GROUP BY 1 ORDER BY 2 DESC, 1
"""  # noqa: S608


def cases_by_grid(asked: Selection) -> dict[str, int]:
    """Cases of each grid that has any."""
    where, values = asked.where()
    found = rows(
        f"SELECT c.grid_code, count(*) {FROM} WHERE {where} AND {DEMAND} AND c.grid_code <> ''"
        " GROUP BY 1", values,
    )  # fmt: skip
    return dict(found)


def cases_by_hour(asked: Selection) -> Ints:
    """Weekdays (Monday first) by hours, in the time of the site."""
    where, values = asked.where()
    found = rows(
        "SELECT extract(isodow FROM at)::int, extract(hour FROM at)::int, count(*) FROM ("  # noqa: S608
        f"SELECT c.reported_at AT TIME ZONE %(zone)s AS at {FROM} WHERE {where} AND {DEMAND}) r"
        " GROUP BY 1, 2", values,
    )  # fmt: skip
    counts = np.zeros((7, 24), np.int64)
    for weekday, hour, count in found:
        counts[weekday - 1, hour] = count
    return counts


def cases_by_day(asked: Selection) -> Ints:
    """Cases of each day of the selection."""
    where, values = asked.where()
    found = rows(
        f"SELECT c.id / 1000000, count(*) {FROM} WHERE {where} AND {DEMAND} GROUP BY 1", values
    )
    counts = np.zeros(asked.days, np.int64)
    for day, count in found:
        counts[(day_of(day) - asked.first).days] = count
    return counts


def cases_by_month(asked: Selection) -> dict[str, int]:
    """Cases of each month that has any, as 2026-10."""
    where, values = asked.where()
    found = rows(
        f"SELECT c.id / 100000000, count(*) {FROM} WHERE {where} AND {DEMAND} GROUP BY 1",  # noqa: S608
        values,
    )
    return {f"{month // 100}-{month % 100:02d}": count for month, count in found}


def day_of(number: int) -> date:
    """The day whose number, as 20261128, begins a key."""
    return date(number // 10_000, number // 100 % 100, number % 100)


@dataclass(frozen=True, eq=False)
class Spots:
    """Cases one by one: where and on which day of the selection."""

    grid: NDArray[np.object_]
    day: Ints


def spots(asked: Selection) -> Spots:
    """Grid and day of each case of the selection that lies in a grid."""
    where, values = asked.where()
    found = rows(
        f"SELECT c.grid_code, c.id / 1000000 {FROM} WHERE {where} AND {DEMAND}"
        " AND c.grid_code <> ''", values,
    )  # fmt: skip
    numbers = np.array([day for _grid, day in found], np.int64)
    known, place = np.unique(numbers, return_inverse=True)
    since = np.array([(day_of(int(one)) - asked.first).days for one in known], np.int64)
    return Spots(np.array([grid for grid, _day in found], object), since[place])


def open_ages(asked: Selection, now: datetime) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Age in days of each case in hand of the district, and whether it is beyond its limit.

    What is in hand is so now: the days of the selection do not count.
    """
    _where, values = asked.where()
    more = {
        "street": "c.street_code = %(street)s",
        "department": "c.department_id = %(department)s",
        "main": f"{MAIN} = %(main)s",
    }
    more |= asked.where_anywhere()
    narrowed = "".join(f" AND {word}" for name, word in more.items() if getattr(asked, name))
    found = rows(
        "SELECT extract(epoch FROM %(now)s - c.reported_at) / 86400, coalesce(c.due_at < %(now)s,"  # noqa: S608
        " false) FROM cases_inhand c JOIN cases_caseclass k ON k.id = c.case_class_id"
        f" WHERE c.district_code = %(district)s{narrowed}", values | {"now": now},
    )  # fmt: skip
    return np.array([float(age) for age, _l in found]), np.array([late for _a, late in found], bool)


def chosen(
    asked: Selection, ages_d: tuple[float, float | None] | None, now: datetime
) -> tuple[dict[str, int], dict[str, int]]:
    """Cases of each grid, and of each department by code, that are chosen.

    With ages these are the cases in hand that wait so long, whatever the days of the selection.
    """
    where, values = asked.where()
    source, demand = FROM, f" AND {DEMAND}"
    if ages_d is not None:
        source, demand = FROM.replace("cases_case c", "cases_inhand c"), ""
        where = " AND ".join(_in_hand(asked, ages_d[1]))
        values |= {"now": now, "age_from": ages_d[0], "age_to": ages_d[1]}
    found = rows(
        f"SELECT c.grid_code, coalesce(d.code, ''), count(*) {source} LEFT JOIN cases_department d"  # noqa: S608
        f" ON d.id = c.department_id WHERE {where}{demand} GROUP BY 1, 2", values,
    )  # fmt: skip
    grids: dict[str, int] = {}
    of: dict[str, int] = {}
    for grid, department, count in found:
        grids[grid] = grids.get(grid, 0) + count
        of[department] = of.get(department, 0) + count
    return grids, of


def _in_hand(asked: Selection, older: float | None) -> list[str]:
    age = "extract(epoch FROM %(now)s - c.reported_at) / 86400"
    words = ["c.district_code = %(district)s", f"{age} >= %(age_from)s"]
    if older is not None:
        words.append(f"{age} < %(age_to)s")
    named = {"main": f"{MAIN} = %(main)s", **asked.where_anywhere()}
    return words + [word for name, word in named.items() if getattr(asked, name)]


@dataclass(frozen=True, eq=False)
class Crossed:
    """Counts of areas (rows) by main classes (columns)."""

    areas: list[str]
    mains: list[str]
    counts: Ints


def classes_by_area(asked: Selection, level: str = "street") -> Crossed:
    """How many cases of each main class the areas of a level have."""
    where, values = asked.where()
    area = LEVELS[level]
    found = rows(
        f"SELECT {area}, {MAIN}, count(*) {FROM} WHERE {where} AND {DEMAND} AND {area} <> ''"
        " GROUP BY 1, 2", values,
    )  # fmt: skip
    areas = sorted({area for area, _m, _n in found})
    mains = sorted({main for _a, main, _n in found})
    counts = np.zeros((len(areas), len(mains)), np.int64)
    for area, main, count in found:
        counts[areas.index(area), mains.index(main)] = count
    return Crossed(areas, mains, counts)


def names_of_mains() -> dict[str, tuple[str, str]]:
    """Chinese and English name of each main class."""
    found = rows(
        f"SELECT DISTINCT ON (1) {MAIN}, k.main_name, k.main_name_en FROM cases_caseclass k"  # noqa: S608
        " ORDER BY 1, k.in_use DESC, k.id", {},
    )  # fmt: skip
    return {main: (name, name_en or name) for main, name, name_en in found}


def departments(asked: Selection) -> list[dict[str, Any]]:
    """What departments did of the filed cases that they have now or ended with."""
    where, values = asked.where()
    names = ("code", "name", "name_en", "had", "handled", "settled", "late", "reworked",
             "extended", "reopened", "open", "median_h")  # fmt: skip
    found = rows(DEPARTMENTS.replace("%s", where), values)
    return [dict(zip(names, row, strict=True)) for row in found]


@dataclass(frozen=True, eq=False)
class Weekly:
    """Cases by cell (grid or street, and main class) and week, the last week ending on ``last``."""

    areas: list[str]
    mains: list[str]
    cell_area: Ints
    cell_main: Ints
    counts: NDArray[np.float32]
    """Cells by weeks."""
    first: date
    weeks: int


def weekly(district: str, last: date, weeks: int, areas: list[str], level: str) -> Weekly:
    """Counts of the weeks before the day after ``last``, for areas that are known."""
    first = last - timedelta(days=7 * weeks - 1)
    asked = Selection(district, first, last)
    where, values = asked.where()
    column = LEVELS[level]
    days = "(to_date((c.id / 1000000)::text, 'YYYYMMDD') - %(first)s::date)"
    found = rows(
        f"SELECT {column}, {MAIN}, {days} / 7, count(*) {FROM} WHERE {where} AND {DEMAND}"
        " GROUP BY 1, 2, 3", values | {"first": first},
    )  # fmt: skip
    mains = sorted({main for _a, main, _w, _n in found})
    place = {area: n for n, area in enumerate(areas)}
    at = {main: n for n, main in enumerate(mains)}
    counts = np.zeros((len(areas), len(mains), weeks), np.float32)
    for area, main, week, count in found:
        if area in place:
            counts[place[area], at[main], week] = count
    cells = np.indices((len(areas), len(mains))).reshape(2, -1)
    return Weekly(areas, mains, cells[0], cells[1], counts.reshape(-1, weeks), first, weeks)


def streets(asked: Selection) -> list[dict[str, Any]]:
    """What became of the cases of each street."""
    where, values = asked.where()
    names = ("code", "cases", "settled", "late", "closed", "reworked", "open")
    found = rows(STREETS.replace("%s", where), values)
    return [dict(zip(names, row, strict=True)) for row in found]
