"""Appeals that were upheld after a period was published: what they would have changed.

An upheld appeal says that the lateness of a case does not count. Its move counts on its own day and
changes no count of a period that is over. So what was published is compared with the same counts in
which each such case is neither late nor overdue: the answer and the closing that were late count as
on time, and what was overdue at the end of the period is not. Who answers for a place or a
department is shown this as a proposal until it stands as a correction beside the result.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.cases.models import Case, Department
from spatial.core import audit
from spatial.core.errors import NotFoundError
from spatial.evaluation import bookings
from spatial.evaluation.models import Correction, ObjectKind, Publication, PublishedResult
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.inputs import LENGTH, OF_GRIDS
from spatial.evaluation.services.objects import Asked, objects_of
from spatial.evaluation.services.publishing import rescored

# ruff: noqa: S608 - the statements are made of constants of this package
KINDS = frozenset({*OF_GRIDS, *LENGTH, ObjectKind.DEPARTMENT} - {ObjectKind.POLYGON})
"""Kinds whose counts know of lateness in handling."""
_ON_TIME = {"handled_on_time": "handled_judged", "closed_on_time": "closed_judged"}
_TAKEN = (*_ON_TIME, *_ON_TIME.values(), "fell_due", "recovered")
_UPHELD = """
SELECT e.case_id, max(e.at) FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id
WHERE e.move = 'uphold_appeal' AND e.at > %s AND c.exempt GROUP BY 1
"""
_BOOKED = f"""
SELECT case_id, day, area, department_id, {", ".join(f"coalesce({one}, 0)" for one in _TAKEN)}
FROM ({{rows}}) b ({bookings.COLUMNS.replace("case_class_id", "case_id")})
"""
_FROM = """cases_case c JOIN cases_caseevent e ON e.id > c.id * 10000
    AND e.id < (c.id + 1) * 10000 WHERE c.id = ANY(%(cases)s)"""


@dataclass
class Proposal:
    """A published result, and what it would be with the appeals that were upheld since."""

    result: PublishedResult
    inputs: dict[str, int]
    cases: list[int] = field(default_factory=list)
    score: float | None = None
    grade: str = ""

    @property
    def numbers(self) -> list[str]:
        """Numbers of the cases whose appeals were upheld."""
        rows = Case.objects.filter(pk__in=self.cases).only("pk", "district_code")
        return [one.number for one in rows.order_by("pk")]


@dataclass(frozen=True)
class _Booking:
    case: int
    day: Any
    area: str
    department: int
    counts: dict[str, int]


def proposals(district: str = "") -> list[Proposal]:
    """Corrections that upheld appeals ask for and that nobody has made, the latest period first."""
    rows = Publication.objects.filter(kind__in=KINDS).select_related("scheme")
    made = list(rows.filter(district_code__in=["", district]) if district else rows)
    if not made:
        return []
    upheld = _upheld_since(min(one.made_at for one in made))
    booked = _booked(list(upheld))
    found: list[Proposal] = []
    for one in made:
        cases = {case for case, at in upheld.items() if at > one.made_at}
        found += _of(one, [row for row in booked if row.case in cases], district)
    return found


def proposal_for(made: Publication, code: str) -> Proposal:
    """What upheld appeals change of one published result.

    Raises
    ------
    NotFoundError
        ``E-EVAL-NOAPPEAL``.
    """
    cases = _upheld_since(made.made_at)
    rows = _of(made, _booked(list(cases)), "") if made.kind in KINDS else []
    for one in rows:
        if one.result.code == code:
            return one
    text = _("No appeal was upheld since that would change the published result of %s, or it is "
             "corrected already.")  # fmt: skip
    raise NotFoundError("E-EVAL-NOAPPEAL", text % code[:40], object=code[:40])


@transaction.atomic
def correct_by_appeals(made: Publication, code: str, user: Any) -> Correction:
    """Note beside a published result what it is with the appeals upheld since.

    Raises
    ------
    NotFoundError
        ``E-EVAL-NOAPPEAL``.
    """
    # Two who press at once make one correction.
    Publication.objects.select_for_update().get(pk=made.pk)
    one = proposal_for(made, code)
    reason = _("Appeals upheld after publishing: %s.") % ", ".join(one.numbers)
    found = Correction.objects.create(
        result=one.result, inputs=one.inputs, score=one.score, grade=one.grade,
        reason=reason[:1000], cases=one.cases, made_by=user, made_at=timezone.now(),
    )  # fmt: skip
    audit.record(user, "evaluation.corrected", "PublishedResult", str(one.result.pk), code=code,
                 reason=reason[:1000], score=one.score)  # fmt: skip
    return found


def _upheld_since(at: datetime) -> dict[int, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(_UPHELD, [at])
        return dict(cursor.fetchall())


def _booked(cases: list[int]) -> list[_Booking]:
    if not cases:
        return []
    rows = bookings.event_rows(bookings.AREA_BY_LOOKING)
    parts = [
        f"{row.replace('c.case_class_id', 'c.id')} FROM {_FROM} AND {wanted}"
        for row, wanted in zip(rows, bookings.EVENT_FILTERS, strict=True)
    ]
    values = {"cases": cases, "zone": settings.TIME_ZONE}
    with connection.cursor() as cursor:
        cursor.execute(_BOOKED.format(rows=" UNION ALL ".join(parts)), values)
        return [_Booking(*row[:4], dict(zip(_TAKEN, row[4:], strict=True)))
                for row in cursor.fetchall()]  # fmt: skip


def _of(made: Publication, rows: list[_Booking], district: str) -> list[Proposal]:
    """Proposals for one publication; bookings are of cases upheld since."""
    changes: dict[str, dict[int, dict[str, int]]] = defaultdict(dict)
    objects_by = _placing(made) if rows else None
    for row in rows:
        if row.day > made.last or not row.area.startswith(made.district_code or district):
            continue
        for code in objects_by(row) if objects_by else ():
            counts = changes[code].setdefault(row.case, dict.fromkeys(_TAKEN, 0))
            _add(counts, row, made)
    kept = made.rows.filter(code__in=changes).select_related("publication__scheme", "scheme")
    found = [_proposed(one, changes[one.code]) for one in kept.prefetch_related("corrections")]
    return [one for one in found if one is not None]


def _add(counts: dict[str, int], row: _Booking, made: Publication) -> None:
    for name in _TAKEN:
        # What is due is a sum over all days; what was done is that of the period.
        if name in ("fell_due", "recovered") or row.day >= made.first:
            counts[name] += row.counts[name]


def _placing(made: Publication) -> Any:
    """A function that gives the objects of a publication that a booking belongs to."""
    if made.kind == ObjectKind.DEPARTMENT:
        codes = dict(Department.objects.values_list("pk", "code"))
        return lambda row: [codes[row.department]] if row.department in codes else []
    if made.kind in OF_GRIDS:
        objects = objects_of(Asked(made.kind, made.district_code), parse_period(made.period))
        return lambda row: objects.of_grid.get(row.area, [])
    size = LENGTH[ObjectKind(made.kind)]
    return lambda row: [row.area[:size]] if len(row.area) >= size else []


def _proposed(row: PublishedResult, changes: dict[int, dict[str, int]]) -> Proposal | None:
    corrections = list(row.corrections.all())
    known = {case for one in corrections for case in one.cases}
    inputs = dict(corrections[-1].inputs if known else row.inputs)
    cases = []
    for case, counts in sorted(changes.items()):
        if case not in known and _excuse(inputs, counts):
            cases.append(case)
    if not cases:
        return None
    scores = rescored(row, inputs)
    score = None if np.isnan(scores.score[0]) else float(scores.score[0])
    return Proposal(row, inputs, cases, score, str(scores.grade[0]))


def _excuse(inputs: dict[str, int], counts: dict[str, int]) -> bool:
    """Take the lateness of a case out of counts; whether there was any."""
    changed = False
    for on_time, judged in _ON_TIME.items():
        late = counts[judged] - counts[on_time]
        if late > 0:
            inputs[on_time] = inputs.get(on_time, 0) + late
            changed = True
    overdue = min(counts["fell_due"] - counts["recovered"], inputs.get("overdue", 0))
    if overdue > 0:
        inputs["overdue"] -= overdue
        changed = True
    return changed
