"""Reads of evaluation."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.utils.translation import gettext as _

from spatial.core import roles
from spatial.core.errors import NotFoundError
from spatial.evaluation.models import ObjectKind, PublishedResult
from spatial.evaluation.services.ledger import months

SEE_RESULTS = frozenset(
    {roles.ADMINISTRATOR, roles.OPERATOR, roles.DISPATCHER, roles.PLANNER, roles.GIS_STAFF}
)
"""Who sees results of everybody, with the cases behind them that he may see."""
PUBLISH = frozenset({roles.ADMINISTRATOR, roles.PLANNER})
"""Who freezes and corrects results: neither of the two centres, which are graded themselves."""


# One look into the index for each month, however many rows there are.
_WITH_CASES = """
SELECT m FROM unnest(%s::int[]) m
WHERE EXISTS (SELECT 1 FROM evaluation_count WHERE cohort = m)
    OR EXISTS (SELECT 1 FROM evaluation_delta WHERE cohort = m) ORDER BY 1
"""


def kind_named(name: str) -> ObjectKind:
    """A kind of object.

    Raises
    ------
    NotFoundError
        ``E-EVAL-KIND``.
    """
    if name not in ObjectKind.values:
        text = _("There is no kind of object “%(name)s”; there are %(all)s.")
        told = {"name": name[:40], "all": ", ".join(ObjectKind.values)}
        raise NotFoundError("E-EVAL-KIND", text % told, kind=name[:40])
    return ObjectKind(name)


def months_with_cases() -> list[str]:
    """Months in which cases were reported, the earliest first."""
    with connection.cursor() as cursor:
        cursor.execute(_WITH_CASES, [months()])
        return [f"{month // 100}-{month % 100:02d}" for (month,) in cursor.fetchall()]


def first_day() -> date | None:
    """The first day of the first month that has cases."""
    known = months_with_cases()
    return date.fromisoformat(f"{known[0]}-01") if known else None


def published_result(kind: str, period: str, code: str) -> PublishedResult | None:
    """What was published of an object last."""
    rows = PublishedResult.objects.filter(
        publication__kind=kind, publication__period=period, code=code
    )
    return rows.prefetch_related("corrections__made_by").order_by("-publication").first()
