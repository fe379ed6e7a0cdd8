"""Finds a Chinese font and makes it one that can be embedded: few glyphs, TrueType outlines.

The good free fonts (Noto Sans CJK, SIL Open Font License) have PostScript outlines and 65,000
glyphs in a collection of ten; reportlab embeds TrueType only. So the glyphs of a document are taken
out and their curves turned into quadratic ones, a thousandth of the size of the letter apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.utils.translation import gettext as _
from fontTools import subset
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTCollection, TTFont, TTLibError, newTable
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError
from reportlab.pdfbase.ttfonts import TTFont as Embedded

from spatial.core.errors import ConflictError

FOLDERS = ("/usr/share/fonts", "/usr/local/share/fonts")
NAMES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansCJKsc-Regular.otf",
    "NotoSansSC-Regular.otf",
    "NotoSansSC-Regular.ttf",
    "SourceHanSansSC-Regular.otf",
    "SourceHanSansCN-Regular.otf",
    "wqy-microhei.ttc",
    "wqy-zenhei.ttc",
)
"""Free fonts with the simplified forms, the best first; Debian has the first and the last two."""

PACKAGE = "fonts-noto-cjk"
ALWAYS = "".join(chr(code) for code in range(0x20, 0x7F)) + "：·—–，。（）第页²→"
MOST_ERROR = 0.001
"""How far a converted curve may be off, as a share of the letter's size."""

_CURRENT: ContextVar[str] = ContextVar("font of the document", default="Helvetica")

_MAXP = {
    "maxZones": 1,
    "maxTwilightPoints": 0,
    "maxStorage": 0,
    "maxFunctionDefs": 0,
    "maxInstructionDefs": 0,
    "maxStackElements": 0,
    "maxSizeOfInstructions": 0,
    "maxComponentElements": 0,
    "maxComponentDepth": 0,
    "maxPoints": 0,
    "maxContours": 0,
    "maxCompositePoints": 0,
    "maxCompositeContours": 0,
}


def font_path() -> Path:
    """The font of the setting ``MAPBOOK_FONT``, else the first that is installed.

    Raises
    ------
    ConflictError
        ``E-MAPBOOK-FONT``.
    """
    if settings.MAPBOOK_FONT:
        path = Path(settings.MAPBOOK_FONT)
        if not path.is_file():
            raise _missing(_("The font %(path)s is not there.") % {"path": path})
        return path
    for name in NAMES:
        for folder in FOLDERS:
            found = next(Path(folder).rglob(name), None)
            if found:
                return found
    raise _missing(_("No Chinese font is installed."))


def _missing(what: str) -> ConflictError:
    how = _("Run “apt-get install %(package)s”, or name a font file in WANMI_MAPBOOK_FONT.")
    return ConflictError("E-MAPBOOK-FONT", f"{what} {how % {'package': PACKAGE}}")


def current() -> str:
    """Name of the font of the document that is being made."""
    return _CURRENT.get()


@contextmanager
def embedded(text: str) -> Iterator[None]:
    """Have a font with the letters that ``text`` needs, for as long as a document is made.

    Each document has its own, since reportlab knows fonts by name for the whole process and keeps
    the first of a name: the letters of another would be missing.

    Raises
    ------
    ConflictError
        ``E-MAPBOOK-FONT`` where there is none, or it is no font that can be embedded.
    """
    font = _prepared(font_path(), text, uuid4().hex[:8])
    pdfmetrics.registerFont(font)
    before = _CURRENT.set(font.fontName)
    try:
        yield
    finally:
        _CURRENT.reset(before)
        # There is no public way to forget a font; a worker makes documents for weeks.
        pdfmetrics._fonts.pop(font.fontName, None)
        pdfmetrics._dynFaceNames.pop(font.face.name, None)


def _prepared(path: Path, text: str, mark: str) -> Embedded:
    try:
        font = _face(path)
        _reduce(font, text)
        if "CFF " in font:
            _to_quadratic(font)
        own = f"{font['name'].getDebugName(6) or 'Book'}-{mark}"
        font["name"].setName(own, 6, 3, 1, 0x409)
        font["name"].setName(own, 6, 1, 0, 0)
        whole = BytesIO()
        font.save(whole)
        whole.seek(0)
        return Embedded(own, whole)
    except (TTLibError, TTFError, subset.Subsetter.SubsettingError) as error:
        raise _missing(_("%(path)s cannot be used.") % {"path": path}) from error


def _face(path: Path) -> TTFont:
    """The face with the simplified forms where a file holds several."""
    if path.suffix.lower() not in {".ttc", ".otc"}:
        return TTFont(path, lazy=True)
    faces = TTCollection(path, lazy=True).fonts
    simplified = [f for f in faces if " SC" in (f["name"].getDebugName(1) or "")]
    return (simplified or list(faces))[0]


def _reduce(font: TTFont, text: str) -> None:
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [1, 2, 4, 6]
    options.drop_tables += ["vhea", "vmtx", "VORG", "BASE", "GSUB", "GPOS", "GDEF"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=ALWAYS + text)
    cutter.subset(font)


def _to_quadratic(font: TTFont) -> None:
    error = MOST_ERROR * font["head"].unitsPerEm
    order = font.getGlyphOrder()
    shapes = font.getGlyphSet()
    glyphs: dict[str, Any] = {}
    for name in order:
        pen = TTGlyphPen(shapes)
        shapes[name].draw(Cu2QuPen(pen, error, reverse_direction=True))
        glyphs[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = table = newTable("glyf")
    table.glyphOrder, table.glyphs = order, glyphs
    del font["CFF "]
    table.compile(font)
    for name, glyph in glyphs.items():
        glyph.recalcBounds(table)
        font["hmtx"][name] = (font["hmtx"][name][0], getattr(glyph, "xMin", 0))
    font["maxp"] = most = newTable("maxp")
    most.tableVersion, most.numGlyphs = 0x00010000, len(order)
    for key, value in _MAXP.items():
        setattr(most, key, value)
    post = font["post"]
    post.formatType, post.extraNames, post.mapping, post.glyphOrder = 2.0, [], {}, order
    font.sfntVersion = "\x00\x01\x00\x00"
