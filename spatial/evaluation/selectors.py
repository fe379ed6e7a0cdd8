"""Reads of evaluation."""

from __future__ import annotations

from django.utils.translation import gettext as _

from spatial.core import roles
from spatial.core.errors import NotFoundError
from spatial.evaluation.models import ObjectKind, PublishedResult

SEE_RESULTS = frozenset(
    {roles.ADMINISTRATOR, roles.OPERATOR, roles.DISPATCHER, roles.PLANNER, roles.GIS_STAFF}
)
"""Who sees results of everybody, with the cases behind them that he may see."""
PUBLISH = frozenset({roles.ADMINISTRATOR, roles.PLANNER})
"""Who freezes and corrects results: neither of the two centres, which are graded themselves."""


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


def published_result(kind: str, period: str, code: str) -> PublishedResult | None:
    """What was published of an object last."""
    rows = PublishedResult.objects.filter(
        publication__kind=kind, publication__period=period, code=code
    )
    return rows.prefetch_related("corrections__made_by").order_by("-publication").first()
