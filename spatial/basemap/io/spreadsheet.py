"""Checks an XLSX before GDAL reads it: it is a zip of XML, with the dangers of both."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import archive
from spatial.basemap.io.problems import problem

BOOK = "xl/workbook.xml"
MAX_BYTES = 1024**3
"""Unpacked; a sheet stands in the reader's memory as a whole."""
STYLES = "xl/styles.xml"
CHUNK = 1024**2
FORMAT = re.compile(rb'formatCode="[^"]*"')
SHORT_HOUR = re.compile(rb"(?<![hHtT\[])([hH])(?![hHaA])")
"""An hour of one letter in a format, as in ``yyyy/m/d h:mm``."""
FORBIDDEN = (b"<!DOCTYPE", b"<!ENTITY")
"""Office programs write no document type; only one can make entities that grow."""


def is_workbook(path: Path) -> bool:
    """Whether a zip has the one member every XLSX has."""
    try:
        with zipfile.ZipFile(path) as book:
            return BOOK in book.namelist()
    except (zipfile.BadZipFile, OSError, NotImplementedError):
        return False


def check(path: Path, shown: str) -> None:
    """Refuse a bomb, a damaged file, and XML with a document type or in UTF-16.

    Raises
    ------
    InputError
        The codes of `archive.check_members`, ``E-FILE-SIZE``, ``E-FORMAT``.
    """
    try:
        with zipfile.ZipFile(path) as book:
            members = book.infolist()
            archive.check_members(members, path.stat().st_size, shown)
            if sum(entry.file_size for entry in members) > MAX_BYTES:
                text = _("The workbook unpacks to more than 1 GB; save it as CSV.")
                raise problem("E-FILE-SIZE", text, shown)
            for entry in members:
                if entry.filename.lower().endswith((".xml", ".rels")):
                    _check_text(book, entry, shown)
    except archive.DAMAGED as error:
        raise archive.damaged(shown, error) from error


def _check_text(book: zipfile.ZipFile, entry: zipfile.ZipInfo, shown: str) -> None:
    longest = max(map(len, FORBIDDEN))
    tail = b""
    with book.open(entry) as member:
        while chunk := member.read(CHUNK):
            text = tail + chunk
            # UTF-16 has NUL bytes, which no XML in UTF-8 may have.
            if b"\0" in text or any(word in text.upper() for word in FORBIDDEN):
                sentence = _("The workbook holds XML that no office program writes; save it anew.")
                raise problem("E-FORMAT", sentence, shown, member=entry.filename)
            tail = text[-longest:]


def styles_with_whole_hours(path: Path) -> bytes | None:
    """The formats of a workbook with ``hh`` for ``h``, None where nothing has to be changed.

    GDAL takes a cell whose format has an hour of one letter for a date, and drops the time.
    """
    with zipfile.ZipFile(path) as book:
        if STYLES not in book.namelist():
            return None
        styles = book.read(STYLES)
    changed = FORMAT.sub(lambda one: SHORT_HOUR.sub(rb"\1\1", one[0]), styles)
    return changed if changed != styles else None


def copy_with(path: Path, target: Path, styles: bytes) -> None:
    """Copy a workbook with other formats."""
    with (
        zipfile.ZipFile(path) as book,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, True, 1) as made,
    ):
        for entry in book.infolist():
            with (
                book.open(entry) as member,
                made.open(entry.filename, "w", force_zip64=True) as copy,
            ):
                if entry.filename == STYLES:
                    copy.write(styles)
                else:
                    shutil.copyfileobj(member, copy, CHUNK)
