"""Collects what the gridding engine cuts: communities and features in metres."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

import gridding
from spatial.basemap.models import BaseFeature, Region
from spatial.basemap.selectors import FeatureArrays, feature_arrays
from spatial.core.errors import NotFoundError
from spatial.grids.services.metric import metric_srid_of, projected

CUT_KINDS = (BaseFeature.Kind.WATER_AREA, BaseFeature.Kind.BUILDING, BaseFeature.Kind.COMPOUND)
GROUND_KINDS = (
    BaseFeature.Kind.WATER_AREA,
    BaseFeature.Kind.COMPOUND,
    BaseFeature.Kind.GREEN,
    BaseFeature.Kind.GROUND,
)
"""Areas that may be ground with a use."""
WATER_USE = "water"
"""Use of water for which the layer map says none."""
LINE_KINDS = {
    BaseFeature.Kind.ROAD: "road",
    BaseFeature.Kind.RAIL: "rail",
    BaseFeature.Kind.WATER_LINE: "water",
    BaseFeature.Kind.WALL: "wall",
}
WATER_EDGE_CLASS = 1
MARGIN_M = 50.0


@dataclass(frozen=True, slots=True)
class CutInput:
    """Communities (with their rows) and features in the metric reference system ``srid``."""

    district: Region
    srid: int
    regions: tuple[Region, ...]
    communities: gridding.Communities
    features: gridding.Features

    @property
    def digest(self) -> str:
        """Hash of all geometry that is cut, whatever the order of rows."""
        total = hashlib.sha256(str(self.srid).encode())
        for code, polygon in sorted(
            zip(self.communities.codes, self.communities.polygons, strict=True)
        ):
            total.update(code.encode() + shapely.to_wkb(polygon))
        for array in (self.features.lines, self.features.buildings, self.features.compounds):
            for part in sorted(shapely.to_wkb(array)):
                total.update(part)
        total.update(np.sort(self.features.line_classes).tobytes())
        for use, ground in sorted(
            zip(self.features.ground_uses, shapely.to_wkb(self.features.grounds), strict=True)
        ):
            total.update(use.encode() + ground)
        return total.hexdigest()


def district_now(code: str) -> Region:
    """The district in force with this code.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``.
    """
    found = Region.objects.filter(code=code, level="district", valid_to=None).first()
    if found is None:
        raise NotFoundError(
            "E-DISTRICT-MISSING",
            _("There is no district %(code)s; import it with import_regions --level district.")
            % {"code": code},
        )
    return found


def regions_to_cut(district: Region) -> tuple[Region, ...]:
    """Communities of a district; a street or district without any stands for itself."""
    streets = _children(district)
    if not streets:
        return (district,)
    found = [region for street in streets for region in (_children(street) or (street,))]
    return tuple(sorted(found, key=lambda region: region.code))


def chosen_regions(source: CutInput, only: Sequence[str]) -> frozenset[str]:
    """Codes of the regions to cut that are or lie in some streets or communities; empty for all.

    Raises
    ------
    NotFoundError
        ``E-PLAN-REGION`` for a code that is no region of the district.
    """
    chosen: set[str] = set()
    for code in only:
        found = {region.code for region in source.regions if region.code.startswith(code)}
        if not found or len(code) < len(source.district.code):
            raise NotFoundError(
                "E-PLAN-REGION",
                _("There is no street or community %(code)s in district %(district)s.")
                % {"code": code, "district": source.district.code},
            )
        chosen |= found
    return frozenset(chosen)


def _children(region: Region) -> tuple[Region, ...]:
    return tuple(Region.objects.filter(parent=region, valid_to=None).order_by("code"))


def collect(district: Region, *, land_use: bool = False) -> CutInput:
    """Everything the engine needs for one district, in the district's metric CRS.

    Ground is read where the rules have a ``land_use`` only: without that it means nothing.
    """
    srid = metric_srid_of(district)
    regions = regions_to_cut(district)
    communities = gridding.Communities(
        tuple(region.code for region in regions),
        projected([region.geom for region in regions], srid),
    )
    features = features_in(district.geom.extent, srid, land_use=land_use)
    return CutInput(district, srid, regions, communities, features)


def features_in(
    extent: tuple[float, float, float, float],
    srid: int,
    *,
    margin_m: float = MARGIN_M,
    land_use: bool = False,
) -> gridding.Features:
    """What the engine cuts by in a box (west, south, east, north in degrees) and near it."""
    kinds = {*LINE_KINDS, *CUT_KINDS, *(GROUND_KINDS if land_use else ())}
    arrays = feature_arrays(extent, srid, margin_m=margin_m, kinds=sorted(kinds))
    grounds, uses = _grounds(arrays) if land_use else (np.zeros(0, object), np.zeros(0, "U1"))
    lines, classes, kinds = [], [], []
    for kind, word in LINE_KINDS.items():
        found = arrays[kind]
        seen = ~found.underground
        lines.append(found.geometry[seen])
        classes.append(np.clip(found.line_class[seen], 1, 7).astype(np.int8))
        kinds.append(np.full(seen.sum(), word))
    shores = _edges(arrays[BaseFeature.Kind.WATER_AREA].geometry)
    lines.append(shores)
    classes.append(np.full(len(shores), WATER_EDGE_CLASS, np.int8))
    kinds.append(np.full(len(shores), "water"))
    return gridding.Features(
        lines=np.concatenate(lines),
        line_classes=np.concatenate(classes),
        line_kinds=np.concatenate(kinds),
        buildings=arrays[BaseFeature.Kind.BUILDING].geometry,
        compounds=arrays[BaseFeature.Kind.COMPOUND].geometry,
        grounds=grounds,
        ground_uses=uses,
    )


def _grounds(
    arrays: dict[str, FeatureArrays],
) -> tuple[NDArray[np.object_], NDArray[np.str_]]:
    """Areas with a use, and their uses."""
    shapes, uses = [], []
    for kind in GROUND_KINDS:
        found = arrays[kind]
        use = found.use
        if kind == BaseFeature.Kind.WATER_AREA:
            use = np.where(use == "", WATER_USE, use)
        used = (use != "") & ~found.underground
        shapes.append(found.geometry[used])
        uses.append(use[used].astype(str))
    return np.concatenate(shapes), np.concatenate(uses)


def _edges(areas: NDArray[np.object_]) -> NDArray[np.object_]:
    if not len(areas):
        return np.zeros(0, object)
    return np.asarray(shapely.get_parts(shapely.boundary(areas)), object)
