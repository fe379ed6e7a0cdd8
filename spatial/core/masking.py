"""Shows that something personal is there without showing it, and blots numbers out of texts."""

from __future__ import annotations

import re

NUMBERS = (
    r"(?<![0-9])(1[3-9][0-9][- ]?[0-9]{4}[- ]?[0-9]{4}"
    r"|0[0-9]{2,3}[- ]?[0-9]{7,8}"
    r"|[1-9][0-9]{5}(19|20)[0-9]{2}[01][0-9][0-3][0-9][0-9]{3}[0-9Xx])(?![0-9])"
)
"""Mobile and fixed telephones, and identity cards, for Python and PostgreSQL alike.

Codes of components are as long as these, so only what begins like one is meant.
"""
BLOT = "***"
HEAD, TAIL, SHORTEST = 3, 4, 9
"""Signs of a number that stay; of one that is shorter, fewer do."""
_PART = re.compile(r"[^\s,，;；、]+")
_NUMBERS = re.compile(NUMBERS)
_DIGITS = re.compile(r"[0-9]")
_STARS = "****"


def blotted(text: str) -> str:
    """A text without telephone numbers and identity cards."""
    return _NUMBERS.sub(BLOT, text)


def masked(text: str) -> str:
    """A way to be reached as lists show it: ``王** 138****5678``, ``z***@example.org``."""
    return _PART.sub(lambda found: _masked_part(found[0]), text)


def _masked_part(part: str) -> str:
    name, at, host = part.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    digits = len(_DIGITS.findall(part))
    if digits >= SHORTEST:
        return part[:HEAD] + _STARS + part[-TAIL:]
    if digits:
        return _STARS + part[-2:] if digits > TAIL else _STARS
    return part[:1] + "*" * max(1, min(len(part) - 1, HEAD))
