"""The API of cases: lists, counts, dots, reports, moves, photos, searches."""

import json
import uuid
from datetime import timedelta

import pytest
from django.contrib.gis.geos import Point
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from spatial.cases.models import Case, InHand
from spatial.cases.stages import Stage
from spatial.patrol.models import Duty
from tests.spatial.cases.conftest import World, jpeg, photos_apart, world  # noqa: F401 - fixtures

CASES = "/api/v1/cases"


@pytest.fixture
def ask(world: World, client):  # noqa: F811
    """Ask as somebody; the answer as JSON."""

    def asked(who, address="", status=200, **body):
        client.force_login(getattr(world, who))
        if body:
            answer = client.post(f"{CASES}{address}", body, content_type="application/json")
        else:
            answer = client.get(f"{CASES}{address}")
        assert answer.status_code == status, answer.content
        return answer.json() if answer["Content-Type"].startswith("application/json") else answer

    return asked


def numbers(page):
    return [one["number"] for one in page["cases"]]


def light(case, due_h, warn_h):
    now = timezone.now()
    times = {"due_at": now + timedelta(hours=due_h), "warn_at": now + timedelta(hours=warn_h)}
    Case.objects.filter(pk=case.pk).update(**times)


def test_lists_are_filtered_ordered_and_paged(world, ask):  # noqa: F811
    cases = [world.case(Stage.HANDLING) for _ in range(3)]
    for case, (due, warn) in zip(cases, ((5, 4), (-1, -2), (2, -1)), strict=True):
        light(case, due, warn)
    waits = world.report(description="树倒了", place="东四北大街107号")
    green, red, yellow = (case.number for case in cases)
    assert numbers(ask("operator")) == [red, yellow, green, waits.number]
    assert numbers(ask("operator", "?light=red")) == [red]
    assert numbers(ask("operator", "?light=yellow")) == [yellow]
    assert numbers(ask("operator", "?stage=reported,checking")) == [waits.number]
    assert numbers(ask("operator", "?text=北大街")) == [waits.number]
    assert numbers(ask("operator", "?text=树倒")) == [waits.number]
    assert numbers(ask("operator", f"?text={red}")) == [red]
    assert numbers(ask("operator", f"?case_class={world.lamp.pk}")) == []
    assert numbers(ask("operator", f"?place={waits.grid_code[:9]}&order=new"))[0] == waits.number
    assert numbers(ask("operator", "?place=110101999")) == []
    assert numbers(ask("worker")) == [red, yellow, green]
    for order in ("due", "new"):
        seen, after = [], ""
        while True:
            page = ask("operator", f"?limit=2&order={order}&after={after}")
            seen += numbers(page)
            after = page["next"]
            if not after:
                break
        assert sorted(seen) == sorted([red, yellow, green, waits.number])
        assert len(seen) == 4
    counts = {one.pop("stage"): one for one in ask("operator", "/counts")}
    assert counts == {
        "handling": {"n": 3, "red": 1, "yellow": 1},
        "reported": {"n": 1, "red": 0, "yellow": 0},
    }


def test_ended_cases_are_asked_for_by_day(world, ask):  # noqa: F811
    closed = world.case(Stage.CLOSED)
    assert numbers(ask("operator")) == []
    assert numbers(ask("operator", "?ended=1")) == [closed.number]
    assert numbers(ask("operator", f"?ended=1&text={closed.number}")) == [closed.number]
    assert numbers(ask("operator", "?ended=1&first=2020-01-01&last=2020-02-01")) == []


@pytest.mark.parametrize(
    "query",
    ["stage=x", "light=blue", "place=12", "after=abc", "limit=0", "limit=999", "main=1",
     "order=x", "case_class=x", "first=x", "after=5&order=due", "after=~5&order=new"],
)  # fmt: skip
def test_what_cannot_be_asked(world, ask, query):  # noqa: F811
    assert ask("operator", f"?{query}", 400)["code"] == "E-REQUEST-INVALID"


def test_a_place_in_no_order_begins_anew(world, ask):  # noqa: F811
    assert ask("operator", "?after=99999999999999999999~1", 400)["code"] == "E-CASE-PAGE"


def test_dots_and_heaps(world, ask, monkeypatch):  # noqa: F811
    case = world.report()
    lon, lat = world.point
    box = f"west={lon - 0.01}&east={lon + 0.01}&south={lat - 0.01}&north={lat + 0.01}"
    found = ask("operator", f"/dots?{box}")
    assert [one["number"] for one in found["dots"]] == [case.number]
    assert found["dots"][0]["lon"] == pytest.approx(lon, abs=1e-6)
    monkeypatch.setattr("webmap.api.cases.MOST_DOTS", 0)
    found = ask("operator", f"/dots?{box}")
    assert (found["dots"], [one["n"] for one in found["heaps"]]) == ([], [1])
    ask("operator", f"/dots?west=1&east=1&south=0&north=1&{box[:0]}", 400)


def test_within_a_polygon_and_as_a_table(world, ask):  # noqa: F811
    case = world.report(description="=HYPERLINK(1)")
    lon, lat = world.point
    ring = [[lon - 1e-3, lat - 1e-3], [lon + 1e-3, lat - 1e-3], [lon, lat + 1e-3]]
    area = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    assert numbers(ask("operator", "/within", area=area)) == [case.number]
    assert ask("operator", "/within", 400, area={"type": "Point"})["code"] == "E-REQUEST-INVALID"
    text = b"".join(ask("operator", ".csv").streaming_content).decode("utf-8-sig")
    assert case.number in text
    assert "'=HYPERLINK" in text


def test_a_report_with_photos_is_one_case_however_often_it_is_sent(world, client):  # noqa: F811
    client.force_login(world.inspector)
    lon, lat = world.point
    key = uuid.uuid4()

    def send(**more):
        sent = {"case_class": world.litter.pk, "lon": lon, "lat": lat, "channel": "inspector",
                "views": "far", "key": key,
                "photos": SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")}  # fmt: skip
        return client.post(f"{CASES}/reports", sent | more)

    first, second = send(), send()
    assert (first.status_code, second.status_code) == (201, 201), first.content
    assert first.json()["number"] == second.json()["number"]
    assert Case.objects.count() == 1
    (photo,) = first.json()["photos"]
    assert photo["view"] == "far"
    answer = client.get(photo["url"])
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    client.force_login(world.other_worker)
    assert client.get(photo["url"]).status_code == 404
    client.logout()
    assert client.get(photo["url"]).status_code == 401
    client.force_login(world.inspector)
    other = send(description="x")
    assert (other.status_code, other.json()["code"]) == (409, "E-CASE-KEY")


def test_the_case_says_what_may_be_done_and_does_it(world, ask, client):  # noqa: F811
    case = world.report()
    shown = ask("operator", f"/{case.number}")
    assert [move["name"] for move in shown["moves"]] == [
        "ask_check", "file", "refuse", "reject", "merge",
    ]  # fmt: skip
    assert ask("inspector", f"/{case.number}")["moves"] == []
    ask("worker", f"/{case.number}", 404)
    (standard,) = ask("operator", f"/{case.number}/standards")
    assert standard["limit"] == "4"
    move = f"/{case.number}/moves/"
    refused = ask("operator", f"{move}file", 400, seen=1)
    assert (refused["code"], refused["detail"]["field"]) == ("E-CASE-NEEDS", "standard")
    shown = ask("operator", f"{move}file", standard=standard["id"], seen=1)
    assert (shown["stage"], shown["step"], shown["limit"]) == ("filed", 2, "4")
    stale = ask("dispatcher", f"{move}dispatch", 409, department=world.lamps.pk, seen=1)
    assert (stale["code"], stale["detail"]["by"]) == ("E-CASE-STALE", "operator")
    shown = ask("dispatcher", f"{move}dispatch", department=world.lamps.pk, seen=2)
    assert shown["due"] is not None
    assert shown["light"] == "green"
    assert ask("operator", f"{move}dispatch", 403, department=1)["code"] == "E-CASE-ROLE"
    assert ask("operator", f"{move}nonsense", 400, reason="x")["code"] == "E-CASE-UNKNOWN"
    ask("worker", f"{move}accept", seen=3)
    client.force_login(world.worker)
    sent = {"photos": SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg"), "seen": 4}
    done = client.post(f"{CASES}{move}answer", sent).json()
    assert (done["stage"], done["late"]) == ("answered", False)
    assert [(one["move"], one["by"]) for one in done["events"]] == [
        ("report", "inspector"), ("file", "operator"), ("dispatch", "dispatcher"),
        ("accept", "worker"), ("answer", "worker"),
    ]  # fmt: skip


def test_many_at_once_each_by_itself(world, ask):  # noqa: F811
    one, other, gone = (world.case(Stage.FILED) for _ in range(3))
    world.do(gone, ("dispatcher", "dispatch"))
    sent = {
        "move": "dispatch",
        "department": world.roads.pk,
        "key": str(uuid.uuid4()),
        "cases": [{"number": case.number, "seen": 2} for case in (one, other, gone)],
    }
    done = ask("dispatcher", "/moves", **sent)
    assert [(row["done"], row["code"]) for row in done] == [
        (True, ""), (True, ""), (False, "E-CASE-STALE"),
    ]  # fmt: skip
    again = ask("dispatcher", "/moves", **sent)
    assert [row["done"] for row in again] == [True, True, False]
    assert Case.objects.get(pk=one.pk).step == 3
    loose = world.case(Stage.FILED)
    sent = {"move": "dispatch", "suggested": True, "cases": [{"number": loose.number}]}
    assert ask("dispatcher", "/moves", **sent)[0]["code"] == "E-CASE-NOSUGGESTION"


def test_split_by_form(world, ask, client):  # noqa: F811
    case = world.case(Stage.FILED)
    client.force_login(world.dispatcher)
    parts = [
        {"department": world.lamps.pk, "what": "灯"},
        {"department": world.roads.pk, "what": "路"},
    ]
    answer = client.post(f"{CASES}/{case.number}/moves/split", {"parts": json.dumps(parts)})
    assert answer.status_code == 200, answer.content
    assert [part["what"] for part in answer.json()["parts"]] == ["灯", "路"]
    assert "answer_part" in [one["name"] for one in ask("other_worker", f"/{case.number}")["moves"]]
    for bad in ("[", '[{"department": 1}]', "[[[[" * 3000):
        answer = client.post(f"{CASES}/{case.number}/moves/split", {"parts": bad})
        assert (answer.status_code, answer.json()["code"]) == (400, "E-REQUEST-INVALID")


def test_what_concerns_both_centres_only(world, ask):  # noqa: F811
    case = world.case(Stage.DISPATCHED)
    Case.objects.filter(pk=case.pk).update(contact="13800000000")
    assert ask("operator", f"/{case.number}")["contact"] == "138****0000"
    assert ask("worker", f"/{case.number}")["contact"] == ""


def test_the_nearest_inspector_on_duty_comes_first(world, ask):  # noqa: F811
    case = world.case(Stage.CHECKING)

    def names():
        rows = ask("operator", f"/{case.number}/inspectors")
        return [(row["name"], row["tasks"], row["away_m"]) for row in rows]

    assert names() == [("inspector2", 0, None), ("inspector", 1, None)]
    now, (lon, lat) = timezone.now(), world.point
    for user, east, at in (
        (world.inspector, 0.001, now),
        (world.other_inspector, 0.002, now),
    ):
        Duty.objects.create(
            user=user, started_at=now, last_at=at, last_point=Point(lon + east, lat, srid=4326)
        )
    near, far = names()
    assert (near[0], far[0]) == ("inspector", "inspector2")
    assert near[2] == pytest.approx(85, abs=3)
    # Where somebody was two hours ago says nothing.
    Duty.objects.filter(user=world.inspector).update(last_at=now - timedelta(hours=2))
    assert [row[0] for row in names()] == ["inspector2", "inspector"]


def test_searches_are_ones_own(world, ask, client):  # noqa: F811
    saved = ask("operator", "/searches", 201, name="急", query="light=red")
    ask("operator", "/searches", 201, name="急", query="light=yellow")
    assert [one["query"] for one in ask("operator", "/searches")] == ["light=yellow"]
    assert ask("dispatcher", "/searches") == []
    client.force_login(world.dispatcher)
    assert client.delete(f"{CASES}/searches/{saved['id']}").status_code == 404
    client.force_login(world.operator)
    assert client.delete(f"{CASES}/searches/{saved['id']}").status_code == 204


def test_the_yellow_time_follows_the_clock(world):  # noqa: F811
    case = world.case(Stage.HANDLING)
    shown = InHand.objects.get(pk=case.pk)
    assert (shown.due_at, shown.warn_at) == (case.deadline, case.warn_at)
    whole = case.deadline - case.clock_from
    assert (case.warn_at - case.clock_from) / whole == pytest.approx(0.8)
    held = world.do(case, ("dispatcher", "hold"))
    assert (held.due_at, held.warn_at) == (None, None)
    resumed = world.do(held, ("dispatcher", "resume"))
    assert resumed.due_at == resumed.deadline
    assert resumed.warn_at > case.warn_at


def test_more_time_waits_for_command_and_then_for_a_leader(world, ask):  # noqa: F811
    asked = world.do(world.case(Stage.HANDLING), ("worker", "ask_extension"))
    world.case(Stage.HANDLING)
    assert numbers(ask("dispatcher", "?stage=handling&extension=asked")) == [asked.number]
    assert numbers(ask("leader", "?extension=agreed")) == []
    counts = ask("dispatcher", "/counts?extension=asked")
    assert [(row["stage"], row["n"]) for row in counts] == [("handling", 1)]
    world.do(asked, ("dispatcher", "agree_extension"))
    assert numbers(ask("dispatcher", "?extension=asked")) == []
    assert numbers(ask("leader", "?extension=agreed")) == [asked.number]
    # Whoever agreed does not grant it as well: it does not wait for him.
    assert numbers(ask("dispatcher", "?extension=agreed")) == []
    world.do(asked, ("leader", "grant_extension"))
    assert numbers(ask("leader", "?extension=agreed")) == []
    assert ask("leader", "?extension=granted", 400)["code"] == "E-REQUEST-INVALID"


def test_the_desk_has_tabs_for_them(world, client):  # noqa: F811
    def tabs(who):
        client.force_login(getattr(world, who))
        page = client.get("/desk/")
        return [one["name"] for one in page.context["config"]["tabs"]]

    assert tabs("leader") == ["to_grant"]
    assert tabs("dispatcher")[-1] == "to_agree"
    assert "to_agree" not in tabs("operator") and "to_grant" not in tabs("operator")
