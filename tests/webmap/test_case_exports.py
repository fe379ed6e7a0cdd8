"""Cases and results ordered on the page and by the API: by whom, of what, and fetched again."""

import io
import json
import zipfile
from datetime import date

import pyogrio
import pytest
from django.test import Client
from pypdf import PdfReader

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from spatial.cases.models import Case
from spatial.cases.selectors import visible_to
from spatial.cases.stages import Stage
from spatial.core import roles
from spatial.core.models import AuditEntry, Job
from spatial.evaluation.periods import parse_period
from spatial.evaluation.services.evaluating import evaluate
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.publishing import publish
from tests.spatial.cases.conftest import World, person, photos_apart, world  # noqa: F401 - fixtures
from tests.webmap.test_exports import content, order

MADE = Wanted(("110101",), 300, days=40, open_share=0.3, until=date(2026, 11, 20))


@pytest.fixture
def made(world: World):  # noqa: F811
    make_cases(MADE, stars={"inspector": world.inspector})
    world.case(Stage.HANDLING)
    world.planner = person("planner", roles.PLANNER)
    world.gis = person("gis", roles.GIS_STAFF)
    world.admin = person("admin", roles.ADMINISTRATOR)
    return world


def client_for(user):
    client = Client()
    client.force_login(user)
    return client


def refused(client, status, **asked):
    asked = {"region": "110101", "format": "gpkg"} | asked
    answer = client.post("/api/v1/exports", asked, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()["code"]


def numbers(client, job):
    features = json.loads(content(client, job))["features"]
    return [one["properties"]["CASENO"] for one in features]


def test_each_takes_out_the_cases_that_he_sees(made):
    for user in (made.operator, made.dispatcher, made.worker, made.leader, made.admin):
        client = client_for(user)
        job = order(client, what="cases")
        assert job["state"] == "done", (job["error_code"], job["error_message"])
        assert numbers(client, job) == [one.number for one in visible_to(user).order_by("pk")]
        assert job["result"]["rows"] == visible_to(user).count() > 0


def test_who_sees_no_cases_takes_none_out(made):
    for user in (made.planner, made.gis, made.inspector, person("viewer", roles.VIEWER)):
        assert refused(client_for(user), 403, what="cases") == "E-ROLE-MISSING"
    assert not Job.objects.exists()


def test_both_centres_take_out_results_and_nothing_of_the_base(made):
    only = {"object": "street", "period": "2026-10"}
    for user in (made.operator, made.dispatcher, made.planner, made.gis):
        job = order(client_for(user), what="evaluation", only=only)
        assert job["result"]["version"] == "street-v1 2026-10"
    for user in (made.operator, made.dispatcher, made.worker):
        for what in ("grids", "road", "components", "mapbook"):
            asked = {"format": "pdf"} if what == "mapbook" else {}
            assert refused(client_for(user), 403, what=what, **asked) == "E-ROLE-MISSING"
    assert refused(client_for(made.worker), 403, what="evaluation", only=only) == "E-ROLE-MISSING"


def test_filters_and_names(made):
    client = client_for(made.operator)
    only = {"stage": "closed", "first": "2026-11-01", "last": "2026-11-10", "of": "event"}
    job = order(client, what="cases", only=only, crs="EPSG:4548")
    assert job["result"]["file"] == ("cases-110101-part-2026-11-01-2026-11-10-EPSG4548.geojson")
    wanted = Case.objects.filter(stage="closed", kind="event", pk__gte=20261101000000,
                                 pk__lt=20261111000000)  # fmt: skip
    assert job["result"]["rows"] == wanted.count()
    job = order(client, what="evaluation", only={"object": "grid", "period": "2026-10"},
                format="shp", encoding="GBK")  # fmt: skip
    assert job["result"]["file"] == "evaluation-110101-grid-2026-10-EPSG4490.zip"
    with zipfile.ZipFile(io.BytesIO(content(client, job))) as packed:
        assert "evaluation.dbf" in packed.namelist()
        assert "结案率" in packed.read("dictionary.csv").decode("utf-8-sig")


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"what": "cases", "on": "2020-01-01"}, "E-EDITION-NONE"),
        (
            {"what": "evaluation", "only": {"period": "2026-10"}, "on": "2026-11-01"},
            "E-EXPORT-NODAY",
        ),
        ({"what": "cases", "only": {"stage": "lost"}}, "E-EXPORT-FILTER"),
        ({"what": "cases", "only": {"object": "grid"}}, "E-EXPORT-FILTER"),
        ({"what": "cases", "only": {"first": "soon"}}, "E-REQUEST-INVALID"),
        ({"what": "cases", "fields": ["CONTACT"]}, "E-EXPORT-FIELD"),
        ({"what": "evaluation"}, "E-EVAL-PERIOD"),
        ({"what": "evaluation", "only": {"period": "2026-13"}}, "E-EVAL-PERIOD"),
        ({"what": "evaluation", "only": {"period": "2099"}}, "E-EVAL-FUTURE"),
        ({"what": "evaluation", "only": {"publication": 9}}, "E-EVAL-MISSING"),
        ({"what": "evaluation", "only": {"object": "inspector"}}, "E-REQUEST-INVALID"),
    ],
)
def test_what_cannot_be_is_refused_at_once(made, asked, code):
    client = client_for(made.operator)
    answer = client.post("/api/v1/exports", {"region": "110101"} | asked,
                         content_type="application/json")  # fmt: skip
    assert (answer.json()["code"], answer.status_code // 100) == (code, 4)
    assert not Job.objects.exists()


def test_published_results_by_their_number(made):
    kept = publish(Asked("community", "110101"), parse_period("2026-10"), None, made.planner)
    client = client_for(made.planner)
    job = order(client, what="evaluation", only={"publication": kept.pk}, format="gpkg")
    assert job["result"]["file"] == f"evaluation-110101-publication{kept.pk}-EPSG4490.gpkg"
    assert job["result"]["rows"] == kept.results
    page = client.get("/data/exports/").context["config"]["results"]
    assert [one["id"] for one in page["published"]] == [kept.pk]
    assert page["schemes"][0]["fields"][0][0] == "I01_VALUE"


def test_rights_are_checked_at_each_download(made):
    client = client_for(made.worker)
    job = order(client, what="cases")
    assert client.get(job["file"]).status_code == 200
    made.worker.departments.clear()
    answer = client.get(job["file"])
    assert (answer.status_code, answer.json()["code"]) == (403, "E-EXPORT-RIGHTS")
    made.worker.departments.add(made.lamps)
    assert client.get(job["file"]).status_code == 200
    made.worker.groups.clear()
    answer = client.get(job["file"])
    assert (answer.status_code, answer.json()["code"]) == (403, "E-ROLE-MISSING")


def test_who_was_an_operator_no_longer_gets_the_file_of_all(made):
    client = client_for(made.operator)
    job = order(client, what="cases")
    results = order(client, what="evaluation", only={"object": "street", "period": "2026-10"})
    made.operator.groups.set(made.worker.groups.all())
    made.operator.departments.add(made.lamps)
    answer = client.get(job["file"])
    assert (answer.status_code, answer.json()["code"]) == (403, "E-EXPORT-RIGHTS")
    answer = client.get(results["file"])
    assert (answer.status_code, answer.json()["code"]) == (403, "E-ROLE-MISSING")
    assert client_for(made.dispatcher).get(job["file"]).status_code == 404
    assert client_for(made.admin).get(job["file"]).status_code == 200


def test_rights_are_those_of_when_it_is_made(made):
    user = made.operator
    job = Job.objects.create(kind="export", created_by=user, params={
        "what": "cases", "region": "110101", "format": "gpkg", "srid": 4490, "system": "",
        "encoding": "UTF-8", "on": None, "fields": [], "only": {},
    })  # fmt: skip
    user.groups.clear()
    from webmap.tasks import export_task

    export_task.enqueue(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "E-ROLE-MISSING")


def test_the_page_offers_what_one_may_take_out(made):
    for user, there, absent in (
        (made.operator, ("cases", "evaluation"), ("grids", "road", "components")),
        (made.worker, ("cases",), ("evaluation", "grids")),
        (made.planner, ("evaluation", "grids", "road"), ("cases",)),
        (made.admin, ("cases", "evaluation", "grids"), ()),
    ):
        page = client_for(user).get("/data/exports/")
        assert page.status_code == 200
        for name in there:
            assert f'<option value="{name}"' in page.text, (user, name)
        for name in absent:
            assert f'<option value="{name}"' not in page.text, (user, name)
    assert 'href="/data/exports/"' in client_for(made.operator).get("/desk/").text
    # What they may not open is not in the head of the page.
    assert "/data/schemes/" not in client_for(made.operator).get("/data/exports/").text
    assert client_for(made.inspector).get("/data/exports/").status_code == 403


def test_the_audit_log_has_what_was_asked_and_how_much(made):
    client = client_for(made.worker)
    job = order(client, what="cases", only={"of": "event"})
    content(client, job)
    entries = AuditEntry.objects.filter(object_key=job["id"]).order_by("id")
    assert [one.action for one in entries] == ["export.ordered", "export.made", "export.fetched"]
    assert entries[0].detail["only"] == {"of": "event"}
    assert entries[1].detail["rows"] == job["result"]["rows"]


def test_a_map_book_in_the_colours_of_grades(made):
    client = client_for(made.planner)
    asked = {"what": "mapbook", "format": "pdf", "region": "110101001", "colour": "grade"}
    assert refused(client, 400, **asked) == "E-MAPBOOK-COLOUR"
    assert refused(client, 400, **asked, period="soon") == "E-EVAL-PERIOD"
    assert refused(client, 404, **asked, period="2026-10", scheme="no-v1") == "E-EVAL-SCHEME"
    job = order(client, **asked, period="2026-10")
    assert job["state"] == "done", job
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content(client, job))).pages]
    run = evaluate(Asked("grid", "110101"), parse_period("2026-10"))
    assert "2026-10" in pages[1] and "grid-v1" in pages[1]
    grades = {code: str(grade) for code, grade in
              zip(run.inputs.codes, run.scores.grade, strict=True)}  # fmt: skip
    shown = [code for code in grades if code.startswith("110101001001")]
    assert len(shown) > 3
    for code in shown:
        assert f"{code[-3:]} {grades[code]}".strip() in pages[1], code


def test_a_geopackage_has_all_of_it(made, tmp_path):
    client = client_for(made.operator)
    job = order(client, what="cases", format="gpkg")
    path = tmp_path / "c.gpkg"
    path.write_bytes(content(client, job))
    assert len(pyogrio.read_dataframe(path, layer="cases")) == Case.objects.count()
    assert set(pyogrio.list_layers(path)[:, 0]) == {"cases", "dictionary", "about"}
