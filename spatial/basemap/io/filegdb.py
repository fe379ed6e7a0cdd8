"""Checks the members of an ESRI file geodatabase, which is a folder and comes in a zip."""

from __future__ import annotations

import struct
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io.problems import problem

SUFFIX = ".gdb"
CATALOGUE = "a00000001.gdbtable"
MEMBERS = {
    ".gdbtable", ".gdbtablx", ".gdbindexes", ".atx", ".spx", ".freelist", ".horizon", ".lock", "",
}  # fmt: skip
VERSIONS = {3, 4}


def folder_of(name: str) -> str:
    """The ``.gdb`` folder directly above a member; empty for what lies in none."""
    parent = PurePosixPath(name).parent.name
    return parent if parent.lower().endswith(SUFFIX) else ""


def check(folder: Path, shown: str) -> None:
    """Refuse a folder whose files are not those of a geodatabase.

    Raises
    ------
    InputError
        ``E-FORMAT``.
    """
    catalogue = folder / CATALOGUE
    strange = [path.name for path in folder.iterdir() if path.suffix.lower() not in MEMBERS]
    if strange or not catalogue.is_file() or not all(map(_is_table, folder.glob("*.gdbtable"))):
        text = _("The folder is no file geodatabase; copy the whole .gdb folder and pack it again.")
        raise problem("E-FORMAT", text, shown, members=strange[:20])


def _is_table(path: Path) -> bool:
    with path.open("rb") as file:
        head = file.read(4)
    return len(head) == 4 and struct.unpack("<I", head)[0] in VERSIONS
