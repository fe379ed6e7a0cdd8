"""The table of moves: every stage, role and move, and what each move asks for."""

from dataclasses import replace
from itertools import product

import pytest
from django.db import transaction

from spatial.cases.following import Follower
from spatial.cases.models import (
    Attachment,
    Case,
    CaseEvent,
    Extension,
    Following,
    Hold,
    InHand,
    Satisfaction,
    Sending,
    Task,
)
from spatial.cases.moves import MOVES, NEW, moves_at
from spatial.cases.selectors import events_of
from spatial.cases.services.given import NOTHING
from spatial.cases.services.moving import make_move
from spatial.cases.services.rights import roles_of
from spatial.cases.stages import ENDED, Role, Stage
from spatial.core import roles
from spatial.core.errors import WanmiError
from tests.spatial.cases.conftest import WAYS, person

AFTER = {
    "agree_extension": ["ask_extension"],
    "grant_extension": ["ask_extension", "agree_extension"],
    "refuse_extension": ["ask_extension"],
    "uphold_appeal": ["appeal"],
    "dismiss_appeal": ["appeal"],
}
"""What has to be asked before it is answered."""
PEOPLE = {
    Role.INSPECTOR: "inspector",
    Role.OPERATOR: "operator",
    Role.DISPATCHER: "dispatcher",
    Role.DEPARTMENT: "worker",
    Role.LEADER: "leader",
    Role.FORCER: "forcer",
    Role.PUBLIC: "reporter",
}
STEPS = [
    (move.name, before, role)
    for move in MOVES.values()
    for before, role in product(move.steps, move.roles)
    if before != NEW and role != Role.SYSTEM and move.allows(role, before)
]


def discontented(case):
    """Whoever holds the link of a case and answered that it is not well done."""
    link = Following.objects.create(case=case, token_hash=f"of {case.pk}", channel="web")
    Satisfaction.objects.create(case=case, following=link, score=1)
    return Follower(link)


def rows():
    """Everything a move may write."""
    tables = (Case, CaseEvent, InHand, Task, Attachment, Extension, Hold, Sending)
    return [list(table.objects.order_by("pk").values()) for table in tables]


@pytest.fixture
def world(world):
    """People of every group of the platform."""
    for name in (roles.ADMINISTRATOR, roles.GIS_STAFF, roles.PLANNER, roles.VIEWER):
        setattr(world, name, person(name, name))
    return world


def test_every_stage_is_reached_and_left_by_the_table():
    reached = {after for move in MOVES.values() for after in move.steps.values()}
    assert reached == set(Stage)
    left = {
        before
        for move in MOVES.values()
        for before, after in move.steps.items()
        if before != after and before != NEW
    }
    assert left == set(Stage) - {Stage.MERGED}
    assert set(WAYS) == set(Stage)


def test_supervision_never_dispatches_and_command_never_files_or_closes():
    gives = {m.name for m in MOVES.values() if m.needs in ("department", "parts")}
    assert gives
    assert not [m for m in gives if Role.OPERATOR in MOVES[m].roles]
    ends = {m.name for m in MOVES.values() if set(m.steps.values()) & ENDED} | {"file", "verify"}
    assert not [m for m in ends if Role.DISPATCHER in MOVES[m].roles]


@pytest.mark.parametrize("before", [stage for stage in Stage if stage != Stage.MERGED])
def test_what_the_table_allows_is_done(world, before):
    for name, role in [(name, role) for name, at, role in STEPS if at == before]:
        _is_done(world, name, before, role)


def _is_done(world, name, before, role):
    case = world.case(before)
    if role == Role.PUBLIC:
        world.reporter = discontented(case)
    for earlier in AFTER.get(name, []):
        actor = PEOPLE[MOVES[earlier].roles[0]]
        case = world.do(case, (actor, earlier))
    step, counted = case.step, getattr(case, MOVES[name].counts, 0) if MOVES[name].counts else 0
    user = getattr(world, PEOPLE[role])
    event = make_move(user, case.pk, name, world.given(name, case), seen=step)
    case = Case.objects.get(pk=case.pk)
    after = MOVES[name].steps[before]
    assert (event.stage_before, event.stage_after, event.role) == (before, after, role)
    known = (user.pk, "" if role == Role.PUBLIC else user.username)
    assert (event.move, event.user_id, event.user_name) == (name, *known)
    assert (case.stage, case.step) == (after, step + 1)
    assert (case.closed_at is not None) == (after in ENDED)
    if MOVES[name].counts:
        assert getattr(case, MOVES[name].counts) == counted + 1
    assert events_of(case).last() == event
    copies = InHand.objects.filter(case=case).values()
    for copy in copies:
        assert copy.pop("words") == f"{case.place} {case.description}"
        assert {name: getattr(case, name) for name in copy if name != "case_id"} == {
            name: value for name, value in copy.items() if name != "case_id"
        }
    assert len(copies) == (after not in ENDED)


@pytest.mark.parametrize("stage", Stage)
def test_what_the_table_does_not_allow_is_refused_and_leaves_no_trace(world, stage):
    """Every role and every move that the table does not name for the stage."""
    case = world.case(stage)
    given = {name: world.given(name, case) for name in MOVES}
    # The public: who holds the link of the case, and nobody at all.
    world.reporter = discontented(case)
    people = {role: getattr(world, name) for role, name in PEOPLE.items()}
    others = (roles.ADMINISTRATOR, roles.GIS_STAFF, roles.PLANNER, roles.VIEWER)
    people |= {name: getattr(world, name) for name in others} | {"nobody": None}
    before, refused = rows(), 0
    for (role, user), move in product(people.items(), MOVES.values()):
        if move.allows(role, stage):
            continue
        with pytest.raises(WanmiError) as caught, transaction.atomic():
            make_move(user, case.pk, move.name, given[move.name])
        code, status = caught.value.code, caught.value.status
        if code == "E-CASE-MISSING":
            assert role not in (Role.OPERATOR, Role.DISPATCHER, Role.LEADER, Role.FORCER), role
        elif role in move.roles:
            assert (code, status) == ("E-CASE-MOVE", 409), (role, move.name)
        else:
            assert (code, status) == ("E-CASE-ROLE", 403), (role, move.name)
        refused += 1
    allowed = sum(m.allows(role, stage) for role in people for m in MOVES.values())
    assert refused == len(people) * len(MOVES) - allowed
    assert rows() == before


LACKING = [
    (move.name, lacking, code)
    for move in MOVES.values()
    if NEW not in move.steps
    for lacking, code, asked in (
        ("reason", "E-CASE-REASON", move.reason),
        ("photos", "E-CASE-PHOTO", move.photo),
        (move.needs, "E-CASE-NEEDS", move.needs),
    )
    if asked
]


def test_a_move_without_what_it_needs_is_refused(world):
    assert len(LACKING) > 30
    for name, lacking, code in LACKING:
        _is_refused(world, name, lacking, code)


def _is_refused(world, name, lacking, code):
    move = MOVES[name]
    case = world.case(next(iter(move.steps)))
    for earlier in AFTER.get(name, []):
        case = world.do(case, (PEOPLE[MOVES[earlier].roles[0]], earlier))
    given = replace(world.given(name, case), **{lacking: getattr(NOTHING, lacking)})
    before = rows()
    with pytest.raises(WanmiError) as caught, transaction.atomic():
        make_move(getattr(world, PEOPLE[move.roles[0]]), case.pk, name, given)
    assert (caught.value.code, caught.value.status) == (code, 400)
    assert rows() == before


def test_moves_offered_are_those_of_the_table(world):
    held = roles_of(world.operator)
    names = [move.name for move in moves_at(Stage.REPORTED, held)]
    assert names == ["ask_check", "file", "refuse", "reject", "merge"]
    assert moves_at(Stage.FILED, held) == [MOVES["press"]]
    assert roles_of(None) == {Role.PUBLIC}
    assert roles_of(world.leader) == {Role.LEADER}
