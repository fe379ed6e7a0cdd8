"""Moves of cases that may speak against who made them; `honesty` judges."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from spatial.cases.lists import first_key
from spatial.evaluation.analysis.honesty import (
    BULK_MOVES,
    MOST_CASES,
    REASON_MOVES,
    RULES,
    DayOfWork,
    Deed,
    Said,
)
from spatial.evaluation.analysis.reading.selection import rows
from spatial.patrol.keys import USER_BITS

STEPS = 10_000
LOOK_BACK_DAYS = 62
"""Moves of the period are looked for in cases reported so long before it."""
BUSY_KEYS = "e.id >= %(low)s AND e.id < %(high)s AND e.day BETWEEN %(first)s AND %(last)s"
CASE = (
    "JOIN cases_case c ON c.id = e.case_id AND c.district_code = %(district)s"
    " AND c.id >= %(low)s / 10000 AND c.id < %(high)s / 10000"
)
QUICK = f"""
SELECT e.user_name, e.case_id, extract(epoch FROM e.at - e.answered)
FROM (SELECT id, case_id, user_name, move, at, day, max(at) FILTER (WHERE move = 'answer')
    OVER (PARTITION BY case_id ORDER BY step) AS answered
  FROM cases_caseevent WHERE id >= %(low)s AND id < %(high)s AND move IN ('answer', 'verify')) e
{CASE}
WHERE e.move = 'verify' AND e.day BETWEEN %(first)s AND %(last)s
  AND e.at < e.answered + make_interval(secs => %(seconds)s)
"""  # noqa: S608
FAR = f"""
SELECT e.user_name, e.case_id,
  st_distancesphere(c.point, p.point) - p.accuracy_m
FROM cases_caseevent e {CASE}
CROSS JOIN LATERAL (SELECT coalesce((SELECT max(a.taken_at) FROM cases_attachment a
    WHERE a.case_id = e.case_id AND a.step = e.step), e.at) AS at) seen
CROSS JOIN LATERAL (SELECT (extract(epoch FROM seen.at) * 1000)::bigint AS ms) t
CROSS JOIN LATERAL (SELECT o.point, o.accuracy_m FROM patrol_position o
  WHERE o.user_id = e.user_id AND o.id >= (t.ms - %(around_ms)s) << {USER_BITS}
    AND o.id < (t.ms + %(around_ms)s) << {USER_BITS}
  ORDER BY abs(extract(epoch FROM o.at - seen.at)) LIMIT 1) p
WHERE {BUSY_KEYS} AND e.move IN ('confirm', 'verify', 'fail')
  AND st_distancesphere(c.point, p.point) - p.accuracy_m > %(metres)s
"""  # noqa: S608
BULK = f"""
SELECT e.user_name, e.move, e.day, count(*) FROM cases_caseevent e {CASE}
WHERE {BUSY_KEYS} AND e.move = ANY(%(moves)s) AND e.user_id IS NOT NULL GROUP BY 1, 2, 3
"""  # noqa: S608
OF_BULK = f"""
SELECT e.case_id FROM cases_caseevent e {CASE}
WHERE {BUSY_KEYS} AND e.move = %(move)s AND e.user_name = %(who)s ORDER BY e.at LIMIT %(most)s
"""  # noqa: S608
REASONS = f"""
SELECT e.user_name, e.move, e.reason, count(*), (array_agg(e.case_id))[1:%(most)s]
FROM cases_caseevent e {CASE}
WHERE {BUSY_KEYS} AND e.move = ANY(%(moves)s) AND e.user_id IS NOT NULL GROUP BY 1, 2, 3
"""  # noqa: S608
BACKDATED = f"""
SELECT e.user_name, e.case_id, max(extract(epoch FROM c.filed_at - a.taken_at)) / 60
FROM cases_caseevent e {CASE} JOIN cases_attachment a ON a.case_id = e.case_id AND a.step = e.step
WHERE {BUSY_KEYS} AND e.move IN ('answer', 'verify') AND a.taken_at IS NOT NULL
  AND a.taken_at < c.filed_at - make_interval(mins => %(minutes)s::int)
GROUP BY 1, 2
"""  # noqa: S608


@dataclass(frozen=True)
class Period:
    """Days in which moves were made, both included, in a district."""

    district: str
    first: date
    last: date

    def values(self, **more: Any) -> dict[str, Any]:
        """Values of the queries."""
        return {
            "low": first_key(self.first - timedelta(days=LOOK_BACK_DAYS)) * STEPS,
            "high": first_key(self.last + timedelta(days=1)) * STEPS,
            "first": self.first,
            "last": self.last,
            "district": self.district,
            **more,
        }


def quick_verifications(asked: Period) -> list[Deed]:
    """Verified within the threshold after the answer."""
    values = asked.values(seconds=RULES["quick"].limits["seconds"])
    return [Deed(who, case, float(value)) for who, case, value in rows(QUICK, values)]


def far_visits(asked: Period) -> list[Deed]:
    """Checked or verified with a trail elsewhere; those without a trail say nothing.

    What was done out of reach of the network arrives later: the time of its photo counts.
    """
    limits = RULES["far"].limits
    values = asked.values(metres=limits["metres"], around_ms=int(limits["minutes"] * 60_000))
    return [Deed(who, case, float(value)) for who, case, value in rows(FAR, values)]


def work_by_day(asked: Period) -> list[DayOfWork]:
    """Moves of persons by day."""
    return [DayOfWork(*row) for row in rows(BULK, asked.values(moves=list(BULK_MOVES)))]


def cases_of_work(asked: Period, who: str, move: str) -> tuple[int, ...]:
    """Cases in which a person made a move in a period."""
    values = asked.values(who=who, move=move, most=MOST_CASES)
    return tuple(case for (case,) in rows(OF_BULK, values))


def reasons_given(asked: Period) -> list[Said]:
    """Texts of persons by move."""
    values = asked.values(moves=list(REASON_MOVES), most=MOST_CASES)
    found = rows(REASONS, values)
    return [Said(who, move, text, times, tuple(cases)) for who, move, text, times, cases in found]


def old_photos(asked: Period) -> list[Deed]:
    """Photos of work done that are older than the filing of the case."""
    values = asked.values(minutes=RULES["backdated"].limits["minutes"])
    return [Deed(who, case, float(value)) for who, case, value in rows(BACKDATED, values)]
