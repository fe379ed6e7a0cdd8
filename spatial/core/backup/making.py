"""Makes a backup while people work: a dump and a report that see the same moment.

The report's transaction hands its snapshot to ``pg_dump``. Photos are taken afterwards: a photo is
written before the row that names it is committed, so all that the dump names are there.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import django
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from spatial.core.backup import media, report
from spatial.core.backup.programs import program, run
from spatial.core.errors import InputError

DUMP, MEDIA, REPORT, SETTINGS = "database.dump", "media.tar", "report.json", "settings.json"
NAME = re.compile(r"wanmi-\d{8}T\d{6}Z")
SECRET = re.compile(r"KEY|PASSWORD|SECRET|TOKEN")
GIVEN = ("DJANGO_SETTINGS_MODULE", "DATABASE_URL")
SET = "(set)"


def make_backup(folder: Path, keep: int | None = None) -> dict[str, Any]:
    """Write a backup into a folder of its own below ``folder``; keep the newest ``keep``.

    It has its name only when it is whole.

    Raises
    ------
    InputError
        ``E-BACKUP-TOOL``, ``E-BACKUP-DUMP``, or ``E-BACKUP-WRITE``.
    """
    begun = time.monotonic()
    target = folder / f"wanmi-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    part = target.with_suffix(".part")
    try:
        part.mkdir(parents=True)
        part.chmod(0o700)
        told = _write(part)
        told["seconds"] = round(time.monotonic() - begun, 1)
        _store(part / REPORT, told)
        part.rename(target)
    except OSError as error:
        text = _("The backup cannot be written: %(why)s") % {"why": error}
        raise InputError("E-BACKUP-WRITE", text) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    dropped = _drop_old(folder, keep) if keep else 0
    return {**summary(told), "folder": str(target), "dropped": dropped}


def summary(told: dict[str, Any]) -> dict[str, Any]:
    """The totals of a report, for people."""
    return {
        "at": told["at"],
        "tables": len(told["tables"]),
        "rows": sum(one["rows"] for one in told["tables"].values()),
        "files": len(told["media"]),
        "seconds": told["seconds"],
    }


def _write(part: Path) -> dict[str, Any]:
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        low = report.sequences(cursor)
        cursor.execute("SELECT pg_export_snapshot(), now(), version(), postgis_version()")
        snapshot, at, server, postgis = cursor.fetchone()
        words = [program("pg_dump"), "--format=custom", f"--snapshot={snapshot}"]
        run([*words, f"--file={part / DUMP}"], "E-BACKUP-DUMP")
        high = report.sequences(cursor)
        told = report.tables(cursor)
    _store(part / SETTINGS, settings_list())
    return {
        "at": at.astimezone(UTC).isoformat(),
        "versions": {"server": server, "postgis": postgis, "django": django.get_version()},
        "tables": told,
        "sequences": {name: [low.get(name, 0), last] for name, last in high.items()},
        "media": media.pack(Path(settings.MEDIA_ROOT), part / MEDIA),
    }


def settings_list() -> dict[str, str]:
    """The environment of the site, without what nobody may read."""
    names = [name for name in os.environ if name.startswith("WANMI_") or name in GIVEN]
    return {name: _shown(name, os.environ[name]) for name in sorted(names)}


def _shown(name: str, value: str) -> str:
    if SECRET.search(name):
        return SET
    if name == "WANMI_REPLICA_URL":
        return ",".join(map(_without_password, value.split(",")))
    return _without_password(value) if name == "DATABASE_URL" else value


def _without_password(address: str) -> str:
    parts = urlsplit(address)
    login, _at, place = parts.netloc.rpartition("@")
    user = login.partition(":")[0]
    return urlunsplit((parts.scheme, f"{user}@{place}" if user else place, parts.path, "", ""))


def _store(path: Path, told: dict[str, Any]) -> None:
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True))


def _drop_old(folder: Path, keep: int) -> int:
    whole = sorted(path for path in folder.iterdir() if NAME.fullmatch(path.name))
    old = whole[: -max(keep, 1)]
    for path in old:
        shutil.rmtree(path)
    return len(old)
