"""Departments of made-up cases, with the rules and responsibilities that lead to them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.db.models import Max
from numpy.typing import NDArray

from fixtures.cases.bodies import BODIES
from fixtures.cases.model import CaseClass as MadeClass
from fixtures.cases.teams import STREET, Departments
from spatial.basemap.models import Region
from spatial.cases.making.ground import City
from spatial.cases.models import CaseClass, Department, DispatchRule, Level
from spatial.components.models import Organisation, Responsibility


@dataclass(frozen=True, eq=False)
class Bodies:
    """The departments by the numbers the generator gives them."""

    rows: list[Department]
    levels: NDArray[np.object_]
    """Level of each, as text."""

    @property
    def keys(self) -> NDArray[np.object_]:
        """Their keys as text."""
        return np.array([str(row.pk) for row in self.rows], object)


def store_bodies(
    city: City,
    departments: Departments,
    classes: Sequence[MadeClass],
    stored: dict[str, CaseClass],
) -> Bodies:
    """Write departments, rules and responsibilities that are not there yet.

    Those of one district carry its code; those of several serve all of them.
    """
    home = city.districts[0] if len(city.districts) == 1 else ""
    rows = [_professional(home, number) for number in range(len(BODIES))]
    names = dict(Region.objects.filter(code__in=city.streets, valid_to__isnull=True)
                 .values_list("code", "name"))  # fmt: skip
    rows += [_office(code, names.get(code, code)) for code in city.streets]
    _rules(home, rows, departments, classes, stored)
    _responsibilities(city, rows, departments, classes, stored)
    return Bodies(rows, np.array([str(row.level) for row in rows], object))


def _professional(home: str, number: int) -> Department:
    body = BODIES[number]
    usual = {"name": body.name_zh, "name_en": body.name_en, "region_code": home,
             "level": Level.DISTRICT}  # fmt: skip
    return _department(f"{home}P{number + 1:02d}", usual)


def _office(street: str, name: str) -> Department:
    usual = {"name": f"{name}办事处", "name_en": f"Office of street {street}",
             "region_code": street, "level": Level.STREET}  # fmt: skip
    return _department(f"{street}S", usual)


def _department(code: str, usual: dict) -> Department:
    """The department of a code; surveys know it by its name as an organisation."""
    row, new = Department.objects.get_or_create(code=code, defaults=usual)
    if new:
        organisation, _new = Organisation.objects.get_or_create(code=code, name=row.name)
        row.organisations.add(organisation)
    return row


def _rules(
    home: str,
    rows: list[Department],
    departments: Departments,
    classes: Sequence[MadeClass],
    stored: dict[str, CaseClass],
) -> None:
    """A rule for each class of a professional department; then each office has its street."""
    if DispatchRule.objects.filter(department__in=rows).exists():
        return
    wanted = [
        DispatchRule(case_class=stored[one.key], kind=one.kind, place=home, department=rows[body])
        for one, body in zip(classes, departments.of_class, strict=True)
        if body != STREET
    ]
    offices = rows[departments.first_street :]
    wanted += [DispatchRule(place=row.region_code, department=row) for row in offices]
    last = DispatchRule.objects.aggregate(last=Max("position"))["last"] or 0
    for position, rule in enumerate(wanted, last + 1):
        rule.position = position
    DispatchRule.objects.bulk_create(wanted)


def _responsibilities(
    city: City,
    rows: list[Department],
    departments: Departments,
    classes: Sequence[MadeClass],
    stored: dict[str, CaseClass],
) -> None:
    """Who answers for each class of components, in each district."""
    there = set(Responsibility.objects.filter(region_code__in=city.districts)
                .values_list("region_code", "kind"))  # fmt: skip
    held = {row.pk: row.organisations.first() for row in rows}
    wanted = []
    for one, body in zip(classes, departments.of_class, strict=True):
        kind = stored[one.key].component_class
        if kind is None:
            continue
        wanted += [
            Responsibility(
                region_code=district,
                main_id=kind.main_id,
                kind=kind,
                supervisor=held[rows[body].pk],
            )
            for district in city.districts
            if (district, kind.pk) not in there
        ]
    Responsibility.objects.bulk_create(wanted)
