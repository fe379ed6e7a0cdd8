"""Test 21: whatever ends an import in the middle, the old version is served and nothing stays."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from django.conf import settings
from django.db import DatabaseError, connection

from spatial.basemap.models import BaseFeature, Dataset, ImportRun, Upload
from spatial.basemap.services.basemap import import_basemap
from spatial.core.errors import InputError
from tests.sessions import wait_for_end_of_other_sessions
from tests.spatial.basemap import files

pytestmark = pytest.mark.django_db(transaction=True)
COUNT, BATCH = 1_000, 100

CHILD = """
import functools, sys, time
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[2]
from spatial.basemap.io import readers
from spatial.basemap.services import basemap, load
load.read = functools.partial(readers.read, batch=int(sys.argv[4]))
def hold(done, total, message=""):
    if done >= int(sys.argv[3]):
        print("held", flush=True)
        time.sleep(60)
basemap.import_basemap(sys.argv[1], dataset="d", progress=hold)
"""


def houses(path: Path, shift: float) -> Path:
    boxes = files.squares(COUNT, 20, 5)
    names = {"NAME": [f"{shift}号楼{i}" for i in range(COUNT)]}
    return files.write(path, boxes, names, layer="RESA")


@pytest.fixture
def served(tmp_path):
    """An old version, and how to prove that exactly it is served."""
    import_basemap(houses(tmp_path / "old.gpkg", 0), dataset="d")

    def state():
        rows = BaseFeature.objects.order_by("id").values_list("id", "name", "digest")
        return [(i, name, bytes(digest)) for i, name, digest in rows], Dataset.objects.get().version

    before = state()
    return lambda: state() == before


@pytest.fixture
def new(tmp_path):
    return houses(tmp_path / "new.gpkg", 1)


def start(path: Path, held_at: int) -> subprocess.Popen:
    name = connection.settings_dict["NAME"]
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(path), name, str(held_at), str(BATCH)],
        env=dict(os.environ),
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout.readline().strip() == "held"
    return child


def readers_of(pid: int) -> list[int]:
    """Reader processes a process has started."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def folders(pid: int) -> list[Path]:
    return list(Path(tempfile.gettempdir()).glob(f"wanmi-import-{pid}-*"))


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("percent", [10, 50, 90])
def test_21_an_import_killed_on_its_way_leaves_the_old_version(served, new, percent, number):
    child = start(new, COUNT * percent // 100)
    (reader,) = readers_of(child.pid)
    assert served()
    assert folders(child.pid)
    child.send_signal(number)
    child.wait()
    wait_for_end_of_other_sessions()
    assert served()
    assert ImportRun.objects.first().state == ImportRun.State.RUNNING
    for _ in range(100):
        if not is_alive(reader):
            break
        time.sleep(0.05)
    assert not is_alive(reader)
    summary = import_basemap(new, dataset="d")
    assert (summary.created, summary.removed) == (COUNT, COUNT)
    dead = ImportRun.objects.order_by("-id")[1]
    assert (dead.state, dead.error_code) == (ImportRun.State.FAILED, "E-IMPORT-KILLED")
    assert dead.error_message
    assert not folders(child.pid)


def test_21_a_cut_connection_leaves_the_old_version(served, new):
    def cut(done, total, message=""):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(DatabaseError):
        import_basemap(new, dataset="d", progress=cut)
    connection.close()
    assert served()
    assert not folders(os.getpid())
    assert import_basemap(new, dataset="d").created == COUNT
    states = list(ImportRun.objects.order_by("id").values_list("state", flat=True))
    assert states == ["done", "failed", "done"]


@contextmanager
def full_disk(most_bytes: int):
    """No file of this process may grow beyond a size: what a full disk does, without filling it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def large(tmp_path):
    """A zip whose content does not pack."""
    noise = np.random.default_rng(1).bytes(300_000).hex()
    path = files.write(tmp_path / "l.gpkg", files.squares(1), {"NAME": [noise]}, layer="RESA")
    return files.zipped(tmp_path / "l.zip", {"l.gpkg": path})


def test_21_a_full_disk_leaves_the_old_version(served, large):
    with full_disk(200_000), pytest.raises(InputError) as caught:
        import_basemap(large, dataset="d")
    assert caught.value.code == "E-DISK-FULL"
    assert served()
    assert not folders(os.getpid())
    assert ImportRun.objects.first().error_code == "E-DISK-FULL"
    assert import_basemap(large, dataset="d").created == 1


def test_21_a_full_disk_in_mid_upload_is_taken_up_again(sender, large):
    data = large.read_bytes()
    made = sender.announce("l.zip", len(data)).json()
    with full_disk(100_000):
        answer = sender.piece(made["content"], 0, data)
    assert (answer.status_code, answer.json()["code"]) == (507, "E-DISK-FULL")
    there = sender.client.head(made["content"])["Upload-Offset"]
    assert there == "100000"
    answer = sender.piece(made["content"], int(there), data[int(there) :])
    assert answer.json()["state"] == "ready"


def test_21_an_inspection_that_was_killed_can_be_begun_again(sender, new):
    made = sender.send("n.gpkg", new.read_bytes()).json()
    Upload.objects.update(state=Upload.State.INSPECTING, inspected={})
    answer = sender.client.post(made["inspection"], {}, content_type="application/json")
    assert (answer.status_code, answer.json()["state"]) == (202, "ready")
