"""From communities and features to grids."""

from __future__ import annotations

from collections.abc import Callable

from gridding.rules import GridRules
from gridding.types import Communities, Features, GridResult

Progress = Callable[[int, int], None]


def make_grids(
    communities: Communities,
    features: Features,
    rules: GridRules | None = None,
    *,
    workers: int = 1,
    progress: Progress | None = None,
) -> GridResult:
    """Cut each community into unit grids."""
    raise NotImplementedError
