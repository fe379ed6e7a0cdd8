"""PostgreSQL's own programs, as new as the server, without a password on their command line."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from spatial.core.errors import InputError

NAMES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD",
         "NAME": "PGDATABASE"}  # fmt: skip
DEBIAN = Path("/usr/lib/postgresql")


def program(name: str) -> str:
    """The path of a program of the server's version or a newer one.

    Raises
    ------
    InputError
        ``E-BACKUP-TOOL`` when there is none.
    """
    server = connection.cursor().connection.server_version // 10_000
    folders = [path for path in DEBIAN.glob("[0-9]*") if int(path.name) >= server]
    for folder in sorted(folders, key=lambda path: int(path.name)):
        if (folder / "bin" / name).exists():
            return str(folder / "bin" / name)
    found = shutil.which(name)
    if found and _version(found) >= server:
        return found
    text = _("%(name)s of PostgreSQL %(version)d or newer is missing: install postgresql-client.")
    raise InputError("E-BACKUP-TOOL", text % {"name": name, "version": server})


def _version(path: str) -> int:
    told = subprocess.run([path, "--version"], text=True, capture_output=True, check=True).stdout
    return int(told.split()[2].partition(".")[0])


def run(words: list[str], code: str) -> str:
    """Run a program on the database of the settings; its standard output.

    Raises
    ------
    InputError
        With a code and what it said when it fails.
    """
    server: dict[str, Any] = connection.settings_dict
    own = {to: str(server[name]) for name, to in NAMES.items() if server.get(name)}
    done = subprocess.run(words, text=True, capture_output=True, env={**os.environ, **own})
    if done.returncode:
        name = Path(words[0]).name
        text = _("%(name)s failed: %(said)s") % {"name": name, "said": done.stderr.strip()[-2000:]}
        raise InputError(code, text)
    return done.stdout
