"""Publishing with all that the map needs: the edition itself, then its tiles."""

from __future__ import annotations

from datetime import date
from typing import Any

from spatial.core.jobs import Progress, silent
from spatial.grids.models import GridPlan
from spatial.grids.services.publish import publish_plan
from webmap.tiles import pyramid
from webmap.tiles.layers import STORED


def publish(
    plan: GridPlan,
    on: date | None = None,
    user: Any = None,
    progress: Progress = silent,
    workers: int = 1,
) -> GridPlan:
    """Publish a plan and build its tiles.

    A tile that is asked for before its pyramid stands is made at once, so the map never waits.
    More than one worker needs what was published to be committed: not inside a transaction.
    """
    plan = publish_plan(plan, on, user)
    pyramid.build("grids", plan.version, progress, workers)
    return plan


def build_ground_tiles(progress: Progress = silent, workers: int = 1) -> None:
    """Build the tiles of regions and base map after an import."""
    for name in STORED:
        if name != "grids":
            pyramid.build(name, None, progress, workers)
