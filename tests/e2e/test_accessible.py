"""WCAG 2.2 A and AA and good practice by all rules of axe-core: every page, by day and night.

Of Django's admin only its first page is among them: its lists and forms are as Django has them.
"""

from __future__ import annotations

import csv
import uuid
from urllib.parse import urlsplit

import pytest
from django.template.loader import get_template
from django.urls import URLPattern, get_resolver, resolve

from tests.dev_packages import dev_package
from tests.e2e.conftest import own_town
from tests.e2e.pages import panel_code, start_at
from tests.e2e.places import DISTRICT, DRAFT, PASSWORD, VERSION, centre_of

LAMP = f"{DISTRICT}0118000001"
FOLLOWED = "0" * 20
"""Stands for the number of a case that a resident reported."""
MAKE = f"""
from spatial.cases.making.make import make_cases as make_many
from spatial.cases.making.plan import Wanted
from tests.e2e.casetown import make_cases, make_poll_link
make_components()
make_cases()
make_poll_link("{DISTRICT}", "open")
make_many(Wanted(("{DISTRICT}",), 900, 60))
from webmap.demo_patrol import make_patrol
make_patrol("{DISTRICT}")
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("chief", password="{PASSWORD}")
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """
async (tags) => {
    const found = await axe.run(document, { runOnly: { type: "tag", values: tags } });
    return found.violations.flatMap(({ id, nodes }) => nodes.slice(0, 6).map((node) => {
        const said = [...node.any, ...node.all, ...node.none].map((one) => one.message).join("; ");
        return `${id}: ${node.target.join(" ")} ${said}`;
    }));
}
"""
LOOKS = {
    "desk by day": {"size": (1600, 900), "color_scheme": "light"},
    "phone by night in English": {"size": (390, 844), "color_scheme": "dark"},
}
PAGES = {
    "": [
        "accounts/login/", "accounts/login/?next=/desk/", "report/", "report/?number=12",
        f"report/{FOLLOWED}/", f"report/{FOLLOWED}/?key=secret", f"report/{FOLLOWED}/?key=wrong",
        "report/99999999999999999999/", "opinion/open/", "opinion/nothing/", "nothing-is-here/",
    ],
    "planner": [
        "evaluation/", "evaluation/?kind=department", "evaluation/?view=analysis",
        "evaluation/?view=warnings", "evaluation/?view=honesty", "evaluation/?view=opinions",
        "evaluation/?view=published", f"evaluation/reports/2026-10/?district={DISTRICT}",
        "data/exports/", "ogc/?f=html", "ogc/conformance?f=html", "ogc/api?f=html",
        "ogc/collections?f=html", "ogc/collections/grids?f=html",
        "ogc/collections/grids/queryables?f=html", "ogc/collections/grids/schema?f=html",
        "ogc/collections/grids/items?f=html",
        "ogc/collections/grids/items/1?f=html",
        f"components/{LAMP}/", "data/imports/", "accounts/second-factor/",
    ],
    "gis_staff": [
        "data/", "data/plans/", f"data/plans/{VERSION}", f"data/plans/{DRAFT}",
        f"data/plans/{DRAFT}/edit", "data/exports/", "data/imports/", "data/addresses/",
        "data/schemes/", "data/responsibilities/",
    ],
    "operator": ["wall/", "desk/", "desk/?tab=all", "desk/campaigns/", "desk/patrol/"],
    "dispatcher": ["desk/", "desk/patrol/"],
    "worker": ["desk/"],
    "inspector": ["hand/", "hand/#report", "hand/#me", f"hand/#case/{FOLLOWED}"],
    "viewer": ["data/"],
    "chief": ["admin/"],
}  # fmt: skip
"""Every page that a menu or a link leads to, with who goes there; refusals too."""
NO_PAGES = (
    "api/", "tiles/", "open311/", "^", "i18n/", "jsi18n/", "accounts/logout/", "healthz", "readyz",
    "metrics", "hand/session", "hand/manifest", "hand/sw.js", "admin/login/",
    "report/<case:number>/photos/",
)  # fmt: skip
"""How addresses begin at which there is no page."""
OTHERS = {"map", "batch-page", "login-code"}
"""Pages with tests of their own below; the last one's is `tests.e2e.test_second_factor`."""
CARDS = "mclgstdp?"


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with components, cases at every stage, sixty days of others, and patrol areas."""
    yield from own_town(f"wanmi_e2e_accessible_{worker_id}", databases, state, MAKE)


@pytest.fixture(scope="module")
def axe():
    """The script of axe-core."""
    return (dev_package("axe-core") / "axe.min.js").read_text()


@pytest.fixture
def faults(axe):
    """What axe says of a page as it is now."""

    def of(page) -> list[str]:
        if page.evaluate("() => !window.axe"):
            page.evaluate(axe)
        return page.evaluate(RUN, RULES)

    return of


@pytest.fixture(scope="module")
def followed(browser, town):
    """The number of a case that a resident reported, and his secret."""
    context = browser.new_context()
    context.request.get(f"{town}report/")
    csrf = next(one["value"] for one in context.cookies(town) if one["name"] == "csrftoken")
    kinds = context.request.get(f"{town}api/v1/public/classes").json()
    lon, lat = centre_of((10, 4))
    sent = {"case_class": kinds[0]["id"], "lon": lon, "lat": lat, "description": "路口的垃圾"}
    answer = context.request.post(
        f"{town}api/v1/public/reports",
        multipart=sent | {"key": str(uuid.uuid4())},
        headers={"X-CSRFToken": csrf, "Referer": town},
    )
    assert answer.status == 201, answer.text()
    told = answer.json()
    context.close()
    return told["number"], told["token"]


def opened(open_page, town, name, look, **more):
    """A page that is logged in, on a small page: the map is loaded where it is looked at."""
    # What fades in is half seen through meanwhile.
    plain = {"bypass_csp": True, "reduced_motion": "reduce", "ready": False}
    page = open_page(f"{town}ogc/conformance", user=name, **plain, **(LOOKS[look] | more))
    if "English" in look:
        page.context.add_cookies([{"name": "django_language", "value": "en", "url": town}])
    return page


def go(page, address: str) -> None:
    """Open an address as if it had been written into the bar."""
    # Only another document reads an address anew.
    page.goto("about:blank")
    page.goto(address)
    if page.locator("script[type=module]").count():
        page.wait_for_selector("html[data-ready=true], html[data-wall]")
    page.wait_for_load_state("networkidle")


def test_no_page_is_left_out():
    routes = [one for one in get_resolver().url_patterns if isinstance(one, URLPattern)]
    known = {one.name for one in routes if not str(one.pattern).startswith(NO_PAGES)}
    opened = [one for pages in PAGES.values() for one in pages if not one.startswith("nothing")]
    seen = {resolve(urlsplit(f"/{one}").path).url_name for one in opened}
    assert known - seen - OTHERS == set()


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_pages_keep_the_rules(open_page, town, faults, followed, name, look):
    page = opened(open_page, town, name, look, allowed={403, 404})
    found = {}
    for address in PAGES[name]:
        address = address.replace(FOLLOWED, followed[0]).replace("secret", followed[1])
        go(page, town + address)
        assert urlsplit(page.url).path == urlsplit(town + address).path
        said = faults(page)
        if said:
            found[address] = said
    assert found == {}


@pytest.mark.parametrize("look", LOOKS)
def test_the_map_and_each_of_its_cards_keep_the_rules(open_page, town, faults, look):
    page = opened(open_page, town, "planner", look)
    go(page, f"{start_at(town, (9, 4), 15)}&m=cases")
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_selector("#timeline:visible")
    found = {"map": faults(page)}
    for key in CARDS:
        page.keyboard.press(key)
        page.wait_for_selector(".popover-right:visible")
        page.wait_for_load_state("networkidle")
        found[f"card {key}"] = faults(page)
        page.keyboard.press("Escape")
    page.evaluate("document.getElementById('tool-export').click()")
    found["export"] = faults(page)
    page.keyboard.press("Escape")
    page.evaluate("document.getElementById('tool-user').click()")
    found["account"] = faults(page)
    page.keyboard.press("Escape")
    page.click("#district-button")
    found["districts"] = faults(page)
    page.keyboard.press("Escape")
    page.fill("#search-input", "东")
    page.wait_for_selector(".result")
    found["search"] = faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    panel_code(page)
    page.wait_for_load_state("networkidle")
    found["grid"] = faults(page)
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.click("#share-print")
    page.wait_for_selector(".print-sheet:not([aria-busy]) img")
    found["print"] = faults(page)
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_the_desk_with_an_open_case_keeps_the_rules(open_page, town, faults, look):
    page = opened(open_page, town, "operator", look)
    go(page, f"{town}desk/?tab=all")
    page.locator(".desk-row").first.click()
    page.wait_for_selector("#case:visible h2")
    page.wait_for_load_state("networkidle")
    found = {"case": faults(page)}
    page.keyboard.press("Escape")
    for key in "n?":
        page.keyboard.press(key)
        page.wait_for_selector("dialog[open]")
        found[f"dialog {key}"] = faults(page)
        page.keyboard.press("Escape")
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_a_list_of_addresses_in_review_keeps_the_rules(open_page, town, faults, tmp_path, look):
    listed = tmp_path / "cases.csv"
    with listed.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("案卷号", "地址"), ("1", "福多巷12号"), ("2", "王府景")])
    page = opened(open_page, town, "gis_staff", look)
    go(page, f"{town}data/addresses/")
    page.set_input_files("#file", listed)
    page.wait_for_selector("#batch-form:visible")
    found = {"file": faults(page)}
    page.click("#batch-form [type=submit]")
    page.wait_for_selector("#outcome .rate-bar")
    found["outcome"] = faults(page)
    go(page, page.evaluate("document.querySelector('#outcome a').href"))
    page.wait_for_selector("#rows [aria-selected=true]")
    found["review"] = faults(page)
    assert {name: said for name, said in found.items() if said} == {}


@pytest.mark.parametrize("look", LOOKS)
def test_the_description_of_the_api_keeps_the_rules(open_page, town, faults, look):
    page = opened(open_page, town, "planner", look)
    go(page, f"{town}api/docs/")
    page.wait_for_selector(".opblock")
    found = {"page": faults(page)}
    page.locator(".opblock-summary-control").first.click()
    page.wait_for_selector(".opblock.is-open .try-out__btn")
    found["operation"] = faults(page)
    page.click(".opblock.is-open .try-out__btn")
    page.wait_for_selector(".opblock.is-open .execute")
    found["form"] = faults(page)
    assert {name: said for name, said in found.items() if said} == {}


def test_the_description_of_the_api_needs_nothing_that_the_site_forbids(open_page, town):
    page = open_page(f"{town}api/docs/", ready=False)
    page.wait_for_selector(".opblock")
    assert page.get_by_role("heading", level=2, name="Operations").is_visible()
    # An operation is opened by one button that has no link within it.
    page.locator(".opblock-summary-control").first.press("Enter")
    page.wait_for_selector(".opblock.is-open")
    assert page.locator(".opblock-summary-control a").count() == 0
    assert "#/" in page.url


def test_the_page_of_a_server_that_failed_keeps_the_rules(open_page, town, faults):
    page = open_page(f"{town}accounts/login/", ready=False, bypass_csp=True)
    for name in ("500.html", "503.html"):
        words = {"request_id": "r", "LANGUAGE_CODE": "zh-hans", "again_s": 5}
        page.set_content(get_template(name).render(words))
        assert faults(page) == [], name
