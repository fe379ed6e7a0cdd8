"""One spelling for texts that differ only in width, spacing or kind of dash."""

from __future__ import annotations

import re
import unicodedata

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣", "-"))
_CJK = "\u2e80-\u2fff\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_AT_CJK = re.compile(rf"(?<=[{_CJK}])\s+|\s+(?=[{_CJK}])")


def fold(text: str) -> str:
    """Return ``text`` in the spelling in which places and addresses are compared.

    Full-width letters, digits and signs become half-width (NFKC), dashes become ``-``, spaces
    beside Chinese characters go, other runs of spaces become one. Numerals stay as they are
    written: 东四十条 is a name, not the number 40. Folding twice changes nothing.

    Parameters
    ----------
    text : str
        Any text, such as ``东四北大街１０７号 院``.
    """
    plain = unicodedata.normalize("NFKC", text).translate(_DASHES)
    return _SPACE_AT_CJK.sub("", " ".join(plain.split()))
