"""Photos: into one archive and out again, each with its hash."""

from __future__ import annotations

import hashlib
import tarfile
from pathlib import Path

from django.utils.translation import gettext as _

from spatial.core.errors import ConflictError


def pack(folder: Path, archive: Path) -> dict[str, str]:
    """Put all files of a folder into an archive; SHA-256 by name.

    Photos are packed already. One that is deleted on the way is left out, as if it had gone before.
    """
    told = {}
    with tarfile.open(archive, "w") as packed:
        for path in sorted(p for p in folder.rglob("*") if p.is_file()):
            name = str(path.relative_to(folder))
            try:
                with path.open("rb") as file:
                    told[name] = hashlib.file_digest(file, "sha256").hexdigest()
                    file.seek(0)
                    packed.addfile(packed.gettarinfo(arcname=name, fileobj=file), file)
            except FileNotFoundError:
                continue
    return told


def require_empty(folder: Path) -> None:
    """Refuse a folder that has files.

    Raises
    ------
    ConflictError
        ``E-RESTORE-FULL``.
    """
    if any(path.is_file() for path in folder.rglob("*")):
        text = _("There are photos in %(folder)s already; restore into an empty folder.")
        raise ConflictError("E-RESTORE-FULL", text % {"folder": folder})


def unpack(archive: Path, folder: Path) -> dict[str, str]:
    """Bring the files back; SHA-256 by name of what lies there then."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as packed:
        packed.extractall(folder, filter="data")
    return hashes(folder)


def hashes(folder: Path) -> dict[str, str]:
    """SHA-256 of each file below a folder, by its name."""
    told = {}
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        with path.open("rb") as file:
            told[str(path.relative_to(folder))] = hashlib.file_digest(file, "sha256").hexdigest()
    return told
