"""What a DXF says of its text, and a header for one that has none."""

from __future__ import annotations

import shutil
from pathlib import Path

HEADER_BYTES = 64 * 1024
CODE_PAGES = {"ANSI_936": "gb18030", "ANSI_950": "big5", "ANSI_1252": "cp1252"}
EMPTY_HEADER = b"  0\nSECTION\n  2\nHEADER\n  0\nENDSEC\n"


def declared(path: Path) -> str:
    """Python's name of the code page in the header; empty for none or one not known here."""
    lines = _lines(path)
    if b"$DWGCODEPAGE" not in lines:
        return ""
    after = lines[lines.index(b"$DWGCODEPAGE") + 1 :][:2]
    return CODE_PAGES.get(after[-1].decode("ascii", "replace").upper(), "") if after else ""


def give_header(path: Path) -> None:
    """Put an empty header before a file without one, in place.

    GDAL takes the encoding it is told only as it reads a header; ``path`` is in our own folder,
    where it is a link to the user's file.
    """
    if b"HEADER" in _lines(path):
        return
    whole = path.with_suffix(".whole")
    with path.open("rb") as source, whole.open("wb") as out:
        out.write(EMPTY_HEADER)
        shutil.copyfileobj(source, out)
    whole.replace(path)


def _lines(path: Path) -> list[bytes]:
    with path.open("rb") as file:
        return [line.strip() for line in file.read(HEADER_BYTES).splitlines()]
