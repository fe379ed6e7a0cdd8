"""Photos from outside: checked, then encoded anew without what the camera wrote into them."""

from __future__ import annotations

import io
import logging
import warnings
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from spatial.core.errors import InputError, WanmiError

log = logging.getLogger(__name__)
MOST_BYTES = 20 * 1024**2
MOST_PIXELS = 60_000_000
"""Larger than any phone's camera today (50 megapixels); a bomb unpacks to more."""
LONGEST_PX = 2_560
FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo as it is kept: a JPEG without place, camera and owner's name."""

    content: bytes
    width_px: int
    height_px: int
    taken_at: datetime | None


class PhotoFilterError(WanmiError):
    """The filter of photos failed: nothing is kept, and a device sends again."""

    status = 503


def encoded_anew(content: bytes) -> Photo:
    """Check a photo and make the one that is kept; the time it was taken is told beside it.

    Where ``PHOTO_FILTER`` names a function, it sees each photo before it is kept.

    Raises
    ------
    InputError
        ``E-PHOTO-SIZE``, ``E-PHOTO-FORMAT``, ``E-PHOTO-PIXELS``.
    PhotoFilterError
        ``E-PHOTO-FILTER``.
    """
    image, taken = _opened(content)
    made = _packed(image, taken)
    return _filtered(made) if settings.PHOTO_FILTER else made


def _filtered(made: Photo) -> Photo:
    """What the filter of this site makes of a photo, encoded anew like one from outside."""
    try:
        image, _time = _opened(import_string(settings.PHOTO_FILTER)(made.content))
    except Exception as error:
        # Whatever somebody else's function raises: a photo is never kept without it.
        log.exception("the filter of photos failed")
        text = _("Photos cannot be taken right now; send it again later.")
        raise PhotoFilterError("E-PHOTO-FILTER", text) from error
    return _packed(image, made.taken_at)


def _packed(image: Image.Image, taken: datetime | None) -> Photo:
    small = ImageOps.exif_transpose(image).convert("RGB")
    small.thumbnail((LONGEST_PX, LONGEST_PX))
    packed = io.BytesIO()
    # A new image without the former's information: no position, no owner's name, no comment,
    # which the encoder would take over.
    small.info.clear()
    small.save(packed, "JPEG", quality=QUALITY)
    return Photo(packed.getvalue(), small.width, small.height, taken)


def check_size(size_bytes: int) -> None:
    """Refuse what is too large, also before it is read.

    Raises
    ------
    InputError
        ``E-PHOTO-SIZE``.
    """
    if size_bytes > MOST_BYTES:
        text = _("A photo has at most %(most)d MB.") % {"most": MOST_BYTES // 1024**2}
        raise InputError("E-PHOTO-SIZE", text)


def _opened(content: bytes) -> tuple[Image.Image, datetime | None]:
    check_size(len(content))
    try:
        with warnings.catch_warnings():
            # Its own limit is below what phones take; ours is checked before anything is unpacked.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(content), formats=FORMATS)
            if image.width * image.height > MOST_PIXELS:
                raise _too_many_pixels()
            image.load()
            return image, _taken(image)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        text = _("This is no photo that can be read; send JPEG, PNG or WebP.")
        raise InputError("E-PHOTO-FORMAT", text) from error


def _too_many_pixels() -> InputError:
    return InputError("E-PHOTO-PIXELS", _("The photo has too many pixels; take it smaller."))


def _taken(image: Image.Image) -> datetime | None:
    """When a photo was taken: the camera's local time."""
    words = image.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.DateTimeOriginal)
    try:
        naive = datetime.strptime(str(words), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - made aware
    except ValueError:
        return None
    return timezone.make_aware(naive)
