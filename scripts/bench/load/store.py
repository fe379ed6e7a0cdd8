"""A database full of made-up cases to work on; it is filled once and kept by its name."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bench.export import DISTRICT, fill, prepare

GRIDS = 4_000
DAYS = 365
MOST_OPEN = 100_000
OPEN_SHARE = 0.1
"""Of the cases, as long as that is not more than `MOST_OPEN`."""
SHARES = (("operator", 0.28), ("dispatcher", 0.16), ("department", 0.28), ("inspector", 0.28))
"""Who the users are."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user with a session of his own."""

    key: int
    name: str
    role: str
    session: str


@dataclass(frozen=True, slots=True)
class Store:
    """What clients have to know of the database."""

    name: str
    address: str
    people: tuple[Person, ...]
    classes: tuple[int, ...]
    box: tuple[float, float, float, float]
    """West, south, east and north of where reports are made, in degrees."""


def name_of(cases: int) -> str:
    """The database of a size, such as ``wanmi_load_1000000``."""
    return f"wanmi_load_{cases}"


def opened(cases: int, users: int, grids: int = GRIDS, days: int = DAYS) -> Store:
    """The store of a size, filled if it is not yet, with people who are logged in."""
    name = name_of(cases)
    address = prepare(name)
    _fill(cases, grids, days)
    counts = {role: max(1, round(users * share)) for role, share in SHARES}
    return logged_in(name, address, counts)


def logged_in(name: str, address: str, counts: Mapping[str, int]) -> Store:
    """A database that is filled, with so many people of each role who are logged in."""
    from django.db import connection

    people = tuple(_people(counts))
    classes = _classes()
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_Extent(ST_Centroid(geom))::text FROM grids_unitgrid")
        corners = cursor.fetchone()[0][4:-1].replace(",", " ").split()
    connection.close()
    west, south, east, north = map(float, corners)
    url = address.replace("postgresql://", "postgis://")
    return Store(name, url, people, classes, (west, south, east, north))


def _fill(cases: int, grids: int, days: int) -> None:
    """Grids, then cases with all that happened to them; what is there already stays."""
    from spatial.cases.making.make import make_cases
    from spatial.cases.making.plan import Wanted
    from spatial.components.services.catalogue import of_standard, store_catalogue
    from spatial.grids.models import UnitGrid

    if not UnitGrid.objects.exists():
        store_catalogue(of_standard("cjt214-2007"))
        fill(grids)
    share = min(OPEN_SHARE, MOST_OPEN / cases)
    started = time.perf_counter()
    made = make_cases(Wanted((DISTRICT,), cases, days, open_share=share), progress=_say)
    if made["cases"]:
        _settle()
        print(f"filled in {time.perf_counter() - started:.0f} s: {json.dumps(made)}", flush=True)


def _say(done: int, of: int, what: str) -> None:
    print(f"  filling: {done} of {of} {what}", flush=True)


def _settle() -> None:
    """As autovacuum would leave the tables after a while."""
    from django.db import connection

    with connection.cursor() as cursor:
        for table in ("cases_inhand", "cases_case", "cases_caseevent"):
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _people(counts: Mapping[str, int]) -> list[Person]:
    """Users of all roles with a session each; departments are shared out among theirs."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group

    from spatial.cases.models import Department

    made = []
    for role, count in counts.items():
        group = Group.objects.get_or_create(name=role)[0]
        for n in range(count):
            user, _new = get_user_model().objects.get_or_create(username=f"load-{role}-{n + 1}")
            user.groups.set([group])
            made.append(Person(user.pk, user.username, role, _session(user)))
    own = [one.key for one in made if one.role == "department"]
    if not own:
        return made
    for n, body in enumerate(Department.objects.order_by("code")):
        body.members.add(own[n % len(own)])
    return made


def _session(user: Any) -> str:
    """A log-in; that of a password would only measure how slow passwords are made to be."""
    from importlib import import_module

    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return session.session_key


def _classes() -> tuple[int, ...]:
    """Classes of events that have a filing standard: no component has to be named for them."""
    from spatial.cases.models import CaseClass

    found = CaseClass.objects.filter(in_use=True, kind="event", standards__in_use=True)
    return tuple(found.distinct().order_by("pk").values_list("pk", flat=True))
