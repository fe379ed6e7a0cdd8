"""Test 23, its second half: wrong passwords lock a log-in; the first is in `test_23_rates.py`."""

import logging
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.utils import timezone

from spatial.core.models import AuditEntry, Calls

LOGIN = "/accounts/login/"


@pytest.fixture
def someone(db):
    return User.objects.create_user("someone", password="right")


def attempt(name="someone", password="wrong", client=None, **more):
    words = {"username": name, "password": password}
    return (client or Client()).post(LOGIN, words, **more)


def said(answer):
    """What the page says, without what differs from page to page."""
    text = answer.content.decode()
    return re.findall(r'role="alert">([^<]*)<', text)


def test_six_wrong_passwords_lock_for_thirty_minutes(someone, caplog):
    with caplog.at_level(logging.WARNING):
        assert [attempt().status_code for _ in range(6)] == [200] * 6
    assert "login locked for 30 minutes: someone from 127.0.0.1" in caplog.messages
    entry = AuditEntry.objects.get(action="login.locked")
    assert (entry.object_key, entry.actor_name) == ("someone", "")
    assert entry.detail == {"address": "127.0.0.1", "minutes": 30}
    assert len(entry.request_id) >= 8
    locked = attempt(password="right")
    assert locked.status_code == 429
    assert 1790 < int(locked["Retry-After"]) <= 1801
    assert "E-LOGIN-LOCKED" in said(locked)[0]
    # What is tried while it is locked does not make it longer.
    assert AuditEntry.objects.filter(action="login.locked").count() == 1
    past = timezone.now() - timedelta(minutes=30, seconds=1)
    Calls.objects.filter(scope__startswith="login").update(times=[past])
    assert attempt(password="right").status_code == 302


def test_five_wrong_ones_and_a_right_one_begin_anew(someone):
    for _ in range(2):
        assert [attempt().status_code for _ in range(5)] == [200] * 5
        assert attempt(password="right").status_code == 302


def test_a_name_that_there_is_not_is_treated_the_same(someone):
    known = [attempt() for _ in range(8)]
    unknown = [attempt("nobody at all") for _ in range(8)]
    assert (
        [a.status_code for a in known] == [a.status_code for a in unknown] == [200] * 6 + [429] * 2
    )
    assert [said(a) for a in known] == [said(a) for a in unknown]
    assert AuditEntry.objects.filter(action="login.locked").count() == 2


def test_the_answer_takes_as_long_for_a_name_that_there_is_not(someone, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    User.objects.get(username="someone").set_password("right")
    someone.set_password("right")
    someone.save()

    def shortest(name):
        best = 9.0
        for _ in range(5):
            began = time.perf_counter()
            attempt(name)
            best = min(best, time.perf_counter() - began)
        return best

    known, unknown = shortest("someone"), shortest("nobody at all")
    # Looking at a password takes 100 ms and more; one that is not looked at would be seen.
    assert known / 2 < unknown < known * 2, (known, unknown)


def test_case_of_letters_and_headers_do_not_help(someone):
    for number in range(6):
        attempt("SomeOne" if number % 2 else "someone", HTTP_X_FORWARDED_FOR=f"10.0.0.{number}")
    assert attempt(password="right", HTTP_X_FORWARDED_FOR="10.9.9.9").status_code == 429


def test_nobody_locks_somebody_out_from_elsewhere(someone):
    for _ in range(7):
        attempt(REMOTE_ADDR="203.0.113.9")
    assert attempt(password="right", REMOTE_ADDR="203.0.113.9").status_code == 429
    assert attempt(password="right").status_code == 302


def test_many_names_from_one_address_are_too_many_as_well(someone):
    codes = [attempt(f"guess{number}").status_code for number in range(62)]
    assert codes == [200] * 60 + [429] * 2
    assert attempt(password="right").status_code == 429


def test_right_passwords_of_a_whole_office_are_not_counted(someone):
    assert {attempt(password="right").status_code for _ in range(62)} == {302}


def test_processes_share_the_count_also_when_all_come_at_once(transactional_db):
    User.objects.create_user("someone", password="right")

    def one(_number):
        try:
            return attempt().status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(one, range(20)))
    assert (codes.count(200), codes.count(429)) == (6, 14)


def test_the_administration_has_no_other_door(someone):
    answer = Client().post("/admin/login/?next=/admin/auth/", {"username": "someone"})
    assert answer["Location"] == "/accounts/login/?next=/admin/auth/"
