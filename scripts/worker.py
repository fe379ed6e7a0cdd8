#!/usr/bin/env python3
"""Runs the worker of long jobs; a restart of the database does not end it.

    scripts/worker.py

While the database is away it waits, then begins jobs again that were cut off. Beside the jobs it
folds the counts of evaluation every five seconds and those of patrol every minute, and orders after
one o'clock at night the answers that are asked every day. Ctrl-C or SIGTERM ends it after the job
in hand.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")
WAIT_S = 2.0
FOLD_EVERY_S = 5.0
WALKS_EVERY_S = 60.0
DAILY_EVERY_S = 600.0
DAILY_FROM_HOUR = 1
log = logging.getLogger("worker")


def work() -> None:
    """Begin again what was cut off, then take jobs until told to stop."""
    from django.core.management import call_command

    from webmap.jobs import begin_again

    begin_again()
    call_command("db_worker", queue_name="*", reload=False)


def fold_counts() -> None:
    """What moves added is put to the counts; sums are the same without it."""
    from spatial.evaluation.services.ledger import fold

    fold()


def count_walks() -> None:
    """What trails added is put to the counts."""
    from spatial.patrol.services.walks import fold_walks

    fold_walks()


def order_daily() -> None:
    """After midnight, what pages ask every day is made before anybody asks."""
    from django.utils import timezone

    from spatial.evaluation.services.ledger import keep_sheets
    from webmap.analysis import order_daily
    from webmap.tasks import analysis_task

    if timezone.localtime().hour < DAILY_FROM_HOUR:
        return
    keep_sheets()
    for job in order_daily():
        analysis_task.enqueue(str(job.pk))


def repeat(work: Callable[[], None], every_s: float) -> None:
    """Do something now and then; a database that is away is waited for."""
    from django.db import Error, connections

    from spatial.core.heartbeats import WORKER, beat

    while True:
        time.sleep(every_s)
        try:
            beat(WORKER)
            work()
            beat(work.__name__)
        except Error as error:
            log.warning("%s waits: %s", work.__name__, str(error).strip())
        except Exception:
            # One that fails is tried again; the jobs go on.
            log.exception("%s failed", work.__name__)
        finally:
            connections.close_all()


def main() -> None:
    import django
    from django.db import Error, connections

    django.setup()
    from webmap.away import is_away

    for beside, every_s in ((fold_counts, FOLD_EVERY_S), (count_walks, WALKS_EVERY_S),
                            (order_daily, DAILY_EVERY_S)):  # fmt: skip
        threading.Thread(
            target=repeat, args=(beside, every_s), name=beside.__name__, daemon=True
        ).start()
    while True:
        try:
            work()
            return
        except Error as error:
            if not is_away(error):
                raise
            log.warning("waits for the database: %s", str(error).strip())
            connections.close_all()
            time.sleep(WAIT_S)


if __name__ == "__main__":
    main()
