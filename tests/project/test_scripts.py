"""What the scripts say and do before anything is installed."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import debian
import dev_db
import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_without_rights_the_message_says_exactly_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit) as stopped:
        debian.ensure(["postgresql-15", "postgresql-15-postgis-3"], bool, "E-DB-MISSING", "PostGIS")
    assert str(stopped.value) == (
        "E-DB-MISSING: PostGIS is missing; run: sudo apt-get install -y --no-install-recommends "
        "postgresql-15 postgresql-15-postgis-3"
    )


def test_installing_leaves_standard_output_to_the_caller(monkeypatch, tmp_path, capfd):
    """That of dev_db.py is the database's address, read by the settings."""
    done = tmp_path / "done"
    for name, words in {
        "apt-get": f'echo noise; touch "{done}"',
        "sudo": 'shift; exec "$@"',
    }.items():
        (tmp_path / name).write_text(f"#!/bin/sh\n{words}\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    debian.ensure(["anything"], done.exists, "E-DB-MISSING", "anything")
    out, err = capfd.readouterr()
    assert out == ""
    assert "Installing anything" in err


def test_what_is_there_is_not_installed_again(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    debian.ensure(["anything"], lambda: True, "E-DB-MISSING", "anything")


def run(*words, **environment):
    clean = {k: v for k, v in os.environ.items() if k not in {"DATABASE_URL", "WANMI_DB_NAME"}}
    return subprocess.run(
        [sys.executable, ROOT / "scripts/dev_db.py", *words],
        env={**clean, **environment},
        text=True,
        capture_output=True,
        check=False,
    )


def test_a_given_database_is_used_as_it_is():
    address = "postgis://someone@example.invalid/elsewhere"
    assert run("start", DATABASE_URL=address).stdout.strip() == address
    assert run("stop", DATABASE_URL=address).returncode == 0


@pytest.fixture
def state():
    """A state folder that user postgres can reach, gone with its cluster after the test."""
    folder = Path(tempfile.mkdtemp(prefix="wanmi-test-"))
    folder.chmod(0o755)
    environment = {"WANMI_STATE_DIR": str(folder)}
    yield environment
    run("stop", **environment)
    shutil.rmtree(folder)
    mark = hashlib.sha256(str(folder).encode()).hexdigest()[:10]
    shutil.rmtree(f"/tmp/wanmi-pg-{mark}")


def test_a_cluster_of_its_own_starts_answers_and_stops(state):
    assert run("status", **state).stdout.strip() == "down"
    address = run("start", **state).stdout.strip()
    assert address.startswith("postgis://wanmi@%2Ftmp%2Fwanmi-pg-")
    assert run("url", **state).stdout.strip() == address
    assert run("status", **state).stdout.strip() == "up"
    assert run("stop", **state).returncode == 0
    assert run("status", **state).stdout.strip() == "down"


def test_only_its_owner_may_enter_the_socket_folder(state):
    address = run("start", **state).stdout.strip()
    folder = Path(address.split("@")[1].rpartition("/")[0].replace("%2F", "/"))
    assert folder.stat().st_mode & 0o077 == 0


def test_a_path_that_postgres_cannot_reach_is_seen(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    assert not dev_db.reachable(closed / "pg" / "data")
