#!/usr/bin/env python3
"""A day of a city over HTTP, many times as fast as a day is: who does what, and how soon.

    .venv/bin/python scripts/bench/day.py [--cases 100000 1000000 8000000] [--times 10 30 100]
    .venv/bin/python scripts/bench/day.py --kills 12

A made-up city that has as much ground as so many cases a year need (`load_demo --scale city` at
a share of its size) is made once and kept (``wanmi_day_1000000``). Then at each of ``--times``
Beijing's mean rate (0.244 reports a second), for ``--minutes``: inspectors report with photos and
residents without accounts, in bursts; desks file, dispatch, answer, close; phones send positions,
check and verify with photos; walls show numbers and colours. In the middle a survey is imported and
a community is cut anew and published. Client, site and database share the machine.

Printed are the times of each action, errors, the processor time of site, database and client, how
the cases in hand grew, and what was acknowledged beside what is stored. ``--kills`` does it on a
cluster of its own while web, worker and database are killed at random. Exit code 1 where anything
acknowledged is lost or doubled.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "scripts/bench"), str(ROOT)]

from bench.case_faults import KILLS  # noqa: E402
from bench.export import prepare  # noqa: E402
from bench.load.client import Client, Notes  # noqa: E402
from bench.load.cluster import Cluster  # noqa: E402
from bench.load.listening import Listener  # noqa: E402
from bench.load.people import Worker, photo_of  # noqa: E402
from bench.load.phones import Phone  # noqa: E402
from bench.load.processors import Processors  # noqa: E402
from bench.load.residents import Residents  # noqa: E402
from bench.load.site import Site  # noqa: E402
from bench.load.steady import send_reports  # noqa: E402
from bench.load.store import Store, logged_in  # noqa: E402
from bench.load.tables import busy, print_faults, print_times  # noqa: E402
from bench.load.truth import compared, events_of  # noqa: E402
from bench.load.walls import Wall  # noqa: E402
from bench.load.works import done  # noqa: E402

A_YEAR = 7_700_000
MEAN_A_SECOND = A_YEAR / 365 / 86_400
RESIDENTS = 0.2
"""Share of the reports."""
MOVES_AT_DESKS = 7
"""Of a case, from its report to its end; the others are made on phones."""
END_WITHIN_S = 90.0
DESKS = (("operator", 0.4), ("dispatcher", 0.2), ("department", 0.4))
IN_HAND = "SELECT count(*) FROM cases_inhand"
POSITIONS = "SELECT count(*) FROM patrol_position WHERE user_id = ANY(%s)"


def filled(name: str, cases: int, desks: int, phones: int) -> Store:
    """The store of a size, made if it is not there yet."""
    address = prepare(name)
    from webmap.demo_city import CitySize, load_city

    whole = CitySize()
    share = cases / whole.cases
    size = CitySize(
        districts=max(1, round(whole.districts * share)),
        area_km2=whole.area_km2 * share,
        streets=max(1, round(whole.streets * share)),
        communities=max(2, round(whole.communities * share)),
        components=round(whole.components * share),
        cases=cases,
        inspectors=0,
    )
    load_city(size, os.cpu_count() or 1, lambda *_words: None, lambda text: print(" ", text))
    counts = {role: max(1, round(desks * part)) for role, part in DESKS} | {"inspector": phones}
    store = logged_in(name, address.replace("postgresql://", "postgis://"), counts)
    print(f"{store.name}: {one(IN_HAND):,} cases in hand", flush=True)
    return store


def one(statement: str, *values: object) -> int:
    """A number of the store."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchone()[0]
    connection.close()
    return found


def colours_of(district: str) -> str:
    """Address of the colours of a month that a wall shows."""
    from django.utils import timezone

    version = one(
        "SELECT max(edition) FROM grids_gridplan p JOIN basemap_region d"
        " ON d.id = p.district_id WHERE state = 'published' AND d.code = %s",
        district,
    )
    today = timezone.localdate()
    days = f"from={today - timedelta(days=29)}&to={today}"
    return f"/api/v1/values/cases?edition={district}-e{version}&{days}"


class Day:
    """Everybody of a store, at a rate."""

    def __init__(self, store: Store, port: int, args: argparse.Namespace, times: float) -> None:
        self.store, self.port, self.args = store, port, args
        self.rate = times * MEAN_A_SECOND
        self.notes, self.stopped = Notes(), threading.Event()
        self.residents = Residents(store, port, self.notes, self.rate * RESIDENTS, self.stopped)
        self.phones: list[Phone] = []
        self.threads: list[threading.Thread] = []
        self.works: list[tuple[str, float, str]] = []

    def run(self, seconds: float, in_the_middle: Callable[[], object]) -> None:
        """Everybody works for so long; works begin after a third."""
        self._desks()
        self._phones()
        self._walls()
        for thread in self.threads:
            thread.start()
        self.threads += self.residents.start()
        works = threading.Timer(seconds / 3, self._works)
        works.start()
        threading.Thread(target=in_the_middle, daemon=True).start()
        share = self.rate * (1 - RESIDENTS)
        # Enough senders that none waits for another while answers are slow.
        send_reports(self.store, self.port, self.notes, share, seconds, senders=48)
        works.join()
        self.stopped.set()
        for thread in self.threads:
            thread.join(END_WITHIN_S)

    def _client(self, person) -> Client:
        return Client(self.port, person, self.notes, self.stopped)

    def _add(self, work: Callable[[], object]) -> None:
        self.threads.append(threading.Thread(target=work, daemon=True))

    def _people(self, *roles: str) -> list:
        return [person for person in self.store.people if person.role in roles]

    def _desks(self) -> None:
        people = self._people("operator", "dispatcher", "department")
        # A turn has two pauses; who looks round makes no move.
        think_s = len(people) / (MOVES_AT_DESKS * self.rate) / 3
        for number, person in enumerate(people):
            worker = Worker(self._client(person), self.store, photo_of(number), think_s, report=0.0)
            page = Listener(self._client(person), 4.0, self.store.box, filtered=number % 3 == 0)
            for work in (worker.work, page.listen, page.watch):
                self._add(work)

    def _phones(self) -> None:
        photo = photo_of(0)
        for person in self._people("inspector"):
            phone = Phone(self._client(person), self.store, photo, self.args.every)
            self.phones.append(phone)
            self._add(phone.work)

    def _walls(self) -> None:
        operators, colours = self._people("operator"), colours_of("110101")
        for number in range(self.args.walls):
            person = operators[number % len(operators)]
            wall = Wall(self._client(person), colours)
            self._add(wall.listen)
            self._add(wall.show)

    def _works(self) -> None:
        if not self.args.no_works:
            self.works = done(self.store, os.environ["DJANGO_SETTINGS_MODULE"])


def told(day: Day, before: dict[str, int], seconds: float) -> bool:
    """Print what was seen; whether everything acknowledged is stored once."""
    answers = sum(map(len, day.notes.times_ms.values()))
    print(f"{answers / seconds:.0f} requests a second; {busy()}")
    print_times(day.notes.times_ms)
    print_faults(day.notes)
    for name, took_s, fault in day.works:
        print(f"{name}: {took_s:.0f} s{' FAILED ' + fault if fault else ''}")
    truth, outside = compared(day.store, day.notes, before["events"]), day.residents.truth()
    print("\n".join(truth.lines()))
    print("residents: " + "\n".join(outside.lines()))
    taken = sum(phone.taken for phone in day.phones)
    stored = _positions(day.store) - before["positions"]
    print(f"positions acknowledged {taken:,}, stored {stored:,}")
    print(f"cases in hand: {before['in_hand']:,} before, {one(IN_HAND):,} after", flush=True)
    return truth.holds and outside.holds and stored >= taken and not any(w[2] for w in day.works)


def _positions(store: Store) -> int:
    return one(POSITIONS, [person.key for person in store.people if person.role == "inspector"])


def killing(site: Site, cluster: Cluster, count: int, seconds: float) -> Callable[[], None]:
    """Kill something at random, so many times, evenly over the day."""

    def work() -> None:
        draw = random.Random(1)
        for _kill in range(count):
            time.sleep(seconds / (count + 1))
            kill = draw.choice(KILLS)
            print(f"  {kill.__name__}", flush=True)
            kill(site, cluster)
            site.wait()

    return work


def days_of(cases: int, args: argparse.Namespace) -> bool:
    """All rates of a size; whether nothing was lost."""
    good = True
    with ExitStack() as stack:
        cluster, name = None, f"wanmi_day_{cases}"
        if args.kills:
            cluster, name = stack.enter_context(Cluster("wanmi")), "wanmi"
            os.environ["WANMI_STATE_DIR"] = str(cluster.folder)
        store = filled(name, cases, args.desks, args.phones)
        site = stack.enter_context(Site(store.address))
        for times in args.times:
            seconds = 60 * args.minutes
            print(f"\n### {cases:,} cases a year, {times:g} × Beijing's mean rate\n", flush=True)
            before = {"events": events_of(store), "positions": _positions(store),
                      "in_hand": one(IN_HAND)}  # fmt: skip
            day, processors = Day(store, site.port, args, times), Processors(site)
            middle = killing(site, cluster, args.kills, seconds) if cluster else lambda: None
            day.run(seconds, middle)
            print(processors.told())
            good &= told(day, before, seconds)
    return good


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cases", type=int, nargs="+", default=[100_000], help="a year")
    parser.add_argument("--times", type=float, nargs="+", default=[10.0, 30.0, 100.0])
    parser.add_argument("--minutes", type=float, default=5.0, help="of each rate")
    parser.add_argument("--desks", type=int, default=50)
    parser.add_argument("--phones", type=int, default=500)
    parser.add_argument("--every", type=float, default=30.0, help="seconds between a phone's turns")
    parser.add_argument("--walls", type=int, default=20)
    parser.add_argument("--kills", type=int, default=0, help="so many, at random")
    parser.add_argument("--no-works", action="store_true", help="no import and no cut meanwhile")
    args = parser.parse_args()
    results = [days_of(cases, args) for cases in args.cases]
    sys.exit(not all(results))


if __name__ == "__main__":
    main()
