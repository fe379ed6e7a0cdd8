"""Limits that PostgreSQL counts for all processes together."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from spatial.core.limits import Limit, take
from spatial.core.models import Calls


def test_all_processes_share_the_count_also_when_they_come_at_once(transactional_db):
    limit = Limit("test", most=10, span_s=60)

    def call(_number):
        try:
            return take(limit, "somebody")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(call, range(40)))
    assert waits.count(None) == 10
    assert all(50 < wait <= 60 for wait in waits if wait is not None)


def test_a_count_ends_with_its_span(db):
    limit = Limit("test", most=2, span_s=60)
    assert [take(limit, "a") is None for _ in range(3)] == [True, True, False]
    past = timezone.now() - timedelta(seconds=61)
    row = Calls.objects.get()
    Calls.objects.update(times=[past, row.times[1]])
    assert [take(limit, "a") is None for _ in range(2)] == [True, False]
    Calls.objects.update(over_at=past)
    take(limit, "b")
    assert Calls.objects.count() == 1
