"""Chinese numerals up to 9999, read and written."""

from __future__ import annotations

import re

DIGITS = "〇一二三四五六七八九"
RUN = "〇零一二两三四五六七八九十百千"
"""All characters of a numeral in an address."""

_VALUE = {sign: value for value, sign in enumerate(DIGITS)} | {"零": 0, "两": 2}
_UNIT = {"千": 1000, "百": 100, "十": 10}
_DIGIT = "[一二两三四五六七八九]"
_COUNTED = re.compile(
    rf"(?:{_DIGIT}千(?:零(?!{_DIGIT}百))?)?(?:{_DIGIT}百零?)?(?:{_DIGIT}?十)?{_DIGIT}?"
)
_SPELT = re.compile(r"[〇零一二三四五六七八九]{1,4}")


def read(numeral: str) -> int | None:
    """The number that ``numeral`` writes, counted (一百零七) or digit by digit (一〇七).

    None when it is no numeral, such as 四二十二.
    """
    if not numeral:
        return None
    if _SPELT.fullmatch(numeral):
        return int("".join(str(_VALUE[sign]) for sign in numeral))
    if _COUNTED.fullmatch(numeral):
        return _count(numeral)
    return None


def _count(numeral: str) -> int:
    total, digit = 0, 0
    for sign in numeral:
        if sign in _UNIT:
            total += (digit or 1) * _UNIT[sign]
            digit = 0
        else:
            digit = _VALUE[sign]
    return total + digit


def write(number: int) -> str:
    """``number`` (1 to 9999) as it stands in names: 10 is 十, 12 十二, 107 一百零七."""
    text, gap = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if not digit:
            gap = bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + sign
        gap = False
    return text[1:] if text.startswith("一十") else text
