"""Made-up cases in the database: as the services would have left them, and going on from there."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from fixtures.cases.batch import NEVER_US
from fixtures.cases.words import MOVE
from spatial.cases.making import following
from spatial.cases.making.ground import read_city
from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Clock, Wanted, generator
from spatial.cases.models import (
    Case,
    CaseEvent,
    CaseSource,
    Department,
    DispatchRule,
    InHand,
)
from spatial.cases.models import Hold as HoldRow
from spatial.cases.services.checking import FAULTS, check_cases, require_sound
from spatial.cases.services.given import Given
from spatial.cases.services.moving import make_move
from spatial.cases.services.suggesting import suggest
from spatial.cases.worktime import Calendar, Hold, Unit, deadline
from spatial.core.errors import WanmiError
from tests.spatial.cases.conftest import SHOT

WANTED = Wanted(("110101",), 1_500, days=70, open_share=0.1, until=date(2026, 11, 20))
ZONE = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def made(world):
    """The small district with made-up cases; its own people are inspector and operators too."""
    stars = {"inspector": world.inspector}
    return make_cases(WANTED, stars=stars)


def test_what_is_made_is_sound_and_complete(world, made):
    assert made["cases"] == Case.objects.count() == 1_500
    assert made["events"] == CaseEvent.objects.count()
    assert made["open"] == InHand.objects.count() == Case.objects.filter(closed_at=None).count()
    found = check_cases()
    assert (found.cases, found.events, dict(found.faults)) == (1_500, made["events"], {})
    require_sound(found)
    assert Case.objects.aggregate(last=Max("reported_at"))["last"].astimezone(ZONE).date() <= (
        WANTED.until
    )
    assert CaseEvent.objects.aggregate(last=Max("at"))["last"] < datetime(2026, 11, 21, tzinfo=ZONE)
    assert Department.objects.filter(code__startswith="110101P").count() == 27
    assert Case.objects.filter(place="").count() == 0
    stages = set(InHand.objects.values_list("stage", flat=True))
    assert {"reported", "handling", "verifying"} <= stages
    assert InHand.objects.filter(verifier=world.inspector, stage="verifying").exists()


def test_made_twice_is_made_once_and_another_seed_is_other_cases(made):
    again = make_cases(WANTED)
    assert (again["cases"], again["unmodified"]) == (0, 1_500)
    other = make_cases(replace(WANTED, seed=2, cases=300))
    assert other["cases"] == 300
    assert Case.objects.count() == 1_800
    assert not check_cases().faults
    positions = list(DispatchRule.objects.values_list("position", flat=True))
    assert len(positions) == len(set(positions))


def test_a_run_that_was_stopped_goes_on(world):
    class Stop(Exception):
        pass

    def stop(done, _total, _message=""):
        if done > 900:
            raise Stop

    with pytest.raises(Stop):
        make_cases(WANTED, progress=stop)
    there = set(Case.objects.values_list("pk", "stage"))
    assert 0 < len(there) < 1_500
    assert CaseSource.objects.get().done_to < WANTED.until
    make_cases(WANTED)
    assert there < set(Case.objects.values_list("pk", "stage"))
    assert Case.objects.count() == 1_500
    assert not check_cases().faults


def test_cases_run_until_now_and_no_further(world):
    made = make_cases(replace(WANTED, until=None, cases=700))
    now = timezone.now()
    assert CaseEvent.objects.aggregate(last=Max("at"))["last"] <= now
    assert made["cases"] == Case.objects.count() <= 700
    assert not check_cases().faults


def test_clocks_agree_with_the_generator_and_with_working_time(world):
    city, clock = read_city(["110101"]), Clock(Calendar())
    made = generator(replace(WANTED, cases=20_000), WANTED.until, city, clock, ZONE)
    (batch,) = made.batches(10**9)
    standards = [one.standards for one in made.classes]
    limit, unit = np.array(
        [(standards[kind][n - 1].limit, standards[kind][n - 1].unit)
         for kind, n in zip(batch.case_class, batch.standard, strict=True)], object).T  # fmt: skip
    trails = following.Trails(batch.moves, len(batch))
    found = following.clocks(trails, limit.astype(float), unit, clock.due, clock.elapsed)
    closed = batch.ended_us != NEVER_US
    assert np.mean((found.late == batch.late)[closed]) > 0.999
    held = np.flatnonzero(trails.last("resume") != following.NONE)[:60]
    calendar = Calendar()
    for row in held:
        if found.deadline_us[row] == following.NEVER_US or trails.last("rework")[row] >= 0:
            continue
        span = [moment(trails.at(trails.last(name))[row]) for name in ("hold", "resume")]
        start = moment(trails.at(trails.last("dispatch", "redispatch"))[row])
        if start > span[0]:
            continue
        by_hand = deadline(start, float(limit[row]), Unit(unit[row]), calendar, holds=[Hold(*span)])
        assert abs(by_hand - moment(found.deadline_us[row])) < timedelta(seconds=1)
    assert np.count_nonzero(batch.moves.move == MOVE["hold"]) > 50


def moment(at_us):
    return datetime.fromtimestamp(int(at_us) / 1e6, ZONE)


def test_people_go_on_where_made_up_cases_stand(world, made):
    moves = {
        "reported": (world.operator, "ask_check"),
        "checked": (world.operator, "refuse"),
        "filed": (world.dispatcher, "dispatch"),
        "dispatched": (None, "accept"),
        "handling": (None, "answer"),
        "held": (world.dispatcher, "resume"),
        "answered": (world.dispatcher, "return_answer"),
        "to_verify": (world.operator, "ask_verify"),
        "verified": (world.operator, "rework"),
    }
    given = Given("因为", (SHOT,), world.roads.pk, inspector=world.inspector.pk)
    for row in list(InHand.objects.filter(stage__in=moves).select_related("case")[:40]):
        user, move = moves[row.stage]
        user = user or row.department.members.first()
        make_move(user, row.case_id, move, given, seen=row.step)
    assert HoldRow.objects.filter(until__isnull=True).exists()
    assert not check_cases().faults


def test_rules_and_register_lead_to_the_departments_that_had_the_cases(made):
    cases = Case.objects.filter(department__isnull=False, redispatches=0, declines=0)
    for case in cases.select_related("case_class", "component")[:80]:
        assert suggest(case).department == case.department, case


BREAKS = {
    "noevent": "DELETE FROM cases_caseevent WHERE id = (SELECT max(id) FROM cases_caseevent)",
    "stage": "UPDATE cases_case SET stage = 'refused' WHERE id = (SELECT max(id) FROM cases_case"
             " WHERE outcome = 'done')",
    "gap": "DELETE FROM cases_caseevent WHERE id = (SELECT min(id) FROM cases_caseevent)",
    "chain": "UPDATE cases_caseevent SET stage_before = 'held' WHERE move = 'accept'",
    "table": "UPDATE cases_caseevent SET role = 'dispatcher' WHERE move = 'close'",
    "order": "UPDATE cases_caseevent SET at = at - interval '1 year' WHERE move = 'close'",
    "count": "UPDATE cases_case SET declines = declines + 1",
    "ended": "UPDATE cases_case SET closed_at = closed_at + interval '1 day'",
    "late": "UPDATE cases_case SET late = false WHERE late",
    "grid": "UPDATE cases_case SET grid_code = '110101999999999'",
    "orphan": "DELETE FROM cases_case WHERE id = (SELECT min(id) FROM cases_case)",
    "in_hand": "DELETE FROM cases_inhand",
}  # fmt: skip


def test_every_fault_is_found(world):
    make_cases(replace(WANTED, cases=600, days=30))
    assert set(BREAKS) == set(FAULTS)
    with connection.cursor() as cursor:
        for name, statement in BREAKS.items():
            cursor.execute("SAVEPOINT sound; SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            found = check_cases()
            assert found.faults[name], name
            with pytest.raises(WanmiError, match="E-CASE-BROKEN"):
                require_sound(found)
            cursor.execute("ROLLBACK TO SAVEPOINT sound")


@pytest.mark.parametrize(
    "wrong",
    [
        {"cases": 0},
        {"cases": 10**9},
        {"days": 0},
        {"open_share": 2},
        {"seed": -1},
        {"until": date(2999, 1, 1)},
        {"districts": ()},
    ],
)
def test_a_plan_that_cannot_be_is_refused(db, wrong):
    with pytest.raises(WanmiError) as caught:
        make_cases(replace(WANTED, **wrong))
    assert caught.value.code == "E-CASE-PLAN"
    assert not CaseSource.objects.exists()


def test_the_commands_say_what_came_of_it(world, capsys):
    call_command("make_cases", "110101", cases=200, days=20, json=True)
    assert '"cases": 200' in capsys.readouterr().out or Case.objects.count() <= 200
    call_command("check_cases")
    assert "events" in capsys.readouterr().out
    with pytest.raises(CommandError, match="E-CASE-NOGRIDS"):
        call_command("make_cases", "110102", cases=10)


def test_events_note_what_their_moves_would_have_noted(made):
    """What the last events say of clocks is what stands in the cases."""
    with connection.cursor() as cursor:
        cursor.execute("""
            SELECT count(*), count(*) FILTER (WHERE (e.evidence->>'late')::boolean = c.late),
                count(*) FILTER (WHERE (e.evidence->'due'->>0)::timestamptz IS NOT NULL)
            FROM cases_case c JOIN LATERAL (SELECT * FROM cases_caseevent e
                WHERE e.case_id = c.id AND e.move = 'answer' ORDER BY e.id DESC LIMIT 1) e ON true
            WHERE c.late IS NOT NULL AND c.handed_on_at = e.at""")
        answered, agree, due = cursor.fetchone()
        assert 0 < answered == agree == due
        cursor.execute("""
            SELECT count(*), count(*) FILTER (WHERE (e.evidence->'due'->>1)::timestamptz
                = c.deadline)
            FROM cases_case c JOIN LATERAL (SELECT * FROM cases_caseevent e
                WHERE e.case_id = c.id AND e.evidence ? 'due' ORDER BY e.id DESC LIMIT 1) e ON true
            WHERE c.stage IN ('dispatched', 'handling')""")
        running, same = cursor.fetchone()
        assert 0 < running == same
