"""How near a piece of text comes to a name."""

from __future__ import annotations

import re
from functools import lru_cache

from rapidfuzz.distance import OSA

from geocode.answers import Reading
from geocode.spelling import sound

SOUND_COST = 0.35
"""A character with the same sound costs this much of a wrong one."""
KIND_COST = 0.6
"""What it costs to leave out the whole word 胡同, 大街, 路 ... of a road's name."""
_KIND = re.compile(r"(?:胡同|大街|斜街|夹道|街|路|巷|道|街道|社区|小区)$")


@lru_cache(maxsize=65536)
def nearness(written: str, name: str) -> tuple[float, Reading]:
    """1 for the same text, less for each error by its share of the name; and what the errors are.

    One character dropped, doubled, replaced or swapped with the next costs one (OSA distance);
    replaced by one of the same sound it costs `SOUND_COST`.
    """
    if written == name:
        return 1.0, Reading.EXACT
    size = max(len(written), len(name))
    cost, reading = float(OSA.distance(written, name)), Reading.ERROR
    if name.startswith(written) and _KIND.fullmatch(name[len(written) :]):
        cost, reading = KIND_COST, Reading.PART
    if len(written) == len(name):
        by_sound = _sound_cost(written, name)
        if by_sound < cost:
            cost = by_sound
            reading = Reading.SOUND if by_sound < 1 or not by_sound % 1 else Reading.ERROR
    return 1.0 - cost / size, reading


def _sound_cost(written: str, name: str) -> float:
    return sum(
        SOUND_COST if sound(one) == sound(other) else 1.0
        for one, other in zip(written, name, strict=True)
        if one != other
    )
