"""Photos of cases: encoded anew before anything is locked, kept with the event they came with."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _

from spatial.cases.models import Attachment, Case
from spatial.cases.services.given import Shot
from spatial.core.errors import InputError
from spatial.core.photos import Photo, encoded_anew

MOST_AT_ONCE = 9


def encoded(shots: Sequence[Shot]) -> list[tuple[str, Photo]]:
    """The photos of a move as they are kept, each with what it shows.

    Raises
    ------
    InputError
        ``E-PHOTO-SIZE``, ``E-PHOTO-FORMAT``, ``E-PHOTO-PIXELS``, ``E-CASE-PHOTOS``,
        ``E-CASE-VIEW``.
    """
    if len(shots) > MOST_AT_ONCE:
        text = _("At most %(most)d photos come with one move.") % {"most": MOST_AT_ONCE}
        raise InputError("E-CASE-PHOTOS", text)
    for shot in shots:
        if shot.view not in Attachment.View.values:
            text = _("A photo shows one of: %(known)s.")
            facts = {"known": ", ".join(Attachment.View.values)}
            raise InputError("E-CASE-VIEW", text % facts)
    return [(shot.view, encoded_anew(shot.content)) for shot in shots]


@contextmanager
def files_of_this() -> Iterator[list[Attachment]]:
    """Files are no part of a transaction: those written in it go when it fails."""
    kept: list[Attachment] = []
    try:
        yield kept
    except BaseException:
        for photo in kept:
            photo.file.storage.delete(photo.file.name)
        raise


def keep(
    case: Case, photos: Sequence[tuple[str, Photo]], now: datetime, kept: list[Attachment]
) -> list[str]:
    """Store the photos of the event that comes next; their keys."""
    keys = []
    for view, made in photos:
        photo = Attachment(
            case=case,
            step=case.step + 1,
            key=uuid.uuid4(),
            view=view,
            width_px=made.width_px,
            height_px=made.height_px,
            taken_at=made.taken_at,
            added_at=now,
        )
        kept.append(photo)
        photo.file.save("photo.jpg", ContentFile(made.content), save=True)
        keys.append(str(photo.key))
    return keys
