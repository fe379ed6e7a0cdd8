"""What many ask for at once is made once."""

import threading
import time

import pytest

from webmap.keeping import Kept


def counting(wait_s=0.0):
    made = []

    def make():
        time.sleep(wait_s)
        made.append(1)
        return len(made)

    return made, make


def test_many_at_once_make_it_once():
    made, make = counting(0.05)
    kept = Kept(lambda: 60.0, behind=False)
    found = []
    threads = [threading.Thread(target=lambda: found.append(kept.get("a", make))) for _n in "12345"]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [1] * 5 and len(made) == 1


def test_nought_keeps_nothing():
    _made, make = counting()
    kept = Kept(lambda: 0, behind=True)
    assert [kept.get("a", make), kept.get("a", make)] == [1, 2]


def test_the_oldest_key_goes():
    kept = Kept(lambda: 60.0, behind=False, most=2)
    for key in "abc":
        kept.get(key, lambda key=key: key)
    assert kept.get("a", lambda: "anew") == "anew"
    assert kept.get("c", lambda: "anew") == "c"


@pytest.mark.django_db
def test_an_old_value_is_handed_out_while_the_next_is_made():
    made, make = counting(0.05)
    kept = Kept(lambda: 0.01, behind=True)
    assert kept.get("a", make) == 1
    time.sleep(0.02)
    assert kept.get("a", make) == 1
    end = time.monotonic() + 5
    while len(made) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    assert len(made) == 2


@pytest.mark.django_db
def test_one_that_fails_leaves_the_value_before(caplog):
    kept = Kept(lambda: 0.01, behind=True)
    assert kept.get("a", lambda: 1) == 1
    time.sleep(0.02)
    assert kept.get("a", lambda: 1 / 0) == 1
    end = time.monotonic() + 5
    while "could not be made anew" not in caplog.text and time.monotonic() < end:
        time.sleep(0.01)
    assert "could not be made anew" in caplog.text
