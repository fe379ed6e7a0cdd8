"""One who asks is forgotten: what is of ended cases goes, open ones are named."""

import json
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import timezone

from spatial.cases.models import Attachment, Case, CaseEvent, SavedSearch
from spatial.cases.services.reporting import report
from spatial.core import audit, looks
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.core.models import AuditEntry, Look
from spatial.notes.models import Note
from spatial.patrol.keys import key_of
from spatial.patrol.models import GridResponsible, Position
from spatial.patrol.services.positions import ensure_day
from spatial.privacy.services.forgetting import Reach, forget, reported_by
from spatial.reports.models import Subscription
from spatial.reports.services.store import check_store, require_sound
from tests.spatial.cases.conftest import SHOT

PHONE = "13800005678"


def from_outside(world, contact, **more):
    return report(None, world.sent(channel="web", contact=contact, **more))


@pytest.mark.parametrize(
    ("contact", "his"),
    [
        ("王 13800005678", True), ("138-0000-5678", True), ("+86 138 0000 5678", True),
        ("8613800005678", True), ("113800005678", False), ("138000056789", False),
        ("13800005679", False), ("a@b.cn", False),
    ],
)  # fmt: skip
def test_a_number_is_found_however_it_is_written(world, contact, his):
    from_outside(world, contact)
    for asked in (PHONE, "+86 138-0000-5678"):
        assert reported_by(Reach.of(asked)).exists() == his


def test_an_address_is_found_as_a_whole(world):
    from_outside(world, "王 A.b@Example.org")
    assert reported_by(Reach.of("a.b@example.org")).exists()
    assert not reported_by(Reach.of("b@example.org")).exists()
    assert not reported_by(Reach.of("axb@example.org")).exists()


def test_a_reporter_is_forgotten_before_the_time(world, django_capture_on_commit_callbacks):
    ended = from_outside(world, f"王 {PHONE}", description="我家门口", place="我家", photos=(SHOT,))
    world.do(ended, ("operator", "refuse"))
    other = from_outside(world, "13900000000", description="别人的")
    world.do(other, ("operator", "refuse"))
    still = from_outside(world, PHONE, description="还没有办")
    day = timezone.localdate()
    GridResponsible.objects.create(level="grid", code="1", name="王", phone=PHONE, valid_from=day)
    GridResponsible.objects.create(level="grid", code="2", name="王", phone=PHONE,
                                   valid_from=day - timedelta(9), valid_to=day)  # fmt: skip
    audit.record_change(None, "x.changed", "GridResponsible", "1", {"phone": PHONE}, {})
    (photo,) = Attachment.objects.filter(case=ended, step=1)
    before = forget(PHONE, dry_run=True).summary()
    assert Case.objects.get(pk=ended.pk).contact
    with django_capture_on_commit_callbacks(execute=True):
        told = forget(PHONE).summary()
    assert told == before == {
        "cases": 1, "photos": 1, "answers": 0, "persons": 1, "subscriptions": 0,
        "audit_entries": 1, "open_cases": [still.number], "in_charge": ["1"],
    }  # fmt: skip
    ended = Case.objects.get(pk=ended.pk)
    assert (ended.contact, ended.description, ended.place) == ("", "", "")
    assert not photo.file.storage.exists(photo.file.name)
    # What whoever looked at the place took is not the reporter's.
    assert Attachment.objects.get(case=ended).step == 2
    assert Case.objects.get(pk=other.pk).description == "别人的"
    assert Case.objects.get(pk=still.pk).contact == PHONE
    assert CaseEvent.objects.get(case=ended, move="refuse").reason == "因为"
    assert AuditEntry.objects.get(action="x.changed").detail == {"erased": True}
    entry = AuditEntry.objects.get(action="personal.forgotten")
    assert (entry.object_key, entry.detail["cases"]) == ("reporter", 1)
    assert PHONE not in json.dumps(entry.detail)
    require_sound(list(check_store()))
    assert forget(PHONE).summary()["cases"] == 0


def test_an_address_takes_its_subscriptions_along(world):
    Subscription.objects.create(email="A@example.org", district_code="110101")
    assert forget("a@example.org").counts["subscriptions"] == 1
    with pytest.raises(NotFoundError, match="E-PERSONAL-NONE"):
        forget("a@example.org")


def test_an_account_becomes_a_number_everywhere(world):
    user, now = world.inspector, timezone.now()
    world.do(world.report(), ("operator", "refuse"))
    ensure_day(timezone.localdate())
    Position.objects.create(id=key_of(now, user.pk), user=user, at=now,
                            point=world.plan.grids.first().geom.centroid, accuracy_m=1)  # fmt: skip
    Note.objects.create(owner=user, text="我的", geom=world.plan.grids.first().geom.centroid)
    SavedSearch.objects.create(user=user, name="x", query="y")
    audit.record(user, "note.added", "note", "1")
    looks.look(world.operator, Look.What.TRAIL, ["inspector", "inspector2"])
    with pytest.raises(ConflictError, match="E-PERSONAL-ACTIVE"):
        forget("inspector")
    User.objects.filter(pk=user.pk).update(is_active=False, first_name="三", email="a@b.cn")
    told = forget("inspector").summary()
    assert (told["positions"], told["notes"], told["views_and_searches"]) == (1, 1, 1)
    name = f"person-{user.pk}"
    user.refresh_from_db()
    assert (user.username, user.first_name, user.email) == (name, "", "")
    assert set(CaseEvent.objects.filter(user=user).values_list("user_name", flat=True)) == {name}
    assert AuditEntry.objects.get(action="note.added").actor_name == name
    assert Look.objects.get().whose == [name, "inspector2"]
    assert not Position.objects.exists() and not Note.objects.exists()
    require_sound(list(check_store()))


def test_an_account_that_an_open_case_names_keeps_its_name_until_then(world):
    case = world.report()
    User.objects.filter(pk=world.inspector.pk).update(is_active=False)
    assert forget("inspector").open_cases == [case.number]
    assert User.objects.filter(username="inspector").exists()


@pytest.mark.parametrize("who", ["12345", "nobody-of-this-name", "a@b", "138 0000 567x"])
def test_what_is_no_person_is_refused(world, who):
    with pytest.raises(InputError, match="E-PERSONAL-WHO"):
        forget(who)


def test_the_command_forgets_and_names_what_is_open(world, capsys):
    still = from_outside(world, PHONE)
    call_command("erase_personal", "--person", PHONE, "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["cases"], told["open_cases"]) == (0, [still.number])
    with pytest.raises(CommandError, match="E-PERSONAL-WHO"):
        call_command("erase_personal", "--person", "?")
