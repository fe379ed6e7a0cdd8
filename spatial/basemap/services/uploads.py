"""Receives files in pieces, and inspects them once they are whole.

The bytes of an upload lie in a folder with a random name and are called ``content``; the sender's
name is text in the database and never part of a path. How far an upload is, is the length of that
file, so that a piece cut off in the middle is simply taken up from there.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import archive, drivers, inspection, names, offsets
from spatial.basemap.models import Upload
from spatial.basemap.services import systems, upload_inspection
from spatial.basemap.services.upload_files import folder_of, path_of
from spatial.core import audit
from spatial.core.errors import ConflictError, InputError, WanmiError

CHUNK = 256 * 1024
PIECE_BYTES = 16 * 1024**2
"""Largest piece of one request; small enough to be sent anew over a bad line."""
RESERVE_BYTES = 1024**3
"""Room that an upload must leave on the disk, for the database and the reader's scratch files."""
MAX_OPEN = 20
"""Uploads one person may have lying there."""


class SizeError(InputError):
    """More bytes than are taken."""

    status = 413


class SpaceError(WanmiError):
    """The server has no room."""

    status = 507


class Readable(Protocol):
    """What bytes come from."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes, none at the end."""
        ...


def create(user: Any, name: str, size_bytes: int) -> Upload:
    """Announce a file; its bytes follow by `append`.

    Raises
    ------
    InputError
        ``E-UPLOAD-NAME``, ``E-FILE-TYPE``, ``E-UPLOAD-EMPTY``, ``E-UPLOAD-SIZE``.
    ConflictError
        ``E-UPLOAD-MANY``.
    SpaceError
        ``E-DISK-FULL``.
    """
    clean()
    plain = names.check(name)
    drivers.listed(plain)
    _check_size(size_bytes)
    if Upload.objects.filter(created_by=user).count() >= MAX_OPEN:
        text = _("You have %d files lying here; delete those you no longer need.") % MAX_OPEN
        raise ConflictError("E-UPLOAD-MANY", text)
    made = Upload.objects.create(
        name=plain, folder=secrets.token_hex(16), size_bytes=size_bytes, created_by=user
    )
    folder_of(made).mkdir(mode=0o700)
    path_of(made).touch(mode=0o600)
    audit.record(user, "upload.create", "upload", str(made.pk), name=plain, bytes=size_bytes)
    return made


def _check_size(size_bytes: int) -> None:
    most = settings.UPLOAD_MAX_MB * 1024**2
    if size_bytes < 1:
        raise InputError("E-UPLOAD-EMPTY", _("The file is empty; export it again."))
    if size_bytes > most:
        text = _("The file is larger than %d MB; send it in parts.") % settings.UPLOAD_MAX_MB
        raise SizeError("E-UPLOAD-SIZE", text, most=most)
    base = Path(settings.UPLOAD_DIR)
    base.mkdir(parents=True, exist_ok=True, mode=0o700)
    if shutil.disk_usage(base).free < size_bytes + RESERVE_BYTES:
        raise _disk_full()


def _disk_full() -> SpaceError:
    text = _("The server has no room for this file; ask your administrator.")
    return SpaceError("E-DISK-FULL", text)


def received(upload: Upload) -> int:
    """How many bytes are there."""
    path = path_of(upload)
    return path.stat().st_size if path.is_file() else 0


def append(upload: Upload, offset: int, length: int, source: Readable) -> bool:
    """Add a piece that begins at ``offset``; return whether the file is whole now.

    A piece that breaks off in the middle is kept as far as it came.

    Raises
    ------
    ConflictError
        ``E-UPLOAD-STATE``, ``E-UPLOAD-BUSY``, ``E-UPLOAD-OFFSET`` (the detail says where to go on).
    SizeError
        ``E-UPLOAD-PIECE``.
    SpaceError
        ``E-DISK-FULL``.
    """
    if upload.state != Upload.State.RECEIVING:
        text = _("All bytes of this file have come; nothing can be added.")
        raise ConflictError("E-UPLOAD-STATE", text, state=upload.state)
    if not 0 < length <= PIECE_BYTES or offset + length > upload.size_bytes:
        text = _("A piece must have 1 to %d bytes and end within the file.") % PIECE_BYTES
        raise SizeError("E-UPLOAD-PIECE", text, most=PIECE_BYTES, size=upload.size_bytes)
    with _only_writer(upload) as descriptor:
        there = os.fstat(descriptor).st_size
        if there != offset:
            text = _("The next piece begins at byte %d.") % there
            raise ConflictError("E-UPLOAD-OFFSET", text, offset=there)
        try:
            _write(descriptor, length, source)
        except OSError as error:
            # A caller that went away is an OSError too; what came of the piece is kept.
            if archive.is_full(error):
                raise _disk_full() from error
            raise
        finally:
            upload.received_bytes = os.fstat(descriptor).st_size
            upload.save(update_fields=["received_bytes", "changed_at"])
    return upload.received_bytes == upload.size_bytes


@contextmanager
def _only_writer(upload: Upload) -> Iterator[int]:
    try:
        descriptor = os.open(path_of(upload), os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW)
    except FileNotFoundError as error:
        text = _("The bytes of this file have been cleared away; send it again.")
        raise ConflictError("E-UPLOAD-GONE", text) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield descriptor
    except BlockingIOError as error:
        text = _("Another piece of this file is being written; wait for its end.")
        raise ConflictError("E-UPLOAD-BUSY", text) from error
    finally:
        os.close(descriptor)


def _write(descriptor: int, length: int, source: Readable) -> None:
    left = length
    while left > 0:
        chunk = source.read(min(CHUNK, left))
        if not chunk:
            return
        view = memoryview(chunk)
        while view:
            view = view[os.write(descriptor, view) :]
        left -= len(chunk)


def accept(upload: Upload, user: Any) -> None:
    """Look at a file that is whole as far as that is quick, and make it wait for its inspection.

    Raises
    ------
    InputError
        Why it is refused; its bytes are gone then.
    """
    try:
        inspection.glance(path_of(upload), upload.name)
    except InputError as error:
        upload_inspection.refuse(upload, error, user)
        raise
    upload.state = Upload.State.INSPECTING
    upload.save(update_fields=["state", "changed_at"])


def ask_again(upload: Upload, crs: str | None, encoding: str) -> None:
    """Make a file wait for another inspection, with what its user says of it.

    Raises
    ------
    InputError
        ``E-CRS-UNKNOWN``, ``E-TEXT-ENCODING``.
    ConflictError
        ``E-UPLOAD-STATE``, ``E-UPLOAD-BUSY``.
    """
    if upload.state in (Upload.State.RECEIVING, Upload.State.REFUSED):
        text = _("The file is not whole, or it was refused; send it again.")
        raise ConflictError("E-UPLOAD-STATE", text, state=upload.state)
    upload_inspection.refuse_busy(upload)
    upload.crs = "" if crs is None else offsets.named(systems.parse(crs))
    upload.encoding = upload_inspection.known_encoding(encoding, upload.name)
    upload.state = Upload.State.INSPECTING
    upload.save(update_fields=["crs", "encoding", "state", "changed_at"])


def delete(upload: Upload, user: Any) -> None:
    """Remove an upload and its bytes.

    Raises
    ------
    ConflictError
        ``E-UPLOAD-BUSY`` while it is being inspected.
    """
    upload_inspection.refuse_busy(upload)
    shutil.rmtree(folder_of(upload), ignore_errors=True)
    facts = {"name": upload.name, "state": upload.state}
    audit.record(user, "upload.delete", "upload", str(upload.pk), **facts)
    upload.delete()


def clean() -> int:
    """Remove uploads that nobody touched for ``UPLOAD_KEEP_H`` hours; return how many."""
    oldest = timezone.now() - timedelta(hours=settings.UPLOAD_KEEP_H)
    old = list(Upload.objects.filter(changed_at__lt=oldest))
    for upload in old:
        shutil.rmtree(folder_of(upload), ignore_errors=True)
        audit.record(None, "upload.expire", "upload", str(upload.pk), name=upload.name)
        upload.delete()
    known = set(Upload.objects.values_list("folder", flat=True))
    for folder in Path(settings.UPLOAD_DIR).glob("*"):
        # A folder without its row is what a crash between the two left; a new one is just made.
        if folder.name not in known and folder.stat().st_mtime < oldest.timestamp():
            shutil.rmtree(folder, ignore_errors=True)
    return len(old)
