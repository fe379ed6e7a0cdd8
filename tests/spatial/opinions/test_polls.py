"""Polls: drawn from a seed, guarded against stuffing, counted under their share, in the grades."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.core.errors import WanmiError
from spatial.evaluation.models import WeightScheme
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.publishing import publish, verify
from spatial.evaluation.services.schemes import scheme_for
from spatial.opinions.models import Answer, Form, Invitation, Poll
from spatial.opinions.selectors import most_open, results_of, whole
from spatial.opinions.services.answering import answer, invitation_of
from spatial.opinions.services.forms import save_form, score_of
from spatial.opinions.services.polling import make_poll

OCTOBER = date(2026, 10, 1), date(2026, 10, 31)
SLOWLY_S = 60


@pytest.fixture
def made(world):
    make_cases(Wanted(("110101",), 900, days=45, open_share=0.1, until=date(2026, 10, 31)))
    return world


def poll(user=None, **more):
    soon = timezone.localdate() + timedelta(days=7)
    asked = {"level": "street", "target": 5, "seed": 7} | more
    level, target = asked.pop("level"), asked.pop("target")
    return make_poll(
        Form.objects.get(), "十月", "110101", level, OCTOBER, soon, target, user, **asked
    )


def say(value):
    return {one["key"]: value for one in Form.objects.first().questions}


def open_link(made_poll, area):
    return invitation_of(Invitation.objects.get(poll=made_poll, area_code=area, case=None).token)


def refused(code, work, *args, **more):
    with pytest.raises(WanmiError, match=code):
        work(*args, **more)


def test_a_sample_is_drawn_by_area_and_again_from_its_seed(made):
    one, links = poll()
    areas = set(Invitation.objects.filter(poll=one).values_list("area_code", flat=True))
    assert len({link["case"] for link in links}) == len(links)
    for area in areas:
        mine = [link for link in links if link["area"] == area]
        assert 0 < len(mine) <= 20
        assert Invitation.objects.filter(poll=one, area_code=area, case=None).count() == 1
    _again, same = poll()
    _other, others = poll(seed=8)
    drawn = [{link["case"] for link in each} for each in (links, same, others)]
    assert drawn[0] == drawn[1] != drawn[2]
    # Of the links of those who were drawn only a hash is kept.
    assert not Invitation.objects.exclude(case=None).exclude(token="").exists()


def test_one_answer_for_each_link_and_open_ones_are_watched(made):
    one, links = poll()
    link = links[0]
    answer(invitation_of(link["token"]), say(5), "", "1.2.3.4", SLOWLY_S)
    refused("E-OPINION-TWICE", answer, invitation_of(link["token"]), say(5), "", "9", SLOWLY_S)
    refused("E-OPINION-LINK", invitation_of, "nothing")
    area = link["area"]
    free = open_link(one, area)
    assert answer(free, say(1), "", "1.2.3.4", SLOWLY_S).flags == []
    assert answer(free, say(1), "", "1.2.3.4", SLOWLY_S).flags == ["same"]
    assert answer(free, say(1), "", "1.2.3.5", 2).flags == ["fast"]
    for n in range(4):
        assert answer(free, say(1), "", f"2.2.2.{n}", SLOWLY_S).flags == []
    (row,) = [each for each in results_of(one) if each.area == area]
    # One drawn answer lets one open answer count beside it, at half and half.
    assert (row.sampled, row.open, row.capped, row.flagged) == (1, 1, 4, 2)
    assert (row.content, row.score) == (1, 50)
    refused("E-OPINION-ANSWER", answer, free, say(6), "", "3", SLOWLY_S)
    refused("E-OPINION-ANSWER", answer, free, {}, "", "3", SLOWLY_S)
    Poll.objects.update(closes_at=timezone.localdate() - timedelta(days=1))
    refused("E-OPINION-CLOSED", answer, open_link(one, area), say(3), "", "3", SLOWLY_S)
    assert Answer.objects.count() == 8


def test_shares_scores_and_weights_by_hand():
    assert [most_open(0.5, 4), most_open(0.2, 8), most_open(0, 9)] == [4, 2, 0]
    questions = [{"key": "a", "zh": "一", "en": "1", "kind": "scale", "weight": 1},
                 {"key": "b", "zh": "二", "en": "2", "kind": "yesno", "weight": 3}]  # fmt: skip
    assert score_of(questions, {"a": 3, "b": 1}) == (50 + 3 * 100) / 4
    for bad in ({"a": 3}, {"a": 0, "b": 1}, {"a": True, "b": 1}, {"a": 3, "b": 2}):
        refused("E-OPINION-ANSWER", score_of, questions, bad)


def test_bad_forms_and_polls_are_refused(made):
    good = Form.objects.get().questions
    for bad in ([], "x", [good[0], good[0]], [good[0] | {"weight": 0}], [good[0] | {"kind": "?"}]):
        refused("E-OPINION-FORM", save_form, "satisfaction", "x", "", bad, None)
    assert save_form("satisfaction", "x", "", good[:1], None).version == 2
    Form.objects.filter(version=2).delete()
    for bad in ({"target": 0}, {"open_share": 2}, {"weights": {"999": 1}},
                {"weights": {"110101001": -1}}):  # fmt: skip
        refused("E-OPINION-POLL", poll, **bad)
    today = timezone.localdate()
    refused("E-OPINION-POLL", make_poll, Form.objects.get(), "x", "110101", "street",
            (today + timedelta(days=1), today + timedelta(days=2)), today, 5, None)  # fmt: skip


def test_opinions_are_graded_with_a_numerator_and_a_denominator_of_their_own(made):
    one, links = poll(weights={"110101001": 3})
    by_area = {}
    for link in links:
        by_area.setdefault(link["area"], []).append(link["token"])
    happy = {area: 3 if area == "110101001" else 1 for area in by_area}
    for area, tokens in by_area.items():
        for n, token in enumerate(tokens[:4]):
            answer(invitation_of(token), say(5 if n < happy[area] else 2), "", f"{area}", SLOWLY_S)
    rows = results_of(one)
    assert len(by_area) == 2 and all(each.counted == 4 for each in rows)
    # 3 of 4 with weight three, 1 of 4 with weight one: 2.5 of 4 of the whole.
    assert whole(one, rows) == (5, 8)
    WeightScheme.objects.create(
        key="opinion", kind="district", name="x", state="published", published_at=timezone.now(),
        parts=[{"indicator": "opinion_rate", "weight": 1}], grades=scheme_for("district").grades,
        least_cases=5,
    )  # fmt: skip
    month = parse_period("2026-10")
    run = evaluate(Asked("district", "110101"), month)
    (term,) = run.terms(run.place("110101"))
    assert (term["numerator"], term["denominator"]) == (5, 8)
    assert run.result(run.place("110101"))["grade"] == "C"
    made_known = publish(Asked("district", "110101"), month, None, None)
    assert verify(made_known) == 1
    # A week of it is not what people were asked about.
    week = evaluate(Asked("district", "110101"), parse_period("2026-W42"))
    assert set(week.scores.state) == {"none"}
