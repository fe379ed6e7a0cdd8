"""Run in a process of its own: threads that report cases and dispatch them until told to stop.

A line of JSON is written when the storm has begun, and one when it is over.
"""

from __future__ import annotations

import json
import sys
import threading

from django.db import connection

from spatial.cases.models import Department, FilingStandard
from spatial.cases.services.given import Given
from spatial.cases.services.moving import make_move
from tests.e2e.casetown import PLACES, litter, one_case, person

THREADS = 4


def main() -> None:
    """Storm until standard input ends."""
    stop, lock, done = threading.Event(), threading.Lock(), []
    standard = FilingStandard.objects.filter(case_class=litter()).first()
    cleaners = Department.objects.get(code="D1")

    def work(n: int) -> None:
        try:
            while not stop.is_set():
                case = one_case(PLACES[n % len(PLACES)], f"第{len(done)}堆")
                make_move(person("operator"), case.pk, "file", Given(standard=standard.pk))
                given = Given(department=cleaners.pk)
                make_move(person("dispatcher"), case.pk, "dispatch", given)
                with lock:
                    done.append(case.pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for thread in threads:
        thread.start()
    while len(done) < THREADS and any(thread.is_alive() for thread in threads):
        stop.wait(0.05)
    print(json.dumps({"dispatched": len(done)}), flush=True)
    sys.stdin.read()
    stop.set()
    for thread in threads:
        thread.join()
    print(json.dumps({"dispatched": len(done)}), flush=True)
