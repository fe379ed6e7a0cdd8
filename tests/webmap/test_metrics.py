"""Metrics and readiness of a server: two processes, a worker, a database that really goes away."""

from __future__ import annotations

import http.client
import json
import re
import secrets
import subprocess
import sys
import time

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.databases import ROOT, Databases, migrated
from tests.production import HOST, Production, production
from webmap import health

TOKEN = secrets.token_urlsafe(32)
BEARER = f"Bearer {TOKEN}"
JOBS = """
from django.contrib.auth.models import Group, User
from spatial.core.models import Job
for state in ("queued", "queued", "failed", "done"):
    Job.objects.create(kind="export", state=state)
"""
SESSION = """
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from tests.webmap import factories
user = factories.user("operator")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""
SEEN_WITHIN_S = 120


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup, django_db_blocker):
    folder = tmp_path_factory.mktemp("measured")
    with django_db_blocker.unblock(), production(folder, migrated(), "wanmi_measured") as server:
        shell(server, JOBS)
        with server.serving(WANMI_METRICS_TOKEN=TOKEN, WANMI_METRICS_FROM="127.0.0.1"):
            yield server


def shell(server: Production, words: str) -> str:
    done = server.manage("shell", "--no-imports", "-c", words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def samples(site: Production) -> dict[tuple, float]:
    """Values by name and labels."""
    answer = site.ask("/metrics", Authorization=BEARER)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain")
    families = text_string_to_metric_families(answer.text)
    return {
        (one.name, *sorted(one.labels.items())): one.value
        for family in families
        for one in family.samples
    }


def requests(found: dict[tuple, float], route: str, status: int) -> float:
    labels = (("method", "GET"), ("route", route), ("status", str(status)))
    return found.get(("wanmi_request_seconds_count", *labels), 0)


def test_nobody_gets_metrics_by_default(client, db):
    assert client.get("/metrics").status_code == 404


def test_only_who_is_named_gets_them(site):
    assert site.ask("/metrics").status == 200
    # By a proxy that is not counted everybody would seem to be of this machine.
    outside = {"X_Forwarded_For": "127.0.0.1"}
    assert site.ask("/metrics", **outside).status == 404
    assert site.ask("/metrics", **outside, Authorization="Bearer wrong").status == 404
    assert site.ask("/metrics", **outside, Authorization=BEARER).status == 200
    assert site.ask("/metrics", "POST").status == 403


def test_requests_are_counted_over_all_processes(site):
    before = samples(site)
    for _n in range(20):
        assert site.ask("/api/v1/districts").status == 200
    for n in range(3):
        assert site.ask(f"/nothing/{n}").status == 404
    after = samples(site)
    assert requests(after, "districts", 200) - requests(before, "districts", 200) == 20
    assert requests(after, "none", 404) - requests(before, "none", 404) == 3
    assert not any("/nothing/" in str(key) for key in after)
    spent = ("wanmi_request_seconds_sum", ("method", "GET"), ("route", "districts"),
             ("status", "200"))  # fmt: skip
    assert after[spent] > 0


def test_jobs_connections_and_the_disk_are_told(site):
    found = samples(site)
    jobs = {state: found["wanmi_jobs", ("kind", "export"), ("state", state)]
            for state in ("queued", "running", "failed")}  # fmt: skip
    assert jobs == {"queued": 2, "running": 0, "failed": 1}
    assert found["wanmi_database_connections", ("state", "active")] >= 1
    assert found["wanmi_database_connections_most",] > 10
    assert found["wanmi_disk_free_bytes",] > 0
    assert found["wanmi_database_up",] == 1


def test_an_open_stream_is_counted(site):
    key = shell(site, SESSION).split()[-1]
    line = http.client.HTTPConnection("127.0.0.1", site.port, timeout=30)
    headers = {"Host": HOST, "X-Forwarded-Proto": "https", "Cookie": f"sessionid={key}"}
    line.request("GET", "/api/v1/cases/stream", headers=headers)
    answer = line.getresponse()
    assert answer.status == 200 and b"retry" in answer.readline()
    assert samples(site)["wanmi_streams_open",] == 1
    line.close()


def test_the_board_asks_for_what_there_is(site):
    board = json.loads((ROOT / "deploy/grafana/wanmi.json").read_text())
    asked = " ".join(t["expr"] for panel in board["panels"] for t in panel.get("targets", ()))
    names = set(re.findall(r"wanmi_\w+", asked))
    told = {key[0] for key in samples(site)}
    # What the worker tells comes with it; see below.
    told |= {"wanmi_worker_seen_age_seconds", "wanmi_counts_fold_age_seconds"}
    # And of replicas there are none here (`tests.faults.test_replica`).
    of_replicas = {name for name in names if name.startswith(("wanmi_replica_", "wanmi_reads_"))}
    assert len(names) >= 8 and names - of_replicas <= told


# readiness


def told(site: Production) -> tuple[int, str, list[str]]:
    answer = site.ask("/readyz")
    body = json.loads(answer.text)
    assert site.database_password not in answer.text and str(site.state) not in answer.text
    assert all(problem["message"] for problem in body["problems"])
    return answer.status, body["status"], [problem["code"] for problem in body["problems"]]


def test_without_a_worker_people_are_served_and_it_is_told(site):
    assert told(site) == (200, "degraded", ["E-READY-WORKER"])


def test_a_worker_is_seen_and_when_it_folded(site):
    words = [sys.executable, "scripts/worker.py"]
    log = site.log.with_name("worker.log")
    with log.open("wb") as out:
        worker = subprocess.Popen(words, cwd=ROOT, env=site.environment, stdout=out)
    try:
        end = time.monotonic() + SEEN_WITHIN_S
        while ("wanmi_counts_fold_age_seconds",) not in (found := samples(site)):
            assert time.monotonic() < end and worker.poll() is None
            time.sleep(1)
        assert found["wanmi_worker_seen_age_seconds",] < health.WORKER_WITHIN_S
        assert told(site) == (200, "ok", [])
    finally:
        worker.terminate()
        worker.wait(timeout=60)
    for line in log.read_text().splitlines():
        assert "message" in json.loads(line)


def test_migrations_that_wait_are_told(site):
    gone = "from django.db import connection as c; c.cursor().execute({!r})"
    shell(site, gone.format("UPDATE django_migrations SET app = 'x' WHERE app = 'webmap'"))
    try:
        status, word, codes = told(site)
        assert (status, word) == (503, "not ready") and "E-READY-MIGRATIONS" in codes
    finally:
        shell(site, gone.format("UPDATE django_migrations SET app = 'webmap' WHERE app = 'x'"))


def test_a_folder_that_is_none_is_told(site):
    tiles = site.state / "tiles"
    kept = tiles.rename(site.state / "kept")
    tiles.touch()
    try:
        status, word, codes = told(site)
        assert (status, word) == (503, "not ready") and "E-READY-TILES" in codes
    finally:
        tiles.unlink()
        kept.rename(tiles)


def test_a_database_that_is_away_is_told_and_so_by_metrics(site):
    with Databases().shut("wanmi_measured"):
        status, word, codes = told(site)
        assert (status, word, codes) == (503, "not ready", ["E-DB-AWAY"])
        found = samples(site)
        assert found["wanmi_database_up",] == 0
        assert ("wanmi_database_connections_most",) not in found
    assert told(site)[0] == 200


def test_a_disk_that_is_nearly_full_is_told(client, db, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 1 << 60)
    answer = client.get("/readyz")
    codes = [problem["code"] for problem in answer.json()["problems"]]
    assert answer.status_code == 200 and "E-READY-DISK" in codes
