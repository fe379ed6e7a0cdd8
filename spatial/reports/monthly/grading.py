"""The grades of a month for its report: as they were published, else as they are counted now."""

from __future__ import annotations

from django.utils.translation import get_language

from spatial.evaluation.models import ObjectKind, Publication
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.evaluating import Evaluation, evaluate
from spatial.evaluation.services.objects import Asked
from spatial.reports.monthly.facts import Grade

KINDS = (ObjectKind.DISTRICT, ObjectKind.STREET, ObjectKind.COMMUNITY, ObjectKind.DEPARTMENT,
         ObjectKind.CENTRE)  # fmt: skip
"""What a report ranks; unit grids are thousands and stand on the map."""


def grades_of(month: str, district: str) -> list[Grade]:
    """Grades of all kinds that a report shows, each kind by class of area and rank."""
    return [one for kind in KINDS for one in _of_kind(kind, month, district)]


def _of_kind(kind: ObjectKind, month: str, district: str) -> list[Grade]:
    run = evaluate(Asked(kind, district), parse_period(month))
    made = Publication.objects.filter(
        kind=kind, period=month, district_code__in=["", district]
    ).first()
    found = _published(kind, made, run) if made else _counted(kind, run)
    last = len(found) + 1
    return sorted(found, key=lambda one: (one.area_class, one.rank or last, one.code))


def _counted(kind: ObjectKind, run: Evaluation) -> list[Grade]:
    rows = [run.result(n) for n in range(len(run.inputs.codes))]
    return [
        Grade(one["code"], _name(run, one["code"]), one["score"], one["grade"], kind, one["rank"],
              one["area_class"])
        for one in rows if one["state"] != "none"
    ]  # fmt: skip


def _published(kind: ObjectKind, made: Publication, run: Evaluation) -> list[Grade]:
    rows = made.rows.filter(score__isnull=False)
    return [
        Grade(row.code, _name(run, row.code), row.score, row.grade, kind, row.rank,
              row.area_class, published=True)
        for row in rows if row.code in run.inputs.codes
    ]  # fmt: skip


def _name(run: Evaluation, code: str) -> str:
    english = run.objects.names_en.get(code, "") if (get_language() or "").startswith("en") else ""
    return english or run.objects.names.get(code, code)
