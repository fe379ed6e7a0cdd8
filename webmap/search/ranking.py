"""Order of what was found: exact names first, then beginnings, then the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

EXACT, BEGINS, CONTAINS, READ, RESEMBLES = range(5)
"""READ: found by the geocoder, in its own order."""
TYPES = ("grid", "component", "district", "street", "community", "road", "place", "address")


@dataclass(frozen=True, slots=True)
class Found:
    """One result and how well it fits."""

    rank: float
    type: str
    label: str
    detail: str
    center: tuple[float, float]
    bounds: tuple[float, float, float, float] | None = None
    code: str | None = None
    version: str | None = None
    ordinal: int | None = None

    def as_dict(self) -> dict:
        """The result as the API shows it."""
        fields = asdict(self)
        del fields["rank"]
        return fields


def rank_of(text: str, *names: str) -> int:
    """How well the best of some names fits a text."""
    wanted = text.upper()
    given = [name.upper() for name in names if name]
    if wanted in given:
        return EXACT
    if any(name.startswith(wanted) for name in given):
        return BEGINS
    return CONTAINS if any(wanted in name for name in given) else RESEMBLES


def best(found: Iterable[Found], limit: int) -> list[Found]:
    """The first ``limit`` by fit, type, length and text."""
    ordered = sorted(
        found,
        key=lambda f: (f.rank, TYPES.index(f.type), len(f.label), f.label, f.detail, f.center),
    )
    return ordered[:limit]


def like(text: str) -> str:
    """The text in upper case with the signs of LIKE made harmless."""
    escaped = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return escaped.upper()
