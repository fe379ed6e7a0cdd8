"""What everybody may know of a case, and what the secret link of its reporter may do."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from django.db import connection

from spatial.cases.following import Follower, follower_of, hash_of
from spatial.cases.models import Attachment, Case, CaseEvent, Following, Satisfaction
from spatial.cases.public import (
    PublicStage,
    progress_of,
    public_case,
    public_stage,
    result_photos,
)
from spatial.cases.selectors import in_hand, visible_to
from spatial.cases.services import public
from spatial.cases.services.given import Given, Shot
from spatial.cases.services.moving import make_move
from spatial.cases.stages import Stage
from spatial.core.errors import WanmiError
from tests.spatial.cases.conftest import WAYS, jpeg


def stages(case):
    return [change.stage for change in progress_of(case)]


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_words_for_those_outside(world, stage):
    case = world.case(stage)
    shown = public_stage(case)
    assert shown.label
    assert stages(case)[-1] == shown


def test_steps_inside_leave_no_trace_outside(world):
    case = world.do(
        world.case(Stage.HANDLING),
        ("dispatcher", "hold"),
        ("dispatcher", "resume"),
        ("operator", "press"),
        ("worker", "answer"),
        ("dispatcher", "return_answer"),
    )
    assert stages(case) == [
        PublicStage.RECEIVED,
        PublicStage.ACCEPTED,
        PublicStage.HANDLING,
        PublicStage.WAITING,
        PublicStage.HANDLING,
        PublicStage.CHECKING,
        PublicStage.HANDLING,
    ]


def test_a_merged_case_leads_to_the_other_one(world):
    case = world.case(Stage.MERGED)
    found = public_case(case.number)
    assert public_stage(found) == PublicStage.MERGED
    assert found.merged_into.number != case.number


def test_a_number_with_another_district_is_none(world):
    case = world.report()
    for number in ("999999" + case.number[6:], case.number[:-1], "x" * 20, ""):
        with pytest.raises(WanmiError) as caught:
            public_case(number)
        assert caught.value.code == "E-CASE-MISSING"


def test_photos_of_the_result_are_those_of_the_last_round(world):
    case = world.case(Stage.VERIFYING)
    world.do(case, ("inspector", "fail"), ("operator", "rework"))
    assert result_photos([case]) == {}
    again = (("worker", "answer"), ("dispatcher", "pass_on"), ("operator", "ask_verify"))
    case = world.do(case, *again, ("inspector", "verify"), ("operator", "close"))
    shown = {photo.step for photo in result_photos([case])[case.pk]}
    moves = CaseEvent.objects.filter(case_id=case.pk, step__in=shown)
    assert sorted(moves.values_list("move", flat=True)) == ["answer", "verify"]
    assert Attachment.objects.filter(case=case).count() > len(shown)


def test_photos_of_before_stay_inside(world):
    case = world.case(Stage.VERIFYING)
    given = Given(photos=(Shot(jpeg("blue"), "before"), Shot(jpeg("green"), "after")))
    make_move(world.inspector, case.pk, "verify", given)
    case = world.do(case, ("operator", "close"))
    views = [photo.view for photo in result_photos([case])[case.pk] if photo.step == case.step - 1]
    assert views == ["after"]


def received(world, **more):
    return public.take_in(replace(world.sent(), channel="web", **more), uuid4())


def test_a_link_sees_its_case_and_no_other(world):
    first, second = received(world), received(world)
    follower = follower_of(first.case, first.token)
    assert isinstance(follower, Follower)
    assert follower_of(first.case, second.token) is None
    assert list(visible_to(follower)) == [first.case]
    assert [one.case_id for one in in_hand(follower)] == [first.case.pk]
    assert Following.objects.get(case=first.case).token_hash == hash_of(first.token)
    for move in ("press", "close", "file", "reject"):
        with pytest.raises(WanmiError) as caught:
            make_move(follower, first.case.pk, move, world.given(move))
        assert caught.value.code == "E-CASE-ROLE"
    with pytest.raises(WanmiError) as caught:
        make_move(follower, second.case.pk, "reopen", Given(reason="x"))
    assert caught.value.code == "E-CASE-MISSING"


def at_once(*calls):
    """What several calls at once come to: a value, or the code of an error."""

    def run(call):
        try:
            return call()
        except WanmiError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_answers_and_openings_at_once_one_counts(real_world):
    world = real_world
    made = received(world)
    world.do(made.case, ("operator", "ask_check"), ("inspector", "confirm"))
    case = world.do(made.case, *WAYS[Stage.CLOSED])
    follower = follower_of(case, made.token)
    answers = at_once(*[lambda: public.answer(follower, 1) and "kept"] * 6)
    assert sorted(answers) == ["E-REPORT-ANSWERED"] * 5 + ["kept"]
    assert Satisfaction.objects.count() == 1
    opened = at_once(*[lambda: public.reopen(follower, "x", None).move] * 6)
    assert sorted(opened) == ["E-CASE-MOVE"] * 5 + ["reopen"]
    assert Case.objects.get(pk=case.pk).reopenings == 1


def test_the_same_report_at_once_is_one_with_one_link(real_world):
    key, sent = uuid4(), replace(real_world.sent(), channel="web")
    made = at_once(*[lambda: public.take_in(sent, key)] * 6)
    assert len({(one.case.pk, one.token) for one in made}) == 1
    assert Case.objects.count() == Following.objects.count() == 1
