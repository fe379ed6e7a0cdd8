"""Who is shown personal data is written down: once a request, in full only for a press."""

import csv
import io
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from spatial.cases.models import Case, OutsideReport
from spatial.cases.services.reporting import report
from spatial.cases.stages import Stage
from spatial.core.looks import MOST_NAMED, look
from spatial.core.models import AuditEntry, Look
from spatial.patrol.models import Duty, GridResponsible
from spatial.privacy.register import REGISTER
from spatial.reports.models import Subscription
from tests.spatial.cases.conftest import SHOT, person, photos_apart, world  # noqa: F401
from webmap.api import permissions

PHONE = "13800005678"
CASES = "/api/v1/cases"


@pytest.fixture
def case(world):  # noqa: F811
    words = {"contact": f"王女士 {PHONE}", "description": f"请打{PHONE}", "place": f"店 {PHONE}"}
    return report(None, world.sent(channel="web", photos=(SHOT,), **words))


@pytest.fixture
def ask(client, world):  # noqa: F811
    def asked(who, address, status=200):
        client.force_login(getattr(world, who))
        answer = client.get(address, headers={"X-Request-ID": "a-request-1"})
        assert answer.status_code == status, answer.content
        return answer

    return asked


@pytest.fixture
def chief(world, client):  # noqa: F811
    user = person("chief", "administrator")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    client.force_login(user)
    return user


def seen():
    return list(Look.objects.order_by("pk").values_list("user_name", "what", "whose", "whole"))


def test_lists_show_no_number_and_are_no_look(world, case, ask):  # noqa: F811
    near = f"/similar?lon={case.point.x}&lat={case.point.y}"
    for address in ("", "?order=new", ".csv", near):
        text = ask("operator", f"{CASES}{address}")
        body = b"".join(text.streaming_content) if text.streaming else text.content
        assert case.number.encode() in body and PHONE.encode() not in body
        assert "请打***".encode() in body
    assert seen() == []


def test_a_case_is_masked_until_somebody_presses(world, case, ask):  # noqa: F811
    one = ask("operator", f"{CASES}/{case.number}").json()
    assert (one["contact"], one["description"]) == ("王** 138****5678", f"请打{PHONE}")
    answer = ask("operator", f"{CASES}/{case.number}/reporter")
    assert answer.json() == {"contact": f"王女士 {PHONE}"}
    assert answer["Cache-Control"] == "no-store"
    ask("operator", f"{CASES}/{case.number}/reporter")
    # The same case again is no new look, what is shown in full always is.
    ask("operator", f"{CASES}/{case.number}")
    ask("operator", one["photos"][0]["url"])
    shown = ("operator", "contact", [case.number], True)
    assert seen() == [("operator", "case", [case.number], False), shown, shown]
    assert set(Look.objects.values_list("request_id", flat=True)) == {"a-request-1"}


def test_a_photo_alone_is_a_look_at_its_case(world, case, ask):  # noqa: F811
    photo = case.photos.get()
    ask("operator", f"{CASES}/{case.number}/photos/{photo.key}")
    assert seen() == [("operator", "case", [case.number], False)]


@pytest.mark.parametrize(("who", "status"), [("inspector", 403), ("worker", 403), ("leader", 403)])
def test_only_centres_are_shown_a_contact(world, case, ask, who, status):  # noqa: F811
    Case.objects.filter(pk=case.pk).update(reporter=world.inspector)
    ask(who, f"{CASES}/{case.number}/reporter", status)
    assert seen() == []


def test_what_staff_reported_is_no_look(world, ask):  # noqa: F811
    ask("operator", f"{CASES}/{world.case(Stage.FILED).number}")
    assert seen() == []


def test_one_look_is_one_statement(world, case):  # noqa: F811
    for _n in range(2):
        with CaptureQueriesContext(connection) as made:
            look(world.operator, Look.What.CASE, [case.number])
        assert len(made) == 1
    assert Look.objects.count() == 1
    many = [f"u{n:04}" for n in range(MOST_NAMED + 5)]
    look(world.operator, Look.What.POSITIONS, many)
    row = Look.objects.get(what="positions")
    assert (len(row.whose), row.count) == (MOST_NAMED, MOST_NAMED + 5)


def test_trails_and_positions_of_others(world, ask):  # noqa: F811
    now = timezone.now()
    Duty.objects.create(user=world.inspector, started_at=now, last_at=now, last_accuracy_m=1,
                        last_point=world.plan.grids.first().geom.centroid)  # fmt: skip
    base = "/api/v1/patrol"
    assert ask("inspector", f"{base}/positions").json()
    ask("inspector", f"{base}/trails/inspector")
    assert seen() == []
    ask("dispatcher", f"{base}/trails/inspector")
    for _n in range(3):
        ask("dispatcher", f"{base}/positions")
    assert seen() == [("dispatcher", "trail", ["inspector"], False),
                      ("dispatcher", "positions", ["inspector"], False)]  # fmt: skip
    ask("operator", f"{CASES}/{world.report().number}/inspectors")
    assert seen()[2:] == [("operator", "positions", ["inspector"], False)]


def test_telephones_of_persons_in_charge(world, ask, client):  # noqa: F811
    grid = world.plan.grids.order_by("code").first().code
    GridResponsible.objects.create(level="grid", code=grid, name="张", phone=PHONE,
                                   valid_from=timezone.localdate())  # fmt: skip
    address = f"/api/v1/patrol/responsible?grid={grid}"

    def phone(answer):
        return answer.json()["levels"][-1]["persons"][0]["phone"]

    assert phone(ask("worker", address)) == "138****5678"
    assert seen() == []
    assert phone(ask("worker", f"{address}&telephones=1")) == PHONE
    assert seen() == [("worker", "telephones", [grid], True)]
    listed = ask("operator", "/api/v1/patrol/responsibles").json()
    assert listed["persons"][0]["phone"] == "138****5678"
    client.logout()
    assert phone(client.get(f"{address}&telephones=1")) == ""
    assert len(seen()) == 1


def test_lists_and_rows_of_the_administration(world, case, client, chief):  # noqa: F811
    OutsideReport.objects.create(case=case, account="account-1", device="device-12345678")
    Subscription.objects.create(email="zhang@example.org", district_code="110101")
    User.objects.filter(pk=world.worker.pk).update(email="worker@example.org")
    for name in ("cases/outsidereport", "reports/subscription", "auth/user", "core/auditentry"):
        text = client.get(f"/admin/{name}/").content.decode()
        for whole in ("device-12345678", "zhang@example.org", "worker@example.org"):
            assert whole not in text
    assert "chief" not in Look.objects.get(whose__contains=["worker"]).whose
    assert {what for _user, what, _whose, _whole in seen()} == {"admin"}
    assert "worker@example.org" in (
        client.get(f"/admin/auth/user/{world.worker.pk}/change/").content.decode()
    )
    assert seen()[-1] == ("chief", "admin", ["worker"], True)


def test_administrators_find_who_looked_and_at_whom(world, case, client, chief):  # noqa: F811
    other = report(None, world.sent(channel="web", contact="13911112222"))
    look(world.operator, Look.What.CASE, [case.number])
    look(world.dispatcher, Look.What.CONTACT, [other.number], whole=True)
    look(world.dispatcher, Look.What.TRAIL, ["inspector"])

    def found(term, **more):
        page = client.get("/admin/core/look/", {"q": term, **more})
        return [row.what for row in page.context["cl"].result_list]

    assert found("") == ["trail", "contact", "case"]
    assert found("dispatcher") == ["trail", "contact"]
    assert found("inspector") == ["trail"]
    assert found(case.number) == found("138 0000 5678") == ["case"]
    assert found("13911112222") == ["contact"]
    assert found("13700000000") == []
    assert found("", whole__exact="1") == ["contact"]
    before = timezone.now() - timedelta(days=2)
    assert found("", at__lt=before.isoformat()) == []
    client.force_login(world.operator)
    assert client.get("/admin/core/look/").status_code == 302


def test_looks_are_taken_along_as_a_table(world, client, chief):  # noqa: F811
    look(world.operator, Look.What.TRAIL, ["=1+1", "inspector"])
    form = {"action": "as_csv", "_selected_action": [Look.objects.get().pk]}
    answer = client.post("/admin/core/look/", form)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text))
    assert (row["user"], row["what"], row["count"]) == ("operator", "trail", "2")
    assert row["whose"] == "'=1+1 inspector"
    assert AuditEntry.objects.get(action="looks.exported").detail == {"rows": 1}


def test_the_register_names_those_who_are_let_in():
    seen_by = {one.field: one.seen_by for one in REGISTER}
    assert seen_by["cases.Case.contact"] == permissions.Centre.roles
    assert seen_by["cases.Case.description"] == permissions.CaseWorker.roles
    assert seen_by["patrol.Position.point"] == permissions.TrailReader.roles
