"""How near a piece of text comes to a name."""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA

from geocode.answers import Reading
from geocode.spelling import KINDS, parted, sound

SOUND_COST = 0.35
"""A character with the same sound costs this much of a wrong one."""
SLIP_COST = 0.6
"""One character typed twice, or two neighbours in the other order: slips of the hand, likelier
than a wrong character."""
MAX_DOUBLED = 2
"""Characters of one name typed twice."""
KIND_COST = 0.6
"""What it costs to leave out or spoil the word 胡同, 大街, 路 ... behind a road's right name."""


@lru_cache(maxsize=65536)
def nearness(written: str, name: str) -> tuple[float, Reading]:
    """1 for the same text, less for each error by its share of the name; and what the errors are.

    One character dropped, added or replaced costs one (OSA distance); replaced by one of the same
    sound it costs `SOUND_COST`, doubled or swapped with the next `SLIP_COST`.
    """
    if written == name:
        return 1.0, Reading.EXACT
    costs = [(_errors(written, name), Reading.ERROR)]
    if len(written) == len(name):
        costs.append(_by_sound(written, name))
    stem, kind = parted(name)
    rest = written[len(stem) :]
    spoilt = rest not in KINDS and OSA.distance(rest, kind) < len(kind)
    if kind and written.startswith(stem) and (spoilt or not rest):
        costs.append((KIND_COST, Reading.ERROR if rest else Reading.PART))
    cost, reading = min(costs, key=lambda item: item[0])
    return 1.0 - cost / max(len(written), len(name)), reading


def _errors(written: str, name: str) -> float:
    """OSA distance in which a character typed twice or a swap costs `SLIP_COST`."""
    errors = float(OSA.distance(written, name))
    if errors == 1 and sorted(written) == sorted(name):
        return SLIP_COST
    if not len(name) < len(written) <= len(name) + MAX_DOUBLED:
        return errors
    once = {
        written[:at] + written[at + 1 :]
        for at, (one, other) in enumerate(pairwise(written))
        if one == other
    }
    return min([errors, *(SLIP_COST + _errors(shorter, name) for shorter in once)])


def _by_sound(written: str, name: str) -> tuple[float, Reading]:
    cost, reading = 0.0, Reading.SOUND
    for one, other in zip(written, name, strict=True):
        if one != other:
            alike = sound(one) == sound(other)
            cost += SOUND_COST if alike else 1.0
            reading = reading if alike else Reading.ERROR
    return cost, reading
