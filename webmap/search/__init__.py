"""The search box: grids by code, regions by code or name, roads, places and addresses by name."""

from __future__ import annotations

from datetime import date

from geocode import fold
from webmap.search import codes, names, regions
from webmap.search.ranking import Found, best

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
    return [item.as_dict() for item in best(found, limit)]
