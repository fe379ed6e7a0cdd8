"""Photos of components: checked, re-encoded without what the camera wrote, kept by a key."""

from __future__ import annotations

import io
import uuid
import warnings
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from spatial.components.models import Component, ComponentPhoto
from spatial.core import audit
from spatial.core.errors import ConflictError, InputError

MOST_BYTES = 20 * 1024**2
MOST_PIXELS = 60_000_000
"""Larger than any phone's camera today (50 megapixels); a bomb unpacks to more."""
LONGEST_PX = 2_560
MOST_PHOTOS = 30
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85


def add_photo(
    component: Component, content: bytes, note: str = "", user: Any = None
) -> ComponentPhoto:
    """Keep a photo of a component; place and camera are left out, the time it was taken stays.

    Raises
    ------
    InputError
        ``E-PHOTO-SIZE``, ``E-PHOTO-FORMAT``, ``E-PHOTO-PIXELS``.
    ConflictError
        ``E-PHOTO-MANY``.
    """
    if component.photos.count() >= MOST_PHOTOS:
        text = _("A component has at most %(most)s photos; remove one first.")
        raise ConflictError("E-PHOTO-MANY", text % {"most": MOST_PHOTOS})
    image, taken = _opened(content)
    small = ImageOps.exif_transpose(image).convert("RGB")
    small.thumbnail((LONGEST_PX, LONGEST_PX))
    packed = io.BytesIO()
    # A new image without the former's information: no position, no owner's name.
    small.save(packed, "JPEG", quality=QUALITY)
    photo = ComponentPhoto(
        component=component,
        key=uuid.uuid4(),
        width_px=small.width,
        height_px=small.height,
        taken_at=taken,
        note=note,
        added_by=user if user is not None and user.is_authenticated else None,
    )
    with transaction.atomic():
        photo.file.save("photo.jpg", ContentFile(packed.getvalue()), save=True)
        audit.record(user, "component.photo", "Component", component.code, photo=str(photo.key))
    return photo


def remove_photo(photo: ComponentPhoto, user: Any = None) -> None:
    """Take a photo out; its file goes when the row is surely gone."""
    file, storage = photo.file.name, photo.file.storage
    with transaction.atomic():
        code, key = photo.component.code, str(photo.key)
        photo.delete()
        audit.record(user, "component.photo-removed", "Component", code, photo=key)
        transaction.on_commit(lambda: storage.delete(file))


def _opened(content: bytes) -> tuple[Image.Image, datetime | None]:
    if len(content) > MOST_BYTES:
        text = _("A photo has at most %(most)d MB.") % {"most": MOST_BYTES // 1024**2}
        raise InputError("E-PHOTO-SIZE", text)
    try:
        with warnings.catch_warnings():
            # Its own limit is below what phones take; ours is checked before anything is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                text = _("The photo has too many pixels; take it smaller.")
                raise InputError("E-PHOTO-PIXELS", text)
            image.load()
            return image, _taken(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        text = _("This is no photo that can be read; send JPEG, PNG or WebP.")
        raise InputError("E-PHOTO-FORMAT", text) from error


def _taken(image: Image.Image) -> datetime | None:
    """When a photo was taken: the camera's local time."""
    words = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        naive = datetime.strptime(str(words), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - made aware
    except ValueError:
        return None
    return timezone.make_aware(naive)
