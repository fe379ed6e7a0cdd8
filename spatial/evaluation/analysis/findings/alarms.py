"""What has to be looked at now: bursts of the hour, grids that go downhill."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np

from spatial.evaluation.analysis.bursts import expected_in_hour, find_bursts
from spatial.evaluation.analysis.downhill import Span, declines
from spatial.evaluation.analysis.reading.counts import FROM, names_of_mains
from spatial.evaluation.analysis.reading.ground import Ground, read_ground
from spatial.evaluation.analysis.reading.running import running_hour
from spatial.evaluation.analysis.reading.selection import DEMAND, Selection, rows

NOW_WEEKS, BEFORE_WEEKS = 4, 12
DIGITS = 4
STATES = f"""
SELECT c.grid_code, count(*), count(*) FILTER (WHERE c.late IS NOT NULL),
  count(*) FILTER (WHERE c.late AND NOT c.exempt), count(*) FILTER (WHERE c.stage = 'closed'),
  count(*) FILTER (WHERE c.stage = 'closed' AND c.reworks > 0)
{FROM} WHERE %s AND {DEMAND} AND c.grid_code <> '' GROUP BY 1
"""  # noqa: S608


def bursts(district: str, now: datetime, level: str = "community") -> dict[str, Any]:
    """Areas and main classes with more cases in the last sixty minutes than chance explains."""
    found = running_hour(district, now, level)
    told: list[dict[str, Any]] = []
    if found.mains:
        names = names_of_mains()
        main = np.unique(found.mains, return_inverse=True)[1]
        days = (found.before, found.same, main, found.days, found.days_of_kind)
        told = [
            {"area": found.areas[one.cell], "class": found.mains[one.cell],
             "name": names[found.mains[one.cell]][0], "name_en": names[found.mains[one.cell]][1],
             "cases": one.cases, "expected": round(one.expected, DIGITS), "q": one.q}
            for one in find_bursts(found.now, expected_in_hour(*days))
        ]  # fmt: skip
    return {"at": now, "level": level, "cases": int(found.now.sum()), "bursts": told}


def downhill(district: str, last: date) -> dict[str, Any]:
    """Grids that got worse in the last four weeks against the twelve before, with the reasons."""
    ground = read_ground(district)
    split = last - timedelta(days=7 * NOW_WEEKS)
    now = _span(ground, Selection(district, split + timedelta(days=1), last), NOW_WEEKS)
    before = _span(
        ground, Selection(district, split - timedelta(days=7 * BEFORE_WEEKS - 1), split),
        BEFORE_WEEKS,
    )  # fmt: skip
    return {
        "edition": ground.plan.version,
        "from": split + timedelta(days=1),
        "to": last,
        "grids": [
            {"grid": ground.codes[one.area], "reason": one.reason, "now": round(one.now, DIGITS),
             "before": round(one.before, DIGITS), "cases": one.count, "q": one.q}
            for one in declines(now, before)
        ],
    }  # fmt: skip


def _span(ground: Ground, asked: Selection, weeks: int) -> Span:
    where, values = asked.where()
    table = np.zeros((5, len(ground)), np.int64)
    for code, *found in rows(STATES.replace("%s", where), values):
        place = ground.place.get(code)
        if place is not None:
            table[:, place] = found
    return Span(*table, weeks)
