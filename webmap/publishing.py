"""Publishing with all that the map needs: the edition itself, then its tiles."""

from __future__ import annotations

from datetime import date
from typing import Any

from spatial.core.jobs import Progress, silent
from spatial.grids.models import GridPlan
from spatial.grids.services.publish import publish_plan
from webmap.tiles import pyramid, store
from webmap.tiles.layers import STORED, layer_named
from webmap.tiles.sources import derived_source


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


def ground_tiles_stand() -> bool:
    """Whether the tiles of regions and base map are those of the last import."""
    layers = [layer_named(name) for name in STORED if name != "grids"]
    return all(store.folder(derived_source(layer)).exists() for layer in layers)


def build_ground_tiles(progress: Progress = silent, workers: int = 1) -> None:
    """Build the tiles of regions and base map after an import."""
    for name in STORED:
        if name != "grids":
            pyramid.build(name, None, progress, workers)
