"""Finds the text encoding of a shapefile: ``.cpg``, language byte, UTF-8, GB18030, or asks.

Chinese offices write GBK without saying so; GDAL then shows ISO 8859-1 rubbish without a word.
Every answer is proven by decoding the values strictly.
"""

from __future__ import annotations

import codecs
import itertools
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import shapefile
from spatial.basemap.io.problems import problem

SAMPLES = 20
ROWS_READ = 50_000
COMMON_SHARE = 0.8
"""Of the characters read as GB18030 so many must be in GB 2312; western text falls below."""

CODE_PAGES = {
    "65001": "utf-8", "UTF8": "utf-8", "UTF-8": "utf-8", "936": "gb18030", "CP936": "gb18030",
    "GBK": "gb18030", "GB2312": "gb18030", "GB18030": "gb18030", "54936": "gb18030",
    "950": "big5", "BIG5": "big5", "1252": "cp1252", "ANSI 1252": "cp1252",
    "ISO-8859-1": "latin-1", "ISO 8859-1": "latin-1", "88591": "latin-1",
}  # fmt: skip
LANGUAGE_BYTES = {0x4D: "gb18030", 0x4F: "big5"}
"""Only the bytes of multi-byte code pages: single-byte ones are often written without meaning."""
GDAL_NAMES = {
    "utf-8": "UTF-8",
    "gb18030": "GB18030",
    "big5": "BIG5",
    "cp1252": "CP1252",
    "latin-1": "ISO-8859-1",
}


CODECS = {name: codec for codec, name in GDAL_NAMES.items()}


@dataclass(frozen=True, slots=True)
class Found:
    """An encoding and how it was found."""

    name: str
    """As GDAL names it."""
    how: str
    """``given`` by the user, ``cpg``, ``language`` byte, ``declared`` in the file, ``tried``
    (proven on the values), or ``format`` where the file format itself fixes it."""


Field = tuple[bytes, bytes, int, int]
"""Name, type letter, first and last byte in a row."""


@dataclass(frozen=True, slots=True)
class Table:
    """Some rows of a ``.dbf`` as raw bytes, and its language byte."""

    language: int
    fields: list[Field]
    data: bytes
    width: int
    first: int
    """Number of the first row here, from 1."""

    @property
    def names(self) -> bytes:
        """Names of the fields, one a line."""
        return b"\n".join(name for name, _kind, _start, _stop in self.fields)

    @property
    def values(self) -> Iterator[tuple[int, bytes]]:
        """(row number, value) of non-empty text values."""
        texts = [(start, stop) for _name, kind, start, stop in self.fields if kind == b"C"]
        for row in range(len(self.data) // self.width if self.width else 0):
            at = row * self.width
            for start, stop in texts:
                if value := self.data[at + start : at + stop].strip(b" \0"):
                    yield self.first + row, value


def detect(shp: Path, shown: str, wanted: str = "auto") -> Found:
    """Return the encoding of a shapefile's table.

    Raises
    ------
    InputError
        ``E-TEXT-ENCODING``: the ``.cpg`` is unknown or wrong, the wanted encoding does not fit,
        or nothing fits. The detail carries up to twenty values in each likely reading.
    """
    dbf = shapefile.part(shp, ".dbf")
    table = read_table(dbf)
    if wanted.lower() != "auto":
        return Found(_proven(codec_named(wanted, shown, shp.stem), dbf, shown), "given")
    cpg = shapefile.part(shp, ".cpg")
    if cpg is not None and (text := cpg.read_text("ascii", "replace").strip("\ufeff \r\n\0")):
        name = _proven(codec_named(text, shown, shp.stem), dbf, shown)
        _refuse_contradiction(name, table, dbf, shown)
        return Found(name, "cpg")
    if table.language in LANGUAGE_BYTES:
        name = _proven(LANGUAGE_BYTES[table.language], dbf, shown)
        _refuse_contradiction(name, table, dbf, shown)
        return Found(name, "language")
    for tried in ("utf-8", "gb18030"):
        if _wrong(dbf, tried) is None and (tried == "utf-8" or _is_chinese(table)):
            return Found(GDAL_NAMES[tried], "tried")
    text = _("The text is neither UTF-8 nor GB18030; give --encoding.")
    raise _refused(text, dbf, shown)


def read_table(dbf: Path) -> Table:
    """Read field names and the text values of the first rows of a ``.dbf``."""
    return next(_windows(dbf))


def _windows(dbf: Path) -> Iterator[Table]:
    """The table in pieces of `ROWS_READ` rows; at least one piece."""
    with dbf.open("rb") as file:
        head = file.read(32)
        count, header, width = struct.unpack("<IHH", head[4:12])
        fields = _fields(file.read(header - 32))
        file.seek(header)
        for first in range(0, max(count, 1), ROWS_READ):
            data = file.read(width * min(count - first, ROWS_READ))
            yield Table(head[29], fields, data, width, first + 1)


def _fields(block: bytes) -> list[Field]:
    found, start = [], 1
    for i in range(0, len(block) - 31, 32):
        if block[i : i + 1] == b"\r":
            break
        name, kind, width = block[i : i + 11].split(b"\0")[0], block[i + 11 : i + 12], block[i + 16]
        found.append((name, kind, start, start + width))
        start += width
    return found


def wrong_row(table: Table, codec: str) -> int | None:
    """Number of the first row read that is not text in ``codec``; 0 stands for the field names."""
    for row, value in itertools.chain([(0, table.names)], table.values):
        try:
            value.decode(codec)
        except UnicodeDecodeError as error:
            # A value of full width may be cut inside its last character.
            if row and error.end == len(value) and error.start >= len(value) - 3 > 0:
                continue
            return row
    return None


def _is_chinese(table: Table) -> bool:
    text = "".join(value.decode("gb18030", "ignore") for _row, value in table.values)
    return looks_chinese(text + table.names.decode("gb18030", "ignore"))


def looks_chinese(text: str) -> bool:
    """Whether what was read as GB18030 is mostly of usual characters."""
    foreign = [c for c in text if ord(c) > 127]
    common = sum(bool(c.encode("gb2312", "ignore")) for c in foreign)
    return common >= COMMON_SHARE * len(foreign)


def codec_named(name: str, shown: str, layer: str = "") -> str:
    """Python's name of an encoding that a user or a ``.cpg`` names.

    Raises
    ------
    InputError
        ``E-TEXT-ENCODING`` when it is none of those known here.
    """
    plain = name.strip().upper()
    known = CODE_PAGES.get(plain)
    if known is None:
        try:
            known = codecs.lookup(plain).name
        except LookupError:
            known = ""
    if known not in GDAL_NAMES:
        text = _("The encoding %s is not known; give --encoding GB18030 or UTF-8.") % name[:40]
        raise problem("E-TEXT-ENCODING", text, shown, layer)
    return known


def _wrong(dbf: Path, codec: str) -> int | None:
    """`wrong_row` for all rows."""
    for table in _windows(dbf):
        try:
            # Rows are text from end to end; only a cut character makes the slower look needed.
            (table.names + b"\n" + table.data).decode(codec)
        except UnicodeDecodeError:
            row = wrong_row(table, codec)
            if row is not None:
                return row
    return None


def _proven(codec: str, dbf: Path, shown: str) -> str:
    row = _wrong(dbf, codec)
    if row is None:
        return GDAL_NAMES[codec]
    text = _("The text is not %s as was said; give another --encoding.") % GDAL_NAMES[codec]
    raise _refused(text, dbf, shown, row)


def _refuse_contradiction(name: str, table: Table, dbf: Path, shown: str) -> None:
    """UTF-8 passes for text of a Chinese code page; the other way round it hardly ever does."""
    if name == "UTF-8" or _wrong(dbf, "utf-8") is not None:
        return
    text = "".join(value.decode("utf-8", "ignore") for _row, value in table.values)
    foreign = [sign for sign in text if ord(sign) > 127]
    if foreign and sum(map(_is_han, foreign)) >= COMMON_SHARE * len(foreign):
        sentence = _("The file says %s but its text reads as UTF-8; give --encoding.") % name
        raise _refused(sentence, dbf, shown)


def _is_han(sign: str) -> bool:
    return "\u4e00" <= sign <= "\u9fff"


def _refused(text: str, dbf: Path, shown: str, row: int | str = "") -> Exception:
    found = samples(read_table(dbf))
    return problem("E-TEXT-ENCODING", text, shown, dbf.stem, row, part=".dbf", samples=found)


def samples(table: Table) -> dict[str, list[str]]:
    """Up to twenty values that are not plain ASCII, in each likely reading."""
    return readings(value for _row, value in table.values)


def readings(values: Iterable[bytes]) -> dict[str, list[str]]:
    """The first twenty distinct values that are not plain ASCII, in each likely reading."""
    telling = list(dict.fromkeys(value for value in values if not value.isascii()))[:SAMPLES]
    return {
        GDAL_NAMES[codec]: [value.decode(codec, "replace") for value in telling]
        for codec in ("utf-8", "gb18030", "big5", "cp1252")
    }
