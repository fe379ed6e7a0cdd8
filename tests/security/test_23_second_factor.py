"""A code after the password: turned on, asked for, taken once, counted to the lock, reset."""

import base64
import re
import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from spatial.core.models import AuditEntry, Calls
from tests.webmap import factories

LOGIN, CODE, PAGE = "/accounts/login/", "/accounts/login/code/", "/accounts/second-factor/"


class Telephone:
    """Shows the codes of a secret: of now, or of half a minute later, which are taken too."""

    def __init__(self, device: TOTPDevice) -> None:
        self.device = device

    def code(self, later: int = 0) -> str:
        made = TOTP(self.device.bin_key)
        made.time = time.time() + later * 30
        return f"{made.token():06d}"


def attempt(client, password="right", name="someone", **more):
    return client.post(LOGIN, {"username": name, "password": password}, **more)


def act(client, action, code="", **more):
    return client.post(PAGE, {"action": action, "code": code}, **more)


def logged_in(client) -> bool:
    return "_auth_user_id" in client.session


def audited() -> list[str]:
    wanted = AuditEntry.objects.filter(action__startswith="second-factor").order_by("pk")
    return list(wanted.values_list("action", flat=True))


@pytest.fixture
def someone(db):
    return User.objects.create_user("someone", password="right")


@pytest.fixture
def turned_on(someone):
    """Someone with a telephone, and his recovery codes; the code that confirmed was the last."""
    client = Client()
    client.force_login(someone)
    assert act(client, "begin").status_code == 302
    telephone = Telephone(TOTPDevice.objects.get(user=someone))
    page = act(client, "confirm", telephone.code()).content.decode()
    codes = re.findall(r"<code>([a-z2-7]{8})</code>", page)
    assert len(set(codes)) == 10
    return telephone, codes


def test_a_person_turns_it_on_and_is_asked_for_it_after_the_password(someone):
    client = Client()
    assert attempt(client)["Location"] == "/"
    act(client, "begin")
    page = client.get(PAGE)
    text = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    device = TOTPDevice.objects.get(user=someone)
    secret = base64.b32encode(device.bin_key).decode().rstrip("=")
    assert secret in text.replace(" ", "") and "<svg" in text and "style=" not in text
    wrong = act(client, "confirm", "000000")
    assert 'role="alert"' in wrong.content.decode() and not audited()
    # Nobody is asked for a code before one was confirmed.
    assert attempt(Client())["Location"] == "/"
    done = act(client, "confirm", f" {Telephone(device).code()} ")
    codes = re.findall(r"<code>([a-z2-7]{8})</code>", done.content.decode())
    assert len(codes) == 10 and "no-store" in done["Cache-Control"]
    assert not any(code in client.get(PAGE).content.decode() for code in codes)
    assert secret not in client.get(PAGE).content.decode().replace(" ", "")
    other = Client()
    words = {"username": "someone", "password": "right", "next": "/hand/"}
    answer = other.post(LOGIN, words)
    assert answer["Location"] == CODE and not logged_in(other)
    assert other.get(PAGE).status_code == 302
    assert other.post(CODE, {"code": Telephone(device).code(1)})["Location"] == "/hand/"
    assert logged_in(other)
    assert audited() == ["second-factor.on"]


def test_a_code_is_taken_once(turned_on):
    telephone, codes = turned_on
    code = telephone.code(1)
    for number, right in ((code, True), (code, False), (codes[0], True), (codes[0], False)):
        client = Client()
        attempt(client)
        client.post(CODE, {"code": number})
        assert logged_in(client) is right, number
    # Nor is the code of the half minute before the one that was taken.
    client = Client()
    attempt(client)
    client.post(CODE, {"code": telephone.code(-1)})
    assert not logged_in(client)
    assert StaticToken.objects.count() == 9
    entry = AuditEntry.objects.get(action="second-factor.recovered")
    assert entry.detail == {"left": 9}


def test_wrong_codes_lock_and_right_passwords_between_them_do_not_help(turned_on):
    telephone, codes = turned_on
    client = Client()
    for _ in range(3):
        attempt(client)
        for _ in range(2):
            assert client.post(CODE, {"code": "000000"}).status_code == 200
    locked = client.post(CODE, {"code": telephone.code()})
    assert locked.status_code == 429 and int(locked["Retry-After"]) > 1700
    assert "E-LOGIN-LOCKED" in locked.content.decode()
    assert attempt(Client()).status_code == 429
    assert AuditEntry.objects.get(action="login.locked").object_key == "someone"
    past = timezone.now() - timedelta(minutes=31)
    Calls.objects.filter(scope__startswith="login").update(times=[past])
    attempt(client)
    client.post(CODE, {"code": codes[3].upper()})
    assert logged_in(client)


def test_half_a_log_in_opens_nothing_and_ends(turned_on, someone):
    client = Client()
    attempt(client)
    assert client.get("/data/").status_code == 302
    assert client.get("/api/v1/views").status_code == 401
    assert client.get(CODE).status_code == 200
    someone.set_password("another")
    someone.save()
    assert client.get(CODE)["Location"] == LOGIN
    attempt(client, "another")
    session = client.session
    session["halfway"] = session["halfway"] | {"until": time.time() - 1}
    session.save()
    assert client.post(CODE, {"code": turned_on[0].code()})["Location"] == LOGIN
    assert not logged_in(client)


def test_it_is_turned_off_and_codes_are_renewed_by_a_code(turned_on, someone):
    telephone, codes = turned_on
    client = Client()
    client.force_login(someone)
    assert 'role="alert"' in act(client, "renew", "000000").content.decode()
    page = act(client, "renew", codes[0]).content.decode()
    new = re.findall(r"<code>([a-z2-7]{8})</code>", page)
    assert len(new) == 10 and not set(new) & set(codes)
    assert 'role="alert"' in act(client, "off", codes[1]).content.decode()
    assert act(client, "off", telephone.code(1)).status_code == 302
    assert attempt(Client())["Location"] == "/"
    assert audited()[-2:] == ["second-factor.codes", "second-factor.off"]
    assert not TOTPDevice.objects.exists() and not StaticToken.objects.exists()


def test_a_role_has_to_have_it(settings, db):
    settings.SECOND_FACTOR_ROLES = frozenset({"administrator"})
    factories.user("administrator", name="chief")
    factories.user("viewer", name="guest")
    assert attempt(Client(), "x", "guest")["Location"] == "/"
    client = Client()
    assert attempt(client, "x", "chief")["Location"] == PAGE
    assert not logged_in(client) and client.get(PAGE).status_code == 200
    assert client.get(CODE)["Location"] == PAGE
    act(client, "begin")
    telephone = Telephone(TOTPDevice.objects.get())
    page = act(client, "confirm", telephone.code()).content.decode()
    assert logged_in(client) and "recovery-codes" in page
    refused = act(client, "off", telephone.code(1)).content.decode()
    assert 'role="alert"' in refused and TOTPDevice.objects.filter(confirmed=True).exists()
    settings.SECOND_FACTOR_ROLES = frozenset({"chief"})
    assert [one.id for one in run_checks() if one.id == "wanmi.E008"] == ["wanmi.E008"]


def test_an_administrator_resets_it(turned_on, someone, settings):
    chief = User.objects.create_superuser("chief", password="right")
    client = Client()
    client.force_login(chief)
    address = reverse("admin:auth_user_changelist")
    order = {"action": "reset_second_factor", "_selected_action": [someone.pk]}
    assert client.post(address, order).status_code == 302
    entry = AuditEntry.objects.get(action="second-factor.reset")
    assert (entry.actor_name, entry.object_key) == ("chief", "someone")
    assert attempt(Client())["Location"] == "/"
    # Nobody reads the secrets of others there.
    assert client.get("/admin/otp_totp/totpdevice/").status_code == 404
    client.force_login(someone)
    assert client.post(address, order).status_code == 302
    assert AuditEntry.objects.filter(action="second-factor.reset").count() == 1


def test_programs_do_not_get_round_it(turned_on):
    def read(password):
        pair = base64.b64encode(f"someone:{password}".encode()).decode()
        return Client().get("/ogc/collections", headers={"Authorization": f"Basic {pair}"})

    answer = read("right")
    assert (answer.status_code, answer.json()["code"]) == (403, "E-LOGIN-SECOND")
    assert read("wrong").status_code == 401
