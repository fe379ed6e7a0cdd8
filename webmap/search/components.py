"""Components by their code or the beginning of it."""

from __future__ import annotations

from spatial.components.models import Component
from spatial.components.selectors import Where, components_where
from webmap.language import in_language
from webmap.search.ranking import Found, rank_of

SHORTEST = 10
"""District, class and nothing else: fewer digits are those of regions and grids."""
LONGEST = 17


def find(text: str, limit: int) -> list[Found]:
    """Components in use whose code begins with some digits."""
    if not SHORTEST < len(text) <= LONGEST:
        return []
    rows = components_where(None, Where(text=text)).select_related("kind", "owner")[:limit]
    return [_found(text, one) for one in rows]


def _found(text: str, one: Component) -> Found:
    kind = in_language(one.kind.name, one.kind.name_en)
    return Found(
        rank=rank_of(text, one.code),
        type="component",
        label=one.code,
        detail=" ".join(part for part in (kind, one.name, str(one.owner or "")) if part),
        center=(round(one.point.x, 7), round(one.point.y, 7)),
        code=one.code,
    )
