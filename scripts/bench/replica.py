#!/usr/bin/env python3
"""Tiles and lists of cases a second, with a replica and without, in one run.

    .venv/bin/python scripts/bench/replica.py [--cores 0.08] [--seconds 10] [--rounds 4] [--json]

A cluster of its own with the small demo, and a streaming replica of it. Each of the two database
servers may use a share of a core (control groups; root), as if each had a machine of its own that
is that slow; the site has what is left. Two sites stand on them, one with `WANMI_REPLICA_URL`;
rounds alternate, the medians count. Tiles are those of components, made live; lists are the first
pages of cases of classes. Without `--cores` (0) the servers share the machine, and nothing is won.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.load.cluster import Cluster  # noqa: E402
from bench.load.replica import Replica, ask  # noqa: E402
from bench.load.share import Share  # noqa: E402
from bench.load.site import Site  # noqa: E402

CLIENTS = 8
WARM_S = 4.0
MADE = """
import json
from importlib import import_module
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
from spatial.cases.models import Case
from spatial.components.models import Component
from webmap.tiles.address import TileAddress
user = get_user_model().objects.get(username="operator")
session = import_module(settings.SESSION_ENGINE).SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
points = [point.coords for point in Component.objects.values_list("point", flat=True)]
found = {TileAddress.of_point(z, *point) for z in (14, 15, 16) for point in points}
classes = sorted(set(Case.objects.values_list("case_class", flat=True)))
print(json.dumps({
    "session": session.session_key, "cases": Case.objects.count(), "components": len(points),
    "tiles": sorted(f"/tiles/components/{one.z}/{one.x}/{one.y}.mvt" for one in found),
    "lists": [f"/api/v1/cases?case_class={key}&order=new" for key in classes],
}))
"""


def manage(address: str, state: Path, *words: str) -> str:
    own = {**os.environ, "DATABASE_URL": address, "WANMI_STATE_DIR": str(state),
           "DJANGO_SETTINGS_MODULE": "webmap.settings.dev"}  # fmt: skip
    program = [sys.executable, "manage.py", *words]
    done = subprocess.run(program, cwd=ROOT, env=own, text=True, stdout=subprocess.PIPE, check=True)
    return done.stdout


class Load:
    """Clients that ask one site for some addresses as fast as it answers."""

    def __init__(self, site: Site, session: str) -> None:
        self.port, self.session = site.port, session
        self.answered, self.ends = 0, 0.0
        self._lock = threading.Lock()

    def a_second(self, addresses: list[str], seconds: float) -> float:
        """Answers a second."""
        self.answered, self.ends = 0, time.monotonic() + seconds
        clients = [threading.Thread(target=self._ask, args=(addresses, n)) for n in range(CLIENTS)]
        for client in clients:
            client.start()
        for client in clients:
            client.join()
        return self.answered / seconds

    def _ask(self, addresses: list[str], seed: int) -> None:
        mixed = random.Random(seed).sample(addresses, len(addresses))
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        words = {"Cookie": f"sessionid={self.session}", "Accept-Encoding": "gzip"}
        for address in itertools.cycle(mixed):
            if time.monotonic() > self.ends:
                return line.close()
            line.request("GET", address, headers=words)
            answer = line.getresponse()
            answer.read()
            if answer.status not in (200, 204):
                raise SystemExit(f"{address}: {answer.status}")
            with self._lock:
                self.answered += 1
        return None


def site_on(cluster: Cluster, state: Path, replica: str) -> Site:
    site = Site(cluster.address)
    site.environment |= {"WANMI_REPLICA_URL": replica, "WANMI_STATE_DIR": str(state)}
    # Should a replica be laid aside meanwhile, it is told.
    site.environment["WANMI_LOG_LEVEL"] = "WARNING"
    return site


def shares(stack: ExitStack, cores: float, cluster: Cluster, replica: Replica) -> list[Share]:
    """A share for each of the two servers."""
    if not cores:
        return []
    firsts = int((cluster.folder / "pg/postmaster.pid").read_text().split()[0]), replica.process()
    made = [stack.enter_context(Share(name, cores)) for name in ("primary", "replica")]
    for share, first in zip(made, firsts, strict=True):
        share.hold(first)
    return made


def measure(args: argparse.Namespace) -> dict:
    """Rounds that alternate; answers a second by what was asked and by site."""
    with ExitStack() as stack:
        cluster = stack.enter_context(Cluster("wanmi"))
        state = cluster.folder / "state"
        state.mkdir()
        (state / "vendor").symlink_to(ROOT / ".state/vendor")
        manage(cluster.address, state, "migrate", "-v0")
        manage(cluster.address, state, "load_demo", "--scale", "small")
        made = json.loads(manage(cluster.address, state, "shell", "--no-imports", "-c", MADE))
        ask(cluster.address, "VACUUM ANALYZE")
        replica = stack.enter_context(Replica(cluster))
        replica.catch_up()
        sites = {
            "without": stack.enter_context(site_on(cluster, state, "")),
            "with": stack.enter_context(site_on(cluster, state, replica.address)),
        }
        for site in sites.values():
            # The worker is not asked for anything here, and folds counts meanwhile.
            os.killpg(site.worker.pid, 19)
        held = shares(stack, args.cores, cluster, replica)
        found: dict[str, dict[str, list[float]]] = {
            what: {name: [] for name in sites} for what in ("tiles", "lists")
        }
        loads = {name: Load(site, made["session"]) for name, site in sites.items()}
        for load, what in itertools.product(loads.values(), found):
            load.a_second(made[what], WARM_S)
        for _round, (name, load) in itertools.product(range(args.rounds), loads.items()):
            for what, told in found.items():
                told[name].append(load.a_second(made[what], args.seconds))
        held_up = [share.held_up() for share in held]
    medians = {what: {name: round(statistics.median(values), 1) for name, values in told.items()}
               for what, told in found.items()}  # fmt: skip
    return {
        "cores": args.cores, "cases": made["cases"], "components": made["components"],
        **{what: {**told, "ratio": round(told["with"] / told["without"], 2)}
           for what, told in medians.items()},
        "rounds": found, "periods_held_up": held_up,
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--cores", type=float, default=0.08, help="of each server; 0: no limit")
    parser.add_argument("--seconds", type=float, default=10, help="of each round")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    told = measure(args)
    if args.json:
        print(json.dumps(told))
        return
    print("| | primary alone | with a replica | ratio |\n|---|---|---|---|")
    for what in ("tiles", "lists"):
        one = told[what]
        print(f"| {what} a second | {one['without']} | {one['with']} | {one['ratio']} |")


if __name__ == "__main__":
    main()
