"""The spellings under which names are compared: `key`, `sound` and `variants`.

A gazetteer stores them beside each name; the geocoder makes them of what people write. Both sides
must use these functions of the same edition of this package, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from opencc import OpenCC

from geocode import numerals
from geocode.normalize import fold

_MARKS = r"\s·•・。.,，、;；:：'\"“”‘’`()\[\]{}【】〔〕《》〈〉<>「」『』!！?？_~|\\^*&$%@+="
_MARK_RUN = re.compile(rf"(?<=\d)[{_MARKS}]+(?=\d)|[{_MARKS}]+|[\u0000-\u001f\u007f-\u009f]+")
_NUMBERED = "支弄|号院|号楼|号|弄|栋|幢|单元|室|层"
_COUNTED = re.compile(rf"[{numerals.RUN}]+(?=(?:-[{numerals.RUN}\d]+)?(?:{_NUMBERED}))")
_NAMED = re.compile(r"(?<![\d-])([1-9]\d?)(?=条|巷|区|环)")
_LETTER_O = re.compile(r"(?<=\d)O(?=\d)")
_HASH = re.compile(r"(?<=\d)#号?")
_YARD = re.compile(r"(?<=\d号)大院")
KINDS = frozenset(("胡同", "大街", "斜街", "夹道", "街", "路", "巷", "道"))
_STEM = re.compile(rf"^(.{{2,}}?)({'|'.join(sorted(KINDS, key=len, reverse=True))})$")
_ROUNDS = 5
"""Enough for a spelling to settle; the tests look for texts that need more."""
TWO_ERRORS_FROM = 4
"""Shorter names are not found again with two characters missing: too many would be alike."""
VARIANTS_TO = 16
"""Longer names have variants with one character missing only."""

_SIMPLE = OpenCC("t2s")
# the reading a character has in names of places, where it is not the dictionary's first
_READINGS = {"长": "chang", "朝": "chao", "重": "chong", "厂": "chang", "什": "shi", "乐": "le"}
_INITIALS = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_FINALS = (("ing", "in"), ("eng", "en"))


class Spelt(NamedTuple):
    """A key and where it comes from.

    Attributes
    ----------
    key : str
        The comparison spelling.
    origin : tuple of int
        For each character of ``key``, the index of the character of the text it stands for.
    """

    key: str
    origin: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The slice of the text that ``key[start:end]`` stands for."""
        return self.origin[start], self.origin[end - 1] + 1


def key(text: str) -> str:
    """The comparison spelling of a name or address; making a key of a key changes nothing.

    Width is folded (`geocode.fold`), traditional characters become simplified, letters upper
    case; spaces and marks go (between two digits one is kept, so that 24、26号 is not 2426号);
    ``-`` and ``/`` stay. Chinese numerals before 号, 弄, 栋, 单元, 室 ... become digits
    (一百零七号 is 107号), digits before 条, 巷, 区, 环 become Chinese (东四10条 is 东四十条), so
    that names keep their numerals. 107#, 1O7号, 107号大院 become
    107号, 107号, 107号院.

    Parameters
    ----------
    text : str
        Any text.
    """
    return spell(text).key


def spell(text: str) -> Spelt:
    """`key` with the origin of each character, to underline what was read."""
    now = Spelt(text, tuple(range(len(text))))
    for _ in range(_ROUNDS):
        after = _step(now)
        if after.key == now.key:
            break
        now = after
    return now


def _step(spelt: Spelt) -> Spelt:
    spelt = _fold(spelt)
    spelt = _rewrite(_MARK_RUN, lambda m: _mark(m.group()) if _between_digits(m) else "", spelt)
    spelt = _rewrite(_LETTER_O, lambda _: "0", spelt)
    spelt = _rewrite(_HASH, lambda _: "号", spelt)
    spelt = _rewrite(_COUNTED, _digits, spelt)
    spelt = _rewrite(_NAMED, lambda m: numerals.write(int(m.group(1))), spelt)
    return _rewrite(_YARD, lambda _: "院", spelt)


def _fold(spelt: Spelt) -> Spelt:
    folded = _simple(fold(spelt.key).upper())
    if len(folded) == len(spelt.key):
        return Spelt(folded, spelt.origin)
    signs: list[str] = []
    origin: list[int] = []
    for sign, index in zip(spelt.key, spelt.origin, strict=True):
        plain = " " if sign.isspace() else fold(sign).upper()
        signs.append(plain)
        origin.extend([index] * len(plain))
    return Spelt(_simple("".join(signs)), tuple(origin))


def _simple(text: str) -> str:
    simple = _SIMPLE.convert(text)
    if len(simple) == len(text):
        return simple
    return "".join((_SIMPLE.convert(sign) + sign)[0] for sign in text)


def _between_digits(match: re.Match[str]) -> bool:
    text, end = match.string, match.end()
    return match.start() > 0 and end < len(text) and (text[match.start() - 1] + text[end]).isdigit()


def _mark(run: str) -> str:
    return run[0] if run[0] in "、.,:" else " "


def _digits(match: re.Match[str]) -> str:
    """The digits of the longest numeral at the end of a run; what stands before it is a name.

    东四二十二号 is 东四 and 22号; in 东四一〇七号 the 四 belongs to the name as well.
    """
    run = match.group()
    before = match.string[: match.start()]
    first = 1 if len(run) > 1 and run[0] == "四" and before.endswith(("东", "西")) else 0
    for start in range(first, len(run)):
        number = numerals.read(run[start:])
        if number is not None:
            return run[:start] + str(number)
    return run


def _rewrite(
    pattern: re.Pattern[str], write: Callable[[re.Match[str]], str], spelt: Spelt
) -> Spelt:
    """``pattern`` replaced; a new character stands for the old one in its place, the last for
    the last."""
    text, origin = spelt
    pieces: list[str] = []
    found: list[int] = []
    at = 0
    for match in pattern.finditer(text):
        start, end = match.span()
        new = write(match)
        pieces += (text[at:start], new)
        found.extend(origin[at:start])
        found.extend(origin[min(start + i, end - 1)] for i in range(len(new) - 1))
        if new:
            found.append(origin[end - 1])
        at = end
    if not pieces:
        return spelt
    return Spelt("".join(pieces) + text[at:], (*found, *origin[at:]))


def sound(spelling: str) -> str:
    """How a key sounds: syllables without tones, so that 东寺北大街 sounds like 东四北大街.

    zh, ch, sh count as z, c, s, and ing, eng as in, en: who hears an address confuses them.
    Characters without a reading stay as they are.
    """
    return "'".join(map(_syllable, spelling))


def warm_up() -> None:
    """Read the dictionaries of sounds now, so that not the first wrong name waits for them."""
    _syllable("东")


@lru_cache(maxsize=16384)
def _syllable(sign: str) -> str:
    if sign < "\u2e80":
        return sign
    # here, since its dictionaries take up to a second and 40 MB, which who only compares keys does
    # not need
    from pypinyin import Style, pinyin

    said = _READINGS.get(sign) or pinyin(sign, style=Style.NORMAL)[0][0]
    for long, short in _INITIALS:
        if said.startswith(long):
            said = short + said[2:]
    for long, short in _FINALS:
        if said.endswith(long):
            said = said[: -len(long)] + short
    return said


def variants(spelling: str) -> frozenset[str]:
    """Mutilated forms of a key: two keys that share one differ by few errors.

    The key itself, each way to leave out one character and, from `TWO_ERRORS_FROM` to
    `VARIANTS_TO` characters, two; besides, a road's name without 胡同, 大街, 路 ... One character
    dropped, added, replaced or swapped with its neighbour always leaves a common variant, two
    such errors do in longer names.
    """
    size = len(spelling)
    forms = {spelling}
    if size > 2:
        forms |= {spelling[:i] + spelling[i + 1 :] for i in range(size)}
    if TWO_ERRORS_FROM <= size <= VARIANTS_TO:
        forms |= {
            spelling[:i] + spelling[i + 1 : j] + spelling[j + 1 :]
            for i, j in combinations(range(size), 2)
        } - KINDS
    stem, kind = parted(spelling)
    if kind:
        forms.add(stem)
    return frozenset(forms)


def parted(spelling: str) -> tuple[str, str]:
    """A road's name without its kind, and the kind or ``""``: 史家胡同 is 史家, 胡同."""
    found = _STEM.match(spelling)
    return (found.group(1), found.group(2)) if found else (spelling, "")
