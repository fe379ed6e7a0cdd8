"""Whoever runs the site may have each photo blurred; one that fails is never kept as it came."""

import io
from pathlib import Path

import pytest
from django.core.checks import run_checks
from PIL import Image, ImageFilter, ImageStat

from spatial.cases.models import Attachment, Case
from spatial.cases.services.reporting import report
from spatial.core.photos import PhotoFilterError, encoded_anew
from tests.spatial.cases.conftest import Shot, photos_apart, world  # noqa: F401

PICTURE = Path(__file__).parents[3] / "docs/pictures/grid.png"
BOX = (100, 100, 400, 300)
HERE = f"{__name__}."


def blur(content: bytes) -> bytes:
    """Blurs a part, as a filter does with a face, and leaves words of its own in the file."""
    image = Image.open(io.BytesIO(content))
    assert image.format == "JPEG" and not image.getexif()
    image.paste(image.crop(BOX).filter(ImageFilter.GaussianBlur(20)), BOX)
    packed = io.BytesIO()
    image.save(packed, "PNG", comment="made by a filter")
    return packed.getvalue()


def crash(content: bytes) -> bytes:
    raise RuntimeError("no model")


def nonsense(content: bytes) -> bytes:
    return b"no picture"


def forgets(content: bytes) -> None:
    return None


def jpeg() -> bytes:
    packed = io.BytesIO()
    Image.open(PICTURE).convert("RGB").save(packed, "JPEG", quality=95)
    return packed.getvalue()


def spread(content: bytes) -> float:
    """How much is to be seen in the part: the deviation of its brightness."""
    part = Image.open(io.BytesIO(content)).convert("L").crop(BOX)
    return ImageStat.Stat(part).stddev[0]


def test_without_a_filter_nothing_is_blurred():
    assert spread(encoded_anew(jpeg()).content) == pytest.approx(spread(jpeg()), rel=0.1)


def test_a_filter_sees_each_photo_and_what_it_gives_is_encoded_anew(settings):
    settings.PHOTO_FILTER = HERE + "blur"
    made = encoded_anew(jpeg())
    assert spread(made.content) < spread(jpeg()) * 0.7
    kept = Image.open(io.BytesIO(made.content))
    assert kept.format == "JPEG" and kept.size == (made.width_px, made.height_px)
    assert b"made by a filter" not in made.content


@pytest.mark.parametrize("name", ["crash", "nonsense", "forgets"])
def test_a_photo_is_not_kept_when_the_filter_fails(world, settings, name):  # noqa: F811
    settings.PHOTO_FILTER = HERE + name
    with pytest.raises(PhotoFilterError, match="E-PHOTO-FILTER"):
        report(world.inspector, world.sent(photos=(Shot(jpeg()),)))
    assert not Case.objects.exists() and not Attachment.objects.exists()


@pytest.mark.parametrize(
    ("name", "found"),
    [("", 0), (HERE + "blur", 0), (HERE + "PICTURE", 1), ("nowhere.blur", 1), ("blur", 1)],
)
def test_a_filter_that_is_not_there_is_told_by_the_checks(settings, name, found):
    settings.PHOTO_FILTER = name
    assert len([one for one in run_checks() if one.id == "wanmi.E009"]) == found
