"""Roles, audit log, jobs, checks, bulk writing."""

import json

import numpy as np
import pytest
import shapely
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.management import CommandError
from django.db import InternalError, connection, transaction

from spatial.core import audit, checks, wheels
from spatial.core.bulk import copy_rows
from spatial.core.commands import WanmiCommand
from spatial.core.errors import ConflictError
from spatial.core.jobs import run_job
from spatial.core.mercator import to_mercator
from spatial.core.models import AuditEntry, Job
from spatial.core.roles import ADMINISTRATOR, PLANNER, ROLES, role_names


def test_every_role_is_a_group_made_by_a_migration(db):
    assert set(Group.objects.values_list("name", flat=True)) == set(ROLES)


def test_roles_of_users(db):
    planner = User.objects.create_user("p")
    planner.groups.add(Group.objects.get(name=PLANNER))
    root = User.objects.create_superuser("r")
    assert role_names(planner) == {PLANNER}
    assert role_names(root) == {ADMINISTRATOR}
    assert role_names(AnonymousUser()) == frozenset()


def test_the_audit_log_only_grows(db):
    entry = audit.record(None, "test.done", "Thing", "1", why="because")
    entry.action = "forged"
    with pytest.raises(InternalError, match="E-AUDIT-FIXED"), transaction.atomic():
        entry.save()
    with pytest.raises(InternalError, match="E-AUDIT-FIXED"), transaction.atomic():
        AuditEntry.objects.all().delete()
    assert AuditEntry.objects.get().detail == {"why": "because"}


def test_a_job_keeps_its_result(db):
    job = Job.objects.create(kind="test")
    run_job(job, lambda progress: progress(3, 3, "three") or {"made": 3})
    assert (job.state, job.result, job.done, job.message) == ("done", {"made": 3}, 3, "three")
    assert job.started_at <= job.finished_at


def test_a_job_keeps_a_coded_error(db):
    def fail(progress):
        raise ConflictError("E-TEST-BUSY", "busy")

    job = Job.objects.create(kind="test")
    run_job(job, fail)
    assert (job.state, job.error_code, job.error_message) == ("failed", "E-TEST-BUSY", "busy")


def test_a_crashed_job_says_so_and_raises(db):
    job = Job.objects.create(kind="test")
    with pytest.raises(ZeroDivisionError):
        run_job(job, lambda progress: {"x": 1 // 0})
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "E-JOB-CRASH")


def test_the_libraries_are_those_of_the_wheels():
    assert checks.libraries(None) == []
    assert "pyogrio.libs" in wheels.gdal_library()
    assert "shapely.libs" in wheels.geos_library()


def test_a_missing_library_is_named():
    with pytest.raises(wheels.MissingLibraryError, match="make install"):
        wheels.gdal_library.__globals__["bundled_library"]("no_such_package", "lib")
    with pytest.raises(wheels.MissingLibraryError, match="libnothing is not bundled"):
        wheels.bundled_library("shapely", "libnothing")


def test_the_database_has_its_extensions(db):
    assert checks.database_extensions(None, databases=["default"]) == []
    assert [e.id for e in checks._missing({"postgis": "3.3"})] == ["wanmi.E006"] * 2
    assert [e.id for e in checks._old_postgis({"postgis": "3.2.1"})] == ["wanmi.E007"]


def test_copied_text_arrives_as_it_was(db):
    rows = [(f"k{i}", text) for i, text in enumerate(["a\tb", "c\\d", "e\nf\r", "网格", ""])]
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE scratch (k text, v text)")
        copy_rows("scratch", ("k", "v"), [*rows, ("none", None)])
        cursor.execute("SELECT k, v FROM scratch")
        assert cursor.fetchall() == [*rows, ("none", None)]


def test_mercator_agrees_with_postgis(db):
    points = np.array([shapely.Point(116.41, 39.92), shapely.Point(24.94, 60.17)], object)
    with connection.cursor() as cursor:
        for point, ours in zip(points, to_mercator(points), strict=True):
            cursor.execute(
                "SELECT ST_X(p), ST_Y(p) FROM ST_Transform(ST_Point(%s, %s, 4326), 3857) AS p",
                [point.x, point.y],
            )
            assert cursor.fetchone() == pytest.approx((ours.x, ours.y), abs=1e-3)


class Works(WanmiCommand):
    requires_system_checks = []

    def work(self, **options):
        return {"grids_made": 1234}


class Fails(WanmiCommand):
    requires_system_checks = []

    def work(self, **options):
        raise ConflictError("E-TEST-BUSY", "busy", district="110101")


def test_a_command_prints_its_summary(capsys):
    Works().handle(json=False)
    assert capsys.readouterr().out.split() == ["grids", "made", "1,234"]
    Works().handle(json=True)
    assert json.loads(capsys.readouterr().out) == {"grids_made": 1234}


def test_a_failing_command_shows_its_code(capsys):
    with pytest.raises(CommandError, match="E-TEST-BUSY: busy"):
        Fails().handle(json=True)
    error = json.loads(capsys.readouterr().out)["error"]
    assert error == {"code": "E-TEST-BUSY", "message": "busy", "detail": {"district": "110101"}}
