"""Reports without an account: taken in once, followed by number, answered and opened again."""

import io
import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from spatial.cases.models import Attachment, Case, CaseEvent, Following, Satisfaction
from spatial.cases.selectors import events_of
from spatial.cases.services.given import Given, Shot
from spatial.cases.services.moving import make_move
from spatial.cases.services.public import key_of
from spatial.core.models import Calls
from tests.spatial.cases.conftest import WAYS, World, jpeg, photos_apart, world  # noqa: F401
from tests.webmap.test_components import picture

REPORTS = "/api/v1/public/reports"


def order(world, **more):  # noqa: F811
    lon, lat = world.point
    usual = {"key": str(uuid.uuid4()), "case_class": world.litter.pk, "lon": lon, "lat": lat}
    return {**usual, "description": "一堆垃圾", **more}


def files(*contents):
    return [io.BytesIO(content) for content in contents]


def sent(client, world, photos=(), **more):  # noqa: F811
    data = {name: value for name, value in order(world, **more).items() if value is not None}
    return client.post(REPORTS, {**data, "photos": files(*photos)} if photos else data)


def closed(world, case):  # noqa: F811
    """Bring a public case to its end, with a photo of the result."""
    case = world.do(case, ("operator", "ask_check"), ("inspector", "confirm"))
    for actor, move in WAYS["closed"]:
        given = world.given(move, case)
        if move == "dispatch":
            given = Given(department=world.lamps.pk)
        if move in ("answer", "verify"):
            given = Given(photos=(Shot(jpeg("green"), "after"),))
        make_move(getattr(world, actor), case.pk, move, given)
    return Case.objects.get(pk=case.pk)


def test_a_report_is_taken_in_and_followed(world, client):  # noqa: F811
    answer = sent(client, world, photos=[picture()], contact="张三 13800000000")
    assert answer.status_code == 201, answer.content
    told = answer.json()
    case = Case.objects.get()
    assert told["number"] == case.number
    assert told["url"] == f"http://testserver/report/{case.number}/?key={told['token']}"
    assert (case.channel, case.reporter, case.stage) == ("web", None, "reported")
    assert (case.description, case.contact) == ("一堆垃圾", "张三 13800000000")
    assert events_of(case).get().role == "public"
    # The photo stays inside, and what is told to all names nobody.
    photo = Attachment.objects.get()
    assert client.get(f"/report/{case.number}/photos/{photo.key}.jpg").status_code == 404
    shown = client.get(f"{REPORTS}/{case.number}").json()
    assert shown["stage"] == "received"
    assert shown["own"] is None
    text = client.get(f"/report/{case.number}/").content.decode()
    for secret in ("张三", "13800000000", "一堆垃圾", str(photo.key)):
        assert secret not in text
        assert secret not in str(shown)
    own = client.get(told["url"]).content.decode()
    assert "一堆垃圾" in own
    assert "13800000000" not in own
    # The secret itself is not stored.
    assert told["token"] not in str(Following.objects.values())


def test_the_same_report_twice_is_one_with_the_same_secret(world, client):  # noqa: F811
    key = str(uuid.uuid4())
    first, second = (sent(client, world, key=key, photos=[jpeg()]).json() for _ in range(2))
    assert first == second
    assert Case.objects.count() == Following.objects.count() == 1
    answer = sent(client, world, key=key, description="etwas anderes")
    assert (answer.status_code, answer.json()["code"]) == (409, "E-CASE-KEY")


BAD = [
    ({"lon": None}, 400, "E-CASE-NOPLACE"),
    ({"lon": "nan"}, 400, "E-REQUEST-INVALID"),
    ({"lon": "inf"}, 400, "E-REQUEST-INVALID"),
    ({"lon": "39.9", "lat": "116.4"}, 400, "E-CASE-NOPLACE"),
    ({"lon": "10.0", "lat": "50.0"}, 400, "E-CASE-OUTSIDE"),
    ({"lon": "SRID=3857;POINT(1 2)"}, 400, "E-REQUEST-INVALID"),
    ({"case_class": "0"}, 400, "E-REQUEST-INVALID"),
    ({"case_class": "999999"}, 400, "E-CASE-CLASS"),
    ({"key": "x"}, 400, "E-REQUEST-INVALID"),
    ({"key": None}, 400, "E-REQUEST-INVALID"),
    ({"description": "字" * 2001}, 400, "E-REQUEST-INVALID"),
    ({"description": "a\0b"}, 400, "E-REQUEST-INVALID"),
    ({"website": "http://spam"}, 400, "E-REPORT-ROBOT"),
    ({"at": "2999-01-01T00:00:00Z"}, 400, "E-CASE-FUTURE"),
    ({"at": "2020-01-01T00:00:00Z"}, 400, "E-CASE-OLD"),
    ({"at": "yesterday"}, 400, "E-REQUEST-INVALID"),
]


def test_what_cannot_be_used_is_told_and_leaves_no_trace(world, client):  # noqa: F811
    for more, status, code in BAD:
        answer = sent(client, world, **more)
        assert (answer.status_code, answer.json()["code"]) == (status, code), (more, answer.json())
        assert answer.json()["message"]
    assert not Case.objects.exists()
    assert not Following.objects.exists()
    # A class that is not offered can still not be reported by its key.
    type(world.litter).objects.update(in_use=False)
    assert sent(client, world).json()["code"] == "E-CASE-CLASS"


def test_similar_reports_are_shown_without_anything_private(world, client):  # noqa: F811
    lon, lat = world.point
    case = world.report(description="geheim", contact="李四")
    (found,) = client.get(f"/api/v1/public/similar?lon={lon}&lat={lat}").json()
    assert set(found) == {
        "number", "name", "symbol", "distance_m", "stage", "stage_words", "url",
    }  # fmt: skip
    assert (found["number"], found["name"], found["distance_m"]) == (
        case.number, "暴露生活垃圾", 0.0,
    )  # fmt: skip
    other = f"/api/v1/public/similar?lon={lon}&lat={lat}&case_class={world.lamp.pk}"
    assert client.get(other).json() == []
    assert client.get(f"/api/v1/public/similar?lon={lon}&lat={lat + 0.001}").json() == []
    world.do(case, ("operator", "reject"))
    assert client.get(f"/api/v1/public/similar?lon={lon}&lat={lat}").json() == []


def without_import_map(page: str) -> str:
    """A page without the names of all modules of the site, one of which is a worker."""
    return re.sub(r'<script type="importmap".*?</script>', "", page, flags=re.DOTALL)


def test_progress_names_the_department_and_no_person_and_no_reason(world, client):  # noqa: F811
    told = sent(client, world).json()
    case = closed(world, Case.objects.get())
    shown = client.get(f"{REPORTS}/{case.number}").json()
    stages = [change["stage"] for change in shown["changes"]]
    assert stages == ["received", "accepted", "handling", "checking", "closed"]
    assert shown["changes"][2]["department"] == "路灯所"
    text = without_import_map(client.get(f"/report/{case.number}/").content.decode())
    for name in ("operator", "dispatcher", "inspector", "worker", "因为"):
        assert name not in str(shown)
        assert name not in text
    # Photos of the result are open to all once the case is closed.
    assert len(shown["photos"]) == 2
    photo = client.get(shown["photos"][0])
    assert photo.status_code == 200
    assert photo["X-Content-Type-Options"] == "nosniff"
    assert photo["Content-Disposition"].startswith("attachment")
    assert b"".join(photo.streaming_content)[:3] == b"\xff\xd8\xff"
    assert shown["own"] is None
    assert client.get(f"{REPORTS}/{case.number}?key={told['token']}").json()["own"]["may_answer"]


def answered(client, told, score, words=""):
    body = {"token": told["token"], "score": score, "words": words}
    address = f"{REPORTS}/{told['number']}/answer"
    return client.post(address, body, content_type="application/json")


def opened(client, told, reason="还在"):
    body = {"token": told["token"], "reason": reason}
    address = f"{REPORTS}/{told['number']}/reopen"
    return client.post(address, body, content_type="application/json")


def code(answer):
    return answer.status_code, answer.json()["code"]


def test_an_answer_once_and_a_bad_one_opens_the_case_again_once(world, client):  # noqa: F811
    told = sent(client, world).json()
    assert code(answered(client, told, 5)) == (409, "E-REPORT-NOTCLOSED")
    assert code(opened(client, told)) == (409, "E-CASE-MOVE")
    case = closed(world, Case.objects.get())
    assert code(answered(client, {**told, "token": "x"}, 5)) == (404, "E-CASE-MISSING")
    assert code(answered(client, told, 0)) == (400, "E-REPORT-SCORE")
    assert code(answered(client, told, 6)) == (400, "E-REPORT-SCORE")
    assert code(opened(client, told)) == (409, "E-REPORT-CONTENT")
    answer = answered(client, told, 2, "还有一半")
    assert answer.status_code == 201
    assert answer.json()["own"]["may_reopen"] is True
    assert code(answered(client, told, 5)) == (409, "E-REPORT-ANSWERED")
    assert Satisfaction.objects.get().score == 2
    assert code(opened(client, told, " ")) == (400, "E-CASE-REASON")
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=15))
    assert code(opened(client, told)) == (409, "E-REPORT-TOOLATE")
    Case.objects.filter(pk=case.pk).update(closed_at=timezone.now() - timedelta(days=13))
    answer = opened(client, told)
    assert answer.status_code == 200, answer.content
    assert answer.json()["photos"] == []
    case.refresh_from_db()
    assert (case.stage, case.reopenings, case.department) == ("filed", 1, None)
    event = CaseEvent.objects.filter(move="reopen").get()
    assert (event.role, event.user, event.reason) == ("public", None, "还在")
    # Once: the next time it is closed the reporter reports anew.
    for actor, move in WAYS["closed"][1:]:
        given = Given(department=world.lamps.pk) if move == "dispatch" else world.given(move, case)
        make_move(getattr(world, actor), case.pk, move, given)
    assert code(opened(client, told)) == (409, "E-REPORT-REOPENED")
    stages = [c["stage"] for c in client.get(f"{REPORTS}/{case.number}").json()["changes"]]
    assert stages[5:] == ["reopened", "handling", "checking", "closed"]


def test_nobody_without_the_secret_opens_or_answers(world, client):  # noqa: F811
    told, other = sent(client, world).json(), sent(client, world).json()
    closed(world, Case.objects.order_by("pk").first())
    wrong = {"number": told["number"], "token": other["token"]}
    assert code(answered(client, wrong, 1)) == (404, "E-CASE-MISSING")
    assert code(opened(client, wrong)) == (404, "E-CASE-MISSING")
    assert client.get(f"/report/{told['number']}/?key={other['token']}").status_code == 200
    unknown = f"{told['number'][:-6]}499999"
    assert client.get(f"/report/{unknown}/").status_code == 404
    assert client.get(f"{REPORTS}/{unknown}").status_code == 404
    client.force_login(world.operator)
    assert code(answered(client, wrong, 1)) == (404, "E-CASE-MISSING")


def test_the_sixty_first_report_of_an_hour_waits(world, client, monkeypatch):  # noqa: F811
    bad = {"lon": None}
    for number in range(60):
        header = {"X-Forwarded-For": f"10.0.0.{number}"}
        data = {n: v for n, v in order(world, **bad).items() if v is not None}
        assert client.post(REPORTS, data, headers=header).status_code == 400
    answer = client.post(REPORTS, data, headers={"X-Forwarded-For": "10.9.9.9"})
    assert code(answer) == (429, "E-REQUEST-RATE")
    assert 3500 < int(answer["Retry-After"]) <= 3601
    # Another address is counted apart, and nothing but a hash is kept of either.
    assert sent(Client(REMOTE_ADDR="192.0.2.7"), world).status_code == 201
    assert "127.0.0.1" not in str(list(Calls.objects.values()))


def test_a_proxy_that_is_believed_tells_callers_apart(world, client, settings):  # noqa: F811
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "NUM_PROXIES": 1}
    from rest_framework.settings import api_settings

    api_settings.reload()
    try:
        for address in ("10.0.0.1", "10.0.0.2"):
            data = {n: v for n, v in order(world, lon=None).items() if v is not None}
            client.post(REPORTS, data, headers={"X-Forwarded-For": f"1.2.3.4, {address}"})
        assert Calls.objects.count() == 2
    finally:
        api_settings.reload()


def test_classes_are_those_that_are_offered(world, client):  # noqa: F811
    found = client.get("/api/v1/public/classes").json()
    assert [one["service_code"] for one in found] == ["test.e0110", "test.c0137"]
    world.lamp.public = False
    world.lamp.save()
    assert len(client.get("/api/v1/public/classes").json()) == 1


def test_the_page_works_while_the_map_is_closed(world, client, settings):  # noqa: F811
    settings.PUBLIC_MAP = False
    text = client.get("/report/").content.decode()
    assert "wanmi-config" in text
    lon, lat = world.point
    assert client.get(f"/api/v1/reverse?lon={lon}&lat={lat}").status_code == 200
    assert client.get("/api/v1/geocode?q=110101").status_code == 200
    assert client.get("/tiles/basemap.json").status_code == 200
    for address in ("/api/v1/districts", "/tiles/grids.json?district=110101", "/api/v1/search?q=1"):
        assert client.get(address).status_code == 401
    moved = client.get("/report/?number=1101012026112800 0001")
    assert (moved.status_code, moved["Location"]) == (302, "/report/11010120261128000001/")


@pytest.mark.parametrize("address", ["answer", "reopen", ""])
def test_what_changes_comes_from_our_own_page(world, address):  # noqa: F811
    strict = Client(enforce_csrf_checks=True)
    path = f"{REPORTS}/11010120261128000001/{address}" if address else REPORTS
    data = {"score": 1} if address else order(world)
    kind = {"content_type": "application/json"} if address else {}
    assert code(strict.post(path, data, **kind)) == (403, "E-REQUEST-CSRF")
    strict.get("/report/")
    token = strict.cookies["csrftoken"].value
    foreign = {"X-CSRFToken": token, "Origin": "https://elsewhere.example"}
    assert code(strict.post(path, data, headers=foreign, **kind)) == (403, "E-REQUEST-CSRF")
    own = strict.post(path, data, headers={"X-CSRFToken": token}, **kind)
    assert own.status_code in (201, 400, 404), own.content
    assert strict.get(path).status_code == (405 if address or path == REPORTS else 200)


def test_administrators_read_answers_and_make_keys(world, client, client_of):  # noqa: F811
    from django.contrib.auth.models import User

    told = sent(client, world).json()
    closed(world, Case.objects.get())
    answered(client, told, 4, "谢谢")
    User.objects.create_superuser("root", password="x")
    client.login(username="root", password="x")
    assert "谢谢" in client.get("/admin/cases/satisfaction/").content.decode()
    made = client.post(
        "/admin/cases/reportkey/add/", {"name": "App", "contact": "", "in_use": "on"}, follow=True
    )
    (told,) = [str(m) for m in made.context["messages"] if "api_key" in str(m)]
    secret = told.split()[-1]
    assert key_of(secret).name == "App"
    for table in ("outsidereport", "caseclass", "reportkey"):
        assert client.get(f"/admin/cases/{table}/").status_code == 200
