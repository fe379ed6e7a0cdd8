"""Which department a case should be dispatched to, and why.

Rules come first, in their order; then who the register says answers for the component; then the
table of responsibilities by class and region.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.cases.models import Case, Department, DispatchRule
from spatial.components.models import Organisation, Responsibility


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A department with the reason for it, in words."""

    department: Department
    reason: str
    rule: int | None = None
    """Key of the rule that fits, where one does."""


def suggest(case: Case, on: date | None = None) -> Suggestion | None:
    """The department for a case on a day, None where nothing says who answers for it."""
    return (
        _by_rule(case, on or timezone.localdate())
        or _by_component(case)
        or _by_responsibility(case)
    )


def _by_rule(case: Case, day: date) -> Suggestion | None:
    owner = case.component.owner_id if case.component else None
    fits = (
        Q(kind__in=["", case.kind]),
        Q(main_code__in=["", case.case_class.main_code]),
        Q(case_class__isnull=True) | Q(case_class=case.case_class_id),
        Q(owner__isnull=True) | Q(owner=owner) if owner else Q(owner__isnull=True),
        Q(place__in=_beginnings(case)),
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        Q(department__in_use=True),
    )
    rule = DispatchRule.objects.select_related("department", "owner").filter(*fits).first()
    if rule is None:
        return None
    text = _("Rule %(position)d: %(what)s") % {"position": rule.position, "what": _told(rule)}
    return Suggestion(rule.department, text, rule.pk)


def _beginnings(case: Case) -> list[str]:
    """All that the code of the place may begin with, the empty text too."""
    code = case.grid_code or case.community_code or case.street_code or case.district_code
    return [code[:n] for n in range(len(code) + 1)]


def _told(rule: DispatchRule) -> str:
    """The columns of a rule that are filled in."""
    words = [rule.get_kind_display() if rule.kind else "", rule.main_code]
    words += [str(rule.case_class or ""), rule.place, str(rule.owner or ""), rule.note]
    return ", ".join(word for word in words if word) or _("everything else")


def _by_component(case: Case) -> Suggestion | None:
    if case.component is None:
        return None
    for organisation in (case.component.supervisor, case.component.owner):
        department = _department_of(organisation)
        if department is not None:
            text = _("%(organisation)s answers for component %(code)s.")
            facts = {"organisation": organisation, "code": case.component.code}
            return Suggestion(department, text % facts)
    return None


def _by_responsibility(case: Case) -> Suggestion | None:
    """The line of the smallest region counts, and one for the class before one for its main."""
    kind = case.component.kind if case.component else case.case_class.component_class
    if kind is None:
        return None
    rows = Responsibility.objects.select_related("supervisor", "owner").filter(
        Q(kind=kind) | Q(kind__isnull=True, main=kind.main_id) | Q(main__isnull=True),
        region_code__in=_beginnings(case),
    )
    ranked = sorted(
        rows, key=lambda row: (len(row.region_code), bool(row.kind_id), bool(row.main_id))
    )
    for row in reversed(ranked):
        department = _department_of(row.supervisor) or _department_of(row.owner)
        if department is not None:
            text = _("Table of responsibilities: %(line)s") % {"line": row}
            return Suggestion(department, text)
    return None


def _department_of(organisation: Organisation | None) -> Department | None:
    if organisation is None:
        return None
    return Department.objects.filter(organisations=organisation, in_use=True).first()
