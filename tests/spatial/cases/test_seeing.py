"""Who sees which cases, on lists and one by one."""

from dataclasses import replace

import pytest

from spatial.cases.lists import Asked, page
from spatial.cases.models import Case
from spatial.cases.selectors import case_of_number, in_hand, visible_to
from spatial.cases.services.moving import make_move
from spatial.cases.stages import Stage
from spatial.core import roles
from spatial.core.errors import NotFoundError
from tests.spatial.cases.conftest import person


def seen(user):
    """What a user sees; of cases in hand the same."""
    found = set(visible_to(user))
    keys = {one.case_id for one in in_hand(user)}
    assert keys == {case.pk for case in found if case.is_open}
    return found


def test_who_sees_what(world):
    reported, with_lamps = world.report(), world.case(Stage.HANDLING)
    split, closed = world.case(Stage.DIVIDED), world.case(Stage.CLOSED)
    elsewhere = world.report()
    Case.objects.filter(pk=elsewhere.pk).update(reporter=world.other_inspector)
    everything = {reported, with_lamps, split, closed, elsewhere}
    for user in (
        world.operator,
        world.dispatcher,
        world.leader,
        world.forcer,
        person("a", roles.ADMINISTRATOR),
    ):
        assert seen(user) == everything
    assert seen(world.worker) == {with_lamps, split, closed}
    assert seen(world.other_worker) == {split}
    assert seen(world.inspector) == everything - {elsewhere}
    assert seen(world.other_inspector) == {elsewhere}
    for name in (roles.GIS_STAFF, roles.PLANNER, roles.VIEWER):
        assert seen(person(name, name)) == set()
    assert seen(None) == set()


def test_an_inspector_sees_what_he_was_sent_to(world):
    case = world.report()
    sent = replace(world.given("ask_check"), inspector=world.other_inspector.pk)
    make_move(world.operator, case.pk, "ask_check", sent)
    assert seen(world.other_inspector) == {case}
    make_move(world.other_inspector, case.pk, "deny", sent)
    assert seen(world.other_inspector) == {case}


def test_a_department_loses_what_was_given_to_another(world):
    case = world.case(Stage.DISPATCHED)
    make_move(world.dispatcher, case.pk, "redispatch", world.given("redispatch"))
    assert (seen(world.worker), seen(world.other_worker)) == (set(), {case})


def test_a_case_of_another_is_as_one_that_is_not_there(world):
    case = world.case(Stage.HANDLING)
    assert case_of_number(world.worker, case.number) == case
    for number in (case.number, "1" * 20, "x", "", f"999999{case.pk}", "٣" * 20):
        with pytest.raises(NotFoundError) as caught:
            case_of_number(world.other_worker, number)
        assert (caught.value.code, caught.value.status) == ("E-CASE-MISSING", 404)


def test_a_page_goes_on_where_the_last_one_ended(world):
    cases = [world.case(stage) for stage in (Stage.DISPATCHED, Stage.HANDLING)]
    loose = [world.case(stage) for stage in (Stage.HELD, Stage.FILED, Stage.FILED)]
    world.case(Stage.CLOSED)
    assert [one.case for one in in_hand(world.dispatcher)] == [*cases, *loose]
    pages, after = [], ""
    while True:
        shown = page(world.dispatcher, Asked(), after=after, most=2)
        pages.append(shown.cases)
        after = shown.next
        if not after:
            break
    assert pages == [cases, loose[:2], loose[2:]]
    lamps = page(world.dispatcher, Asked(department=world.lamps.pk)).cases
    assert lamps == [*cases, loose[0]]
    assert page(world.dispatcher, Asked(stages=(Stage.HELD,))).cases == [loose[0]]
    assert page(world.other_worker, Asked()).cases == []
