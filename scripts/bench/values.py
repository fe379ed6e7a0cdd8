#!/usr/bin/env python3
"""What colours of a whole city cost: at the server, on the wire, and asked again unchanged.

    .venv/bin/python scripts/bench/values.py [--grids 160000] [--cases 1500000] [--seconds 10]

Fills a database of its own with a lattice of ragged grids and a year of made-up cases, unless it is
full. Printed are, as Markdown: for each measure over 30 days and a year the median of some calls in
the process that answers and the gzipped bytes (which need the site); then answers a second with 8
connections to two processes of the site, as bytes and as "unchanged" (needs wrk, Debian).
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import time
import urllib.request
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts"), str(ROOT / "scripts/bench")]

from bench.load.site import Site  # noqa: E402
from bench.running.peers import needs  # noqa: E402
from bench.running.table import markdown  # noqa: E402
from export import DISTRICT  # noqa: E402
from live_map import store  # noqa: E402

CONNECTIONS, CALLS = 8, 7
SPANS_D = (30, 365)
GZIP = {"Accept-Encoding": "gzip"}


def with_cases(count: int) -> date:
    """Make so many cases of a year, unless there are any; the last day."""
    from django.utils import timezone

    from spatial.cases.making.make import make_cases
    from spatial.cases.making.plan import Wanted
    from spatial.cases.models import Case
    from spatial.components.services.catalogue import of_standard, store_catalogue
    from spatial.evaluation.services import ledger

    yesterday = timezone.localdate() - timedelta(days=1)
    if not Case.objects.exists():
        store_catalogue(of_standard("cjt214-2007"))
        make_cases(Wanted((DISTRICT,), count, 365, until=yesterday))
    ledger.keep_sheets()
    return yesterday


def server_ms(last: date) -> dict[tuple[str, int], float]:
    """Medians of calls in this process, the first of which is not counted."""
    from spatial.evaluation.periods import period_of
    from spatial.evaluation.services.values import MEASURES, values_of
    from spatial.grids.models import GridPlan

    plan = GridPlan.objects.select_related("district").get()
    found = {}
    for days in SPANS_D:
        period = period_of(last - timedelta(days=days - 1), last)
        for measure in MEASURES:
            times = []
            for _call in range(CALLS + 1):
                started = time.perf_counter()
                values_of(measure, plan, period)
                times.append(1000 * (time.perf_counter() - started))
            found[measure, days] = statistics.median(times[1:])
    return found


def session() -> str:
    """The cookie of somebody who sees results."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.test import Client

    from spatial.core.roles import PLANNER

    user, _new = get_user_model().objects.get_or_create(username="bench_planner")
    user.groups.add(Group.objects.get_or_create(name=PLANNER)[0])
    client = Client()
    client.force_login(user)
    return f"sessionid={client.cookies['sessionid'].value}"


def fetched(url: str, **headers: str) -> tuple[int, str]:
    """Bytes on the wire, and the name of the answer."""
    request = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return len(answer.read()), answer.headers["ETag"]


def rate(url: str, seconds: int, **headers: str) -> float:
    """Answers a second."""
    words = [needs("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s"]
    for name, text in headers.items():
        words += ["-H", f"{name}: {text}"]
    done = subprocess.run([*words, url], text=True, capture_output=True, check=True).stdout
    if "Non-2xx" in done and "If-None-Match" not in headers:
        sys.exit(f"E-BENCH-DIFFERS: {url} is refused:\n{done}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done)[1])


def rows(times: dict[tuple[str, int], float], url: Any, cookie: str) -> list[tuple[Any, ...]]:
    """Lines of the first table."""
    found = []
    for (measure, days), took in times.items():
        size, _etag = fetched(url(measure, days), **GZIP, Cookie=cookie)
        found.append((measure, str(days), f"{took:.0f}", f"{size / 1000:.1f}"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--grids", type=int, default=160_000)
    parser.add_argument("--cases", type=int, default=1_500_000)
    parser.add_argument("--seconds", type=int, default=10)
    args = parser.parse_args()
    address, _middle = store(args.grids)
    last = with_cases(args.cases)
    times, cookie = server_ms(last), session()
    with Site(address) as site:

        def url(measure: str, days: int) -> str:
            first = last - timedelta(days=days - 1)
            head = f"http://127.0.0.1:{site.port}/api/v1/values/{measure}"
            return f"{head}?from={first}&to={last}&edition={DISTRICT}-e1"

        print(markdown(("measure", "days", "server ms", "kB gzipped"), rows(times, url, cookie)))
        asked = url("cases", SPANS_D[0])
        for _warm in range(2 * CONNECTIONS):
            _size, etag = fetched(asked, **GZIP, Cookie=cookie)
        whole = rate(asked, args.seconds, Cookie=cookie, **GZIP)
        same = rate(asked, args.seconds, Cookie=cookie, **{**GZIP, "If-None-Match": etag})
    print(f"\nunchanged: {whole:,.0f} a second as bytes, {same:,.0f} as 304")


if __name__ == "__main__":
    main()
