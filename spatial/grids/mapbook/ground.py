"""What a book shows: communities with their grids, the base map, and what lies around."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from os.path import commonprefix

import numpy as np
import shapely
from django.contrib.gis.geos import Polygon
from django.utils.translation import get_language
from numpy.typing import NDArray

import gridding
from spatial.basemap.models import Dataset, Region
from spatial.basemap.selectors import FeatureArrays, current_regions, feature_arrays
from spatial.basemap.services.exporting import gathered
from spatial.core.jobs import silent
from spatial.core.srid import STORE_SRID
from spatial.grids.models import GridPlan
from spatial.grids.services.export import grids_in

KINDS = ("green", "water_area", "water_line", "building", "rail", "road")
_READ = ("code", "ordinal", "neighbours", "area_m2", "community_id")


@dataclass(frozen=True, slots=True)
class Grids:
    """Grids in metres, in the order of their codes."""

    code: list[str]
    geometry: NDArray[np.object_]
    area_m2: NDArray[np.float64]
    ordinal: list[int]
    neighbours: list[list[int]]

    def near(self) -> dict[int, list[int]]:
        """Places of each grid's neighbours among these."""
        place = {ordinal: i for i, ordinal in enumerate(self.ordinal)}
        return {
            i: [place[other] for other in others if other in place]
            for i, others in enumerate(self.neighbours)
        }

    def prefix(self) -> str:
        """What all codes begin with; two digits or more are always left."""
        shortest = min(len(code) for code in self.code)
        return commonprefix(self.code)[: min(12, shortest - 2)]


@dataclass(frozen=True, slots=True)
class Part:
    """A community (or the smallest region there is) and its page."""

    code: str
    name: str
    above: str
    """Name of the street, empty without one."""
    street: str
    """Code of the street."""
    geometry: shapely.Geometry
    grids: Grids
    page: int


@dataclass(frozen=True, slots=True)
class Ground:
    """Everything a book draws, in the metric system of the district."""

    plan: GridPlan
    title: str
    code: str
    day: date
    parts: list[Part]
    around: list[tuple[str, str, shapely.Geometry]]
    """Code, name and outline of the communities outside the book."""
    features: dict[str, FeatureArrays]
    attribution: str
    made_up: bool

    def bounds(self) -> tuple[float, float, float, float]:
        """West, south, east, north of all parts in metres."""
        return tuple(shapely.total_bounds([part.geometry for part in self.parts]))

    def text(self) -> str:
        """All letters that names may need."""
        names = [part.name + part.above for part in self.parts]
        names += [name for _code, name, _shape in self.around]
        names += [str(name) for arrays in self.features.values() for name in set(arrays.name)]
        return "".join(names) + self.title + self.attribution


def ground_of(region: str, day: date, on: date | None, first_page: int, margin_m: float) -> Ground:
    """Read what a book of a street or district shows; errors are those of `grids_in`."""
    plan, grids = grids_in(region, on)
    read, stored = gathered(grids, _READ, silent)
    rows = list(zip(*read.values(), strict=True))
    moved = gridding.project(stored, STORE_SRID, plan.metric_srid)
    communities = Region.objects.select_related("parent").in_bulk(set(read["community_id"]))
    parts = _parts(rows, moved, communities, plan.metric_srid, first_page)
    whole = Region.objects.filter(code=region).order_by("-valid_from").first()
    extent = _extent(list(communities.values()))
    datasets = Dataset.objects.filter(regions__in=communities)
    return Ground(
        plan=plan,
        title=name_of(whole) if whole else region,
        code=region,
        day=day,
        parts=parts,
        around=_around(plan, {part.code for part in parts}, extent, on),
        features=feature_arrays(extent, plan.metric_srid, margin_m=margin_m, kinds=KINDS),
        attribution="; ".join(sorted({d.attribution for d in datasets if d.attribution})),
        made_up=datasets.filter(made_up=True).exists(),
    )


def name_of(region: Region) -> str:
    """A region's name in the language of the book."""
    return region.name_en if get_language() == "en" and region.name_en else region.name


def _parts(
    rows: list[tuple],
    moved: NDArray[np.object_],
    communities: dict[int, Region],
    srid: int,
    first_page: int,
) -> list[Part]:
    ordered = sorted(communities.values(), key=lambda region: region.code)
    owner = np.array([row[4] for row in rows])
    return [
        _part(region, list(np.flatnonzero(owner == region.pk)), rows, moved, srid, page)
        for page, region in enumerate(ordered, start=first_page)
    ]


def _part(
    region: Region,
    own: list[int],
    rows: list[tuple],
    moved: NDArray[np.object_],
    srid: int,
    page: int,
) -> Part:
    street = region.parent if region.level == Region.Level.COMMUNITY else None
    mine = [rows[i] for i in own]
    return Part(
        code=region.code,
        name=name_of(region),
        above=name_of(street) if street else "",
        street=street.code if street else region.code,
        geometry=_in_metres(region, srid),
        grids=Grids(
            code=[row[0] for row in mine],
            geometry=moved[own],
            area_m2=np.array([row[3] for row in mine]),
            ordinal=[row[1] for row in mine],
            neighbours=[row[2] for row in mine],
        ),
        page=page,
    )


def _in_metres(region: Region, srid: int) -> shapely.Geometry:
    stored = np.array([shapely.from_wkb(bytes(region.geom.wkb))], dtype=object)
    return gridding.project(stored, STORE_SRID, srid)[0]


def _extent(regions: list[Region]) -> tuple[float, float, float, float]:
    boxes = np.array([region.geom.extent for region in regions])
    return (*boxes[:, :2].min(axis=0), *boxes[:, 2:].max(axis=0))


def _around(
    plan: GridPlan, shown: set[str], extent: tuple[float, float, float, float], on: date | None
) -> list[tuple[str, str, shapely.Geometry]]:
    """Communities nearby that have no page: those within half the book's extent of it."""
    west, south, east, north = extent
    wide, high = (east - west) / 2, (north - south) / 2
    box = Polygon.from_bbox((west - wide, south - high, east + wide, north + high))
    box.srid = STORE_SRID
    near = current_regions(Region.Level.COMMUNITY, on).filter(geom__bboverlaps=box)
    return [
        (region.code, name_of(region), _in_metres(region, plan.metric_srid))
        for region in near
        if region.code not in shown
    ]
