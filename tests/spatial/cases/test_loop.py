"""A case on its way: what each step leaves, and what the rules of the field refuse."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from spatial.cases import worktime
from spatial.cases.models import (
    Attachment,
    CalendarDay,
    Case,
    CaseEvent,
    Department,
    Hold,
    Kind,
    Level,
    Outcome,
    StageLimit,
    Task,
    Unit,
    WorkCalendar,
)
from spatial.cases.selectors import case_of_number, events_of, similar
from spatial.cases.services import clocks
from spatial.cases.services.given import Given, Part, Shot
from spatial.cases.services.moving import make_move
from spatial.cases.services.reporting import report
from spatial.cases.stages import Stage
from spatial.components.services.keeping import register
from spatial.core.errors import WanmiError
from spatial.grids.services.locate import locate
from tests.spatial.cases.conftest import SHOT, jpeg
from tests.spatial.components.conftest import at


def refused(code, work, *words, **named):
    before = CaseEvent.objects.count(), Case.objects.count()
    with pytest.raises(WanmiError) as caught, transaction.atomic():
        work(*words, **named)
    assert caught.value.code == code, str(caught.value)
    assert (CaseEvent.objects.count(), Case.objects.count()) == before
    return caught.value


def shift(case, **fields):
    """Set times back, as if the case had stood there longer."""
    Case.objects.filter(pk=case.pk).update(**fields)
    return Case.objects.get(pk=case.pk)


def test_a_report_is_placed_numbered_and_told(world):
    case = Case.objects.get(pk=world.report(photos=(SHOT,)).pk)
    grid = locate([world.point])[0]
    assert (case.grid_code, case.plan_id) == (grid.code, world.plan.pk)
    assert (case.community_code, case.street_code) == (grid.code[:12], grid.code[:9])
    assert case.number == f"110101{case.pk}"
    assert len(case.number) == 20
    assert case.number[6:14] == f"{timezone.localdate():%Y%m%d}"
    assert case_of_number(world.operator, case.number) == case
    event = events_of(case).get()
    assert (event.move, event.stage_before, event.stage_after) == ("report", "", "reported")
    assert (event.role, event.step, event.day) == ("inspector", 1, timezone.localdate())
    assert event.evidence["photos"] == [str(photo.key) for photo in case.photos.all()]
    other = world.report()
    assert other.pk > case.pk


def test_a_report_that_cannot_be_one_is_told_why(world):
    lon, lat = world.point
    now = timezone.now()
    for code, more in (
        ("E-CASE-OUTSIDE", {"lon": lon + 1}),
        ("E-CASE-NOPLACE", {"lon": float("nan")}),
        ("E-CASE-NOPLACE", {"lat": 91.0}),
        ("E-CASE-FUTURE", {"at": now + timedelta(hours=1)}),
        ("E-CASE-OLD", {"at": now - timedelta(days=31)}),
        ("E-CASE-CHANNEL", {"channel": "pigeon"}),
        ("E-CASE-CLASS", {"case_class": 0}),
        ("E-CASE-LONG", {"description": "x" * 2001}),
        ("E-CASE-COMPONENT", {"component": "1101010118000001"}),
        ("E-PHOTO-FORMAT", {"photos": (Shot(b"GIF89a"),)}),
        ("E-CASE-VIEW", {"photos": (replace(SHOT, view="sideways"),)}),
        ("E-CASE-PHOTOS", {"photos": (SHOT,) * 10}),
    ):
        refused(code, report, world.inspector, world.sent(**more))
    refused("E-CASE-ROLE", report, world.dispatcher, world.sent())


def test_a_phone_with_a_late_or_fast_clock(world):
    now = timezone.now()
    fast = world.report(at=now + timedelta(minutes=3))
    assert fast.reported_at <= timezone.now()
    late = world.report(at=now - timedelta(days=2))
    assert str(late.pk)[:8] == f"{timezone.localdate(now - timedelta(days=2)):%Y%m%d}"


def test_a_report_of_the_past_lies_in_its_month(world):
    at_ = timezone.now() - timedelta(days=29)
    case = world.report(at=at_)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text FROM cases_case WHERE id = %s", [case.pk])
        assert cursor.fetchone()[0] == f"cases_case_{timezone.localdate(at_):%Y%m}"


def test_a_report_sent_twice_is_one_case(world):
    key, sent = uuid4(), world.sent(photos=(SHOT,))
    first = report(world.inspector, sent, key=key)
    assert report(world.inspector, sent, key=key) == first
    assert (Case.objects.count(), CaseEvent.objects.count()) == (1, 1)
    assert Attachment.objects.count() == 1
    error = refused("E-CASE-KEY", report, world.inspector, replace(sent, place="别处"), key=key)
    assert error.status == 409
    refused("E-CASE-KEY", report, world.other_inspector, sent, key=key)


def test_a_move_sent_twice_is_made_once(world):
    case, key = world.case(Stage.HANDLING), uuid4()
    given = Given(photos=(SHOT,))
    first = make_move(world.worker, case.pk, "answer", given, key=key)
    assert make_move(world.worker, case.pk, "answer", given, key=key) == first
    assert CaseEvent.objects.filter(move="answer").count() == 1


def test_photos_lose_their_place_and_stay_behind_rights(world, photos_apart):
    from PIL import Image

    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    import io

    packed = io.BytesIO()
    Image.open(io.BytesIO(jpeg())).save(packed, "JPEG", exif=exif)
    photo = world.report(photos=(Shot(packed.getvalue()),)).photos.get()
    assert not dict(Image.open(photo.file.path).getexif().get_ifd(0x8825))
    assert str(photo.key) in photo.file.name


def test_photos_of_a_move_that_fails_go_with_it(world, photos_apart):
    case = world.case(Stage.HANDLING)
    before = set(photos_apart.rglob("*.jpg"))
    assert before
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("ALTER TABLE cases_caseevent ADD CONSTRAINT none CHECK (step < 5)")
    with pytest.raises(DatabaseError), transaction.atomic():
        make_move(world.worker, case.pk, "answer", Given(photos=(SHOT,)))
    assert set(photos_apart.rglob("*.jpg")) == before
    assert Case.objects.get(pk=case.pk).stage == Stage.HANDLING


def test_what_the_public_says_is_checked_before_it_is_filed(world):
    case = report(None, world.sent(channel="web", contact="138"))
    assert case.reporter is None
    given = world.given("file")
    refused("E-CASE-UNCHECKED", make_move, world.operator, case.pk, "file", given)
    world.do(case, ("operator", "ask_check"), ("inspector", "deny"))
    refused("E-CASE-UNCHECKED", make_move, world.operator, case.pk, "file", given)
    seen = world.do(world.report(), ("operator", "ask_check"), ("inspector", "deny"))
    refused("E-CASE-UNCHECKED", make_move, world.operator, seen.pk, "file", given)
    case = world.do(case, ("operator", "ask_check"), ("inspector", "confirm"), ("operator", "file"))
    assert (case.stage, case.limit_n, case.limit_unit) == ("filed", 4, "hour")
    assert (case.filer, case.on_site) == (world.operator, True)


def test_only_the_inspector_who_was_sent_checks_and_verifies(world):
    case = world.case(Stage.CHECKING)
    given = world.given("confirm")
    refused("E-CASE-MISSING", make_move, world.other_inspector, case.pk, "confirm", given)
    other = world.case(Stage.VERIFYING)
    seen = replace(given, inspector=world.other_inspector.pk)
    make_move(world.operator, other.pk, "ask_verify", seen)
    # The one who was sent before reported the case: he sees it and may not verify it.
    refused("E-CASE-NOTYOURS", make_move, world.inspector, other.pk, "verify", given)
    make_move(world.other_inspector, other.pk, "verify", given)


def test_only_the_department_that_has_a_case_moves_it(world):
    case = world.case(Stage.DISPATCHED)
    refused("E-CASE-MISSING", make_move, world.other_worker, case.pk, "accept")
    make_move(world.worker, case.pk, "accept")
    assert Case.objects.get(pk=case.pk).person == world.worker


def test_keys_that_do_not_fit_are_told(world):
    new, filed = world.report(), world.case(Stage.FILED)
    for user, case, move, code, more in (
        (world.operator, new, "file", "E-CASE-STANDARD", {"standard": world.of_lamps.pk}),
        (world.operator, new, "ask_check", "E-CASE-INSPECTOR", {"inspector": world.worker.pk}),
        (world.operator, new, "merge", "E-CASE-INTO", {"into": new.pk}),
        (world.operator, new, "merge", "E-CASE-INTO", {"into": world.case(Stage.CLOSED).pk}),
        (world.dispatcher, filed, "dispatch", "E-CASE-DEPARTMENT", {"department": 99}),
        (world.dispatcher, filed, "dispatch", "E-CASE-PERSON", {"person": world.worker.pk}),
        (world.dispatcher, filed, "transfer", "E-CASE-NOTCITY", {"department": world.roads.pk}),
        (world.dispatcher, filed, "split", "E-CASE-PARTS", {"parts": (Part(1, "灯"),)}),
        (world.dispatcher, filed, "send_back", "E-CASE-LONG", {"reason": "x" * 1001}),
    ):
        given = replace(world.given(move), into=new.pk) if move == "merge" else world.given(move)
        refused(code, make_move, user, case.pk, move, replace(given, **more))
    refused("E-CASE-UNKNOWN", make_move, world.operator, new.pk, "vanish")
    sent = world.case(Stage.DISPATCHED)
    same = replace(world.given("redispatch"), department=world.lamps.pk)
    refused("E-CASE-SAME", make_move, world.dispatcher, sent.pk, "redispatch", same)


def test_a_component_is_of_the_class_and_kept(world):
    lamp = register(world.lamp.component_class, *world.point, {"name": "灯"})
    case = world.report(case_class=world.lamp.pk, component=lamp.code)
    assert (case.component, case.kind) == (lamp, Kind.COMPONENT)
    assert list(lamp.cases.all()) == [case]
    refused("E-CASE-COMPONENT", world.report, component=lamp.code)


def test_merged_into_an_open_case(world):
    first, second = world.report(), world.report()
    make_move(world.operator, second.pk, "merge", Given(into=first.pk))
    second.refresh_from_db()
    assert (second.stage, second.outcome, second.merged_into) == ("merged", "merged", first)


# --- clocks


def test_the_clock_starts_with_the_department_and_late_is_settled_there(world):
    case = world.case(Stage.HANDLING)
    assert case.deadline - case.clock_from == timedelta(hours=4)
    late = shift(case, deadline=timezone.now() - timedelta(minutes=1))
    late = world.do(late, ("worker", "answer"))
    assert (late.late, late.stage) == (True, Stage.ANSWERED)
    assert late.handed_on_at is not None
    in_time = world.do(world.case(Stage.HANDLING), ("worker", "answer"))
    assert in_time.late is False
    # What happens at supervision does not count: nothing changes when it takes days.
    shift(in_time, deadline=timezone.now() - timedelta(days=1))
    closed = world.do(
        in_time, ("dispatcher", "pass_on"), ("operator", "ask_verify"), ("inspector", "verify"),
        ("operator", "close"),
    )  # fmt: skip
    assert (closed.late, closed.outcome) == (False, Outcome.DONE)
    assert not Hold.objects.filter(case=closed, until__isnull=True).exists()


def test_a_hold_moves_the_deadline_by_what_it_lasted(world):
    case = world.do(world.case(Stage.HANDLING), ("dispatcher", "hold"))
    before = case.deadline
    Hold.objects.filter(case=case).update(since=timezone.now() - timedelta(hours=3))
    case = world.do(case, ("worker", "resume"))
    moved = case.deadline - before
    assert timedelta(hours=3) <= moved < timedelta(hours=3, minutes=1)
    assert (case.stage, case.holds) == (Stage.HANDLING, 1)


def test_rework_goes_on_with_what_was_left_and_late_stays_late(world):
    case = world.case(Stage.HANDLING)
    shift(case, deadline=timezone.now() + timedelta(hours=1))
    case = world.do(case, ("worker", "answer"))
    Hold.objects.filter(case=case).update(since=timezone.now() - timedelta(hours=5))
    shift(case, deadline=timezone.now() - timedelta(hours=4))
    verified = [("dispatcher", "pass_on"), ("operator", "ask_verify"), ("inspector", "fail")]
    case = world.do(case, *verified, ("operator", "rework"))
    left = case.deadline - timezone.now()
    assert timedelta(minutes=59) < left < timedelta(minutes=61)
    shift(case, deadline=timezone.now() - timedelta(seconds=1))
    case = world.do(case, ("worker", "answer"))
    assert (case.late, case.reworks) == (True, 1)
    shift(case, deadline=timezone.now() + timedelta(days=1))
    case = world.do(case, *verified, ("operator", "rework"), ("worker", "answer"))
    assert case.late is True


def test_more_time_takes_two_people(world):
    world.leader.groups.add(*world.dispatcher.groups.all())
    case = world.do(world.case(Stage.HANDLING), ("worker", "ask_extension"))
    before = case.deadline
    again = world.given("ask_extension")
    refused("E-CASE-ASKED", make_move, world.worker, case.pk, "ask_extension", again)
    refused("E-CASE-NOEXTENSION", make_move, world.leader, case.pk, "grant_extension")
    make_move(world.leader, case.pk, "agree_extension")
    refused("E-CASE-SECOND", make_move, world.leader, case.pk, "grant_extension")
    case.extension_rows.update(agreed_by=world.dispatcher)
    make_move(world.leader, case.pk, "grant_extension")
    case.refresh_from_db()
    assert case.deadline == before + timedelta(days=1)
    assert (case.extensions, case.extension_rows.get().state) == (1, "granted")
    more = replace(again, more=replace(again.more, n=Decimal(0)))
    refused("E-CASE-MORE", make_move, world.worker, case.pk, "ask_extension", more)


def test_working_days_of_the_district_count(world):
    calendar = WorkCalendar.objects.create(region_code="110101", hours="09:00-17:00")
    CalendarDay.objects.bulk_create(
        CalendarDay(calendar=calendar, day=timezone.localdate() + timedelta(days=n), works=n == 9)
        for n in range(10)
    )
    case = world.report(case_class=world.lamp.pk)
    given = replace(world.given("file"), standard=world.of_lamps.pk)
    make_move(world.operator, case.pk, "file", given)
    case = world.do(case, ("dispatcher", "dispatch"))
    # The first working day is the tenth from today; the limit is two.
    due = timezone.localtime(case.deadline)
    assert due.date() > timezone.localdate() + timedelta(days=9)
    assert (due.hour, due.minute) == (17, 0)
    assert clocks.calendar_of("110101").is_working_day(timezone.localdate()) is False


def test_units_are_those_of_working_time():
    assert set(Unit.values) == {unit.value for unit in worktime.Unit}


def test_a_stage_has_its_own_limit(world):
    StageLimit.objects.create(stage="reported", limit_n=Decimal("0.25"), limit_unit=Unit.HOUR)
    case = world.report()
    assert case.stage_deadline - case.stage_since == timedelta(minutes=15)
    assert world.do(case, ("operator", "file")).stage_deadline is None
    StageLimit.objects.create(stage="dispatched", limit_n=Decimal(1), limit_unit=Unit.HOUR)
    case = world.do(case, ("dispatcher", "dispatch"))
    old = timezone.now() - timedelta(hours=2)
    case = shift(case, stage_since=old, stage_deadline=old)
    case = world.do(case, ("operator", "press"))
    assert case.stage_deadline == old
    # Somebody else has to act: the limit of the stage begins again.
    case = world.do(case, ("dispatcher", "redispatch"))
    assert case.stage_deadline - case.stage_since == timedelta(hours=1)
    assert case.stage_since > old


def test_the_limit_of_a_stage_is_asked_for_once_a_move(world):
    for stage in ("reported", "filed"):
        StageLimit.objects.create(stage=stage, limit_n=Decimal(1), limit_unit=Unit.HOUR)
    with CaptureQueriesContext(connection) as seen:
        case = world.report()
    assert sum("cases_stagelimit" in one["sql"] for one in seen) == 1
    with CaptureQueriesContext(connection) as seen:
        make_move(world.operator, case.pk, "file", world.given("file"))
    assert sum("cases_stagelimit" in one["sql"] for one in seen) == 1
    case.refresh_from_db()
    assert case.due_at == case.stage_deadline and case.warn_at < case.due_at


# --- dispatch


def test_improper_dispatch_is_counted(world):
    case = world.do(world.case(Stage.HANDLING), ("worker", "decline"))
    assert (case.declines, case.redispatches, case.deadline) == (1, 0, None)
    given = replace(world.given("dispatch"), department=world.roads.pk)
    make_move(world.dispatcher, case.pk, "dispatch", given)
    case.refresh_from_db()
    assert (case.redispatches, case.department) == (1, world.roads)
    back = replace(given, department=world.lamps.pk)
    make_move(world.dispatcher, case.pk, "redispatch", back)
    case.refresh_from_db()
    assert (case.redispatches, case.department) == (2, world.lamps)
    assert case.deadline is not None


def test_escalated_to_the_city_and_no_further(world):
    case = world.case(Stage.DISPATCHED)
    assert case.level == Level.DISTRICT
    case = world.do(case, ("dispatcher", "escalate"))
    assert (case.level, case.stage, case.department) == (Level.CITY, "filed", None)
    given = world.given("escalate")
    refused("E-CASE-TOP", make_move, world.dispatcher, case.pk, "escalate", given)
    case = world.do(case, ("dispatcher", "transfer"))
    assert (case.stage, case.department) == ("dispatched", world.city)
    # From one department to the next level is no improper dispatch.
    assert case.redispatches == 0


def test_from_the_community_to_the_city_level_by_level(world):
    Department.objects.filter(pk=world.lamps.pk).update(level=Level.COMMUNITY)
    case = world.case(Stage.HANDLING)
    levels = [case.level]
    while case.level < Level.CITY:
        case = world.do(case, ("dispatcher", "escalate"))
        levels.append(case.level)
    assert levels == [Level.COMMUNITY, Level.STREET, Level.DISTRICT, Level.CITY]
    assert case.escalations == 3


def test_a_split_case_is_done_when_all_its_parts_are(world):
    case = world.case(Stage.DIVIDED)
    lamp, road = case.tasks.order_by("pk")
    given = replace(world.given("answer_part"), part=lamp.pk)
    refused("E-CASE-NOTYOURS", make_move, world.other_worker, case.pk, "answer_part", given)
    make_move(world.worker, case.pk, "answer_part", given)
    refused("E-CASE-PART", make_move, world.worker, case.pk, "answer_part", given)
    assert Case.objects.get(pk=case.pk).stage == Stage.DIVIDED
    other = replace(given, part=road.pk)
    make_move(world.other_worker, case.pk, "decline_part", other)
    refused("E-CASE-PART", make_move, world.other_worker, case.pk, "answer_part", other)
    back = replace(other, department=world.lamps.pk)
    make_move(world.dispatcher, case.pk, "redirect_part", back)
    make_move(world.worker, case.pk, "answer_part", other)
    case = Case.objects.get(pk=case.pk)
    moves = list(events_of(case).values_list("move", "stage_after", "role"))
    assert moves[-2:] == [
        ("answer_part", "divided", "department"),
        ("parts_done", "answered", "system"),
    ]
    assert (case.stage, case.redispatches, case.late) == (Stage.ANSWERED, 1, False)
    assert set(case.tasks.values_list("state", flat=True)) == {Task.State.ANSWERED}


# --- the end


def test_closed_by_force_opened_again_and_appealed(world):
    case = world.case(Stage.DIVIDED)
    world.forcer.groups.add(*world.operator.groups.all())
    make_move(world.forcer, case.pk, "force_close", Given(reason="重复投诉"))
    case.refresh_from_db()
    assert (case.stage, case.outcome) == ("closed", "forced")
    assert set(case.tasks.values_list("state", flat=True)) == {Task.State.DROPPED}
    assert Case.objects.get(pk=case.pk).department == world.lamps
    case = world.do(case, ("worker", "appeal"))
    refused("E-CASE-APPEALED", world.do, case, ("worker", "appeal"))
    case = world.do(case, ("operator", "uphold_appeal"))
    assert case.exempt
    refused("E-CASE-NOAPPEAL", world.do, case, ("operator", "dismiss_appeal"))
    case = world.do(case, ("operator", "reopen"))
    assert (case.stage, case.outcome, case.closed_at) == ("filed", "", None)
    assert (case.department, case.exempt) == (None, False)
    # Split again, it is done when the new parts are.
    case = world.do(case, ("dispatcher", "split"))
    lamp, road = case.tasks.filter(state=Task.State.OPEN)
    for user, part in ((world.worker, lamp), (world.other_worker, road)):
        given = replace(world.given("answer_part"), part=part.pk)
        make_move(user, case.pk, "answer_part", given)
    assert Case.objects.get(pk=case.pk).stage == Stage.ANSWERED


def test_similar_open_cases_are_shown_while_filing(world):
    near, far = at((140, 170), (140, 240))
    one = world.report(lon=near.x, lat=near.y)
    world.report(lon=far.x, lat=far.y)
    old = world.report()
    shift(old, reported_at=timezone.now() - timedelta(hours=25))
    world.do(world.report(), ("operator", "reject"))
    other = world.report(case_class=world.lamp.pk)
    lon, lat = world.point
    now = timezone.now()
    assert similar(world.operator, lon, lat, now) == [other, one]
    found = similar(world.operator, lon, lat, now, case_class=world.litter.pk)
    assert found == [one]
    assert 25 < found[0].away.m < 35


# --- what the database keeps


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("UPDATE cases_caseevent SET reason = 'x'", "E-CASE-HISTORY"),
        ("DELETE FROM cases_caseevent", "E-CASE-HISTORY"),
        ("DELETE FROM cases_case", "E-CASE-STAYS"),
        ("UPDATE cases_case SET stage = 'filed'; SET CONSTRAINTS ALL IMMEDIATE", "E-CASE-NOEVENT"),
        ("UPDATE cases_case SET step = 9; SET CONSTRAINTS ALL IMMEDIATE", "E-CASE-NOEVENT"),
        ("UPDATE cases_case SET stage = 'closed'", "case_end_fits_stage"),
        (
            "INSERT INTO cases_caseevent (id, case_id, step, move, stage_before, stage_after, role,"
            " user_name, reason, evidence, at, day) SELECT id + 1, case_id, 1, move,"
            " stage_before, stage_after, role, '', '', evidence, at, day FROM cases_caseevent",
            "case_event_key",
        ),
    ],
)
def test_the_database_refuses(world, statement, says):
    world.report()
    refusal = pytest.raises(DatabaseError, match=says)
    with connection.cursor() as cursor, refusal, transaction.atomic():
        cursor.execute(statement)
