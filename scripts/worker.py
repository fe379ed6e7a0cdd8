#!/usr/bin/env python3
"""Runs the worker of long jobs; a restart of the database does not end it.

    scripts/worker.py

While the database is away it waits, then begins jobs again that were cut off. Beside the jobs it
folds the counts of evaluation every five seconds and puts together at night those of the days that
are over. Ctrl-C or SIGTERM ends it after the job in hand.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")
WAIT_S = 2.0
FOLD_EVERY_S = 5.0
log = logging.getLogger("worker")


def work() -> None:
    """Begin again what was cut off, then take jobs until told to stop."""
    from django.core.management import call_command

    from webmap.jobs import begin_again

    begin_again()
    call_command("db_worker", queue_name="*", reload=False)


def fold_counts() -> None:
    """What moves added is put to the counts now and then; sums are the same without it."""
    from django.db import Error, connections
    from django.utils import timezone

    from spatial.evaluation.services.ledger import fold, keep_sheets

    kept = None
    while True:
        time.sleep(FOLD_EVERY_S)
        try:
            fold()
            if kept != timezone.localdate():
                keep_sheets()
                kept = timezone.localdate()
        except Error as error:
            log.warning("counts wait to be folded: %s", str(error).strip())
        finally:
            connections.close_all()


def main() -> None:
    import django
    from django.db import Error, connections

    django.setup()
    from webmap.away import is_away

    threading.Thread(target=fold_counts, name="fold", daemon=True).start()
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
