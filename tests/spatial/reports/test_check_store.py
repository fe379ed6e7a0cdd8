"""One command proves the store: sound it says ok, and each thing that is broken is named."""

import json
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.services import checking
from spatial.components.models import Component
from spatial.components.services import proof as components
from spatial.core import leftovers
from spatial.core.jobs import run_job, silent
from spatial.core.models import Job
from spatial.grids.models import GridCode, GridPlan
from spatial.grids.services import proof as grids
from spatial.reports.services.store import CHECKS, check_store
from tests.spatial.cases.conftest import World
from tests.spatial.components.conftest import LAMP, at, bring, survey
from tests.spatial.grids.test_recut import published

SPOTS = [(130, 140), (210, 60), (60, 230), (250, 250)]


@pytest.fixture
def store(db, photos_apart, tmp_path):
    """Two editions of a district with a retired code, components, cases and their counts."""
    world = World()
    bring(survey(tmp_path / "lamps.gpkg", at(*SPOTS), ObjCode=[""] * len(SPOTS)), kind=LAMP)
    published(date(2026, 11, 20), only=["110101001"], afresh=True, target_area_m2=40_000)
    make_cases(Wanted(("110101",), 300, days=25, open_share=0.1, until=date(2026, 11, 26)))
    assert GridCode.objects.filter(retired_on__isnull=False).exists()
    return world


OLD = "(SELECT id FROM grids_gridplan WHERE state = 'superseded')"
NEW = "(SELECT id FROM grids_gridplan WHERE state = 'published')"
ONE = f"(SELECT min(id) FROM grids_unitgrid WHERE plan_id = {NEW})"
LAST = f"(SELECT max(id) FROM grids_unitgrid WHERE plan_id = {NEW})"
GONE = "(SELECT min(code) FROM grids_gridcode WHERE retired_on IS NOT NULL)"
LAMPS = "(SELECT min(id) FROM components_component)"
NO_TIME = (
    "SET CONSTRAINTS ALL IMMEDIATE; "
    "ALTER TABLE grids_unitgrid DROP CONSTRAINT grid_code_unique_in_time; "
)
BREAKS = {
    ("coverage", "empty"): f"DELETE FROM grids_unitgrid WHERE plan_id = {OLD}",
    ("coverage", "gap_area_m2"): f"DELETE FROM grids_unitgrid WHERE id = {ONE}",
    ("coverage", "overlap_area_m2"):
        "UPDATE grids_unitgrid SET geom = ST_Envelope(ST_Expand(geom, 0.0002))"
        f" WHERE id = {ONE}",
    ("coverage", "outside_area_m2"):
        f"UPDATE grids_unitgrid SET geom = ST_Translate(geom, 1, 1) WHERE id = {ONE}",
    ("coverage", "invalid_edges"):
        "UPDATE grids_unitgrid SET geom = ST_Scale(geom, ST_MakePoint(1.0000001, 1.0000001))"
        f" WHERE id = {ONE}",
    ("coverage", "invalid_geometries"):
        "UPDATE grids_unitgrid SET geom = ST_GeomFromText('POLYGON((116.4 39.9,116.401 39.901,"
        f"116.401 39.9,116.4 39.901,116.4 39.9))', 4326) WHERE id = {ONE}",
    ("coverage", "in_several_communities"):
        "UPDATE grids_unitgrid SET geom = (SELECT ST_Envelope(geom) FROM basemap_region"
        f" WHERE level = 'district' LIMIT 1) WHERE id = {ONE}",
    ("coverage", "area_wrong"): f"UPDATE grids_unitgrid SET area_m2 = 1 WHERE id = {ONE}",
    ("codes", "form"): f"UPDATE grids_unitgrid SET code = '11010100100100x' WHERE id = {ONE}",
    ("codes", "community"): f"UPDATE grids_unitgrid SET code = '110101999999001' WHERE id = {ONE}",
    ("codes", "dates"): f"UPDATE grids_unitgrid SET valid_from = '2026-11-21' WHERE id = {ONE}",
    ("codes", "twice"): NO_TIME +
        "UPDATE grids_unitgrid g SET valid_to = NULL FROM grids_unitgrid n WHERE g.code = n.code"
        f" AND g.plan_id = {OLD} AND n.plan_id = {NEW}",
    ("codes", "returned"): f"UPDATE grids_unitgrid SET valid_to = '2026-11-10'"
        f" WHERE plan_id = {OLD}",
    ("codes", "unregistered"):
        f"DELETE FROM grids_gridcode WHERE code = (SELECT code FROM grids_unitgrid WHERE id={ONE})",
    ("codes", "retired"):
        f"UPDATE grids_unitgrid SET code = {GONE} WHERE id = {ONE}",
    ("codes", "unused"):
        "INSERT INTO grids_gridcode VALUES ('110101001001999', '2026-11-01', NULL)",
    ("codes", "first"): f"UPDATE grids_gridcode SET first_published='2025-01-01' WHERE code={GONE}",
    ("codes", "unretired"): f"UPDATE grids_gridcode SET retired_on = NULL WHERE code = {GONE}",
    ("codes", "ordinals"): f"UPDATE grids_unitgrid SET ordinal = 9999 WHERE id = {LAST}",
    ("codes", "lapse"): f"UPDATE grids_gridplan SET valid_to = '2026-11-19' WHERE id = {OLD}",
    ("components", "district"):
        f"UPDATE components_component SET district_code = '110102' WHERE id = {LAMPS}",
    ("components", "unknown"):
        f"UPDATE components_component SET grid_code = '110101001001999' WHERE id = {LAMPS}",
    ("components", "elsewhere"):
        f"UPDATE components_component SET grid_code = (SELECT code FROM grids_unitgrid WHERE id ="
        f" {LAST}), point = (SELECT ST_PointOnSurface(geom) FROM grids_unitgrid WHERE id = {ONE})"
        f" WHERE id = {LAMPS}",
    ("components", "outside"):
        f"UPDATE components_component SET point = ST_Translate(point, 1, 1) WHERE id = {LAMPS}",
    ("components", "inside"):
        f"UPDATE components_component SET grid_code = '' WHERE id = {LAMPS}",
    ("cases", "stage"):
        "UPDATE cases_case SET stage = 'refused' WHERE id = (SELECT max(id) FROM cases_case WHERE"
        " outcome = 'done')",
    ("cases", "noevent"):
        "DELETE FROM cases_caseevent WHERE id = (SELECT max(id) FROM cases_caseevent)",
    ("counters", "differ"): "DELETE FROM evaluation_count",
    ("jobs", "dead"):
        "INSERT INTO core_job (id, kind, state, params, done, total, message, result, error_code,"
        " error_message, error_detail, cancel_asked, created_at) VALUES (gen_random_uuid(), 'cut',"
        " 'running', '{}', 0, 0, '', '{}', '', '', '{}', false, now())",
}  # fmt: skip
ELSEWHERE = {"multipart"}
"""The column of outlines takes only polygons of one part."""


def test_a_sound_store_is_ok_and_each_break_is_named(store):
    sound = {one.name: one for one in check_store()}
    assert list(sound) == list(CHECKS)
    assert {name: one.broken for name, one in sound.items() if not one.ok} == {}
    assert sound["coverage"].looked_at == sound["codes"].looked_at > 20
    assert sound["components"].looked_at == len(SPOTS)
    assert sound["cases"].looked_at > 200 and sound["counters"].looked_at > 200
    with connection.cursor() as cursor:
        for (check, fault), statement in BREAKS.items():
            cursor.execute("SAVEPOINT sound; SET LOCAL session_replication_role = replica")
            cursor.execute(statement)
            assert cursor.rowcount > 0, fault
            proof = CHECKS[check].prove(silent)
            assert proof.broken.get(fault), (check, fault, proof)
            assert proof.examples[fault] and all(proof.examples[fault]), fault
            assert CHECKS[check].faults[fault]
            cursor.execute("ROLLBACK TO SAVEPOINT sound")


def test_every_fault_of_the_lists_is_broken_by_a_test():
    broken = {of: {f for c, f in BREAKS if c == of} for of in CHECKS}
    assert broken["coverage"] | ELSEWHERE == set(grids.COVERAGE)
    assert broken["codes"] == set(grids.FAULTS)
    assert broken["components"] == set(components.FAULTS)
    # All others are broken where `check_cases` is tested.
    assert broken["cases"] <= set(checking.FAULTS)
    assert broken["jobs"] == set(leftovers.JOBS)


def test_components_are_looked_at_some_at_a_time(store, monkeypatch):
    monkeypatch.setattr(components, "CHUNK", 3)
    lamp = Component.objects.order_by("code").last()
    Component.objects.filter(pk=lamp.pk).update(grid_code="")
    steps = []
    proof = components.prove_components(lambda *told: steps.append(told[:2]))
    assert proof.examples == {"inside": [lamp.code]}
    assert [done for done, _total in steps] == [3, 4]


@pytest.mark.django_db(transaction=True)
def test_a_transaction_that_nobody_ends_is_named(monkeypatch):
    assert leftovers.prove_transactions().broken == {}
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            pid = cursor.fetchone()[0]
        # Work is done between statements: only one that does nothing for long was left.
        assert leftovers.prove_transactions().broken == {}
        monkeypatch.setattr(leftovers, "LEFT_AFTER_S", 0)
        proof = leftovers.prove_transactions()
        assert proof.broken == {"idle": 1}
        assert proof.examples["idle"][0].startswith(f"pid {pid} since ")
    finally:
        other.rollback()
        other.close()
    assert leftovers.prove_transactions().broken == {}


@pytest.mark.django_db(transaction=True)
def test_a_job_at_work_is_no_job_without_a_worker():
    job = Job.objects.create(kind="cut")

    def work(progress):
        assert leftovers.prove_jobs().broken == {}
        assert leftovers.prove_jobs().looked_at == 1
        return {}

    run_job(job, work)
    assert job.state == "done"
    Job.objects.filter(pk=job.pk).update(state="running")
    assert leftovers.prove_jobs().examples == {"dead": [f"cut {job.pk}"]}
    job.refresh_from_db()
    assert job.state == "running"


def test_the_command_tells_all_and_fails_when_something_is_broken(store, capsys):
    call_command("check_store")
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[: len(CHECKS)]] == [[n, "ok"] for n in CHECKS]
    call_command("check_store", json=True)
    told = json.loads(capsys.readouterr().out)["checks"]
    assert all(one["ok"] and one["seconds"] >= 0 for one in told.values())
    plan = GridPlan.objects.get(state="published")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(BREAKS["coverage", "area_wrong"])
    with pytest.raises(CommandError, match="E-STORE-BROKEN") as caught:
        call_command("check_store")
    assert caught.value.returncode == 1
    assert "coverage      BROKEN" in capsys.readouterr().out
    with pytest.raises(CommandError, match="E-STORE-BROKEN"):
        call_command("check_store", json=True)
    error = json.loads(capsys.readouterr().out)["error"]
    told = error["detail"]["checks"]
    assert (error["code"], told["coverage"]["ok"]) == ("E-STORE-BROKEN", False)
    assert told["coverage"]["examples"]["area_wrong"][0].startswith(plan.version)
    assert told["codes"]["ok"]
