"""Test 11: words of people are shown as words, in pages, in the admin and in tables.

On the public pages: `test_public_side.py`. Pages build lists and popups by `textContent`
(`webmap/static`); below, no module writes HTML from what the server sent.
"""

import csv
import io
import re
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile

from spatial.basemap.models import Dataset, Region
from spatial.cases.models import Attachment, Campaign, Case, Department
from spatial.cases.services.given import Given
from spatial.cases.services.moving import make_move
from spatial.cases.stages import Stage
from spatial.components.models import Component
from spatial.components.services.keeping import register
from spatial.core.models import AuditEntry
from tests.spatial.cases.conftest import World, jpeg, person, photos_apart, world  # noqa: F401
from tests.webmap.conftest import own_folders  # noqa: F401

CASES = "/api/v1/cases"
ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = (
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "javascript:alert(1)",
    "\"'><svg onload=alert(1)>",
    "{{ 7*7 }}{% debug %}",
)
FORMULAS = ('=HYPERLINK("http://evil.example","x")', "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1")


def harmless(page):
    text = page.content.decode()
    for one in ("<img src=x", "<script>alert", "<svg onload"):
        assert one not in text, one
    for tag in re.findall(r"""(?:href|src|action)=["']?\s*javascript:""", text, re.I):
        raise AssertionError(tag)


def rules(page):
    words = page["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in words.split(";") if " " in part.strip())


@pytest.fixture
def chief(db, client):
    user = person("chief", "administrator")
    User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
    client.force_login(User.objects.get(pk=user.pk))
    return client


@pytest.mark.parametrize("script", SCRIPTS)
def test_the_desk_and_the_admin_show_text(world, chief, script):  # noqa: F811
    case = world.report(description=script, place=script, contact=script)
    make_move(world.operator, case.pk, "reject", Given(reason=script))
    Department.objects.filter(pk=world.lamps.pk).update(name=script)
    Campaign.objects.create(
        code="c", name=script[:60], starts=date(2026, 1, 1), ends=date(2027, 1, 1)
    )
    AuditEntry.objects.create(action="x", object_type="x", object_key=script, actor_name=script)
    User.objects.filter(username="worker").update(first_name=script[:150])
    for address in (
        "/desk/",
        "/",
        f"/desk/?text={script}",
        "/admin/cases/department/",
        f"/admin/cases/department/{world.lamps.pk}/change/",
        "/admin/cases/campaign/",
        "/admin/core/auditentry/",
        f"/admin/core/auditentry/?q={script}",
        f"/admin/auth/user/{world.worker.pk}/change/",
    ):
        page = chief.get(address)
        assert page.status_code == 200, address
        harmless(page)
    shown = chief.get(f"{CASES}/{case.number}")
    # JSON that no browser takes for a page.
    assert shown["Content-Type"] == "application/json"
    assert shown["X-Content-Type-Options"] == "nosniff"
    assert shown.json()["description"] == script.strip()
    assert shown.json()["events"][-1]["reason"] == script.strip()


@pytest.mark.parametrize("script", SCRIPTS)
def test_features_are_shown_as_text(world, chief, script):  # noqa: F811
    """Names of regions, grids, components, classes and departments, as pages and as GeoJSON."""
    case = world.case(Stage.HANDLING)
    Department.objects.filter(pk=world.lamps.pk).update(name=script)
    type(world.litter).objects.filter(pk=world.litter.pk).update(name=script[:60])
    Region.objects.update(name=script, name_en=script)
    Dataset.objects.update(attribution=script)
    lamp = Component.objects.first()
    if lamp is None:
        lamp = register(world.lamp.component_class, *world.point, {"owner": script})
    Component.objects.update(name=script, position=script)
    for name in ("districts", "streets", "communities", "grids", "components", "cases"):
        rows = chief.get(f"/ogc/collections/{name}/items").json()["features"]
        assert rows, name
        for address in (f"/ogc/collections/{name}/items", f"/ogc/collections/{name}",
                        f"/ogc/collections/{name}/items/{rows[0]['id']}"):  # fmt: skip
            page = chief.get(f"{address}?f=html")
            assert page.status_code == 200, address
            harmless(page)
            plain = chief.get(address)
            assert plain["Content-Type"] in ("application/geo+json", "application/json")
            assert plain["X-Content-Type-Options"] == "nosniff"
    for address in ("/ogc/?f=html", f"/ogc/collections/grids/items?f=html&code={script}",
                    f"/ogc/collections/{script}/items?f=html", f"/ogc/?f={script}"):  # fmt: skip
        answer = chief.get(address)
        if answer["Content-Type"].startswith("text/html"):
            harmless(answer)
        else:
            assert answer["Content-Type"] == "application/json"
    assert chief.get("/tiles/districts.json").json()["attribution"] == script
    told = chief.get(f"/ogc/collections/cases/items/{case.pk}").json()
    assert told["properties"]["class_name"] == script[:60]
    assert rules(chief.get("/ogc/?f=html"))["script-src"].split()[0] == "'self'"


def test_every_page_has_the_policy(world, chief):  # noqa: F811
    for address in ("/", "/desk/", "/accounts/login/", "/report/", "/admin/", "/nothing/",
                    "/ogc/?f=html"):  # fmt: skip
        known = rules(chief.get(address))
        assert "unsafe-inline" not in str(known), address
        assert "unsafe-eval" not in str(known), address
        assert known["script-src"].split()[0] == "'self'"
        assert known["object-src"] == known["base-uri"] == known["frame-ancestors"] == "'none'"
    page = chief.get("/desk/")
    (nonce,) = set(re.findall(r"'nonce-([^']+)'", page["Content-Security-Policy"]))
    inline = re.findall(r"<script(?![^>]*\bsrc=)([^>]*)>", page.content.decode())
    assert inline
    runs = [one for one in inline if "application/json" not in one]
    assert all(f'nonce="{nonce}"' in one for one in runs), runs
    assert not re.findall(r"<[^>]+\son[a-z]+=", page.content.decode())
    assert nonce not in chief.get("/desk/")["Content-Security-Policy"]


def test_a_file_has_no_name_of_its_sender(world, client):  # noqa: F811
    client.force_login(world.inspector)
    lon, lat = world.point
    odd = SimpleUploadedFile("<img src=x onerror=alert(1)>.jpg", jpeg(), "image/jpeg")
    form = {"case_class": world.litter.pk, "lon": lon, "lat": lat, "channel": "inspector",
            "photos": [odd]}  # fmt: skip
    made = client.post(f"{CASES}/reports", form)
    assert "onerror" not in made.content.decode()
    assert "onerror" not in Attachment.objects.get().file.name


@pytest.mark.parametrize("formula", FORMULAS)
def test_cells_of_a_table_are_no_formulas(world, client, formula):  # noqa: F811
    case = world.case(Stage.HANDLING)
    Case.objects.filter(pk=case.pk).update(description=formula, place=formula)
    Department.objects.filter(pk=world.lamps.pk).update(name=formula)
    client.force_login(world.operator)
    sent = b"".join(client.get(f"{CASES}.csv").streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sent, newline="")))
    (row,) = [row for row in rows if case.number in row[0]]
    for cell in row:
        number = re.fullmatch(r"-?\d+(\.\d+)?", cell)
        assert number or not cell.startswith(("=", "+", "-", "@", "\t", "\r")), cell
    assert f"'{formula}" in row


def test_no_module_of_ours_writes_html():
    found = []
    for file in (ROOT / "webmap/static/webmap").rglob("*.js"):
        text = file.read_text()
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval("):
            if re.search(rf"\b{re.escape(word)}", text):
                found.append((str(file.relative_to(ROOT)), word))
    assert found == []
