"""What people do to addresses. Each damage is a function of a `Case`; all chance is seeded."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

from geocode import numerals
from geocode.store import Entry

_TRADITIONAL = OpenCC("s2t")
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
BEFORE = ("请到", "位于", "地址：", "就在")
BEHIND = ("附近", "对面", "东侧", "门口", "旁边", "西北角", "以北50米", "南侧约20米处")


@dataclass
class Case:
    """An address to damage: regions, the name of the road or POI, and the number behind it."""

    entry: Entry
    regions: list[str]
    name: str
    number: str
    old: str
    pick: random.Random

    def text(self, name: str | None = None, number: str | None = None) -> str:
        """The address, with the given parts in the place of its own."""
        parts = [*self.regions, self.name if name is None else name]
        return "".join(parts) + (self.number if number is None else number)


def none(case: Case) -> str:
    return case.text()


def dropped(case: Case) -> str:
    """Some regions, and the word of the number (107号院 -> 107号, 107) or of the road left out."""
    kept = [part for part in case.regions if case.pick.random() < 0.4]
    name, number = case.name, case.number
    way = case.pick.random()
    if number and way < 0.5:
        number = number.removesuffix("院") if number.endswith("院") else number.removesuffix("号")
    elif len(name) > 3:
        for kind in ("胡同", "大街", "街", "路"):
            if name.endswith(kind) and len(name) - len(kind) >= 2:
                name = name.removesuffix(kind)
                break
    return "".join(kept) + name + number


def order(case: Case) -> str:
    parts = [part for part in (*case.regions, case.name, case.number) if part]
    shuffled = parts[:]
    while shuffled == parts and len(parts) > 1:
        case.pick.shuffle(shuffled)
    return " ".join(shuffled)


def chinese_numbers(case: Case) -> str:
    number, digits = "", ""
    for sign in case.number + "\n":
        if sign.isdigit():
            digits += sign
            continue
        number += (numerals.write(int(digits)) if digits else "") + sign
        digits = ""
    return case.text(number=number.strip())


def one_error(case: Case) -> str:
    return case.text(name=_mistyped(case.name, case.pick))


def two_errors(case: Case) -> str:
    return case.text(name=_mistyped(_mistyped(case.name, case.pick), case.pick))


def _mistyped(name: str, pick: random.Random) -> str:
    at = pick.randrange(len(name))
    way = pick.randrange(4)
    if way == 0 and len(name) > 2:
        return name[:at] + name[at + 1 :]
    if way == 1:
        return name[:at] + name[at] + name[at:]
    if way == 2 and at + 1 < len(name) and name[at] != name[at + 1]:
        return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return name[:at] + pick.choice(common_signs()) + name[at + 1 :]


def homophone(case: Case) -> str:
    places = [at for at, sign in enumerate(case.name) if len(_alike(sign)) > 1]
    if not places:
        return case.text()
    at = case.pick.choice(places)
    others = [sign for sign in _alike(case.name[at]) if sign != case.name[at]]
    return case.text(name=case.name[:at] + case.pick.choice(others) + case.name[at + 1 :])


def old_name(case: Case) -> str:
    return case.text(name=case.old)


def traditional(case: Case) -> str:
    return _TRADITIONAL.convert(case.text())


def full_width(case: Case) -> str:
    return case.text().translate(_WIDE)


def extra_words(case: Case) -> str:
    before = case.pick.choice(BEFORE) if case.pick.random() < 0.4 else ""
    return before + case.text() + case.pick.choice(BEHIND)


def several(case: Case) -> str:
    """A call that was typed in haste: dropped regions, one error, extra words."""
    case.regions = [part for part in case.regions if case.pick.random() < 0.4]
    return case.text(name=_mistyped(case.name, case.pick)) + case.pick.choice(BEHIND)


DAMAGES: dict[str, Callable[[Case], str]] = {
    "none": none,
    "parts dropped": dropped,
    "other order": order,
    "Chinese numerals": chinese_numbers,
    "one typing error": one_error,
    "two typing errors": two_errors,
    "homophone": homophone,
    "old name": old_name,
    "traditional": traditional,
    "full width": full_width,
    "extra words": extra_words,
    "several at once": several,
}


@lru_cache(maxsize=1)
def common_signs() -> str:
    """The 3,755 characters of the first level of GB 2312."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xD8) for cell in range(0xA1, 0xFF))
    return "".join(code.decode("gb2312", errors="ignore") for code in codes)


@lru_cache(maxsize=1)
def _by_sound() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for sign in common_signs():
        found.setdefault(lazy_pinyin(sign)[0], []).append(sign)
    return found


def _alike(sign: str) -> list[str]:
    return _by_sound().get(lazy_pinyin(sign)[0], []) if sign > "\u2e80" else []
