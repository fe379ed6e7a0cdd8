"""The second factor as people meet it: set up with a picture, codes once, asked for at log-in."""

import io
import re
import time
from base64 import b32decode

import pytest
import zxingcpp
from django_otp.oath import TOTP
from PIL import Image

from tests.databases import Databases, fill, migrated
from tests.e2e.conftest import running
from tests.e2e.places import PASSWORD
from tests.e2e.test_accessible import LOOKS, axe, faults  # noqa: F401 - fixtures

MAKE = f"""
from django.contrib.auth import get_user_model
for look in ("desk", "phone"):
    get_user_model().objects.create_user(look, password="{PASSWORD}")
"""


@pytest.fixture(scope="module")
def site(state, worker_id):
    """A site with people and nothing else."""
    maker = Databases()
    database = maker.create(f"wanmi_e2e_second_{worker_id}", migrated())
    fill(database, state, MAKE)
    yield from running(database, state)
    maker.drop_all()


def code_of(text: str, later: int = 0) -> str:
    """What a telephone shows that scanned a text."""
    secret = re.search(r"secret=([A-Z2-7]+)", text)[1]
    made = TOTP(b32decode(secret))
    made.time = time.time() + later * 30
    return f"{made.token():06d}"


def log_in(page, site, name):
    page.goto(f"{site}accounts/login/?next=/accounts/second-factor/")
    page.fill("[name=username]", name)
    page.fill("[name=password]", PASSWORD)
    page.click("main button[type=submit]")


@pytest.mark.parametrize("look", LOOKS)
def test_set_up_and_log_in(open_page, site, faults, look):  # noqa: F811
    name = look.split()[0]
    # What axe is loaded by is no script of ours.
    page = open_page(f"{site}accounts/login/", ready=False, bypass_csp=True, **LOOKS[look])
    if "English" in look:
        page.context.add_cookies([{"name": "django_language", "value": "en", "url": site}])
    log_in(page, site, name)
    found = {"off": faults(page)}
    page.click("button[value=begin]")
    picture = page.locator(".account-picture svg")
    seen = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))[0].text
    assert seen.startswith(f"otpauth://totp/Wanmi%3A{name}?secret=")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found["picture"] = faults(page)
    page.fill("#id_code", code_of(seen))
    page.click("button[value=confirm]")
    codes = page.locator(".recovery-codes code").all_inner_texts()
    assert len(codes) == 10
    found["codes"] = faults(page)
    page.goto(f"{site}accounts/second-factor/")
    found["on"] = faults(page)
    page.context.clear_cookies(name="sessionid")
    log_in(page, site, name)
    page.wait_for_url("**/accounts/login/code/")
    found["code"] = faults(page)
    page.fill("#id_code", "000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("[role=alert]")
    found["wrong"] = faults(page)
    page.fill("#id_code", codes[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/accounts/second-factor/")
    assert "9" in page.locator(".account-state").inner_text()
    assert {state: said for state, said in found.items() if said} == {}
