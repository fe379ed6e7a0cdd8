"""Finds the encoding of a file that is text as a whole: CSV and DXF.

The whole file is decoded strictly, in chunks, so that no character is replaced without a word.
"""

from __future__ import annotations

import codecs
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import encoding
from spatial.basemap.io.encoding import GDAL_NAMES, Found
from spatial.basemap.io.problems import problem
from spatial.core.errors import InputError

CHUNK = 1024**2
SAMPLE_BYTES = 8 * 1024**2


def detect(path: Path, shown: str, wanted: str = "auto", declared: str = "") -> Found:
    """Return the encoding of a text file.

    Strict UTF-8 comes first even before what the file declares: many programs write UTF-8 under
    the name of a code page, and text of a code page is hardly ever valid UTF-8. ``declared`` is
    Python's name of what the file says of itself.

    Raises
    ------
    InputError
        ``E-TEXT-ENCODING``: unknown, not as was said, or nothing fits; the detail carries lines in
        four readings.
    """
    if wanted.lower() != "auto":
        codec = encoding.codec_named(wanted, shown)
        if fits(path, codec):
            return Found(GDAL_NAMES[codec], "given")
        text = _("The text is not %s as was said; give another --encoding.") % GDAL_NAMES[codec]
        raise _refused(text, path, shown)
    if fits(path, "utf-8"):
        return Found("UTF-8", "tried")
    if declared in ("gb18030", "big5") and fits(path, declared):
        return Found(GDAL_NAMES[declared], "declared")
    if fits(path, "gb18030") and encoding.looks_chinese(_sample(path).decode("gb18030", "ignore")):
        return Found("GB18030", "tried")
    if declared and fits(path, declared):
        return Found(GDAL_NAMES[declared], "declared")
    text = _("The text is neither UTF-8 nor GB18030; give --encoding.")
    raise _refused(text, path, shown)


def fits(path: Path, codec: str) -> bool:
    """Whether the whole file is text of a codec."""
    decoder = codecs.getincrementaldecoder(codec)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def lines_of(path: Path, codec: str, most: int) -> list[str]:
    """The first distinct lines with a character beyond ASCII, else the first lines."""
    lines = [line.strip() for line in _sample(path).decode(codec, "ignore").splitlines()]
    telling = [line for line in dict.fromkeys(lines) if not line.isascii()]
    return (telling or [line for line in lines if line])[:most]


def _sample(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(SAMPLE_BYTES)


def _refused(sentence: object, path: Path, shown: str) -> InputError:
    lines = [line.strip()[:200] for line in _sample(path).splitlines()]
    return problem("E-TEXT-ENCODING", sentence, shown, samples=encoding.readings(lines))
