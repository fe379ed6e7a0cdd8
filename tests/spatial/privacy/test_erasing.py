"""What is older than its time goes, once; the store is as sound as before."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from spatial.cases.models import (
    Attachment,
    Case,
    CaseEvent,
    Extension,
    Following,
    OutsideReport,
    Satisfaction,
)
from spatial.cases.services.given import Given
from spatial.cases.services.moving import make_move
from spatial.cases.services.reporting import report
from spatial.cases.stages import Stage
from spatial.core import audit, looks
from spatial.core.models import AuditEntry, Look
from spatial.patrol.models import Duty, GridResponsible, Walk
from spatial.privacy.services import erasing as service
from spatial.privacy.services.erasing import erase_old, erasing
from spatial.privacy.services.steps import STEPS
from spatial.reports.models import Subscription
from spatial.reports.services.store import check_store, require_sound
from tests.spatial.cases.conftest import SHOT, WAYS, person

PHONE = "138 0000 5678"


def closed(world, **more):
    """A case of a resident that went the whole way."""
    words = {"description": f"请打 {PHONE}", "place": f"某店 {PHONE}", "contact": f"王女士 {PHONE}"}
    case = report(None, world.sent(channel="web", photos=(SHOT,), **words, **more))
    checked = WAYS[Stage.CHECKED]
    return world.do(case, *checked, *WAYS[Stage.CLOSED])


def later(days):
    return timezone.now() + timedelta(days=days)


def found(days, **more):
    told = erase_old(STEPS, now=later(days), **more)
    return {name: count for name, count in told.items() if count}


def test_a_contact_goes_before_the_words(world):
    case, waits = closed(world), report(None, world.sent(channel="web", contact=PHONE))
    OutsideReport.objects.create(case=case, account="a-1", device="d-1", attributes={"x": "y"})
    assert found(179) == {}
    assert found(181, dry_run=True) == {"contacts": 1, "accounts_elsewhere": 1}
    assert Case.objects.get(pk=case.pk).contact
    assert found(181) == {"contacts": 1, "accounts_elsewhere": 1}
    case = Case.objects.get(pk=case.pk)
    assert (case.contact, case.description) == ("", f"请打 {PHONE}")
    beside = OutsideReport.objects.get()
    assert (beside.account, beside.device, beside.attributes) == ("", "", {"x": "y"})
    assert Case.objects.get(pk=waits.pk).contact == PHONE
    assert found(181) == {}


def test_words_and_photos_go_and_the_store_stays_sound(world, django_capture_on_commit_callbacks):
    case = closed(world)
    link = Following.objects.create(case=case, token_hash="h", channel="web")
    Satisfaction.objects.create(case=case, following=link, score=2, words=f"差 {PHONE}")
    make_move(world.worker, case.pk, "appeal", Given(reason=f"住户 {PHONE} 不在家"))
    before = list(CaseEvent.objects.order_by("pk").values())
    files = [photo.file for photo in Attachment.objects.all()]
    with django_capture_on_commit_callbacks(execute=True):
        told = found(1096)
    assert told["words_of_cases"] == 1 and told["photos"] == len(files)
    case = Case.objects.get(pk=case.pk)
    assert (case.contact, case.description, case.place) == ("", "", "某店 ***")
    assert case.erased_at is not None
    assert (Satisfaction.objects.get().words, Satisfaction.objects.get().score) == ("", 2)
    after = list(CaseEvent.objects.order_by("pk").values())
    assert [row.pop("reason") for row in before][-1] == f"住户 {PHONE} 不在家"
    assert [row.pop("reason") for row in after][-1] == "住户 *** 不在家"
    assert before == after
    assert not Attachment.objects.exists()
    assert not any(file.storage.exists(file.name) for file in files)
    require_sound(list(check_store()))
    assert found(1096) == {}
    entry = AuditEntry.objects.get(action="personal.erased")
    assert entry.detail["words_of_cases"] == 1 and entry.detail["system_user"]
    assert PHONE not in json.dumps(entry.detail, ensure_ascii=False)


def test_what_staff_saw_themselves_stays_without_numbers(world):
    world.do(world.report(description=f"井盖缺失 {PHONE}"), ("operator", "refuse"))
    told = found(1096)
    assert told["words_of_cases"] == 1
    assert Case.objects.get().description == "井盖缺失 ***"
    assert CaseEvent.objects.get(move="refuse").reason == "因为"


def test_open_cases_and_their_parts_are_left_alone(world):
    case = world.case(Stage.DIVIDED)
    Case.objects.filter(pk=case.pk).update(contact=PHONE, description=PHONE)
    assert found(5000).keys() <= {"log_of_administration"}
    assert Case.objects.get(pk=case.pk).contact == PHONE


def test_a_case_that_is_opened_again_is_gone_through_again(world):
    case = world.case(Stage.REFUSED)
    found(1096)
    make_move(world.operator, case.pk, "reopen", Given(reason=f"打 {PHONE}"))
    assert Case.objects.get(pk=case.pk).erased_at is None
    world.do(case, ("operator", "refuse"))
    assert found(1096)["words_of_cases"] == 1
    assert CaseEvent.objects.get(move="reopen").reason == "打 ***"


def test_batches_go_on_where_one_ended(world, monkeypatch):
    monkeypatch.setattr(service, "BATCH", 2)
    for _n in range(5):
        case = report(None, world.sent(channel="web", contact=PHONE))
        world.do(case, ("operator", "reject"))
    seen = []
    told = erase_old(STEPS, now=later(181), progress=lambda *said: seen.append(said))
    assert told["contacts"] == 5
    assert [said[:2] for said in seen] == [(2, 5), (4, 5), (5, 5)]


def test_people_logs_and_looks_go_by_their_times(world):
    now, day = timezone.now(), timezone.localdate()
    gone = GridResponsible.objects.create(level="grid", code="1", name="张三", phone=PHONE,
                                          valid_from=day - timedelta(9), valid_to=day)  # fmt: skip
    GridResponsible.objects.create(level="grid", code="1", name="李四", valid_from=day)
    Subscription.objects.create(email="a@example.org", district_code="110101", in_use=False)
    Subscription.objects.create(email="b@example.org", district_code="110101")
    old = person("gone", "inspector")
    type(old).objects.filter(pk=old.pk).update(is_active=False, first_name="三", email="c@x.org")
    Duty.objects.create(user=old, started_at=now, ended_at=now, last_point=world.plan.grids.first()
                        .geom.centroid, last_at=now, last_accuracy_m=3)  # fmt: skip
    Walk.objects.create(user=old, day=day, grids=["1"], own=1, due=1)
    audit.record(None, "login.locked", "User", "gone", address="203.0.113.9", minutes=30)
    audit.record_change(None, "gridresponsible.changed", "GridResponsible", "1", {"phone": "1"}, {})
    looks.look(world.operator, Look.What.TRAIL, ["gone"])
    assert found(89, dry_run=True) == {}
    assert found(91) == {"last_positions": 1}
    assert found(181) == {"addresses_of_log_ins": 1}
    assert found(366) == {"persons": 1, "subscriptions": 1, "names_of_accounts": 1}
    assert found(1097) == {"walks": 1, "changes_of_persons": 1, "looks": 1}
    assert not GridResponsible.objects.filter(pk=gone.pk).exists()
    assert GridResponsible.objects.get().name == "李四"
    assert Subscription.objects.get().email == "b@example.org"
    old.refresh_from_db()
    assert (old.first_name, old.email, old.username) == ("", "", "gone")
    assert Duty.objects.get().last_point is None
    entries = AuditEntry.objects.filter(object_type__in=["User", "GridResponsible"])
    assert [entry.detail for entry in entries] == [{"erased": True}] * 2
    assert entries.filter(action="login.locked").exists()


def test_the_tables_stay_append_only_for_everybody_else(world):
    case = world.do(world.report(), ("operator", "refuse"))
    audit.record(None, "x", "User", "a", address="203.0.113.9")
    looks.look(world.operator, Look.What.CASE, [case.number])
    refused = (
        "UPDATE cases_caseevent SET reason = ''", "DELETE FROM core_look",
        "UPDATE core_look SET user_name = ''", "UPDATE core_auditentry SET detail = '{}'",
    )  # fmt: skip
    also_while_erasing = (
        "UPDATE cases_caseevent SET reason = 'longer than it was'",
        "UPDATE cases_caseevent SET user_name = 'somebody'",
        "UPDATE cases_caseevent SET at = now()",
        "UPDATE cases_caseevent SET evidence = '{\"a\": 1}'",
        "DELETE FROM cases_caseevent",
        "UPDATE core_auditentry SET action = ''",
        "UPDATE core_auditentry SET detail = '{}'",
        "DELETE FROM core_auditentry",
        "UPDATE core_look SET at = at - interval '1 day'",
    )
    for statement in refused:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)
    for statement in also_while_erasing:
        with pytest.raises(DatabaseError, match="append-only"), erasing() as cursor:
            cursor.execute(statement)
    with erasing() as cursor:
        cursor.execute("UPDATE cases_caseevent SET reason = '' WHERE move = 'refuse'")
    for statement in refused[:1]:
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(statement)


def test_a_reason_of_a_case_in_hand_cannot_be_taken_out(world):
    world.do(world.case(Stage.HANDLING), ("worker", "ask_extension"))
    assert Extension.objects.exists()
    with pytest.raises(DatabaseError, match="append-only"), erasing() as cursor:
        cursor.execute("UPDATE cases_caseevent SET reason = '' WHERE reason <> ''")


def test_the_command_says_what_it_did_and_refuses_a_slip(world, settings, capsys):
    closed(world)
    call_command("erase_personal", "--json", "--dry-run")
    told = json.loads(capsys.readouterr().out)
    assert told["dry_run"] is True and told["contacts"] == 0
    settings.KEEP_CONTACT_D = 0
    with pytest.raises(CommandError, match="E-PERSONAL-KEEP"):
        call_command("erase_personal")
