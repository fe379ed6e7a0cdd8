"""Brings a backup back into an empty database, and proves that nothing is missing."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import gettext as _

from spatial.core.backup import media, report
from spatial.core.backup.making import DUMP, MEDIA, REPORT, summary
from spatial.core.backup.programs import program, run
from spatial.core.errors import ConflictError, InputError

SHOWN = 20
"""So many differences stand in the error."""


def restore_backup(folder: Path) -> dict[str, Any]:
    """Restore database and photos from a folder of `make_backup`, and compare them with its report.

    Raises
    ------
    InputError
        ``E-RESTORE-MISSING``, ``E-BACKUP-TOOL``, ``E-RESTORE-DUMP``.
    ConflictError
        ``E-RESTORE-FULL`` when there is something already, ``E-RESTORE-DIFFERS``.
    """
    begun = time.monotonic()
    before = _told(folder)
    with connection.cursor() as cursor:
        cursor.execute(report.TABLES)
        there = [name for _schema, name, _shapes in cursor.fetchall()]
    if there:
        text = _("The database has tables already (%(names)s); restore into an empty one.")
        raise ConflictError("E-RESTORE-FULL", text % {"names": ", ".join(there[:3])})
    photos = Path(settings.MEDIA_ROOT)
    media.require_empty(photos)
    # All or nothing; so a dump that is broken leaves the folder empty, too.
    _restore(folder / DUMP)
    after = _look(media.unpack(folder / MEDIA, photos))
    found = report.differences(before, after)
    if found:
        text = _("What was restored is not what was kept: %(first)s") % {"first": found[0]}
        raise ConflictError("E-RESTORE-DIFFERS", text, differences=found[:SHOWN])
    call_command("migrate", check=True, verbosity=0)
    return {**summary(before), "seconds": round(time.monotonic() - begun, 1)}


def _told(folder: Path) -> dict[str, Any]:
    missing = [name for name in (REPORT, DUMP, MEDIA) if not (folder / name).is_file()]
    if missing:
        text = _("%(folder)s is no whole backup: %(names)s missing.")
        facts = {"folder": folder, "names": ", ".join(missing)}
        raise InputError("E-RESTORE-MISSING", text % facts)
    return json.loads((folder / REPORT).read_text())


def _restore(dump: Path) -> None:
    restore = program("pg_restore")
    listed = run([restore, "--list", str(dump)], "E-RESTORE-DUMP")
    # Only their owner, who may be another, can put comments on extensions.
    kept = [line for line in listed.splitlines() if " COMMENT - EXTENSION " not in line]
    with tempfile.NamedTemporaryFile("w", suffix=".list") as file:
        file.write("\n".join(kept))
        file.flush()
        words = [restore, "--no-owner", "--exit-on-error", "--single-transaction"]
        name = connection.settings_dict["NAME"]
        run([*words, f"--use-list={file.name}", f"--dbname={name}", str(dump)], "E-RESTORE-DUMP")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _look(files: dict[str, str]) -> dict[str, Any]:
    with transaction.atomic(), connection.cursor() as cursor:
        return {
            "tables": report.tables(cursor),
            "sequences": report.sequences(cursor),
            "media": files,
        }
