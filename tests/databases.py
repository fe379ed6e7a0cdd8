"""Databases beside the one of the settings, and the templates that tests copy.

A migration costs more than most tests, so it is done once: for all processes of a run, and again
only when the code has changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

import psycopg2
import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
TEMPLATES = "wanmi_template_"
MAKERS = ("spatial", "webmap", "gridding", "geocode", "fixtures", "requirements")
"""Folders of all that a migrated database is made by."""
CODE = {".py", ".sql", ".txt", ".json", ".csv"}


class Databases:
    """Makes and drops databases of the server of the settings."""

    def __init__(self) -> None:
        self.server = settings.DATABASES["default"]
        self.made: list[str] = []

    def run(self, sql: str) -> list[tuple]:
        names = {"HOST": "host", "PORT": "port", "USER": "user", "PASSWORD": "password"}
        given = {to: self.server[name] for name, to in names.items() if self.server.get(name)}
        connection = psycopg2.connect(dbname="postgres", **given)
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            rows = cursor.fetchall() if cursor.description else []
        connection.close()
        return rows

    def names(self, start: str) -> list[str]:
        """The databases whose names begin so."""
        return [
            name
            for (name,) in self.run("SELECT datname FROM pg_database")
            if name.startswith(start)
        ]

    def create(self, name: str, template: str = "template0") -> str:
        """A new database, dropped with the others; returns its address."""
        self.drop(name)
        self.run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        self.made.append(name)
        return self.address(name)

    def address(self, name: str) -> str:
        """The address of a database of this server."""
        user, password = self.server.get("USER", ""), self.server.get("PASSWORD", "")
        host, port = quote(str(self.server.get("HOST", "")), safe=""), self.server.get("PORT", "")
        login = quote(user) + (f":{quote(password)}" if password else "")
        return f"postgis://{login}@{host}{f':{port}' if port else ''}/{name}"

    @contextmanager
    def shut(self, name: str) -> Iterator[None]:
        """For a while the server lets nobody into a database, and throws everybody out."""
        self.run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        self.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        try:
            yield
        finally:
            self.run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    def drop(self, name: str) -> None:
        self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    def drop_all(self) -> None:
        for name in self.made:
            self.drop(name)


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Holds the other processes of the tests, and other runs of this folder, off."""
    settings.STATE_DIR.mkdir(parents=True, exist_ok=True)
    with (settings.STATE_DIR / "tests.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def print_of(*folders: Path, ends: Collection[str] = ()) -> str:
    """A fingerprint of the files of folders, of some endings or of all."""
    found = hashlib.sha256()
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and (not ends or path.suffix in ends):
                found.update(str(path.relative_to(folder)).encode())
                found.update(path.read_bytes())
    return found.hexdigest()[:12]


def template(kind: str, mark: str, make: Callable[[str], None], start: str = "template0") -> str:
    """The name of a database that was made once, by a function of its address, to be copied.

    It is kept until another mark is asked for. Nobody may be connected to it.
    """
    name = f"{TEMPLATES}{kind}_{mark}"
    server = Databases()
    with one_at_a_time():
        if not server.names(name):
            for old in server.names(f"{TEMPLATES}{kind}_"):
                server.drop(old)
            # Under its name it is there only when it is whole.
            make(server.create(f"{TEMPLATES}{kind}", start))
            server.run(f'ALTER DATABASE "{TEMPLATES}{kind}" RENAME TO "{name}"')
    return name


@cache
def migrated() -> str:
    """The name of a migrated database without a row of anybody's."""
    mark = print_of(*(ROOT / folder for folder in MAKERS), ends=CODE)
    return template(
        "migrated", mark, lambda address: manage(address, settings.STATE_DIR, "migrate", "-v", "0")
    )


def surroundings(database: str, state: Path, **more: str) -> dict[str, str]:
    """The environment of a process of the site."""
    own = {
        "DATABASE_URL": database,
        "DJANGO_SETTINGS_MODULE": "webmap.settings.test",
        "WANMI_STATE_DIR": str(state),
    }
    return {**os.environ, **own, **more}


def manage(database: str, state: Path, *words: str) -> None:
    """Run a command of the site on a database."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=surroundings(database, state),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        pytest.fail(f"{' '.join(words)}:\n{done.stdout[-3000:]}", pytrace=False)


def fill(database: str, state: Path, make: str) -> None:
    """Call functions of the test town on a database."""
    words = f"from tests.e2e.town import *; {make}"
    manage(database, state, "shell", "--no-imports", "-c", words)
