"""The search box: grids by code, regions by code or name, roads, places and addresses by name."""

from __future__ import annotations

from geocode import fold
from webmap.search import codes, names, regions
from webmap.search.ranking import Found, best

__all__ = ["search"]


def search(text: str, limit: int) -> list[dict]:
    """What fits ``text``, best first; the same text gives the same order.

    Full-width digits, spaces between Chinese characters and kinds of dash make no difference.
    """
    text = fold(text)
    if not text:
        return []
    found: list[Found] = [*regions.find(text, limit), *names.find(text, limit)]
    if text.isascii() and text.isdigit():
        found += codes.find(text, limit)
    return [item.as_dict() for item in best(found, limit)]
