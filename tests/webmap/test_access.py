"""Every address as every role, from one table; an address missing from it fails."""

import uuid

import pytest
from django.contrib.auth.models import User
from django.contrib.gis.geos import Point
from django.urls import get_resolver

from spatial.addresses.models import BatchRow, BatchRun
from spatial.basemap.models import ImportRun, Upload
from spatial.cases.following import hash_of
from spatial.cases.models import Campaign, CaseClass, Following, SavedSearch
from spatial.cases.selectors import SEE_ALL
from spatial.cases.services.given import Report
from spatial.cases.services.reporting import report
from spatial.components.models import Responsibility
from spatial.components.services.photos import add_photo
from spatial.core.models import Job
from spatial.core.roles import (
    CASE_WORKERS,
    DATA_WORKERS,
    DRAFT_EDITORS,
    DRAFT_READERS,
    EXPORTERS,
    IMPORTERS,
    ROLES,
    SURVEYORS,
)
from spatial.notes.models import Note, SavedView
from spatial.patrol.models import PatrolArea
from spatial.schemes.models import GridScheme, SchemeEdition
from tests.webmap import factories
from tests.webmap.test_components import picture
from webmap.tiles.layers import LAYERS
from webmap.tiles.sources import derived_source

ANONYMOUS = "anonymous"
EVERYONE = {ANONYMOUS, "nobody", *ROLES}
KNOWN = EVERYONE - {ANONYMOUS}
JOB = uuid.UUID("00000000-0000-4000-8000-000000000001")
RUN = 77
LINE = 78
UPLOAD = uuid.UUID("00000000-0000-4000-8000-000000000002")
BATCH = uuid.UUID("00000000-0000-4000-8000-000000000004")
NOTE = uuid.UUID("00000000-0000-4000-8000-000000000005")
BOX = "west=116.4&south=39.9&east=116.5&north=40"
FIRE = "/api/v1/scheme-editions/fire-110101-e1"
WALK = "from=unit&to=fire&district=110101"
CODE = "1101010118000001"
MAKERS = {"administrator", "operator"}
MOVERS = {"operator", "dispatcher"}
NUMBER = "11010120260401000001"
CASE = f"/api/v1/cases/{NUMBER}"
ONE = f"/api/v1/components/{CODE}"
FOLLOWED = f"110101{20261128000001}"
TAKERS = EXPORTERS | {"operator", "dispatcher", "department"}
PHOTO = uuid.UUID("00000000-0000-4000-8000-000000000003")
TILE = "/tiles/grids/110101-e1/13/6744/3103.mvt"

AREA = "110101001-01"
PATROL = "/api/v1/patrol"
PLANNERS = {"administrator", "operator", "dispatcher", "gis_staff", "planner", "inspector"}
CENTRES = {"administrator", "operator", "dispatcher", "inspector"}
KEEPERS = {"administrator", "operator", "gis_staff"}
WALKER = {"inspector"}
WATCHERS = {"administrator", "operator", "dispatcher", "department"}
JUDGES = {"administrator", "operator", "dispatcher", "gis_staff", "planner"}
PUBLISHERS = {"administrator", "planner"}
DAYS = "edition=110101-e1&from=2026-04-01&to=2026-04-30"
ANALYSIS, HOME = "/api/v1/analysis", "district=110101"
PLACES = {"administrator", "operator", "dispatcher", "planner"}

# name of the route: (method, address, who while the map is public, who while it is closed)
ROUTES = {
    "report-page": ("get", "/report/", EVERYONE, EVERYONE),
    "follow-page": ("get", f"/report/{FOLLOWED}/", EVERYONE, EVERYONE),
    # Of a case that is not closed nobody gets a photo here.
    "result-photo": ("get", f"/report/{FOLLOWED}/photos/{PHOTO}.jpg", set(), set()),
    "public-classes": ("get", "/api/v1/public/classes", EVERYONE, EVERYONE),
    "public-similar": ("get", "/api/v1/public/similar?lon=116.4&lat=39.9", EVERYONE, EVERYONE),
    "public-reports": ("post", "/api/v1/public/reports", EVERYONE, EVERYONE),
    "public-progress": ("get", f"/api/v1/public/reports/{FOLLOWED}", EVERYONE, EVERYONE),
    "public-answer": ("post", f"/api/v1/public/reports/{FOLLOWED}/answer", EVERYONE, EVERYONE),
    "public-reopen": ("post", f"/api/v1/public/reports/{FOLLOWED}/reopen", EVERYONE, EVERYONE),
    "open311-discovery": ("get", "/open311/v2/discovery.xml", EVERYONE, EVERYONE),
    "open311-services": ("get", "/open311/v2/services.json", EVERYONE, EVERYONE),
    "open311-service": ("get", "/open311/v2/services/test.e0110.json", EVERYONE, EVERYONE),
    "open311-requests": ("get", "/open311/v2/requests.json", EVERYONE, EVERYONE),
    "open311-request": ("get", f"/open311/v2/requests/{FOLLOWED}.json", EVERYONE, EVERYONE),
    "open311-token": ("get", "/open311/v2/tokens/secret.json", EVERYONE, EVERYONE),
    "map": ("get", "/", EVERYONE, KNOWN),
    "data": ("get", "/data/", DATA_WORKERS, DATA_WORKERS),
    "exports-page": ("get", "/data/exports/", TAKERS, TAKERS),
    "imports-page": ("get", "/data/imports/", IMPORTERS, IMPORTERS),
    "addresses-page": ("get", "/data/addresses/", IMPORTERS, IMPORTERS),
    "batch-page": ("get", f"/data/addresses/{BATCH}", {"administrator"}, {"administrator"}),
    "plans-page": ("get", "/data/plans/", DRAFT_READERS, DRAFT_READERS),
    "plan-page": ("get", "/data/plans/110101-e1", DRAFT_READERS, DRAFT_READERS),
    "edit-page": ("get", "/data/plans/110101-e1/edit", {"gis_staff"}, {"gis_staff"}),
    "schemes-page": ("get", "/data/schemes/", DATA_WORKERS, DATA_WORKERS),
    "responsibilities-page": ("get", "/data/responsibilities/", DATA_WORKERS, DATA_WORKERS),
    "hand": ("get", "/hand/", CASE_WORKERS, CASE_WORKERS),
    "hand-session": ("get", "/hand/session", CASE_WORKERS, CASE_WORKERS),
    "hand-manifest": ("get", "/hand/manifest.webmanifest", EVERYONE, EVERYONE),
    "hand-worker": ("get", "/hand/sw.js", EVERYONE, EVERYONE),
    "login": ("get", "/accounts/login/", EVERYONE, EVERYONE),
    # Without the right password before, both lead to the log-in.
    "login-code": ("get", "/accounts/login/code/", set(), set()),
    "second-factor": ("get", "/accounts/second-factor/", KNOWN, KNOWN),
    "logout": ("post", "/accounts/logout/", EVERYONE, EVERYONE),
    "set_language": ("post", "/i18n/setlang/", EVERYONE, EVERYONE),
    "jsi18n": ("get", "/jsi18n/", EVERYONE, EVERYONE),
    "districts": ("get", "/api/v1/districts", EVERYONE, KNOWN),
    "codes": ("get", "/api/v1/editions/110101-e1/codes", EVERYONE, KNOWN),
    "edition-grid": ("get", "/api/v1/editions/110101-e1/grids/1", EVERYONE, KNOWN),
    "grid-at": ("get", "/api/v1/grids/at?lon=116.401&lat=39.9195", EVERYONE, KNOWN),
    "grid": ("get", "/api/v1/grids/110101001001001", EVERYONE, KNOWN),
    "grid-components": ("get", "/api/v1/grids/110101001001001/components", EVERYONE, KNOWN),
    "grid-cases": ("get", "/api/v1/grids/110101001001001/cases", EVERYONE, KNOWN),
    "grid-editions": ("get", "/api/v1/grids/110101001001001/editions", EVERYONE, KNOWN),
    "grid-hours": ("get", "/api/v1/grids/110101001001001/hours", EVERYONE, KNOWN),
    "selection": ("post", "/api/v1/selection", EVERYONE, KNOWN),
    "selection-hours": ("post", "/api/v1/selection/hours", EVERYONE, KNOWN),
    "selection-hour": ("post", "/api/v1/selection/hour", EVERYONE, KNOWN),
    "notes": ("post", "/api/v1/notes", KNOWN, KNOWN),
    "note": ("get", f"/api/v1/notes/{NOTE}", EVERYONE, KNOWN),
    "views": ("get", "/api/v1/views", KNOWN, KNOWN),
    "view": ("get", f"/api/v1/views/{NOTE}", EVERYONE, KNOWN),
    "search": ("get", "/api/v1/search?q=110101", EVERYONE, KNOWN),
    "evaluation-periods": ("get", "/api/v1/evaluation/periods", JUDGES, JUDGES),
    # There is no poll and no link: nobody gets them.
    "opinion-page": ("get", "/opinion/nobody/", set(), set()),
    "public-opinion": ("post", "/api/v1/public/opinions/nobody", EVERYONE, EVERYONE),
    "opinion-forms": ("post", "/api/v1/opinions/forms", PUBLISHERS, PUBLISHERS),
    "opinion-polls": ("get", "/api/v1/opinions/polls", JUDGES, JUDGES),
    "opinion-poll": ("get", "/api/v1/opinions/polls/1", set(), set()),
    "opinion-code": ("get", "/api/v1/opinions/polls/1/codes/110101001.svg", set(), set()),
    "evaluation-cells": ("get", "/api/v1/evaluation/cells/fire-110101-e1", JUDGES, JUDGES),
    "evaluation-classes": ("get", "/api/v1/evaluation/classes", JUDGES, JUDGES),
    "weight-schemes": ("get", "/api/v1/evaluation/schemes", JUDGES, JUDGES),
    "evaluation-publish": ("post", "/api/v1/evaluation/publications", PUBLISHERS, PUBLISHERS),
    # Nothing is published: nobody gets it.
    "evaluation-publication": ("get", "/api/v1/evaluation/publications/1", set(), set()),
    "evaluation-correct": (
        "post",
        "/api/v1/evaluation/publications/1/corrections",
        PUBLISHERS,
        PUBLISHERS,
    ),
    "evaluation": ("get", "/api/v1/evaluation/district", JUDGES, JUDGES),
    "evaluation-trend": ("get", "/api/v1/evaluation/trend/district/110101?count=1", JUDGES, JUDGES),
    "evaluation-object": ("get", "/api/v1/evaluation/district/110101", JUDGES, JUDGES),
    "evaluation-cases": (
        "get",
        "/api/v1/evaluation/district/110101/cases?counter=filed",
        JUDGES,
        JUDGES,
    ),
    "evaluation-polygon-cases": (
        "post",
        "/api/v1/evaluation/polygon/cases",
        JUDGES,
        JUDGES,
    ),
    "evaluation-proposals": ("get", "/api/v1/evaluation/proposals", JUDGES, JUDGES),
    "evaluation-appeals": (
        "post",
        "/api/v1/evaluation/publications/1/appeals",
        PUBLISHERS,
        PUBLISHERS,
    ),
    "evaluation-walked": ("get", "/api/v1/evaluation/district/110101/walked", JUDGES, JUDGES),
    "values": ("get", f"/api/v1/values/cases?{DAYS}", JUDGES, JUDGES),
    "values-choices": ("get", "/api/v1/values/choices", JUDGES, JUDGES),
    "values-days": (
        "get",
        "/api/v1/values/days?district=110101&from=2026-11-01&to=2026-11-02",
        JUDGES,
        JUDGES,
    ),
    "values-stream": ("post", "/api/v1/values/stream", JUDGES, JUDGES),
    "values-regions": (
        "get",
        f"/api/v1/values/cases/regions?{DAYS}&level=street",
        JUDGES,
        JUDGES,
    ),
    "values-legend": ("get", f"/api/v1/values/cases/legend?{DAYS}", JUDGES, JUDGES),
    "geocode": ("get", "/api/v1/geocode?q=110101", EVERYONE, EVERYONE),
    "reverse": ("get", "/api/v1/reverse?lon=116.401&lat=39.9195", EVERYONE, EVERYONE),
    "plans": ("get", "/api/v1/plans", DRAFT_READERS, DRAFT_READERS),
    "plan": ("get", "/api/v1/plans/110101-e1", DRAFT_READERS, DRAFT_READERS),
    "plan-review": ("get", "/api/v1/plans/110101-e1/review", DRAFT_READERS, DRAFT_READERS),
    "plan-changes": (
        "get",
        "/api/v1/plans/110101-e1/changes?against=110101-e1",
        DRAFT_READERS,
        DRAFT_READERS,
    ),
    "plan-check": ("post", "/api/v1/plans/110101-e1/check", DRAFT_EDITORS, DRAFT_EDITORS),
    "plan-publish": ("post", "/api/v1/plans/110101-e1/publish", DRAFT_EDITORS, DRAFT_EDITORS),
    "edits": ("get", "/api/v1/plans/110101-e1/edits", DRAFT_EDITORS, DRAFT_EDITORS),
    "edit-undo": ("post", "/api/v1/plans/110101-e1/edits/undo", DRAFT_EDITORS, DRAFT_EDITORS),
    "edit-redo": ("post", "/api/v1/plans/110101-e1/edits/redo", DRAFT_EDITORS, DRAFT_EDITORS),
    "plan-grids": ("get", f"/api/v1/plans/110101-e1/grids?{BOX}", DRAFT_EDITORS, DRAFT_EDITORS),
    "exports": ("post", "/api/v1/exports", EXPORTERS, EXPORTERS),
    "job": ("get", f"/api/v1/jobs/{JOB}", {"administrator"}, {"administrator"}),
    "job-cancel": (
        "post",
        f"/api/v1/jobs/{JOB}/cancel",
        {"administrator"},
        {"administrator"},
    ),
    "job-file": ("get", f"/api/v1/jobs/{JOB}/file", {"administrator"}, {"administrator"}),
    "crs": ("get", "/api/v1/crs", IMPORTERS, IMPORTERS),
    "uploads": ("post", "/api/v1/uploads", IMPORTERS, IMPORTERS),
    "upload": ("get", f"/api/v1/uploads/{UPLOAD}", {"administrator"}, {"administrator"}),
    "upload-content": (
        "head",
        f"/api/v1/uploads/{UPLOAD}/content",
        {"administrator"},
        {"administrator"},
    ),
    "upload-inspection": (
        "get",
        f"/api/v1/uploads/{UPLOAD}/inspection",
        {"administrator"},
        {"administrator"},
    ),
    "imports": ("get", "/api/v1/imports", IMPORTERS, IMPORTERS),
    "import-report": ("get", f"/api/v1/imports/{RUN}/report.csv", IMPORTERS, IMPORTERS),
    "catalogue-load": ("post", "/api/v1/catalogues/cjt214-2007/load", IMPORTERS, IMPORTERS),
    "responsibilities": ("get", "/api/v1/responsibilities", DATA_WORKERS, DATA_WORKERS),
    "responsibilities-csv": ("get", "/api/v1/responsibilities.csv", DATA_WORKERS, DATA_WORKERS),
    "responsibility": ("delete", f"/api/v1/responsibilities/{LINE}", IMPORTERS, IMPORTERS),
    "responsibility-import": ("post", "/api/v1/responsibilities/import", IMPORTERS, IMPORTERS),
    "batches": ("post", "/api/v1/batches", IMPORTERS, IMPORTERS),
    "batch": ("get", f"/api/v1/batches/{BATCH}", {"administrator"}, {"administrator"}),
    "batch-rows": ("get", f"/api/v1/batches/{BATCH}/rows", {"administrator"}, {"administrator"}),
    "batch-row": ("post", f"/api/v1/batches/{BATCH}/rows/1", {"administrator"}, {"administrator"}),
    "batch-file": ("get", f"/api/v1/batches/{BATCH}.csv", {"administrator"}, {"administrator"}),
    "grid-pixels": ("get", "/tiles/grids/110101-e1/12/3372/1551.px", EVERYONE, KNOWN),
    "tilejson": ("get", "/tiles/grids.json?district=110101", EVERYONE, KNOWN),
    "schemes": ("get", "/api/v1/schemes", DATA_WORKERS, DATA_WORKERS),
    "scheme-editions": ("post", "/api/v1/schemes/fire/editions", DRAFT_EDITORS, DRAFT_EDITORS),
    "scheme-edition": ("delete", f"{FIRE}", DRAFT_EDITORS, DRAFT_EDITORS),
    "scheme-publish": ("post", f"{FIRE}/publish", DRAFT_EDITORS, DRAFT_EDITORS),
    "scheme-cells": ("get", f"{FIRE}/cells", DATA_WORKERS, DATA_WORKERS),
    "crosswalk": ("get", f"/api/v1/crosswalk?{WALK}", DATA_WORKERS, DATA_WORKERS),
    "crosswalk-csv": ("get", f"/api/v1/crosswalk.csv?{WALK}", DATA_WORKERS, DATA_WORKERS),
    "crosswalk-values": ("post", "/api/v1/crosswalk/values", DATA_WORKERS, DATA_WORKERS),
    "component-page": ("get", f"/components/{CODE}/", EVERYONE, KNOWN),
    "desk": ("get", "/desk/", CASE_WORKERS, CASE_WORKERS),
    "campaigns-page": ("get", "/desk/campaigns/", CASE_WORKERS, CASE_WORKERS),
    "campaigns": ("get", "/api/v1/campaigns", CASE_WORKERS, CASE_WORKERS),
    "campaign": ("patch", "/api/v1/campaigns/aoyun", MAKERS, MAKERS),
    "campaign-places": ("post", "/api/v1/campaigns/aoyun/places", MAKERS, MAKERS),
    "campaign-place": ("get", "/api/v1/campaigns/aoyun/places/x", CASE_WORKERS, CASE_WORKERS),
    "cases": ("get", "/api/v1/cases", CASE_WORKERS, CASE_WORKERS),
    "cases-csv": ("get", "/api/v1/cases.csv", CASE_WORKERS, CASE_WORKERS),
    "case-counts": ("get", "/api/v1/cases/counts", CASE_WORKERS, CASE_WORKERS),
    "case-dots": ("get", f"/api/v1/cases/dots?{BOX}", CASE_WORKERS, CASE_WORKERS),
    "cases-within": ("post", "/api/v1/cases/within", CASE_WORKERS, CASE_WORKERS),
    "cases-similar": (
        "get",
        "/api/v1/cases/similar?lon=116.4&lat=39.9",
        CASE_WORKERS,
        CASE_WORKERS,
    ),
    "case-classes": ("get", "/api/v1/cases/classes", CASE_WORKERS, CASE_WORKERS),
    "departments": ("get", "/api/v1/cases/departments", CASE_WORKERS, CASE_WORKERS),
    "case-reports": ("post", "/api/v1/cases/reports", CASE_WORKERS, CASE_WORKERS),
    "case-moves": ("post", "/api/v1/cases/moves", CASE_WORKERS, CASE_WORKERS),
    "case-searches": ("get", "/api/v1/cases/searches", CASE_WORKERS, CASE_WORKERS),
    "case-search": ("delete", f"/api/v1/cases/searches/{LINE}", {"operator"}, {"operator"}),
    "case-stream": ("post", "/api/v1/cases/stream", CASE_WORKERS, CASE_WORKERS),
    "case": ("get", CASE, SEE_ALL, SEE_ALL),
    "case-reporter": ("get", f"{CASE}/reporter", MOVERS, MOVERS),
    "case-standards": ("get", f"{CASE}/standards", SEE_ALL, SEE_ALL),
    "case-inspectors": ("get", f"{CASE}/inspectors", SEE_ALL, SEE_ALL),
    "case-photo": ("get", f"{CASE}/photos/{PHOTO}", SEE_ALL, SEE_ALL),
    "case-move": (
        "post",
        f"{CASE}/moves/press",
        {"operator", "dispatcher"},
        {"operator", "dispatcher"},
    ),
    "catalogues": ("get", "/api/v1/catalogues", EVERYONE, KNOWN),
    "components": ("post", "/api/v1/components", SURVEYORS, SURVEYORS),
    "components-within": ("post", "/api/v1/components/within", EVERYONE, KNOWN),
    "component": ("patch", ONE, SURVEYORS, SURVEYORS),
    "component-photos": ("post", f"{ONE}/photos", SURVEYORS, SURVEYORS),
    "component-photo": ("get", f"{ONE}/photos/{PHOTO}", EVERYONE, KNOWN),
    "organisations": ("get", "/api/v1/organisations", EVERYONE, KNOWN),
    "values-components": (
        "get",
        "/api/v1/values/components?edition=110101-e1",
        EVERYONE,
        KNOWN,
    ),
    "wall": ("get", "/wall/", WATCHERS, WATCHERS),
    "wall-numbers": ("get", "/api/v1/wall?district=110101", WATCHERS, WATCHERS),
    "wall-case": ("get", f"/api/v1/wall/cases/{NUMBER}", SEE_ALL, SEE_ALL),
    "patrol-page": ("get", "/desk/patrol/", PLANNERS, PLANNERS),
    "evaluation-page": ("get", "/evaluation/", JUDGES, JUDGES),
    "patrol-areas": ("get", f"{PATROL}/areas?district=110101", PLANNERS, PLANNERS),
    "patrol-area": ("get", f"{PATROL}/areas/{AREA}", PLANNERS, PLANNERS),
    "patrol-grids": (
        "post",
        f"{PATROL}/areas/{AREA}/grids",
        {"administrator", "operator"},
        {"administrator", "operator"},
    ),
    "patrol-mine": ("get", f"{PATROL}/mine", WALKER, WALKER),
    "patrol-coverage": ("get", f"{PATROL}/coverage?district=110101", CENTRES, CENTRES),
    "patrol-duty": ("get", f"{PATROL}/duty", WALKER, WALKER),
    "patrol-positions": ("get", f"{PATROL}/positions", CENTRES, CENTRES),
    "patrol-trail": ("get", f"{PATROL}/trails/inspector", CENTRES, CENTRES),
    "patrol-responsible": ("get", f"{PATROL}/responsible?grid=110101001001001", EVERYONE, KNOWN),
    "patrol-responsibles": ("get", f"{PATROL}/responsibles", KEEPERS, KEEPERS),
    "patrol-responsible-import": ("post", f"{PATROL}/responsibles/import", KEEPERS, KEEPERS),
    "analysis-hotspots": ("get", f"{ANALYSIS}/hotspots?{HOME}", PLACES, PLACES),
    "analysis-clusters": ("get", f"{ANALYSIS}/clusters?{HOME}", PLACES, PLACES),
    "analysis-forecast": ("get", f"{ANALYSIS}/forecast?{HOME}", PLACES, PLACES),
    "analysis-hours": ("get", f"{ANALYSIS}/hours?{HOME}", PLACES, PLACES),
    "analysis-ageing": ("get", f"{ANALYSIS}/ageing?{HOME}", PLACES, PLACES),
    "analysis-mix": ("get", f"{ANALYSIS}/mix?{HOME}", PLACES, PLACES),
    "analysis-departments": ("get", f"{ANALYSIS}/departments?{HOME}", PLACES, PLACES),
    "analysis-bursts": ("get", f"{ANALYSIS}/bursts?{HOME}", PLACES, PLACES),
    "analysis-downhill": ("get", f"{ANALYSIS}/downhill?{HOME}", PLACES, PLACES),
    "analysis-honesty": ("get", f"{ANALYSIS}/honesty?{HOME}", MAKERS, MAKERS),
    "analysis-chosen": ("get", f"{ANALYSIS}/chosen?{HOME}", PLACES, PLACES),
    "analysis-report-page": ("get", f"{ANALYSIS}/reports/2026-10?{HOME}", PLACES, PLACES),
    "monthly-page": ("get", "/evaluation/reports/2026-10/", PLACES, PLACES),
    "analysis-report": ("get", f"{ANALYSIS}/reports/2026-10.xlsx?{HOME}", PLACES, PLACES),
    "component-tile": ("get", "/tiles/components/v1-x/14/13488/6206.mvt", EVERYONE, KNOWN),
    "tile": ("get", TILE, EVERYONE, KNOWN),
    "tile-style": ("get", "/tiles/style.json", EVERYONE, KNOWN),
    "case-tile": ("get", "/tiles/cases/14/13488/6206.mvt", CASE_WORKERS, CASE_WORKERS),
    "current-tile": ("get", "/tiles/grids/13/6744/3103.mvt", EVERYONE, KNOWN),
    "ogc": ("get", "/ogc/", EVERYONE, KNOWN),
    "ogc-conformance": ("get", "/ogc/conformance", EVERYONE, KNOWN),
    "ogc-api": ("get", "/ogc/api", EVERYONE, KNOWN),
    "ogc-collections": ("get", "/ogc/collections", EVERYONE, KNOWN),
    "ogc-collection": ("get", "/ogc/collections/grids", EVERYONE, KNOWN),
    "ogc-queryables": ("get", "/ogc/collections/basemap/queryables", EVERYONE, KNOWN),
    "ogc-schema": ("get", "/ogc/collections/components/schema", EVERYONE, KNOWN),
    # What only case workers see: `test_ogc.py`.
    "ogc-items": ("get", "/ogc/collections/cases/items", CASE_WORKERS, CASE_WORKERS),
    "ogc-item": ("get", f"/ogc/collections/cases/items/{NUMBER[6:]}", SEE_ALL, SEE_ALL),
    "schema": ("get", "/api/schema/", EVERYONE, EVERYONE),
    "docs": ("get", "/api/docs/", EVERYONE, EVERYONE),
    "alive": ("get", "/healthz", EVERYONE, EVERYONE),
    "ready": ("get", "/readyz", EVERYONE, EVERYONE),
    # Nobody is named who may: `test_metrics.py`.
    "metrics": ("get", "/metrics", set(), set()),
}
BODIES = {
    "plan-publish": {},
    "exports": {"district": "110101"},
    "uploads": {"name": "a.gpkg", "bytes": 9},
}
REFUSED = {401, 403, 404}


def names_of(resolver) -> set[str]:
    names = set()
    for pattern in resolver.url_patterns:
        if getattr(pattern, "app_name", None) == "admin":
            continue
        if hasattr(pattern, "url_patterns"):
            names |= names_of(pattern)
        elif pattern.name:
            names.add(pattern.name)
    return names


def test_every_route_is_in_the_table():
    assert names_of(get_resolver()) == set(ROUTES)


def tile_address() -> str:
    """The tiles' version follows the register."""
    version = derived_source(LAYERS["components"]).version
    return f"/tiles/components/{version}/14/13488/6206.mvt"


@pytest.fixture
def world(town, settings, monkeypatch):
    owner = factories.user("planner", name="owner")
    job = Job.objects.create(pk=JOB, kind="export", created_by=owner, result={"file": "a.zip"})
    Upload.objects.create(
        pk=UPLOAD, name="a.gpkg", folder="a", size_bytes=1, state="ready", created_by=owner
    )
    run = BatchRun.objects.create(
        pk=BATCH, file="a.csv", columns=["地址"], field="地址", row_count=1,
        counts={"exact": 0, "partial": 0, "ambiguous": 0, "none": 1}, seconds=1.0, created_by=owner,
    )  # fmt: skip
    BatchRow.objects.create(run=run, number=1, values=["x"], text="x", verdict="none")
    SchemeEdition.objects.create(
        scheme=GridScheme.objects.create(key="fire", name="消防"),
        district=town.district,
        edition=1,
        state="published",
        valid_from=town.valid_from,
        origin="built",
        metric_srid=4548,
        covered_share=1,
    )
    (lamp,) = factories.components(town, ((0.5, 0.5),))
    assert lamp.code == CODE
    photo = add_photo(lamp, picture())
    type(photo).objects.filter(pk=photo.pk).update(key=PHOTO)
    monkeypatch.setitem(
        ROUTES,
        "component-tile",
        (*ROUTES["component-tile"][:1], tile_address(), *ROUTES["component-tile"][2:]),
    )
    reported(monkeypatch)
    ImportRun.objects.create(pk=RUN, kind="basemap", file_name="a.gpkg", file_sha256="0" * 64)
    Responsibility.objects.create(pk=LINE, region_code="110101")
    factories.case(NUMBER, PHOTO)
    Campaign.objects.create(code="aoyun", name="奥运", starts="2026-01-01", ends="2026-02-01")
    SavedSearch.objects.create(pk=LINE, user=factories.user("operator"), name="红", query="")
    Note.objects.create(
        key=NOTE, owner=owner, text="x", seen_by="all", geom=Point(116.4, 39.9, srid=4326)
    )
    SavedView.objects.create(key=NOTE, owner=owner, name="x", address="#12/39.9/116.4")
    factories.user("inspector")
    area = PatrolArea.objects.create(
        code=AREA, district_code="110101", street_code="110101001", in_use=True
    )
    area.inspectors.add(User.objects.get(username="inspector"))
    folder = settings.EXPORT_DIR / str(job.pk)
    folder.mkdir(parents=True)
    (folder / "a.zip").write_bytes(b"PK")


def reported(monkeypatch):
    """A case that somebody reported, under its number in the table, and its secret."""
    kind = CaseClass.objects.create(
        catalogue="test", kind="event", main_code="01", main_name="大类", code="0110", name="垃圾"
    )
    case = report(None, Report(kind.pk, *factories.square(0, 0).centroid.coords, "web"))
    Following.objects.create(case=case, channel="web", token_hash=hash_of("secret"))
    for name, (method, address, *who) in list(ROUTES.items()):
        if FOLLOWED in address:
            monkeypatch.setitem(
                ROUTES, name, (method, address.replace(FOLLOWED, case.number), *who)
            )


def allowed(response) -> bool:
    login = response.status_code == 302 and response["Location"].startswith("/accounts/login/")
    return response.status_code not in REFUSED and not login


@pytest.mark.parametrize("public", [True, False])
@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_roles(world, client_of, settings, role, public):
    settings.PUBLIC_MAP = public
    found = {}
    for name, (method, address, *who) in ROUTES.items():
        client = client_of() if role == ANONYMOUS else client_of_once(client_of, role)
        data = BODIES.get(name, {"language": "en"})
        kind = "application/json" if name in BODIES else None
        more = {"content_type": kind} if kind else {}
        response = getattr(client, method)(address, data if method == "post" else None, **more)
        assert response.status_code < 500, (name, response.content)
        found[name] = (allowed(response), role in who[0 if public else 1])
    wrong = {name: pair for name, pair in found.items() if pair[0] != pair[1]}
    assert wrong == {}


def client_of_once(client_of, role):
    """A fresh client for a user made once."""
    from django.test import Client

    known = User.objects.filter(username=role).first()
    if known is None:
        return client_of(role)
    client = Client()
    client.force_login(known)
    return client


def test_the_owner_gets_a_job_and_its_file(world, client):
    client.force_login(User.objects.get(username="owner"))
    assert client.get(f"/api/v1/jobs/{JOB}").status_code == 200
    answer = client.get(f"/api/v1/jobs/{JOB}/file")
    assert b"".join(answer.streaming_content) == b"PK"


@pytest.mark.parametrize("address", ["/admin/", "/admin/auth/user/", "/admin/core/auditentry/"])
def test_the_admin_is_for_staff(client_of, client, db, address):
    assert client.get(address).status_code == 302
    assert client_of("administrator").get(address).status_code == 302


def test_a_user_without_the_role_reads_why(client_of, town):
    answer = client_of("viewer").post(
        "/api/v1/exports", {"district": "110101"}, content_type="application/json"
    )
    assert answer.status_code == 403
    body = answer.json()
    assert body["code"] == "E-ROLE-MISSING"
    assert body["detail"]["roles"] == sorted(TAKERS)


def test_a_planner_reads_the_table_of_responsibility_only(world, client_of):
    planner, address = client_of("planner"), "/api/v1/responsibilities"
    assert planner.get(address).json()["count"] == 1
    answer = planner.post(address, {"region": "110101"}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "E-ROLE-MISSING")


def test_a_visitor_is_asked_to_log_in(client, town, settings):
    settings.PUBLIC_MAP = False
    answer = client.get("/?z=1")
    assert answer["Location"] == "/accounts/login/?next=/%3Fz%3D1"
    for address in ("/api/v1/districts", TILE):
        answer = client.get(address)
        assert (answer.status_code, answer.json()["code"]) == (401, "E-LOGIN-MISSING")
        assert answer["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "address", ["/", "/api/v1/districts", "/api/v1/search?q=1", "/api/v1/grids/110101001001001"]
)
def test_what_depends_on_the_user_is_not_shared(client, town, address):
    kept = client.get(address)["Cache-Control"]
    assert {"private", "no-cache"} <= {word.strip() for word in kept.split(",")}
