"""Inspects an upload and keeps what came of it: ready, unclear, refused or failed."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import encoding, inspection, layermap
from spatial.basemap.io.source import fingerprint
from spatial.basemap.models import Upload
from spatial.basemap.services import systems
from spatial.basemap.services.regions_extent import extent_of_regions
from spatial.basemap.services.upload_files import folder_of, path_of
from spatial.core import audit
from spatial.core.errors import ConflictError, InputError, WanmiError
from spatial.core.locks import try_lock, unlock

LOCK_OF_UPLOAD = 0x57414E55
ANSWERABLE = {"E-TEXT-ENCODING"}
"""Errors that the user can answer; the bytes are kept."""
OURS = {"E-DISK-FULL", "E-READER-LIMIT"}
"""Errors of this server's limits rather than of the file; it may be tried again."""
log = logging.getLogger(__name__)


def inspect(upload: Upload) -> None:
    """Read an upload in the reader process and keep the result in its row.

    A coded error is kept, not raised; any other is kept as ``E-UPLOAD-CRASH`` and raised.
    """
    if not try_lock(LOCK_OF_UPLOAD, _key(upload)):
        return
    try:
        _inspect(upload)
    finally:
        unlock(LOCK_OF_UPLOAD, _key(upload))


def _inspect(upload: Upload) -> None:
    path = path_of(upload)
    try:
        upload.sha256 = upload.sha256 or fingerprint(path)
        found = inspection.open_upload(
            path,
            upload.name,
            crs=systems.parse(upload.crs) if upload.crs else None,
            encoding=upload.encoding,
            expected=extent_of_regions(),
        )
    except WanmiError as error:
        _keep(upload, error)
    except Exception as error:
        log.exception("inspection of upload %s failed", upload.pk)
        text = _("The inspection ended with an error nobody foresaw; report it.")
        upload.state, upload.error = Upload.State.FAILED, _error("E-UPLOAD-CRASH", text)
        upload.save()
        raise error
    else:
        upload.inspected = {**found.as_dict(), "layer_map": _layer_map(found)}
        upload.state, upload.error = Upload.State.READY, {}
        upload.save()
        facts = {"name": upload.name, "sha256": upload.sha256}
        audit.record(upload.created_by, "upload.ready", "upload", str(upload.pk), **facts)


def _keep(upload: Upload, error: WanmiError) -> None:
    """Keep a coded error; what is wrong with the file for good costs it its bytes."""
    if error.code in ANSWERABLE | OURS:
        answerable = error.code in ANSWERABLE
        upload.state = Upload.State.UNCLEAR if answerable else Upload.State.FAILED
        upload.inspected, upload.error = {}, _error(error.code, error.message, error.detail)
        upload.save()
    else:
        refuse(upload, error, upload.created_by)


def refuse(upload: Upload, error: WanmiError, user: Any) -> None:
    """Record why a file is refused and remove its bytes."""
    shutil.rmtree(folder_of(upload), ignore_errors=True)
    upload.state, upload.inspected = Upload.State.REFUSED, {}
    upload.error = _error(error.code, error.message, error.detail)
    upload.save()
    facts = {"name": upload.name, "code": error.code}
    audit.record(user, "upload.refuse", "upload", str(upload.pk), **facts)


def stored_error(upload: Upload) -> InputError | None:
    """The error kept with an upload, to be raised again."""
    if not upload.error:
        return None
    kept = upload.error
    return InputError(kept["code"], kept["message"], **kept["detail"])


@contextmanager
def held(upload: Upload) -> Iterator[None]:
    """Keep an upload from being inspected, deleted or held by another.

    Raises
    ------
    ConflictError
        ``E-UPLOAD-BUSY`` while a living process inspects or imports it.
    """
    if not try_lock(LOCK_OF_UPLOAD, _key(upload)):
        text = _("The file is being inspected or imported; wait for the end.")
        raise ConflictError("E-UPLOAD-BUSY", text)
    try:
        yield
    finally:
        unlock(LOCK_OF_UPLOAD, _key(upload))


def wait_for_import(upload: Upload) -> None:
    """See that an upload can be brought in, and keep it from being cleared away until then.

    Raises
    ------
    ConflictError
        ``E-UPLOAD-STATE`` where it is not ready, ``E-UPLOAD-BUSY``.
    """
    if upload.state != Upload.State.READY:
        text = _("Only a file that has been inspected can be imported.")
        raise ConflictError("E-UPLOAD-STATE", text, state=upload.state)
    refuse_busy(upload)
    upload.save(update_fields=["changed_at"])


@contextmanager
def brought_in(key: str) -> Iterator[Upload]:
    """The upload that an order names, held while it is brought in.

    Raises
    ------
    ConflictError
        ``E-UPLOAD-GONE``, ``E-UPLOAD-BUSY``.
    """
    upload = Upload.objects.filter(pk=UUID(key)).first()
    if upload is None or not path_of(upload).is_file():
        text = _("The bytes of this file have been cleared away; send it again.")
        raise ConflictError("E-UPLOAD-GONE", text)
    with held(upload):
        yield upload


def refuse_busy(upload: Upload) -> None:
    """Raise ``E-UPLOAD-BUSY`` while a living process inspects or imports the upload."""
    with held(upload):
        return


def known_encoding(name: str, shown: str) -> str:
    """The encoding as GDAL names it, or ``auto``.

    Raises
    ------
    InputError
        ``E-TEXT-ENCODING`` for one not known here.
    """
    if name.lower() == "auto":
        return "auto"
    return encoding.GDAL_NAMES[encoding.codec_named(name, shown)]


def _key(upload: Upload) -> int:
    return upload.pk.int % 2**31


def _error(code: str, message: Any, detail: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"code": code, "message": str(message), "detail": detail or {}}


def _layer_map(found: inspection.Inspected) -> str | None:
    """The shipped layer map an import would choose by itself."""
    chosen = layermap.fitting(found.driver, [layer.name for layer in found.layers])
    return chosen.name if chosen else None
