"""The search box: grids and components by code, the rest by name, regions by both.

What nothing begins with or contains is left to the geocoder.
"""

from __future__ import annotations

from datetime import date

from geocode import fold
from webmap.search import addresses, codes, components, names, regions
from webmap.search.ranking import CONTAINS, Found, best

__all__ = ["search"]


def search(text: str, limit: int, on: date | None = None) -> list[dict]:
    """What fits ``text`` now, or on a past day, best first; the same text gives the same order.

    Roads, places and addresses are those of today: the base map has no past.

    Full-width digits, spaces between Chinese characters and kinds of dash make no difference.
    """
    text = fold(text)
    if not text:
        return []
    found: list[Found] = [*regions.find(text, limit, on), *names.find(text, limit)]
    if text.isascii() and text.isdigit():
        found += codes.find(text, limit, on)
        found += components.find(text, limit)
    elif on is None:
        found += addresses.other_names(text, limit)
    if on is None and not any(item.rank <= CONTAINS for item in found):
        found += addresses.read(text, limit)
    return [item.as_dict() for item in best(_once(found), limit)]


def _once(found: list[Found]) -> list[Found]:
    """One result for each thing, that which fits best: a place may have two fitting names."""
    first: dict[tuple, Found] = {}
    for item in sorted(found, key=lambda item: item.rank):
        first.setdefault((item.type, item.label, item.center), item)
    return list(first.values())
