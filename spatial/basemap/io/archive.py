"""Unpacks a zip with Python, after reading its list of members, under limits.

GDAL never sees the archive itself: ``/vsizip/`` trusts what the members say of themselves, while
Python's reader checks sizes and sums as it unpacks.
"""

from __future__ import annotations

import errno
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import filegdb
from spatial.basemap.io.problems import problem
from spatial.core.errors import InputError

MAX_MEMBERS = 2_000
MAX_BYTES = 8 * 1024**3
MAX_RATIO = 200
"""A base map packs 3 to 20 times smaller; deflate's own limit is about 1,030."""
RATIO_FROM_BYTES = 1024**2
ARCHIVES = {".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".kmz"}
CHUNK = 1024**2
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError)
"""What Python's reader raises for an archive it cannot read."""


def unpack(archive: Path, folder: Path, shown: str) -> list[Path]:
    """Unpack the members of ``archive`` flat into ``folder`` and return their paths.

    Folders inside the archive are dropped, so two members of one name are refused; the ``.gdb``
    folder of a geodatabase is kept. ``shown`` is the file name for messages.

    Raises
    ------
    InputError
        ``E-ZIP-CORRUPT``, ``-COUNT``, ``-SIZE``, ``-RATIO``, ``-NESTED``, ``-PATH``, ``-LINK``,
        ``-DUP``, ``-LOCKED``.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            members = _wanted(opened)
            check(members, archive.stat().st_size, shown)
            return [_write(opened, entry, folder) for entry in members]
    except DAMAGED as error:
        raise damaged(shown, error) from error


def check_list(archive: Path, shown: str) -> None:
    """Look at the list of members only.

    Raises
    ------
    InputError
        The codes of `unpack`, but for what shows only as members are read.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            check(_wanted(opened), archive.stat().st_size, shown)
    except DAMAGED as error:
        raise damaged(shown, error) from error


def damaged(shown: str, error: Exception) -> InputError:
    """The error for an archive that cannot be read."""
    if is_full(error):
        text = _("There is no room left to unpack the file; make room and try again.")
        return problem("E-DISK-FULL", text, shown)
    text = _("The zip is damaged; pack it again.")
    return problem("E-ZIP-CORRUPT", text, shown, reason=str(error))


def is_full(error: Exception) -> bool:
    """Whether an error says that the disk, the quota or the process may hold no more."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _wanted(opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = [entry for entry in opened.infolist() if not _is_folder(entry)]
    return [entry for entry in members if not _is_rubbish(entry)]


def check_members(members: list[zipfile.ZipInfo], packed_bytes: int, shown: str) -> None:
    """Refuse a list of members by sizes, paths and kinds, whatever the members are called."""
    _check_sizes(members, packed_bytes, shown)
    for entry in members:
        _check_member(entry, shown)


def check(members: list[zipfile.ZipInfo], packed_bytes: int, shown: str) -> None:
    """Refuse a list of members that breaks a rule; nothing has been unpacked yet."""
    check_members(members, packed_bytes, shown)
    seen: set[str] = set()
    for entry in members:
        short = _short_name(entry).casefold()
        if short in seen:
            text = _("The zip has two files of one name; keep one of them.")
            raise problem("E-ZIP-DUP", text, shown, member=entry.filename)
        seen.add(short)


def _check_sizes(members: list[zipfile.ZipInfo], packed_bytes: int, shown: str) -> None:
    if len(members) > MAX_MEMBERS:
        text = _("The zip has more than %d files; pack only the data.") % MAX_MEMBERS
        raise problem("E-ZIP-COUNT", text, shown, count=len(members))
    total = sum(entry.file_size for entry in members)
    if total > MAX_BYTES:
        text = _("The zip unpacks to more than %d MB; import it in parts.") % (MAX_BYTES // 1024**2)
        raise problem("E-ZIP-SIZE", text, shown, bytes=total)
    sizes = [(entry.file_size, entry.compress_size, entry.filename) for entry in members]
    # The whole counts too: members may share their bytes, or each be small.
    for size, packed, name in [*sizes, (total, packed_bytes, "")]:
        if size > RATIO_FROM_BYTES and size > MAX_RATIO * max(packed, 1):
            text = _("The zip grows more than %d times; it is refused as a bomb.") % MAX_RATIO
            raise problem("E-ZIP-RATIO", text, shown, member=name)


def _check_member(entry: zipfile.ZipInfo, shown: str) -> None:
    raw = entry.orig_filename
    parts = PurePosixPath(raw).parts
    if "\\" in raw or ":" in raw or raw.startswith("/") or ".." in parts or "\0" in raw:
        text = _("The zip has a path that leads out of it; pack the files without folders.")
        raise problem("E-ZIP-PATH", text, shown, member=raw)
    if stat.S_ISLNK(entry.external_attr >> 16):
        text = _("The zip holds a link; pack the file itself.")
        raise problem("E-ZIP-LINK", text, shown, member=raw)
    if PurePosixPath(raw).suffix.lower() in ARCHIVES:
        text = _("The zip holds another archive; unpack that first.")
        raise problem("E-ZIP-NESTED", text, shown, member=raw)
    if entry.flag_bits & 0x1:
        text = _("The zip has a password; pack it without one.")
        raise problem("E-ZIP-LOCKED", text, shown, member=raw)


def _short_name(entry: zipfile.ZipInfo) -> str:
    name = PurePosixPath(_real_name(entry))
    above = filegdb.folder_of(str(name))
    return f"{above}/{name.name}" if above else name.name


def _real_name(entry: zipfile.ZipInfo) -> str:
    """The name in UTF-8, or in GBK as Chinese Windows writes it without saying so."""
    if entry.flag_bits & 0x800:
        return entry.filename
    raw = entry.filename.encode("cp437", "replace")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _is_folder(entry: zipfile.ZipInfo) -> bool:
    return entry.is_dir() and not entry.file_size


def _is_rubbish(entry: zipfile.ZipInfo) -> bool:
    name = PurePosixPath(entry.filename)
    return "__MACOSX" in name.parts or name.name in {".DS_Store", "Thumbs.db"}


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path) -> Path:
    target = folder / _short_name(entry)
    target.parent.mkdir(exist_ok=True)
    with opened.open(entry) as source, target.open("xb") as out:
        while chunk := source.read(CHUNK):
            out.write(chunk)
        if out.tell() != entry.file_size:
            raise zipfile.BadZipFile(f"{entry.filename} has not the size the list says")
    return target
