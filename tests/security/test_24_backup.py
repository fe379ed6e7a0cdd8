"""Test 24: a backup made in mid-work comes back whole, equal to the moment of its dump.

While it is made four threads report and dispatch cases with photos, and a base map is imported. It
is restored into a database without a table. `spatial.core.backup.report` is the comparison; what it
counts is counted here by other statements, too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import psycopg2
import pytest
import shapely

from spatial.core.backup.making import settings_list
from tests.databases import ROOT, Databases, migrated, surroundings
from tests.e2e.places import PASSWORD
from tests.production import Production, production
from tests.spatial.basemap import files

ROADS = 6_000
HELD = """
SELECT count(*) FROM pg_locks
WHERE relation = 'basemap_place'::regclass AND NOT granted
"""
"""Imports that wait at the table of places, some of their work done and none committed."""
RIGHTS = """
SELECT u.username, u.is_superuser, u.is_staff, u.is_active, u.password,
    ARRAY(SELECT g.name::text FROM auth_user_groups x JOIN auth_group g ON g.id = x.group_id
        WHERE x.user_id = u.id ORDER BY 1),
    ARRAY(SELECT p.codename::text FROM auth_user_user_permissions x
        JOIN auth_permission p ON p.id = x.permission_id WHERE x.user_id = u.id ORDER BY 1)
FROM auth_user u ORDER BY 1
"""
TOWN = ("from tests.e2e.town import *; make_all(); "
        "from tests.e2e import casetown; casetown.make_cases()")  # fmt: skip
# The town's people have the quick hashes of the tests, which a server does not take.
ENTER = ("from tests.e2e.casetown import person; user = person('operator'); "
         f"user.set_password('{PASSWORD}'); user.save()")  # fmt: skip


def connect(server: Production):
    address = server.environment["DATABASE_URL"].replace("postgis://", "postgresql://")
    return psycopg2.connect(address)


def ask(server: Production, statement: str) -> list[tuple]:
    line = connect(server)
    try:
        with line.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall()
    finally:
        line.close()


def one(server: Production, statement: str):
    return ask(server, statement)[0][0]


def process(server: Production, *words: str) -> subprocess.Popen:
    own = surroundings(server.environment["DATABASE_URL"], server.state)
    return subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=own, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


@contextmanager
def storm(server: Production):
    """While cases are dispatched; yields what tells at the end how many were."""
    words = ("manage.py", "shell", "--no-imports", "-c",
             "from tests.security import storm; storm.main()")  # fmt: skip
    running = process(server, *words)
    told = {"before": json.loads(running.stdout.readline())["dispatched"]}
    yield told
    rest, _error = running.communicate()
    assert running.returncode == 0
    told["after"] = json.loads(rest.splitlines()[-1])["dispatched"]


@contextmanager
def places_held(server: Production):
    """While nobody may write places, and everybody may read them: an import stops midway."""
    line = connect(server)
    try:
        with line.cursor() as cursor:
            cursor.execute("LOCK TABLE basemap_place IN SHARE MODE")
            yield
    finally:
        line.close()


def base_map(folder: Path) -> Path:
    folder.mkdir()
    lines = shapely.boundary(files.squares(ROADS, 0.3, 0.1))
    columns = {"NAME": [f"史家胡同{n}号" for n in range(ROADS)], "RTYPE": ["胡同"] * ROADS}
    return files.write(folder / "LRDL.shp", lines, columns)


@pytest.fixture(scope="module")
def made(tmp_path_factory, django_db_setup, django_db_blocker):
    """The server that was backed up in mid-work, and what the backup said."""
    folder = tmp_path_factory.mktemp("backed-up")
    with django_db_blocker.unblock(), production(folder, migrated(), "wanmi_backup") as server:
        filled = process(server, "manage.py", "shell", "--no-imports", "-c", TOWN)
        out, _error = filled.communicate()
        assert filled.returncode == 0, out
        assert server.manage("shell", "--no-imports", "-c", ENTER).returncode == 0
        road = base_map(folder / "map")
        with storm(server) as told:
            with places_held(server):
                words = ("manage.py", "import_basemap", str(road), "--dataset", "s")
                importing = process(server, *words)
                while not one(server, HELD):
                    assert importing.poll() is None, importing.communicate()[0]
                    time.sleep(0.05)
                done = server.manage("backup", str(folder / "backups"), "--json")
            importing.communicate()
            assert importing.returncode == 0
        assert done.returncode == 0, done.stderr
        told |= json.loads(done.stdout)
        yield server, told


@pytest.fixture(scope="module")
def restored(made, tmp_path_factory):
    """Another server, whose database had not a single table."""
    folder = tmp_path_factory.mktemp("restored")
    with production(folder, "template0", "wanmi_restored") as server:
        done = server.manage("restore", made[1]["folder"], "--json")
        assert done.returncode == 0, done.stderr + done.stdout
        server.told = json.loads(done.stdout)
        yield server


def report_of(told: dict) -> dict:
    return json.loads((Path(told["folder"]) / "report.json").read_text())


def test_24_it_was_made_in_the_middle_of_work(made):
    server, told = made
    report = report_of(told)
    assert told["after"] > told["before"] > 0
    cases = report["tables"]
    months = [one_["rows"] for name, one_ in cases.items() if name.startswith("cases_case_")]
    assert sum(months) < one(server, "SELECT count(*) FROM cases_case")
    # All or nothing: of the import that was running there is nothing.
    features = report["tables"]["basemap_basefeature"]["rows"]
    assert features + ROADS == one(server, "SELECT count(*) FROM basemap_basefeature")
    assert 0 < told["seconds"] == report["seconds"]


def test_24_all_is_as_it_was_at_the_moment_of_the_dump(made, restored):
    report = report_of(made[1])
    assert {key: restored.told[key] for key in ("at", "tables", "rows", "files")} == {
        key: made[1][key] for key in ("at", "tables", "rows", "files")
    }
    assert restored.told["seconds"] > 0
    for name, told in report["tables"].items():
        assert one(restored, f'SELECT count(*) FROM "{name}"') == told["rows"], name  # noqa: S608
    area = one(restored, "SELECT sum(ST_Area(geom)) FROM grids_unitgrid")
    assert area == pytest.approx(float(report["tables"]["grids_unitgrid"]["geom"]["area"]))
    values = dict(ask(restored, "SELECT sequencename::text, coalesce(last_value, 0)"
                                " FROM pg_sequences WHERE schemaname = 'public'"))  # fmt: skip
    assert values.keys() == report["sequences"].keys()
    assert all(low <= values[name] <= high for name, (low, high) in report["sequences"].items())


def test_24_each_photo_that_a_case_names_is_there(restored):
    photos = restored.state / "photos"
    names = [name for (name,) in ask(restored, "SELECT file FROM cases_attachment")]
    assert len(names) > 5
    assert {(photos / name).read_bytes()[:2] for name in names} == {b"\xff\xd8"}


def test_24_everybody_may_do_what_he_might(made, restored):
    assert ask(restored, RIGHTS) == ask(made[0], RIGHTS)


def test_24_no_migration_is_missing(restored):
    done = restored.manage("migrate", "--check")
    assert done.returncode == 0, done.stdout


def test_24_the_site_works_and_the_next_number_is_free(restored):
    words = ("from tests.e2e.casetown import one_case; from spatial.cases.models import Case; "
             "had = set(Case.objects.values_list('pk', flat=True)); case = one_case((5, 4), '新'); "
             "print(case.pk not in had, Case.objects.count() - len(had), case.number)")  # fmt: skip
    done = restored.manage("shell", "--no-imports", "-c", words)
    assert done.stdout.split()[:2] == ["True", "1"], done.stderr
    number = done.stdout.split()[2]
    with restored.serving() as site:
        assert site.ask("/readyz").status == 200
        assert site.ask("/").status == 200
        district = json.loads(site.ask("/api/v1/districts").text)
        assert len(json.dumps(district)) > 100
        page = site.ask("/accounts/login/")
        token = page.headers["Set-Cookie"].split("csrftoken=")[1].split(";")[0]
        form = f"username=operator&password={PASSWORD}&csrfmiddlewaretoken={token}"
        entered = site.ask(
            "/accounts/login/", "POST", form, Cookie=f"csrftoken={token}",
            Referer="https://grids.example.org/", Content_Type="application/x-www-form-urlencoded",
        )  # fmt: skip
        assert entered.status == 302, entered.text
        cookies = entered.headers.get_all("Set-Cookie")
        session = next(c for c in cookies if c.startswith("sessionid=")).split(";")[0]
        case = site.ask(f"/api/v1/cases/{number}", Cookie=session)
        assert (case.status, json.loads(case.text)["number"]) == (200, number)


def test_24_nothing_is_restored_over_something(made, restored):
    done = restored.manage("restore", made[1]["folder"], "--json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == "E-RESTORE-FULL"


@pytest.fixture
def empty(tmp_path):
    with production(tmp_path, "template0", "wanmi_empty") as server:
        yield server


def test_24_one_changed_photo_is_told(made, empty, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(made[1]["folder"], copy)
    report = json.loads((copy / "report.json").read_text())
    name = sorted(report["media"])[0]
    report["media"][name] = "0" * 64
    (copy / "report.json").write_text(json.dumps(report))
    done = empty.manage("restore", str(copy), "--json")
    assert done.returncode == 1
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "E-RESTORE-DIFFERS"
    assert [line.startswith(f"file {name}:") for line in error["detail"]["differences"]] == [True]


def test_24_a_dump_that_is_cut_leaves_an_empty_database(made, empty, tmp_path):
    copy = tmp_path / "copy"
    shutil.copytree(made[1]["folder"], copy)
    dump = (copy / "database.dump").read_bytes()
    (copy / "database.dump").write_bytes(dump[: len(dump) // 2])
    done = empty.manage("restore", str(copy), "--json")
    assert json.loads(done.stdout)["error"]["code"] == "E-RESTORE-DUMP"
    assert one(empty, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert not (empty.state / "photos").exists() or not any((empty.state / "photos").iterdir())
    (copy / "media.tar").unlink()
    done = empty.manage("restore", str(copy), "--json")
    assert json.loads(done.stdout)["error"]["code"] == "E-RESTORE-MISSING"


def test_24_a_backup_holds_no_secret_of_the_settings(made):
    server, told = made
    folder = Path(told["folder"])
    assert folder.stat().st_mode & 0o077 == 0
    kept = json.loads((folder / "settings.json").read_text())
    assert kept["WANMI_SECRET_KEY"] == "(set)"
    assert kept["WANMI_ALLOWED_HOSTS"] == server.environment["WANMI_ALLOWED_HOSTS"]
    text = (folder / "settings.json").read_text() + (folder / "report.json").read_text()
    assert server.secret_key not in text and server.database_password not in text


def test_24_no_password_of_a_replica_is_kept(monkeypatch):
    given = "postgis://wanmi:hidden-word@10.0.0.2/wanmi,postgis://wanmi:hidden-word@10.0.0.3/wanmi"
    monkeypatch.setenv("WANMI_REPLICA_URL", given)
    assert settings_list()["WANMI_REPLICA_URL"] == given.replace(":hidden-word", "")


def test_24_old_backups_go_and_a_failed_one_leaves_nothing(made, tmp_path):
    server = made[0]
    for day in ("20260101T000000Z", "20260102T000000Z", "20260103T000000Z"):
        (tmp_path / f"wanmi-{day}").mkdir()
    (tmp_path / "of-somebody-else").mkdir()
    done = server.manage("backup", str(tmp_path), "--keep", "2", "--json")
    told = json.loads(done.stdout)
    assert told["dropped"] == 2
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"wanmi-20260103T000000Z", "of-somebody-else", Path(told["folder"]).name}
    done = server.manage("backup", "/proc/backups", "--json")
    assert json.loads(done.stdout)["error"]["code"] == "E-BACKUP-WRITE"
    with Databases().shut("wanmi_backup"):
        done = server.manage("backup", str(tmp_path / "more"), "--json")
        assert done.returncode == 1
    assert not (tmp_path / "more").exists() or not list((tmp_path / "more").iterdir())
