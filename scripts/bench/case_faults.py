#!/usr/bin/env python3
"""Kills the site while people work with it, and shows that nothing acknowledged is lost.

    .venv/bin/python scripts/bench/case_faults.py [--cases 20000] [--users 30] [--rounds 3]

In each round, while everybody works: one web process is killed (``kill -9``), then the whole web
server, the worker, and every process of the database, each of which is started again. Whoever got
no answer sends the same again with the same key. At the end every acknowledged move and report is
looked up, all events are counted, and ``check_cases`` looks at the whole store. The database is a
cluster of its own that is deleted afterwards. Exit code 1 where anything is lost, doubled or wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "scripts/bench"), str(ROOT)]

from bench.load.client import Notes  # noqa: E402
from bench.load.cluster import Cluster  # noqa: E402
from bench.load.crowd import Crowd  # noqa: E402
from bench.load.site import Site  # noqa: E402
from bench.load.store import DAYS, Store, opened  # noqa: E402
from bench.load.tables import busy, print_faults  # noqa: E402
from bench.load.truth import Truth, compared, events_of  # noqa: E402

if TYPE_CHECKING:
    from spatial.cases.services.checking import Checked


def kill_process(site: Site, _cluster: Cluster) -> None:
    """One of the web server's processes; the server starts another."""
    os.kill(site.web_processes()[0], signal.SIGKILL)


def kill_web(site: Site, _cluster: Cluster) -> None:
    """The whole web server."""
    os.killpg(site.web.pid, signal.SIGKILL)
    site.web.wait()
    site.start_web()


def kill_worker(site: Site, _cluster: Cluster) -> None:
    """The worker of long jobs."""
    site.kill_worker()


def kill_database(_site: Site, cluster: Cluster) -> None:
    """Every process of the database."""
    cluster.kill()
    cluster.start()


KILLS: tuple[Callable[[Site, Cluster], None], ...] = (
    kill_process, kill_web, kill_worker, kill_database,
)  # fmt: skip


def work_and_kill(
    store: Store, cluster: Cluster, args: argparse.Namespace
) -> tuple[Crowd, dict[str, int]]:
    """Everybody works while one after the other is killed; how often each was."""
    killed = dict.fromkeys((kill.__name__ for kill in KILLS), 0)
    with Site(store.address) as site:
        crowd = Crowd(store, site.port, args.think, watch_s=5.0)
        crowd.start()
        for _round in range(args.rounds):
            for kill in KILLS:
                time.sleep(args.between)
                kill(site, cluster)
                killed[kill.__name__] += 1
                site.wait()
        time.sleep(args.between)
        crowd.stop()
    return crowd, killed


def checked() -> Checked:
    """What ``check_cases`` finds; prints what it looked at."""
    from spatial.cases.services.checking import check_cases

    found = check_cases()
    print(f"check_cases: {found.summary()}")
    return found


def in_json(killed: dict[str, int], notes: Notes, truth: Truth, found: Checked) -> str:
    """All that was counted, for programs."""
    return json.dumps({
        "killed": killed, "resent": notes.resent, "errors": dict(notes.errors),
        "acknowledged": truth.acknowledged, "stored": truth.events, "lost": truth.lost,
        "doubled": truth.doubled, "cases": found.cases, "events": found.events,
        "faults": dict(found.faults),
    })  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, default=20_000, help="that are there before")
    parser.add_argument("--users", type=int, default=30)
    parser.add_argument("--rounds", type=int, default=3, help="of four kills")
    parser.add_argument("--between", type=float, default=12.0, help="seconds between kills")
    parser.add_argument("--think", type=float, default=1.0, help="seconds between steps")
    parser.add_argument("--grids", type=int, default=1_000)
    parser.add_argument("--days", type=int, default=DAYS, help="over which cases were reported")
    parser.add_argument("--json", action="store_true", help="end with all counts as a line of JSON")
    args = parser.parse_args()
    with Cluster("wanmi") as cluster:
        os.environ["DATABASE_URL"] = cluster.address
        store = opened(args.cases, args.users, args.grids, args.days)
        before = events_of(store)
        crowd, killed = work_and_kill(store, cluster, args)
        print(f"killed: {killed}; {crowd.notes.resent} sendings again with their key; {busy()}")
        print_faults(crowd.notes)
        truth = compared(store, crowd.notes, before)
        print("\n".join(truth.lines()))
        found = checked()
        if args.json:
            print(in_json(killed, crowd.notes, truth, found))
        from django.db import connection

        connection.close()
    sys.exit(bool(found.faults) or not truth.holds)


if __name__ == "__main__":
    main()
