"""Words and tables that workbook and PDF have in common."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.evaluation.models import ObjectKind
from spatial.reports.monthly.facts import Facts, Grade


@dataclass(frozen=True)
class Table:
    """A part of the report with rows."""

    key: str
    title: str
    head: list[str]
    rows: list[list[Any]]
    note: str = ""


def title(facts: Facts) -> str:
    """Title of the report."""
    said = {"name": facts.name, "month": facts.month}
    return _("%(name)s: monthly report of cases, %(month)s") % said


def summary(facts: Facts) -> list[str]:
    """The month in sentences."""
    made = timezone.localtime(facts.made_at)
    lines = [
        _("%(n)d cases were reported, without invalid ones and those merged into others.")
        % {"n": facts.cases},
        _change(_("The month before: %(n)d (%(change)s)."), facts.cases, facts.cases_before),
        _change(_("The same month a year ago: %(n)d (%(change)s)."), facts.cases,
                facts.cases_year_ago),
        _("%(open)d cases are open on %(day)s, %(late)d of them beyond their limit.")
        % {"open": facts.ageing["open"], "late": facts.ageing["late"],
           "day": f"{made:%Y-%m-%d %H:%M}"},
    ]  # fmt: skip
    if facts.running:
        lines.append(_("The month is not over: all figures are until now."))
    return lines


def _change(text: str, now: int, before: int) -> str:
    change = f"{(now - before) / before:+.1%}" if before else "–"
    return text % {"n": before, "change": change}


def tables(facts: Facts) -> list[Table]:
    """All tables, in order."""
    parts = [
        *_grades(facts), _streets(facts), _departments(facts), _mix(facts), _ageing(facts),
        _spots(facts),
    ]  # fmt: skip
    return [one for one in parts if one.rows]


def share(part: int, whole: int) -> str:
    """A share in per cent; a line where there is nothing to be a share of."""
    return f"{part / whole:.1%}" if whole else "–"


def weekdays() -> list[str]:
    """Short names, Monday first."""
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


def band(one: dict[str, Any]) -> str:
    """A band of age in days."""
    if one["to_d"] is None:
        return _("%(from)d days and more") % {"from": one["from_d"]}
    return _("%(from)d to under %(to)d days") % {"from": one["from_d"], "to": one["to_d"]}


def _grades(facts: Facts) -> list[Table]:
    """A table for each kind of object that has any."""
    kinds = dict.fromkeys(one.kind for one in facts.grades)
    return [_grades_of(kind, [one for one in facts.grades if one.kind == kind]) for kind in kinds]


def _grades_of(kind: str, found: list[Grade]) -> Table:
    classes = any(one.area_class for one in found)
    head = [_("Rank"), _("Code"), _("Name"), _("Score"), _("Grade")]
    rows: list[list[Any]] = [
        [one.rank, one.code, one.name, None if one.score is None else round(one.score, 1),
         one.grade or "–"]
        for one in found
    ]  # fmt: skip
    if classes:
        head.append(_("Class of area"))
        rows = [[*row, one.area_class or "–"] for row, one in zip(rows, found, strict=True)]
    notes = [
        _("As published; corrections stand beside the publication.")
        if any(one.published for one in found)
        else _("Counted when this report was made; not published.")
    ]
    if classes:
        notes.append(_("Ranks are those within a class of area."))
    name = _("Grades: %(kind)s") % {"kind": ObjectKind(kind).label}
    return Table(f"grades-{kind}", name, head, rows, " ".join(map(str, notes)))


def _streets(facts: Facts) -> Table:
    head = [_("Rank"), _("Street"), _("Cases"), _("Closed"), _("Late"), _("Reworked"), _("Open")]
    rows = [
        [n, one["name"], one["cases"], share(one["closed"], one["cases"]),
         share(one["late"], one["settled"]), share(one["reworked"], one["closed"]), one["open"]]
        for n, one in enumerate(facts.streets, 1)
    ]  # fmt: skip
    note = _("By number of cases. Late: of those that a department reported done.")
    return Table("streets", _("Streets"), head, rows, note)


def _departments(facts: Facts) -> Table:
    head = [_("Department"), _("Cases"), _("Handled"), _("Late"), _("95 % bounds"), _("Reworked"),
            _("Median hours")]  # fmt: skip
    ranked = sorted(facts.departments, key=lambda one: (not one["enough"], one["late_share"] or 0))
    rows = [
        [one["name"], one["had"], one["handled"], share(one["late"], one["settled"]),
         f"{one['late_low']:.0%}–{one['late_high']:.0%}" if one["settled"] else "–",
         share(one["reworked"], one["handled"]), one["median_h"]]
        for one in ranked if one["had"]
    ]  # fmt: skip
    note = _("By the share of late ones; departments with fewer than 30 cases stand at the end.")
    return Table("departments", _("Quality of departments"), head, rows, note)


def _mix(facts: Facts) -> Table:
    head = [_("Street"), *(one["name"] for one in facts.mix["classes"])]
    rows = [[one["name"], *one["counts"]] for one in facts.mix["areas"]]
    return Table("mix", _("Main classes by street"), head, rows)


def _ageing(facts: Facts) -> Table:
    head = [_("Age"), _("Open"), _("Beyond the limit")]
    rows = [[band(one), one["open"], one["late"]] for one in facts.ageing["bands"]]
    return Table("ageing", _("Ages of open cases"), head, rows)


def _spots(facts: Facts) -> Table:
    head = [_("Unit grid"), _("Cases"), "Gi*", _("Adjusted chance")]
    rows = [[one["grid"], one["cases"], round(one["z"], 2), f"{one['q']:.2g}"]
            for one in facts.spots]  # fmt: skip
    note = _("Cases per km² with neighbours; at most 5 % of the grids named are so by chance.")
    return Table("spots", _("Hot spots"), head, rows, note)
