"""Small rows for the web's tests: a made-up district of squares, about 100 m a side."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime

from django.contrib.auth.models import Group, User
from django.contrib.gis.geos import GEOSGeometry, LineString, MultiPolygon, Point, Polygon
from django.core.files.base import ContentFile

from spatial.basemap.models import BaseFeature, Dataset, Place, Region
from spatial.cases.models import Attachment, Case, CaseClass, CaseEvent
from spatial.cases.models.trail import STEPS
from spatial.cases.services.months import ensure_month
from spatial.grids.models import GridCode, GridPlan, UnitGrid

WEST, NORTH = 116.40, 39.92
STEP_LON, STEP_LAT = 0.0012, 0.0009
DAY = date(2026, 1, 1)


def square(column: int, row: int, columns: int = 1, rows: int = 1) -> Polygon:
    """A rectangle of whole cells, counted from the north-west corner."""
    west, north = WEST + column * STEP_LON, NORTH - row * STEP_LAT
    east, south = west + columns * STEP_LON, north - rows * STEP_LAT
    return Polygon.from_bbox((west, south, east, north))


def with_mercator(geom: GEOSGeometry) -> dict[str, GEOSGeometry]:
    """The two stored geometries."""
    geom.srid = 4326
    return {"geom": geom, "geom3857": geom.transform(3857, clone=True)}


def dataset(name: str = "town", **more) -> Dataset:
    values = {"attribution": "made up", "made_up": True, "version": 1} | more
    return Dataset.objects.get_or_create(name=name, defaults=values)[0]


def region(level: str, code: str, name: str, shape: Polygon, parent=None, **more) -> Region:
    return Region.objects.create(
        level=level,
        code=code,
        name=name,
        parent=parent,
        dataset=more.pop("dataset", None) or dataset(),
        area_m2=1.0,
        valid_from=more.pop("valid_from", DAY),
        **with_mercator(MultiPolygon(shape)),
        **more,
    )


def district(code: str = "110101", size: int = 6, **more) -> Region:
    """A district of two streets side by side, the western one with two communities."""
    half = size // 2
    top = region("district", code, "东城区", square(0, 0, size, size), name_en="Dongcheng", **more)
    west = region("street", f"{code}001", "东华门街道", square(0, 0, half, size), top, **more)
    east = region("street", f"{code}002", "景山街道", square(half, 0, half, size), top, **more)
    region("community", f"{code}001001", "多福巷社区", square(0, 0, half, half), west, **more)
    south = square(0, half, half, half)
    region("community", f"{code}001002", "银闸社区", south, west, **more)
    region("community", f"{code}002001", "隆福寺社区", square(half, 0, half, size), east, **more)
    return top


def plan(
    of: Region,
    edition: int = 1,
    state: str = "published",
    size: int = 6,
    valid_from: date | None = DAY,
    valid_to: date | None = None,
) -> GridPlan:
    """An edition with one grid a cell."""
    if state in {"draft", "checked"}:
        valid_from = valid_to = None
    made = GridPlan.objects.create(
        district=of,
        edition=edition,
        state=state,
        metric_srid=4548,
        grid_count=size * size,
        figures={"mean_area_m2": 10_000, "problems": [{"x": 1}]},
        input_digest="0" * 64,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    cells = sorted(_cells(of, size))
    UnitGrid.objects.bulk_create(
        _grid(made, ordinal, cell, cells) for ordinal, cell in enumerate(cells, start=1)
    )
    if valid_from:
        codes = [GridCode(code=cell[0], first_published=valid_from) for cell in cells]
        GridCode.objects.bulk_create(codes, ignore_conflicts=True)
    return made


def _cells(of: Region, size: int):
    communities = {r.code: r for r in Region.objects.filter(level="community")}
    half, numbers = size // 2, {}
    for row in range(size):
        for column in range(size):
            part = "002001" if column >= half else ("001001" if row < half else "001002")
            numbers[part] = numbers.get(part, 0) + 1
            code = f"{of.code}{part}"
            yield f"{code}{numbers[part]:03d}", row, column, communities[code]


def _grid(made: GridPlan, ordinal: int, cell: tuple, cells: list[tuple]) -> UnitGrid:
    code, row, column, community = cell
    near = [
        n
        for n, (_code, r, c, _community) in enumerate(cells, start=1)
        if abs(r - row) + abs(c - column) == 1
    ]
    return UnitGrid(
        plan=made,
        ordinal=ordinal,
        code=code,
        community=community,
        area_m2=10_250.5,
        perimeter_m=405.0,
        on_feature_share=0.75,
        neighbours=near,
        valid_from=made.valid_from,
        valid_to=made.valid_to,
        **with_mercator(square(column, row)),
    )


def feature(kind: str, geom: GEOSGeometry, name: str = "", **more) -> BaseFeature:
    key = f"{kind}/{BaseFeature.objects.count()}"
    return BaseFeature.objects.create(
        dataset=more.pop("dataset", None) or dataset(),
        kind=kind,
        name=name,
        source_key=key,
        digest=hashlib.md5(key.encode()).digest(),
        **with_mercator(geom),
        **more,
    )


def line(*cells: tuple[float, float]) -> LineString:
    return LineString([(WEST + c * STEP_LON, NORTH - r * STEP_LAT) for c, r in cells])


def place(kind: str, name: str, column: float = 1.5, row: float = 1.5, **more) -> Place:
    key = f"{kind}/{Place.objects.count()}"
    point = Point(WEST + column * STEP_LON, NORTH - row * STEP_LAT)
    return Place.objects.create(
        dataset=dataset(),
        kind=kind,
        name=name,
        source_key=key,
        digest=hashlib.md5(key.encode()).digest(),
        **with_mercator(point),
        **more,
    )


def user(*roles: str, name: str = "", **more) -> User:
    made = User.objects.create_user(name or "-".join(roles) or "nobody", password="x", **more)
    made.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    return made


LAMP, COVER = "0118", "0101"


def components(town: GridPlan, spots=((0.5, 0.5), (0.52, 0.5), (3.5, 2.5))) -> list:
    """Lamps at places in cells from the north-west corner, in the grids of a plan."""
    from fixtures import catalogues
    from spatial.components.models import Catalogue
    from spatial.components.services.catalogue import store_catalogue
    from spatial.components.services.keeping import register
    from spatial.components.services.kinds import class_of

    known = Catalogue.objects.filter(version="cjt214-2007").first()
    catalogue = known or store_catalogue(catalogues.load("cjt214-2007"))
    kind = class_of(catalogue, LAMP)
    return [
        register(kind, WEST + x * STEP_LON, NORTH - y * STEP_LAT, {"owner": "电力公司"})
        for x, y in spots
    ]


def case(number: str, photo_key=None):
    """A reported case with a photo, of the day and district that its number says."""
    district_code, key = number[:6], int(number[6:])
    at = datetime(int(number[6:10]), int(number[10:12]), int(number[12:14]), 9, tzinfo=UTC)
    ensure_month(at.date())
    kind, _new = CaseClass.objects.get_or_create(
        catalogue="test", kind="event", code="0110",
        defaults={"main_code": "01", "name": "暴露生活垃圾"},
    )  # fmt: skip
    facts = {"stage": "reported", "step": 1, "stage_since": at, "reported_at": at}
    made = Case.objects.create(
        id=key, kind="event", case_class=kind, point=Point(WEST, NORTH, srid=4326),
        district_code=district_code, channel="hotline", **facts,
    )  # fmt: skip
    CaseEvent.objects.create(
        id=key * STEPS + 1, case=made, step=1, move="report", stage_after="reported",
        role="operator", at=at, day=at.date(),
    )  # fmt: skip
    if photo_key is not None:
        shot = Attachment(case=made, step=1, key=photo_key, view="near", width_px=1, height_px=1,
                          added_at=at)  # fmt: skip
        shot.file.save("photo.jpg", ContentFile(b"\xff\xd8"), save=True)
    return made
