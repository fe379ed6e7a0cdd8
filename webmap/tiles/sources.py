"""Which rows a tile address stands for, and which versions of a layer there are."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from spatial.basemap.models import BaseFeature, Dataset, ImportRun, Place, Region
from spatial.components.models import Component
from spatial.core.errors import NotFoundError
from spatial.grids.models import GridPlan
from spatial.grids.selectors import plan_by_version
from webmap.tiles.layers import TILE_FORM, Layer

PLAN_CACHE_S = 60
ON = "-on"
"""Stands before the day in versions of regions of a past day."""


@dataclass(frozen=True, slots=True)
class TileSource:
    """A layer in one version."""

    layer: Layer
    version: str
    folder: str
    """Name of its folder; differs between databases and plans that carry the same version."""
    plan_id: int | None = None
    lasting: bool = True
    """Whether its tiles never change, so that they may be kept for ever."""
    on: date | None = None
    """Day whose regions are asked for; None for those in force."""


def no_version(layer: Layer, version: str) -> NotFoundError:
    """The error for a version that is unknown, gone, or not for this user."""
    message = _("There is no such version of this tile layer. Reload the map.")
    return NotFoundError("E-TILE-VERSION", message, layer=layer.name, version=version)


def digest(*parts: object) -> str:
    """Eight hexadecimal digits that change when any part changes."""
    text = "\x1f".join(str(part) for part in (TILE_FORM, *parts))
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def plan_source(layer: Layer, plan: GridPlan) -> TileSource:
    """The grids of one plan."""
    stamp = digest(plan.pk, plan.created_at, plan.input_digest)
    lasting = plan.state in {GridPlan.State.PUBLISHED, GridPlan.State.SUPERSEDED}
    return TileSource(layer, plan.version, f"{plan.version}-{stamp}", plan.pk, lasting)


def grid_source(layer: Layer, version: str, user) -> TileSource:
    """The grids of an edition that ``user`` may see."""
    known = source_for_all(version)
    if known is not None:
        return known
    source = plan_source(layer, plan_by_version(user, version))
    if source.version != version:
        raise no_version(layer, version)
    # Only what everyone may see is remembered: a draft's visibility depends on the user.
    if source.lasting:
        cache.set(_key(version), source, PLAN_CACHE_S)
    return source


def source_for_all(version: str) -> TileSource | None:
    """The grids of an edition that was found a short while ago to be for everybody, else None."""
    return cache.get(_key(version))


def _key(version: str) -> str:
    return f"tile-source:{version}"


def derived_source(layer: Layer, on: date | None = None) -> TileSource:
    """The current version of a layer that follows the imports, or its regions on a past day.

    The base map has no past: what an import changes is gone.
    """
    version = derived_version(layer)
    since = _last_change(layer, on) if on and layer.level else None
    if since is None:
        return TileSource(layer, version, version)
    # Named by the day since which the regions were so: all days of that time share their tiles.
    version = f"{version}{ON}{since.isoformat().replace('-', '')}"
    return TileSource(layer, version, version, on=since)


def named_source(layer: Layer, version: str) -> TileSource:
    """The source that an address names; it may be gone, or never have been."""
    day = re.search(rf"{ON}(\d{{8}})$", version)
    try:
        on = date.fromisoformat(day[1]) if day else None
    except ValueError as error:
        raise no_version(layer, version) from error
    return TileSource(layer, version, version, on=on)


def _last_change(layer: Layer, on: date) -> date | None:
    """The day of the last change of the regions up to a day; None when they are as today.

    A day before the first change has the oldest regions that are known.
    """
    spans = Region.objects.filter(level=layer.level).values_list("valid_from", "valid_to")
    changes = {day for span in spans for day in span if day}
    on = max(on, min(changes, default=on))
    return None if max(changes, default=on) <= on else max(day for day in changes if day <= on)


def derived_version(layer: Layer) -> str:
    """The sum of the data sets' import counts, and a digest that no two states share."""
    rows = list(
        _datasets(layer)
        .annotate(last=Max("runs__finished_at", filter=Q(runs__state=ImportRun.State.DONE)))
        .order_by("pk")
        .values_list("pk", "name", "version", "last")
    )
    return f"v{sum(row[2] for row in rows)}-{digest(rows)}"


def _datasets(layer: Layer) -> QuerySet[Dataset]:
    mine = {"dataset": OuterRef("pk")}
    if layer.level:
        return Dataset.objects.filter(Exists(Region.objects.filter(level=layer.level, **mine)))
    if layer.name == "components":
        return Dataset.objects.filter(Exists(Component.objects.filter(**mine)))
    features = BaseFeature.objects.filter(**mine)
    places = Place.objects.filter(**mine).exclude(kind__in=(Place.Kind.REGION, Place.Kind.ROAD))
    return Dataset.objects.filter(Exists(features) | Exists(places))
