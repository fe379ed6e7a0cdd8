#!/usr/bin/env python3
"""Works with the real site as many people do at once, over HTTP, and says how long answers take.

    .venv/bin/python scripts/bench/desk_load.py [--cases 100000 1000000 8000000] [--users 50]
    .venv/bin/python scripts/bench/desk_load.py --reports 100 --seconds 300
    .venv/bin/python scripts/bench/desk_load.py --stream

The site is started as ``scripts/serve.py`` does, on a database of made-up cases that is filled once
and kept (``wanmi_load_1000000``). Operators report, file, send to check and to verify and close;
dispatchers dispatch as suggested and pass on; departments accept and answer with a photo;
inspectors check, verify and report with a photo; all of them page, filter, search and look at the
map, each with a page open that hears of moves, shows them and asks for its counts; every third
page has a filter and asks for its list and map, too. Client, site and
database share the machine. At the end every acknowledged move and report is looked up in the store.

``--reports`` sends so many reports a second instead. ``--stream`` measures the time from the answer
to a report until another user hears of it, and until it is in that user's list.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "scripts/bench"), str(ROOT)]

from bench.load.arrival import print_arrivals  # noqa: E402
from bench.load.client import Notes  # noqa: E402
from bench.load.crowd import Crowd  # noqa: E402
from bench.load.site import Site  # noqa: E402
from bench.load.steady import send_reports  # noqa: E402
from bench.load.store import Store, opened  # noqa: E402
from bench.load.tables import busy, print_faults, print_times  # noqa: E402
from bench.load.truth import compared, events_of  # noqa: E402


def at_work(store: Store, site: Site, args: argparse.Namespace) -> bool:
    """The loop of cases; whether everything acknowledged is stored."""
    before = events_of(store)
    crowd = Crowd(store, site.port, args.think, args.watch)
    crowd.start()
    time.sleep(args.warm)
    crowd.notes.times_ms.clear()
    time.sleep(args.seconds)
    told = busy()
    crowd.stop()
    answers = sum(map(len, crowd.notes.times_ms.values()))
    moves = sum(len(row) for name, row in crowd.notes.times_ms.items() if "move" in name)
    print(f"{answers / args.seconds:.0f} requests a second, {moves / args.seconds:.1f} moves; "
          f"{crowd.heard:,} notices heard, {crowd.full} streams refused; {told}")  # fmt: skip
    print_times(crowd.notes.times_ms)
    print_faults(crowd.notes)
    truth = compared(store, crowd.notes, before)
    print("\n".join(truth.lines()), flush=True)
    return truth.holds


def reports(store: Store, site: Site, args: argparse.Namespace) -> bool:
    """Reports at a steady rate; whether everything acknowledged is stored."""
    before, notes = events_of(store), Notes()
    took_s = send_reports(store, site.port, notes, args.reports, args.seconds)
    made = len(notes.acknowledged)
    print(
        f"{made:,} reports acknowledged in {took_s:.0f} s: {made / took_s:.1f} a second; {busy()}"
    )
    print_times(notes.times_ms)
    print_faults(notes)
    truth = compared(store, notes, before)
    print("\n".join(truth.lines()), flush=True)
    return truth.holds


def arrivals(store: Store, site: Site, args: argparse.Namespace) -> bool:
    """Time from a report to another user's page, without and with others at work."""
    print_arrivals(store, site.port, "nobody else at work")
    crowd = Crowd(store, site.port, args.think, args.watch)
    crowd.start()
    time.sleep(args.warm)
    print_arrivals(store, site.port, f"{len(store.people)} at work")
    crowd.stop()
    print(busy())
    return True


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, nargs="+", default=[100_000], help="size of the store")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120, help="that count")
    parser.add_argument("--warm", type=float, default=15, help="seconds before, that do not")
    parser.add_argument("--think", type=float, default=4.0, help="seconds between steps")
    parser.add_argument("--watch", type=float, default=4.0, help="fewest seconds between two"
                        " readings by an open page; 0 for no open pages")  # fmt: skip
    parser.add_argument("--reports", type=float, help="a second, instead of the loop")
    parser.add_argument("--stream", action="store_true", help="how soon others know")
    args = parser.parse_args()
    mode = reports if args.reports else arrivals if args.stream else at_work
    good = True
    for cases in args.cases:
        store = opened(cases, args.users)
        print(f"\n### {cases:,} cases, {len(store.people)} users ({busy()})\n", flush=True)
        with Site(store.address) as site:
            good &= mode(store, site, args)
    sys.exit(not good)


if __name__ == "__main__":
    main()
