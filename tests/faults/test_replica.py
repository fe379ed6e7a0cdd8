"""The site with a real streaming replica: who reads where, and what nobody notices when it is away.

The replica is made as ``docs/replica.md`` says. Its replay is paused to have it lag; then whatever
shows what was written meanwhile comes from the primary.
"""

from __future__ import annotations

import http.client
import json
import secrets
import sys
import time
from io import BytesIO
from zipfile import ZipFile

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.databases import ROOT, fill, manage
from tests.production import HOST, Production

sys.path.insert(0, str(ROOT / "scripts"))

from bench.load.cluster import Cluster  # noqa: E402
from bench.load.replica import Replica, ask  # noqa: E402

LAG_S = 8
WITHIN_S = 40
TOWN = "make_all(); make_components(); from tests.e2e import casetown; casetown.make_cases()"
SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from spatial.cases.models import CaseClass
from tests.e2e.casetown import LITTER, person
user = person("operator")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key, CaseClass.objects.get(kind="event", code=LITTER).pk)
"""
TOKEN = "f" * 32
METRICS = secrets.token_urlsafe(32)
OF_PEOPLE = {"django_session", "auth_user", "auth_group", "auth_user_groups", "auth_permission",
             "auth_user_user_permissions", "auth_group_permissions", "django_content_type",
             "core_limit", "core_rate"}  # fmt: skip


class Doubled:
    """A site of production with a replica."""

    def __init__(self, site: Production, cluster: Cluster, replica: Replica) -> None:
        self.site, self.cluster, self.replica = site, cluster, replica
        self.session, self.litter = "", 0

    def ask(self, path: str, method: str = "GET", sent: dict | None = None, cookie: str = ""):
        """An answer for an operator."""
        cookies = f"sessionid={self.session}; csrftoken={TOKEN}; {cookie}"
        words = {"Cookie": cookies, "X_CSRFToken": TOKEN, "Referer": f"https://{HOST}/"}
        if sent is not None:
            words["Content_Type"] = "application/json"
        return self.site.ask(path, method, sent and json.dumps(sent), **words)

    def report(self) -> tuple[str, str]:
        """Report a case: its number, and the cookie that came with the answer."""
        sent = {"case_class": self.litter, "lon": 116.4051, "lat": 39.9142, "channel": "hotline",
                "description": secrets.token_hex(8)}  # fmt: skip
        answer = self.ask("/api/v1/cases/reports", "POST", sent)
        assert answer.status == 201, answer.text
        cookies = answer.headers.get_all("Set-Cookie") or []
        mine = next(c for c in cookies if c.startswith("wanmi_wrote="))
        assert "HttpOnly" in mine and "Secure" in mine and "SameSite=Lax" in mine
        return json.loads(answer.text)["number"], mine.split(";")[0]

    def shows(self, number: str, cookie: str = "") -> bool:
        """Whether the list has a case."""
        answer = self.ask("/api/v1/cases?order=new", cookie=cookie)
        assert answer.status == 200, answer.text
        return number in {case["number"] for case in json.loads(answer.text)["cases"]}

    def metrics(self) -> dict[tuple, float]:
        answer = self.site.ask("/metrics", Authorization=f"Bearer {METRICS}")
        families = text_string_to_metric_families(answer.text)
        return {(one.name, one.labels.get("database", "")): one.value
                for family in families for one in family.samples}  # fmt: skip

    def reads(self, database: str) -> float:
        return self.metrics().get(("wanmi_reads_total", database), 0)

    def reads_of_replica(self) -> float:
        """How many of ten reads the replica answers."""
        before = self.reads("replica1")
        for _n in range(10):
            assert self.ask("/api/v1/cases").status == 200
        return self.reads("replica1") - before

    def wait_until_used(self) -> None:
        """Until all processes read from the replica."""
        self.wait(lambda: self.reads_of_replica() == 10)

    def wait(self, holds) -> None:
        end = time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < end, self.site.said()[-3000:]
            time.sleep(0.2)


@pytest.fixture(scope="module")
def doubled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("doubled")
    with Cluster("wanmi") as cluster:
        site = Production(folder, cluster.address)
        manage(cluster.address, site.state, "migrate", "-v0")
        fill(cluster.address, site.state, TOWN)
        with Replica(cluster) as replica:
            site.environment |= {
                "WANMI_REPLICA_URL": replica.address,
                "WANMI_REPLICA_LAG_S": str(LAG_S),
                "WANMI_METRICS_TOKEN": METRICS,
            }
            found = Doubled(site, cluster, replica)
            made = site.manage("shell", "--no-imports", "-c", SESSION)
            assert made.returncode == 0, made.stderr
            found.session, found.litter = made.stdout.split()[0], int(made.stdout.split()[1])
            with site.serving():
                yield found


@pytest.fixture
def near(doubled):
    """The replica shows all, and is used."""
    doubled.replica.catch_up()
    doubled.wait_until_used()
    return doubled


@pytest.fixture
def paused(near):
    """The replica receives, and shows nothing of it."""
    near.replica.pause()
    try:
        yield near
    finally:
        near.replica.resume()


def test_lists_are_read_from_the_replica(near):
    said = near.replica.ask("SELECT string_agg(query, '\n') FROM pg_stat_activity"
                            " WHERE datname = 'wanmi' AND pid <> pg_backend_pid()")  # fmt: skip
    assert "cases_inhand" in said or "cases_case" in said


def test_each_read_asks_the_primary_for_people_alone(near):
    words = "from tests.faults import readings; readings.main()"
    done = near.site.manage("shell", "--no-imports", "-c", words, WANMI_ALLOWED_HOSTS="127.0.0.1",
                            DJANGO_SETTINGS_MODULE="webmap.settings.dev")  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout.splitlines()[-1])
    assert {a: status for a, (status, _p, _r) in told.items() if status not in (200, 204)} == {}
    elsewhere = {a: set(p) - OF_PEOPLE for a, (_s, p, _r) in told.items() if set(p) - OF_PEOPLE}
    assert elsewhere == {}
    # A tile of an edition is a file by now.
    asked = {a for a, (_s, _p, replica) in told.items() if replica}
    assert {a for a in told.keys() - asked if "/tiles/grids/" not in a} == set()


def test_who_wrote_sees_it_at_once(paused):
    number, cookie = paused.report()
    for _n in range(5):
        assert paused.shows(number, cookie)
    # Others are shown what the replica shows, which is how it is told that it is asked.
    assert not paused.shows(number)
    # What is not there yet on the replica is looked for on the primary.
    assert paused.ask(f"/api/v1/cases/{number}").status == 200


def test_a_cookie_that_nobody_signed_says_nothing(paused):
    number, cookie = paused.report()
    name, _is, text = cookie.partition("=")
    assert not paused.shows(number, f"{name}=ffffffff:{text.partition(':')[2]}")


def test_who_is_told_of_a_change_is_answered_by_nothing_older(paused):
    line = http.client.HTTPConnection("127.0.0.1", paused.site.port, timeout=60)
    words = {"Host": HOST, "X-Forwarded-Proto": "https"}
    words["Cookie"] = f"sessionid={paused.session}"
    line.request("GET", "/api/v1/values/stream", headers=words)
    stream = line.getresponse()
    while b"ready" not in stream.readline():
        pass
    number, _own = paused.report()
    while not (told := stream.readline()).startswith(b"id: "):
        assert told
    assert stream.readline() == b"event: changed\n"
    line.close()
    assert paused.shows(number, f"wanmi_told={told[4:].decode().strip()}")
    assert not paused.shows(number)


def test_one_that_lags_is_told_and_not_read(paused):
    number, _cookie = paused.report()
    paused.wait(lambda: paused.metrics()[("wanmi_replica_lag_bytes", "replica1")] > 0)
    paused.wait(lambda: paused.metrics()[("wanmi_replica_up", "replica1")] == 0)
    assert paused.metrics()[("wanmi_replica_lag_seconds", "replica1")] > LAG_S
    paused.wait(lambda: paused.reads_of_replica() == 0)
    assert paused.shows(number)
    ready = paused.site.ask("/readyz")
    told = json.loads(ready.text)
    assert (ready.status, told["checks"]["replicas"]) == (200, False)
    assert "E-READY-REPLICA" in {problem["code"] for problem in told["problems"]}
    assert "replica1 is not read now: E-REPLICA-LAG" in paused.site.said()
    paused.replica.resume()
    paused.wait_until_used()
    assert json.loads(paused.site.ask("/readyz").text)["checks"]["replicas"] is True


def test_one_that_is_killed_is_noticed_by_nobody(near):
    near.replica.kill()
    try:
        for _n in range(30):
            begun = time.monotonic()
            assert near.ask("/api/v1/cases").status == 200
            assert time.monotonic() - begun < 10
        number, cookie = near.report()
        assert near.shows(number, cookie) and near.shows(number)
        assert near.metrics()[("wanmi_replica_up", "replica1")] == 0
        assert near.site.ask("/readyz").status == 200
        assert "replica1 is not read now: E-REPLICA-AWAY" in near.site.said()
    finally:
        near.replica.start()
    near.wait_until_used()
    assert near.shows(number)


def exported(site: Doubled) -> tuple[bytes, str]:
    """The file of an export of all cases, and what the worker said of it."""
    asked = {"what": "cases", "region": "110101", "format": "csv", "crs": "EPSG:4490", "on": None}
    ordered = site.ask("/api/v1/exports", "POST", asked)
    assert ordered.status == 202, ordered.text
    key = json.loads(ordered.text)["job"]["id"]
    words = f"from webmap import tasks; tasks.export_task.func('{key}')"
    done = site.site.manage("shell", "--no-imports", "-c", words)
    assert done.returncode == 0, done.stderr
    packed = ZipFile(BytesIO(site.ask(f"/api/v1/jobs/{key}/file").body))
    return b"".join(map(packed.read, packed.namelist())), done.stderr


def test_an_export_is_read_from_one_that_shows_all_of_it(near):
    number, _cookie = near.report()
    file, said = exported(near)
    assert number.encode() in file and "read from replica1" in said


def test_an_export_does_not_wait_for_one_that_lags(paused):
    number, _cookie = paused.report()
    file, said = exported(paused)
    assert number.encode() in file and "read from replica1" not in said


def test_nothing_is_written_to_it(near):
    words = (
        "from django.db import Error, transaction\n"
        "from spatial.core.reading import reader, reading_from\n"
        "from spatial.basemap.models import Dataset\n"
        "with reading_from('replica1'):\n"
        "    made = Dataset.objects.create(name='written', version=1)\n"
        "    print(made._state.db, Dataset.objects.filter(pk=made.pk).exists())\n"
        "with reading_from('replica1'):\n"
        "    with transaction.atomic():\n"
        "        print(reader().alias)\n"
        "    print(reader().alias)\n"
        "    try:\n"
        "        reader().cursor().execute('DELETE FROM basemap_dataset')\n"
        "    except Error as error:\n"
        "        print(error.__cause__.pgcode)\n"
    )
    done = near.site.manage("shell", "--no-imports", "-c", words)
    assert done.stdout.split() == ["default", "True", "default", "replica1", "25006"], done.stderr
    assert ask(near.cluster.address, "SELECT count(*) FROM basemap_dataset") != "0"
