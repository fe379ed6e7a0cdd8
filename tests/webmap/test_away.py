"""Which errors of the database say that it is away; the site without it is in ``tests/faults``."""

import pytest
from django.db import OperationalError, connection, transaction

from webmap.away import is_away


@pytest.fixture
def other(db):
    """A second session."""
    made = connection.copy()
    yield made
    made.close()


def test_a_session_that_is_ended_is(other):
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    with pytest.raises(OperationalError) as caught, other.cursor() as cursor:
        for _n in range(100):
            cursor.execute("SELECT pg_sleep(0.05)")
    assert is_away(caught.value)


def test_a_server_that_cannot_be_reached_is(other, tmp_path):
    other.settings_dict = {**other.settings_dict, "HOST": str(tmp_path)}
    with pytest.raises(OperationalError) as caught:
        other.ensure_connection()
    assert is_away(caught.value)


def test_a_statement_that_took_too_long_is_not(db):
    with (
        pytest.raises(OperationalError) as caught,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET LOCAL statement_timeout = '20ms'")
        cursor.execute("SELECT pg_sleep(5)")
    assert not is_away(caught.value)
    assert not is_away(ValueError("x")) and not is_away(None)
