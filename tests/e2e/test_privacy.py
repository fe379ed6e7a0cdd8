"""What is personal is masked until somebody presses for it, on the desk, the map and a phone."""

from __future__ import annotations

import pytest

from tests.e2e.conftest import own_town
from tests.e2e.pages import start_at
from tests.e2e.places import DISTRICT, PASSWORD

MAKE = f"""
from tests.e2e.casetown import *
make_cases()
case = one_case((3, 3), "电话 13800005678 的邻居堆的")
from spatial.cases.models import Case
Case.objects.filter(pk=case.pk).update(channel="web", contact="王女士 13800005678")
from webmap.demo_patrol import make_patrol
make_patrol("{DISTRICT}")
from django.contrib.auth import get_user_model
get_user_model().objects.create_superuser("chief", password="{PASSWORD}")
"""
LOOKS = {
    "by day": {"size": (1600, 900), "color_scheme": "light"},
    "phone by night in English": {
        "size": (390, 844), "color_scheme": "dark", "locale": "en-US", "has_touch": True,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A case of a resident, and persons who answer for grids."""
    yield from own_town(f"wanmi_e2e_privacy_{worker_id}", databases, state, MAKE)


@pytest.fixture(params=LOOKS)
def opened(request, open_page, town):
    """Open a page of the town as somebody, in one of two looks and its language."""
    look = LOOKS[request.param]

    def open_one(address, user, **more):
        page = open_page(address, user=user, idle=False, **look, **more)
        if look.get("locale"):
            english = {"name": "django_language", "value": "en", "url": town}
            page.context.add_cookies([english])
            page.reload()
        return page

    return open_one


def test_a_contact_is_a_press_away_on_the_desk(opened, town):
    page = opened(f"{town}desk/?text=13800005678", "operator")
    row = page.locator(".desk-row", has_text="***")
    row.wait_for()
    assert "13800005678" not in row.inner_text()
    row.click()
    shown = page.locator(".desk-contact")
    shown.wait_for()
    assert "王** 138****5678" in shown.inner_text()
    shown.scroll_into_view_if_needed()
    with page.expect_response(lambda answer: answer.url.endswith("/reporter")):
        page.click("#show-contact")
    page.wait_for_selector("#show-contact", state="detached")
    assert shown.inner_text().strip() == "王女士 13800005678"
    # The focus stays where the button was.
    assert page.evaluate("document.activeElement.textContent") == "王女士 13800005678"


def test_telephones_are_a_press_away_on_the_map(opened, town):
    page = opened(start_at(town, (4, 3)), "operator")
    page.wait_for_selector("html[data-ready=true]")
    size = page.viewport_size
    page.mouse.click(size["width"] / 2, size["height"] / 2)
    page.wait_for_selector("#show-telephones", state="attached")
    assert page.locator(".responsible a[href^='tel:']").count() == 0
    assert "****" in page.locator(".responsible .masked").first.text_content()
    page.locator("#show-telephones").scroll_into_view_if_needed()
    page.click("#show-telephones")
    page.wait_for_selector(".responsible a[href^='tel:000']", state="attached")
    assert page.locator("#show-telephones").count() == 0
    assert page.evaluate("document.activeElement.href").startswith("tel:000")


def test_administrators_read_who_looked(opened, town):
    desk = opened(f"{town}desk/?tab=all&text=13800005678", "dispatcher")
    desk.locator(".desk-row", has_text="***").click()
    desk.click("#show-contact")
    desk.wait_for_selector("#show-contact", state="detached")
    page = opened(f"{town}admin/core/look/?q=13800005678", "chief", ready=False)
    rows = page.locator("#result_list tbody tr")
    rows.first.wait_for()
    assert "dispatcher" in rows.all_inner_texts()[0] + rows.all_inner_texts()[1]
