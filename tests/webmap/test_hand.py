"""In the hand: the page, its manifest, its worker, its session, and the list of what waits."""

import json
import re

import pytest
from django.test import Client

from spatial.cases.stages import Stage
from tests.spatial.cases.conftest import World, photos_apart, world  # noqa: F401 - fixtures
from tests.webmap import factories
from tests.webmap.test_pages import config_of
from webmap.pages.hand import ICONS, VERSION_HEADER, shell_files
from webmap.templatetags.modules import reached_from

CASES = "/api/v1/cases"
PEOPLE = ("inspector", "other_inspector", "worker", "other_worker", "operator", "dispatcher")


def worker_facts(client) -> tuple[str, dict]:
    text = client.get("/hand/sw.js").content.decode()
    return text, json.loads(re.search(r"startWorker\((\{.*?\n\}), ", text, re.S)[1])


def test_the_page_knows_what_it_needs_without_a_network(client_of, town):
    answer = client_of("inspector").get("/hand/")
    config = config_of(answer)
    assert (config["user"]["username"], config["channel"]) == ("inspector", "inspector")
    assert set(config["stages"]) == set(Stage.values)
    assert config["districts"][0]["code"] == "110101"
    assert 'rel="manifest"' in answer.content.decode()
    assert "unsafe" not in answer["Content-Security-Policy"]


def test_what_a_department_reports_comes_by_its_own_source(client_of, town):
    assert config_of(client_of("department").get("/hand/"))["channel"] == "department"


def test_the_worker_keeps_all_that_the_page_names(client_of, client, town):
    page = client_of("inspector").get("/hand/")
    text, facts = worker_facts(client)
    named = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.content.decode()))
    assert named <= set(facts["files"])
    assert facts["version"] == page[VERSION_HEADER]
    assert (facts["page"], facts["words"]) == ("/hand/", "/jsi18n/")
    assert facts["ground"] == "/tiles/basemap.json"
    assert len(facts["files"]) == len(set(facts["files"]))
    assert 'from "/static/webmap/js/hand/store.js"' in text


def test_parts_of_the_worker_import_nothing():
    """A worker has no import map, so it takes them by address."""
    for name in ("worker", "store", "sending"):
        assert reached_from(f"webmap/hand/{name}") == [f"webmap/hand/{name}"]


def test_another_file_is_another_version(client, db, monkeypatch):
    _text, before = worker_facts(client)
    more = [*shell_files(), "/static/webmap/js/more.js"]
    monkeypatch.setattr("webmap.pages.hand.shell_files", lambda: more)
    assert worker_facts(client)[1]["version"] != before["version"]


def test_worker_and_manifest_are_asked_for_anew(client, db):
    for address, kind in (
        ("sw.js", "text/javascript"),
        ("manifest.webmanifest", "application/manifest+json"),
    ):
        answer = client.get(f"/hand/{address}")
        assert answer["Content-Type"].startswith(kind)
        assert answer["Cache-Control"] == "no-cache"


def test_the_manifest_is_installable_and_in_the_readers_language(client, db):
    found = client.get("/hand/manifest.webmanifest").json()
    assert found["display"] == "standalone"
    assert found["start_url"] == found["scope"] == found["id"] == "/hand/"
    assert {one["sizes"] for one in found["icons"]} == {"192x192", "512x512"}
    assert "maskable" in {one["purpose"] for one in found["icons"]}
    assert len(found["icons"]) == len(ICONS)
    assert found["lang"] == "zh-hans"
    client.post("/i18n/setlang/", {"language": "en", "next": "/"})
    assert client.get("/hand/manifest.webmanifest").json()["name"] == "Wanmi in the hand"


def test_the_session_gives_a_token_that_is_good(db):
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.user("inspector"))
    answer = client.get("/hand/session")
    assert answer["Cache-Control"] == "private, no-store"
    session = answer.json()
    assert session["username"] == "inspector"
    sent = {"headers": {"X-CSRFToken": session["csrf"]}, "content_type": "application/json"}
    refused = client.post(f"{CASES}/reports", {}, content_type="application/json")
    assert refused.json()["code"] != "E-REQUEST-INVALID"
    assert client.post(f"{CASES}/reports", {}, **sent).json()["code"] == "E-REQUEST-INVALID"


def test_who_is_logged_out_reads_so_as_data(client, db):
    answer = client.get("/hand/session")
    assert (answer.status_code, answer.json()["code"]) == (401, "E-LOGIN-MISSING")


@pytest.mark.parametrize(
    ("stage", "who"),
    [
        (Stage.REPORTED, set()), (Stage.CHECKING, {"inspector"}), (Stage.CHECKED, set()),
        (Stage.FILED, set()), (Stage.DISPATCHED, {"worker"}), (Stage.HANDLING, {"worker"}),
        (Stage.DIVIDED, {"worker", "other_worker"}), (Stage.HELD, {"worker"}),
        (Stage.ANSWERED, set()), (Stage.VERIFYING, {"inspector"}), (Stage.VERIFIED, set()),
    ],
)  # fmt: skip
def test_what_waits_for_whom(world: World, client, stage, who):  # noqa: F811
    case = world.case(stage)
    found = set()
    for name in (
        "inspector",
        "other_inspector",
        "worker",
        "other_worker",
        "operator",
        "dispatcher",
    ):
        client.force_login(getattr(world, name))
        cases = client.get(f"{CASES}?waiting=1").json()["cases"]
        found |= {name} if [one["number"] for one in cases] == [case.number] else set()
    assert found == who


def test_a_part_that_is_answered_waits_no_more(world: World, client):  # noqa: F811
    case = world.do(world.case(Stage.DIVIDED), ("worker", "answer_part"))
    client.force_login(world.worker)
    assert client.get(f"{CASES}?waiting=1").json()["cases"] == []
    client.force_login(world.other_worker)
    assert client.get(f"{CASES}?waiting=1").json()["cases"][0]["number"] == case.number
