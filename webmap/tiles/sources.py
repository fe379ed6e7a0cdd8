"""Which rows a tile address stands for, and which versions of a layer there are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Exists, Max, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from spatial.basemap.models import BaseFeature, Dataset, ImportRun, Place, Region
from spatial.core.errors import NotFoundError
from spatial.grids.models import GridPlan
from spatial.grids.selectors import plan_by_version
from webmap.tiles.layers import TILE_FORM, Layer

PLAN_CACHE_S = 60


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
    key = f"tile-source:{version}"
    known = cache.get(key)
    if known is not None:
        return known
    source = plan_source(layer, plan_by_version(user, version))
    if source.version != version:
        raise no_version(layer, version)
    # Only what everyone may see is remembered: a draft's visibility depends on the user.
    if source.lasting:
        cache.set(key, source, PLAN_CACHE_S)
    return source


def derived_source(layer: Layer) -> TileSource:
    """The current version of a layer that follows the imports."""
    version = derived_version(layer)
    return TileSource(layer, version, version)


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
    features, places = BaseFeature.objects.filter(**mine), Place.objects.filter(**mine)
    return Dataset.objects.filter(Exists(features) | Exists(places))
