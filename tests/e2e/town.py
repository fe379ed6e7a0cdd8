"""A small made-up district for the browser tests, written through the models.

Two streets of two communities each, 8 × 6 slanted grids a community, a few roads, a canal, a park,
buildings and named places: enough to click, to find and to export, and quick to make.
"""

from __future__ import annotations

import datetime
import io

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.contrib.gis.gdal import CoordTransform, SpatialReference
from django.contrib.gis.geos import LineString, MultiPolygon, Point, Polygon
from PIL import Image

from fixtures import cases, catalogues
from spatial.basemap.models import BaseFeature, Dataset, Place, Region
from spatial.cases.models import Case
from spatial.cases.services.catalogue import store_case_classes
from spatial.cases.services.given import Given, Shot
from spatial.cases.services.moving import make_move
from spatial.components.services.catalogue import store_catalogue
from spatial.components.services.keeping import register
from spatial.components.services.kinds import class_of
from spatial.grids.models import GridCode, GridPlan, UnitGrid
from spatial.grids.services.check import check_plan
from spatial.grids.services.edit.history import edit_plan
from spatial.grids.services.publish import publish_plan
from tests.e2e.places import (
    COLUMNS,
    COMMUNITIES,
    DISTRICT,
    PASSWORD,
    ROWS,
    STREETS,
    centre_of,
    code_at,
    corner,
)

LAMPS_AT = (9, 4)

METRIC = 4548
# Made once: to find the way between two systems costs a hundred times the way itself.
_DEGREES = SpatialReference(4326)
TO_METRIC = CoordTransform(_DEGREES, SpatialReference(METRIC))
TO_TILES = CoordTransform(_DEGREES, SpatialReference(3857))
FROM = datetime.date(2026, 1, 1)
SECOND_FROM = datetime.date(2026, 6, 1)


def tiles_form(shape):
    """The same shape in the tiles' reference system."""
    return shape.transform(TO_TILES, clone=True)


def cell(column: int, row: int) -> Polygon:
    ring = [corner(column + dx, row + dy) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))]
    return Polygon(ring, srid=4326)


def block(column: int, row: int, columns: int, rows: int) -> MultiPolygon:
    south = [corner(column + k, row) for k in range(columns)]
    east = [corner(column + columns, row + k) for k in range(rows)]
    north = [corner(column + columns - k, row + rows) for k in range(columns)]
    west = [corner(column, row + rows - k) for k in range(rows)]
    ring = south + east + north + west
    return MultiPolygon(Polygon([*ring, ring[0]], srid=4326), srid=4326)


def make_regions() -> list[Region]:
    """The district, its streets and communities; returns the communities."""
    dataset = Dataset.objects.create(name="town-regions", made_up=True, version=1)

    def region(level, code, name, name_en, geom, parent=None):
        return Region.objects.create(
            level=level,
            code=code,
            name=name,
            name_en=name_en,
            geom=geom,
            parent=parent,
            geom3857=tiles_form(geom),
            dataset=dataset,
            valid_from=FROM,
            area_m2=geom.transform(METRIC, clone=True).area,
        )

    everything = block(0, 0, COLUMNS * 2, ROWS * 2)
    district = region("district", DISTRICT, "东城区", "Dongcheng", everything)
    communities = []
    for up, (code, name, name_en) in enumerate(STREETS):
        half = block(0, up * ROWS, COLUMNS * 2, ROWS)
        street = region("street", code, name, name_en, half, district)
        for right in range(2):
            area = block(right * COLUMNS, up * ROWS, COLUMNS, ROWS)
            communities.append(region("community", *COMMUNITIES[up * 2 + right], area, street))
    return communities


def make_base_map() -> None:
    """Roads of five classes, a canal, a lake, a park, a railway, buildings, places."""
    dataset = Dataset.objects.create(name="town", made_up=True, version=1)

    def feature(kind, geom, line_class=0, name=""):
        BaseFeature.objects.create(
            dataset=dataset,
            kind=kind,
            line_class=line_class,
            name=name,
            geom=geom,
            geom3857=tiles_form(geom),
            source_key=f"{kind}-{BaseFeature.objects.count()}",
            digest=bytes(16),
        )

    def row_line(row):
        return LineString([corner(k, row) for k in range(COLUMNS * 2 + 1)], srid=4326)

    def column_line(column):
        return LineString([corner(column, k) for k in range(ROWS * 2 + 1)], srid=4326)

    feature("road", row_line(0), 1, "二环路")
    feature("road", row_line(ROWS), 2, "平安大街")
    feature("road", column_line(COLUMNS), 3, "北河沿大街")
    feature("road", row_line(3), 4, "东安门大街")
    feature("road", column_line(4), 5, "多福巷")
    feature("road", row_line(9), 6, "吉祥胡同")
    feature("rail", column_line(15))
    feature("water_line", row_line(11), 2, "前河")
    feature("water_area", cell(1, 1).buffer(-0.0002), name="什刹海")
    feature("green", cell(13, 2).buffer(-0.0001), name="皇城根公园")
    for column in range(0, COLUMNS * 2, 2):
        feature("building", cell(column, 4).buffer(-0.0002))
        feature("compound", cell(column, 7).buffer(-0.0001))
    feature("wall", LineString([corner(10, 8), corner(11, 8), corner(11, 9)], srid=4326))
    for kind, name, subtype, at in (
        ("place", "王府井", "quarter", (5, 5)),
        ("poi", "隆福寺", "temple", (3, 9)),
        ("address", "多福巷12号", "", (4, 2)),
    ):
        point = Point(*corner(*at), srid=4326)
        Place.objects.create(
            dataset=dataset,
            kind=kind,
            name=name,
            subtype=subtype,
            geom=point,
            geom3857=tiles_form(point),
            source_key=name,
            digest=bytes(16),
        )


def make_plan(communities: list[Region], edition: int = 1, published: bool = True) -> GridPlan:
    """A plan over all communities, numbered north to south and west to east."""
    plan = GridPlan.objects.create(
        district=Region.objects.get(code=DISTRICT),
        edition=edition,
        metric_srid=METRIC,
        state="draft",
        input_digest="0" * 64,
        grid_count=len(communities) * COLUMNS * ROWS,
    )
    by_region = {community.code: community for community in communities}
    every = [(column, row) for column in range(COLUMNS * 2) for row in range(ROWS * 2)]
    places = {place: (by_region[code_at(place)[:12]], code_at(place)) for place in every}
    by_code = sorted(places, key=lambda place: places[place][1])
    ordinal_of = {place: number for number, place in enumerate(by_code, 1)}
    UnitGrid.objects.bulk_create([make_grid(plan, place, places, ordinal_of) for place in by_code])
    if published:
        publish(plan)
    return plan


def make_grid(plan, place, places, ordinal_of) -> UnitGrid:
    geom = cell(*place)
    flat = geom.transform(TO_METRIC, clone=True)
    around = [(place[0] + dx, place[1] + dy) for dx, dy in ((0, 1), (1, 0), (0, -1), (-1, 0))]
    community, code = places[place]
    return UnitGrid(
        plan=plan,
        ordinal=ordinal_of[place],
        code=code,
        community=community,
        geom=geom,
        geom3857=tiles_form(geom),
        area_m2=flat.area,
        perimeter_m=flat.length,
        on_feature_share=0.62,
        neighbours=sorted(ordinal_of[p] for p in around if p in ordinal_of),
    )


def publish(plan: GridPlan) -> None:
    GridPlan.objects.filter(pk=plan.pk).update(state="published", valid_from=FROM)
    plan.grids.update(valid_from=FROM)
    codes = plan.grids.values_list("code", flat=True)
    GridCode.objects.bulk_create([GridCode(code=code, first_published=FROM) for code in codes])


def make_second_edition() -> None:
    """Two grids of the draft become one, and it is put in force."""
    plan = GridPlan.objects.get(edition=2)
    pair = plan.grids.filter(code__in=[code_at((0, 0)), code_at((1, 0))])
    asked = {"grids": list(pair.values_list("ordinal", flat=True))}
    edit_plan(plan, "merge", asked, plan.revision, None)
    check_plan(plan)
    publish_plan(plan, SECOND_FROM)


def make_users() -> None:
    """One log-in for each of the roles the tests use, named like the role."""
    for role in ("planner", "viewer", "gis_staff"):
        make_user(role, role)


def make_user(role: str, name: str) -> None:
    user = get_user_model().objects.create_user(name, password=PASSWORD)
    user.groups.add(Group.objects.get(name=role))


def make_all() -> None:
    communities = make_regions()
    make_base_map()
    make_plan(communities)
    make_plan(communities, edition=2, published=False)
    make_users()


def make_components() -> None:
    """A lamp in the middle of a grid, another 12 m east of it, a cover 12 m west; an inspector."""
    catalogue = store_catalogue(catalogues.load("cjt214-2007"))
    lon, lat = centre_of(LAMPS_AT)
    for kind, east in (("0118", 0.0), ("0118", 0.00014), ("0101", -0.00014)):
        register(class_of(catalogue, kind), lon + east, lat, {"owner": "电力公司"})
    make_user("inspector", "inspector")


def make_case_classes() -> None:
    """Classes of cases that everybody may report."""
    store_catalogue(catalogues.load("cjt214-2007"))
    store_case_classes(cases.load("cjt214-yuncheng"))


def close_cases() -> None:
    """End every case as supervision would see it, the stages between left out."""
    make_user("operator", "operator")
    make_user("inspector", "checker")
    inspector = get_user_model().objects.get(username="checker")
    forcer = get_user_model().objects.get(username="operator")
    forcer.user_permissions.add(Permission.objects.get(codename="force_close"))
    for case in Case.objects.filter(closed_at__isnull=True):
        make_move(forcer, case.pk, "ask_check", Given(inspector=inspector.pk))
        make_move(inspector, case.pk, "confirm", Given(photos=(Shot(photo()),)))
        make_move(forcer, case.pk, "file", Given(standard=case.case_class.standards.first().pk))
        make_move(forcer, case.pk, "force_close", Given(reason="见现场"))


def photo() -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", (64, 48), "green").save(packed, "JPEG")
    return packed.getvalue()
