"""Test 22: one entry for each write, with who, when, what, before, after and the request's id.

That events of cases are kept as they are: `tests/spatial/cases/test_moves.py` (one event a move)
and below; that a component's history is kept: `tests/spatial/components`.
"""

import io
import logging
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.utils import timezone

from spatial.cases.models import (
    Campaign,
    CampaignPlace,
    CaseClass,
    CaseEvent,
    Department,
    DispatchRule,
    FilingStandard,
    ReportKey,
    StageLimit,
    WorkCalendar,
)
from spatial.cases.stages import Stage
from spatial.core.models import AuditEntry
from spatial.patrol.models import Shift, Team
from tests.spatial.cases.conftest import World, person, photos_apart, world  # noqa: F401
from webmap.logs import LineFormatter

REQUEST = "a-request-1234"
NO_DAYS = {f"days-{name}": "0" for name in ("TOTAL_FORMS", "INITIAL_FORMS")}


@pytest.fixture
def chief(db, client):
    user = person("chief", "administrator")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


@pytest.fixture
def write(chief, client):
    """Send a form of the admin and get the one entry that came of it."""

    def sent(address, form, action):
        before = AuditEntry.objects.count()
        answer = client.post(f"/admin/{address}", form, headers={"X-Request-ID": REQUEST})
        errors = answer.context["adminform"].form.errors if answer.context else ""
        assert answer.status_code == 302, errors
        assert AuditEntry.objects.count() == before + 1
        entry = AuditEntry.objects.first()
        assert (entry.action, entry.actor_name, entry.request_id) == (action, "chief", REQUEST)
        assert timezone.now() - entry.at < timedelta(minutes=1)
        assert entry.at.utcoffset() == timedelta(0)
        return entry.detail

    return sent


def test_departments(world, write):  # noqa: F811
    form = {"code": "N1", "name": "新局", "level": 3, "region_code": "", "in_use": "on"}
    said = write("cases/department/add/", form, "department.added")
    assert said["before"] == {}
    assert (said["after"]["name"], said["after"]["members"]) == ("新局", [])
    made = Department.objects.get(code="N1")
    form |= {"name": "老局", "members": [world.worker.pk]}
    said = write(f"cases/department/{made.pk}/change/", form, "department.changed")
    assert said == {"before": {"name": "新局", "members": []},
                    "after": {"name": "老局", "members": [world.worker.pk]}}  # fmt: skip


def test_what_is_saved_without_a_change_is_no_entry(world, chief, client):  # noqa: F811
    form = {"code": "D1", "name": "路灯所", "level": world.lamps.level, "in_use": "on",
            "members": [world.worker.pk]}  # fmt: skip
    answer = client.post(f"/admin/cases/department/{world.lamps.pk}/change/", form)
    assert answer.status_code == 302
    assert not AuditEntry.objects.filter(object_type="Department").exists()


def test_rules_come_change_and_go(world, write):  # noqa: F811
    form = {"position": 5, "place": "110101", "department": world.lamps.pk}
    assert write("cases/dispatchrule/add/", form, "dispatchrule.added")["after"]["position"] == 5
    rule = DispatchRule.objects.get()
    form |= {"department": world.roads.pk}
    said = write(f"cases/dispatchrule/{rule.pk}/change/", form, "dispatchrule.changed")
    assert said == {"before": {"department": world.lamps.pk},
                    "after": {"department": world.roads.pk}}  # fmt: skip
    said = write(f"cases/dispatchrule/{rule.pk}/delete/", {"post": "yes"}, "dispatchrule.deleted")
    assert (said["before"]["place"], said["after"]) == ("110101", {})
    one = DispatchRule.objects.create(position=1, department=world.lamps)
    action = {"action": "delete_selected", "_selected_action": [one.pk], "post": "yes"}
    write("cases/dispatchrule/", action, "dispatchrule.deleted")


def test_calendars_with_their_days(write):
    form = {"region_code": "110101", "country": "CN", "zone": "Asia/Shanghai",
            "hours": "08:00-12:00", "emergency": "00:00-24:00", **NO_DAYS}  # fmt: skip
    write("cases/workcalendar/add/", form, "workcalendar.added")
    row = WorkCalendar.objects.get()
    day = {"days-TOTAL_FORMS": "1", "days-0-calendar": row.pk, "days-0-day": "2027-02-10",
           "days-0-note": "春节"}  # fmt: skip
    said = write(f"cases/workcalendar/{row.pk}/change/", form | day, "workcalendar.changed")
    assert said["before"] == {"days": []}
    (made,) = said["after"]["days"]
    assert (made["day"], made["works"], made["note"]) == ("2027-02-10", False, "春节")


def test_classes_standards_and_limits(world, write):  # noqa: F811
    form = {"code": "9901", "name": "本市一类", "kind": "event", "main_code": "99",
            "main_name": "本市", "in_use": "on"}  # fmt: skip
    said = write("cases/caseclass/add/", form, "caseclass.added")
    assert (said["after"]["catalogue"], said["after"]["local"]) == ("local", True)
    public = {"public": "on"}
    CaseClass.objects.filter(pk=world.litter.pk).update(public=False)
    said = write(f"cases/caseclass/{world.litter.pk}/change/", public, "caseclass.changed")
    assert said == {"before": {"public": False}, "after": {"public": True}}
    assert CaseClass.objects.get(pk=world.litter.pk).name == "暴露生活垃圾"
    action = {"action": "withhold", "_selected_action": [world.litter.pk]}
    said = write("cases/caseclass/", action, "case_class.public")
    assert said == {"before": {"public": True}, "after": {"public": False},
                    "classes": [world.litter.pk]}  # fmt: skip
    form = {"case_class": world.litter.pk, "number": 2, "condition": "多", "limit_n": "2",
            "limit_unit": "hour"}  # fmt: skip
    write("cases/filingstandard/add/", form, "filingstandard.added")
    row = FilingStandard.objects.get(number=2)
    said = write(f"cases/filingstandard/{row.pk}/change/", form | {"limit_n": "3"},
                 "filingstandard.changed")  # fmt: skip
    assert said == {"before": {"limit_n": "2.00"}, "after": {"limit_n": "3.00"}}
    form = {"stage": "reported", "limit_n": "1", "limit_unit": "hour"}
    write("cases/stagelimit/add/", form, "stagelimit.added")
    assert StageLimit.objects.count() == 1


def test_campaigns_and_their_places(world, write):  # noqa: F811
    form = {"code": "games", "name": "赛事", "starts": "2026-11-01", "ends": "2026-12-01",
            "priority": 2, "limit_factor": "0.5", "in_use": "on",
            "places-TOTAL_FORMS": "0", "places-INITIAL_FORMS": "0"}  # fmt: skip
    write("cases/campaign/add/", form, "campaign.added")
    campaign = Campaign.objects.get()
    lon, lat = world.point
    form = {"campaign": campaign.pk, "kind": "venue", "name": "馆", "reach_m": 100,
            "geom": f"POINT ({lon} {lat})"}  # fmt: skip
    said = write("cases/campaignplace/add/", form, "campaignplace.added")
    assert said["after"]["geom"].startswith("SRID=4326;POINT")
    assert CampaignPlace.objects.get().ground.contains(CampaignPlace.objects.get().geom)
    assert world.report().campaign == campaign


BAD_SHAPES = [
    "x", "", "POINT (1 2", "POINT (nan nan)", "SRID=3857;POINT (1 2)", "POINT (500 2)",
    '{"type":"Point","coordinates":[1,2],"crs":{"type":"link"}}', "/vsicurl/http://127.0.0.1/",
    "POLYGON ((0 0, 1 1, 1 0, 0 1, 0 0))", "POINT EMPTY",
    "GEOMETRYCOLLECTION (" * 500, "01010000000000000000000000",
]  # fmt: skip


def test_shapes_that_are_none(world, chief, client):  # noqa: F811
    campaign = Campaign.objects.create(
        code="c", name="c", starts=date(2026, 1, 1), ends=date(2026, 2, 1)
    )
    for shape in BAD_SHAPES:
        form = {"campaign": campaign.pk, "kind": "venue", "name": "馆", "reach_m": 1, "geom": shape}
        answer = client.post("/admin/cases/campaignplace/add/", form)
        assert (answer.status_code, bool(answer.context["adminform"].form.errors)) == (200, True)
    assert not CampaignPlace.objects.exists()


def test_people_and_roles_without_their_passwords(world, write):  # noqa: F811
    worker = world.worker
    form = {"username": "worker", "date_joined_0": "2026-01-01", "date_joined_1": "00:00:00",
            "is_active": "on", "groups": [Group.objects.get(name="operator").pk]}  # fmt: skip
    said = write(f"auth/user/{worker.pk}/change/", form, "user.changed")
    assert said["before"]["groups"] == [Group.objects.get(name="department").pk]
    form = {"password1": "a-long-word-77", "password2": "a-long-word-77"}
    write(f"auth/user/{worker.pk}/password/", form, "user.password-set")
    form |= {"username": "newcomer", "usable_password": "true"}
    said = write("auth/user/add/", form, "user.added")
    assert said["after"]["password"] == "*"
    told = " ".join(str(entry.detail) for entry in AuditEntry.objects.all())
    assert "md5$" not in told
    assert "a-long-word-77" not in told


def test_teams_shifts_and_keys(write):
    form = {"code": "T1", "name": "一队"}
    assert write("patrol/team/add/", form, "team.added")["after"]["name"] == "一队"
    form = {"name": "早", "starts": "08:00", "ends": "16:00", "days": "1,2,3"}
    assert write("patrol/shift/add/", form, "shift.added")["after"]["days"] == '["1", "2", "3"]'
    write("cases/reportkey/add/", {"name": "app", "in_use": "on"}, "report_key.made")
    key = ReportKey.objects.get()
    said = write(f"cases/reportkey/{key.pk}/change/", {"name": "app"}, "reportkey.changed")
    assert said == {"before": {"in_use": True}, "after": {"in_use": False}}
    assert (Team.objects.count(), Shift.objects.count()) == (1, 1)


ADMIN_OF_CASES = ("campaign", "campaignplace", "caseclass", "department", "dispatchrule",
                  "filingstandard", "outsidereport", "reportkey", "satisfaction", "stagelimit",
                  "workcalendar")  # fmt: skip


def test_who_is_no_administrator_sees_none_of_it_and_nobody_deletes_what_cases_need(
    world, chief, client  # noqa: F811
):  # fmt: skip
    User.objects.filter(username="operator").update(is_staff=True)
    other = Client()
    other.force_login(world.operator)
    for name in ADMIN_OF_CASES:
        assert client.get(f"/admin/cases/{name}/?q=x").status_code == 200
        for address in ("", "add/"):
            assert other.get(f"/admin/cases/{name}/{address}").status_code == 403
    for row in (world.lamps, world.litter, world.standard):
        address = f"/admin/cases/{row._meta.model_name}/{row.pk}/delete/"
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert client.get("/admin/core/auditentry/?q=x").status_code == 200
    assert client.get("/admin/core/auditentry/add/").status_code == 403


def test_moves_by_api_are_one_event_with_the_request(world, client):  # noqa: F811
    case = world.case(Stage.FILED)
    client.force_login(world.dispatcher)
    before, entries = CaseEvent.objects.count(), AuditEntry.objects.count()
    address = f"/api/v1/cases/{case.number}/moves/dispatch"
    answer = client.post(address, {"department": world.lamps.pk}, content_type="application/json",
                         headers={"X-Request-ID": REQUEST})  # fmt: skip
    assert answer.status_code == 200
    assert (CaseEvent.objects.count(), AuditEntry.objects.count()) == (before + 1, entries)
    event = CaseEvent.objects.order_by("pk").last()
    assert (event.user_name, event.request_id) == ("dispatcher", REQUEST)
    assert (event.stage_before, event.stage_after) == ("filed", "dispatched")
    assert event.at.utcoffset() == timedelta(0)


def test_a_command_is_one_entry_without_a_request(world):  # noqa: F811
    before = AuditEntry.objects.count()
    call_command("load_catalogue", "cjt214-2007", stdout=io.StringIO())
    assert AuditEntry.objects.count() == before + 1
    entry = AuditEntry.objects.first()
    assert (entry.actor, entry.actor_name, entry.request_id) == (None, "", "")


@pytest.mark.parametrize("table", ["core_auditentry", "cases_caseevent"])
@pytest.mark.parametrize("word", ["UPDATE {} SET request_id = 'x'", "DELETE FROM {}"])
def test_the_database_keeps_what_was_written(world, chief, table, word):  # noqa: F811
    world.report()
    AuditEntry.objects.create(action="x", object_type="x", object_key="x")
    code = "E-AUDIT-FIXED" if table == "core_auditentry" else "E-CASE-HISTORY"
    with pytest.raises(DatabaseError, match=code), transaction.atomic():
        connection.cursor().execute(word.format(table))


def test_line_breaks_in_values_forge_no_line():
    line = LineFormatter("%(levelname)s %(message)s")
    forged = "someone\r\n2026-11-28 INFO all is well\u2028\x1b[2J"
    record = logging.LogRecord("x", logging.WARNING, "", 0, "login failed: %s", (forged,), None)
    said = line.format(record)
    assert len(said.splitlines()) == 1
    assert said == (
        "WARNING login failed: someone\\x0d\\x0a2026-11-28 INFO all is well\\x2028\\x1b[2J"
    )
