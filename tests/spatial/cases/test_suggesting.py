"""Dispatch by ownership: the table of rules, the register, the table of responsibilities."""

from datetime import date

import pytest

from spatial.cases.models import Department, DispatchRule
from spatial.cases.services.suggesting import suggest
from spatial.components.models import MainClass, Organisation, Responsibility
from spatial.components.services.keeping import register

DAY = date(2026, 11, 28)


@pytest.fixture
def ruled(world):
    """Departments A to F, an owner, a lamp that it owns, and a case about it."""
    world.bodies = {c: Department.objects.create(code=c, name=f"部门{c}") for c in "ABCDEF"}
    world.owner = Organisation.objects.create(name="路灯公司")
    world.light = register(
        world.lamp.component_class, *world.point, {"owner": "路灯公司", "supervisor": "城管局"}
    )
    world.about_lamp = world.report(case_class=world.lamp.pk, component=world.light.code)
    world.about_litter = world.report()
    return world


def rules(world, *lines):
    for position, (body, columns) in enumerate(lines):
        given = {n: getattr(world, v[1:]) if str(v)[:1] == "@" else v for n, v in columns.items()}
        DispatchRule.objects.create(position=position, department=world.bodies[body], **given)


TABLE = [
    # Rules, then the department of the lamp's case and of the litter's.
    ([], None, None),
    ([("A", {})], "A", "A"),
    ([("A", {"kind": "component"}), ("B", {})], "A", "B"),
    ([("A", {"kind": "event"}), ("B", {})], "B", "A"),
    ([("A", {"main_code": "01"}), ("B", {})], "A", "A"),
    ([("A", {"main_code": "02"}), ("B", {})], "B", "B"),
    ([("A", {"case_class": "@litter"}), ("B", {"case_class": "@lamp"})], "B", "A"),
    ([("A", {"owner": "@owner"}), ("B", {})], "A", "B"),
    ([("A", {"owner": "@owner"})], "A", None),
    ([("A", {"place": "110101"}), ("B", {})], "A", "A"),
    ([("A", {"place": "110102"}), ("B", {})], "B", "B"),
    ([("A", {"place": "110101001001"}), ("B", {"place": "110101001"})], "A", "A"),
    ([("A", {"place": "110101001001999"}), ("B", {"place": "11"})], "B", "B"),
    ([("A", {"valid_from": date(2026, 11, 29)}), ("B", {})], "B", "B"),
    ([("A", {"valid_from": date(2026, 11, 28)}), ("B", {})], "A", "A"),
    ([("A", {"valid_to": date(2026, 11, 28)}), ("B", {})], "B", "B"),
    ([("A", {"valid_to": date(2026, 11, 29)}), ("B", {})], "A", "A"),
    ([("A", {"kind": "event", "main_code": "02"}), ("B", {"place": "9"}), ("C", {})], "C", "C"),
    # The first that fits, not the narrowest.
    ([("A", {}), ("B", {"case_class": "@lamp", "place": "110101001001"})], "A", "A"),
]


@pytest.mark.parametrize("line", range(len(TABLE)))
def test_the_first_rule_that_fits_counts(ruled, line):
    given, lamp, litter = TABLE[line]
    rules(ruled, *given)
    for case, code in ((ruled.about_lamp, lamp), (ruled.about_litter, litter)):
        found = suggest(case, DAY)
        assert (found and found.department.code) == code
        if found:
            rule = DispatchRule.objects.get(pk=found.rule)
            assert rule.department == found.department
            assert str(rule.position) in found.reason


def test_a_department_no_longer_in_use_is_passed_over(ruled):
    rules(ruled, ("A", {}), ("B", {}))
    Department.objects.filter(code="A").update(in_use=False)
    assert suggest(ruled.about_litter, DAY).department.code == "B"


def test_without_a_rule_the_register_says_who_answers(ruled):
    assert suggest(ruled.about_lamp, DAY) is None
    ruled.bodies["C"].organisations.add(ruled.owner)
    found = suggest(ruled.about_lamp, DAY)
    assert found.department.code == "C"
    assert ruled.light.code in found.reason
    ruled.bodies["D"].organisations.add(Organisation.objects.get(name="城管局"))
    assert suggest(ruled.about_lamp, DAY).department.code == "D"
    assert suggest(ruled.about_litter, DAY) is None


def test_then_the_table_of_responsibilities(ruled):
    kind = ruled.lamp.component_class
    case = ruled.report(case_class=ruled.lamp.pk)
    bodies = {}
    for code in "ABCD":
        bodies[code] = Organisation.objects.create(name=f"单位{code}")
        ruled.bodies[code].organisations.add(bodies[code])
    main = MainClass.objects.get(pk=kind.main_id)

    def line(region, body, **of):
        Responsibility.objects.create(region_code=region, supervisor=bodies[body], **of)
        return suggest(case, DAY).department.code

    assert line("110101", "A", main=main) == "A"
    assert line("110101", "B", main=main, kind=kind) == "B"
    assert line("110101001", "C", main=main) == "C"
    assert line("110101002", "D", main=main, kind=kind) == "C"
    assert suggest(ruled.about_litter, DAY) is None
