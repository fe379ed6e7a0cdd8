"""Killed imports, two at once, lost connections: never half a dataset."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import numpy as np
import psycopg2
import pytest
import shapely
from django.conf import settings
from django.db import connection, connections

from spatial.basemap.models import BaseFeature, Dataset, ImportRun
from spatial.basemap.services import load, runs
from spatial.basemap.services.basemap import import_basemap
from spatial.core.errors import ConflictError
from tests.sessions import wait_for_end_of_other_sessions
from tests.spatial.basemap import files

pytestmark = pytest.mark.django_db(transaction=True)

CHILD = """
import os, sys, time
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from spatial.basemap.services import basemap, load, stage
def slow(done, total, message=""):
    print(done, message, flush=True)
    if message == sys.argv[3]:
        time.sleep(60)
if sys.argv[3] == "written":
    real = load.Load._update
    def hang(self, dataset):
        real(self, dataset)
        print("written", flush=True)
        time.sleep(60)
    load.Load._update = hang
basemap.import_basemap(sys.argv[1], dataset="d", progress=slow)
"""


@pytest.fixture
def town(tmp_path):
    x = files.X0 + np.arange(500) * 40
    boxes = shapely.box(x, files.Y0, x + 20, files.Y0 + 20)
    names = {"NAME": [f"楼{i}" for i in range(500)]}
    return files.write(tmp_path / "t.gpkg", boxes, names, layer="RESA")


def start(path, where: str) -> subprocess.Popen:
    """Start an import in another process and return when it is held at ``where``."""
    name = connection.settings_dict["NAME"]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), name, where],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"],
             "LANGUAGE": "en"},
        cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    for line in child.stdout:
        if where in line:
            return child
    raise AssertionError("the child ended early")


@pytest.mark.parametrize("where", ["RESA", "written"])
def test_kill_in_mid_import_leaves_nothing_and_the_next_run_says_so(town, where):
    child = start(town, where)
    child.send_signal(signal.SIGKILL)
    child.wait()
    wait_for_end_of_other_sessions()
    assert not BaseFeature.objects.exists()
    assert not Dataset.objects.exists()
    assert ImportRun.objects.get().state == ImportRun.State.RUNNING
    summary = import_basemap(town, dataset="d")
    assert summary.created == 500
    dead, done = ImportRun.objects.order_by("id")
    assert (dead.state, dead.error_code) == (ImportRun.State.FAILED, "E-IMPORT-KILLED")
    assert done.state == ImportRun.State.DONE


def test_old_content_stays_while_a_new_import_is_killed(town, tmp_path):
    import_basemap(town, dataset="d")
    before = set(BaseFeature.objects.values_list("id", flat=True))
    other = files.town(tmp_path / "other.gpkg")
    child = start(other, "written")
    assert set(BaseFeature.objects.values_list("id", flat=True)) == before
    child.kill()
    child.wait()
    wait_for_end_of_other_sessions()
    assert set(BaseFeature.objects.values_list("id", flat=True)) == before


def test_second_import_of_a_dataset_at_once_is_refused(town):
    child = start(town, "RESA")
    try:
        with pytest.raises(ConflictError) as caught:
            import_basemap(town, dataset="d")
        assert (caught.value.code, caught.value.status) == ("E-IMPORT-BUSY", 409)
        assert import_basemap(town, dataset="another").created == 500
        assert ImportRun.objects.filter(state=ImportRun.State.RUNNING).count() == 1
    finally:
        child.kill()
        child.wait()
        wait_for_end_of_other_sessions()


def test_lock_is_free_after_a_refusal(tmp_path, town):
    with pytest.raises(Exception, match="E-MAP-MISSING"):
        import_basemap(town, dataset="d", layers="nope")
    name = connection.settings_dict["NAME"]
    facts = connections["default"].get_connection_params()
    other = psycopg2.connect(
        dbname=name, **{k: facts[k] for k in ("host", "user", "port") if k in facts}
    )
    with other, other.cursor() as cursor:
        # Of this database only: other test processes hold locks in theirs.
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database d ON d.oid = database "
            "WHERE locktype = 'advisory' AND datname = current_database()"
        )
        assert cursor.fetchone()[0] == 0
    other.close()


def test_lost_connection_fails_without_half_rows(town, monkeypatch):
    real = load.Load._update

    def cut(self, dataset):
        real(self, dataset)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(load.Load, "_update", cut)
    with pytest.raises(Exception, match="terminat|closed"):
        import_basemap(town, dataset="d")
    connection.close()
    monkeypatch.undo()
    assert not BaseFeature.objects.exists()
    assert import_basemap(town, dataset="d").created == 500
    assert ImportRun.objects.filter(state=ImportRun.State.FAILED).count() == 1


def test_crash_is_recorded_and_raised(town, monkeypatch):
    def crash(*args, **kwargs):
        raise RuntimeError("disk full")

    monkeypatch.setattr(load.Load, "finish", crash)
    with pytest.raises(RuntimeError, match="disk full"):
        import_basemap(town, dataset="d")
    run = ImportRun.objects.get()
    assert (run.state, run.error_code) == (ImportRun.State.FAILED, "E-IMPORT-CRASH")
    assert not BaseFeature.objects.exists()


def test_failing_copy_in_the_second_thread_fails_the_import(town, monkeypatch):
    def broken(*args):
        return [["x"]] * 8

    monkeypatch.setattr(load.rows, "texts", broken)
    with pytest.raises(Exception, match="(?i)invalid|syntax"):
        import_basemap(town, dataset="d")
    assert not BaseFeature.objects.exists()
    assert threading.active_count() < 20


def test_issues_kept_are_limited_but_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(runs, "MAX_ISSUES", 3)
    path = files.write(
        tmp_path / "a.gpkg", [None] * 9 + list(files.squares(1)), {"NAME": ["x"] * 10},
        layer="RESA", kind="Polygon",
    )  # fmt: skip
    summary = import_basemap(path)
    assert summary.by_reason == {"E-GEOM-EMPTY": 9}
    assert ImportRun.objects.get().issues.count() == 3
