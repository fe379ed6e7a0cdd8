"""Where the ground already in the store lies."""

from __future__ import annotations

from django.contrib.gis.db.models import Extent

from spatial.basemap.models import Region


def extent_of_regions() -> tuple[float, float, float, float] | None:
    """(west, south, east, north) of the current regions in degrees, None when there are none."""
    current = Region.objects.filter(valid_to__isnull=True)
    return current.aggregate(box=Extent("geom"))["box"]
