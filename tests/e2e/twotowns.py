"""A second district west of the test town: one street, one community, 8 × 12 grids."""

from __future__ import annotations

from spatial.basemap.models import Dataset, Region
from spatial.grids.models import GridPlan, UnitGrid
from tests.e2e.places import ROWS, SECOND, SECOND_COLUMNS
from tests.e2e.town import FROM, METRIC, TO_METRIC, block, cell, publish, tiles_form

STREET = f"{SECOND}001"
COMMUNITY = f"{STREET}001"


def make_second_district() -> None:
    """The district with its regions and a plan in force."""
    ground = block(-SECOND_COLUMNS, 0, SECOND_COLUMNS, 2 * ROWS)
    dataset = Dataset.objects.create(name="second-town-regions", made_up=True, version=1)
    parent = None
    for level, code, name, name_en in (
        ("district", SECOND, "西城区", "Xicheng"),
        ("street", STREET, "西长安街街道", "Xichang'anjie"),
        ("community", COMMUNITY, "义达里社区居委会", "Yidali"),
    ):
        parent = Region.objects.create(
            level=level, code=code, name=name, name_en=name_en, parent=parent, dataset=dataset,
            geom=ground, geom3857=tiles_form(ground), valid_from=FROM,
            area_m2=ground.transform(METRIC, clone=True).area,
        )  # fmt: skip
    _make_plan(parent)


def _make_plan(community: Region) -> None:
    places = [
        (column, row) for row in reversed(range(2 * ROWS)) for column in range(-SECOND_COLUMNS, 0)
    ]
    plan = GridPlan.objects.create(
        district=Region.objects.get(code=SECOND), edition=1, metric_srid=METRIC, state="draft",
        input_digest="1" * 64, grid_count=len(places),
    )  # fmt: skip
    UnitGrid.objects.bulk_create(
        [_grid(plan, community, place, n) for n, place in enumerate(places, 1)]
    )
    publish(plan)


def _grid(plan: GridPlan, community: Region, place: tuple[int, int], number: int) -> UnitGrid:
    geom = cell(*place)
    flat = geom.transform(TO_METRIC, clone=True)
    return UnitGrid(
        plan=plan, ordinal=number, code=f"{COMMUNITY}{number:03}", community=community,
        geom=geom, geom3857=tiles_form(geom), area_m2=flat.area, perimeter_m=flat.length,
        on_feature_share=0.62, neighbours=[],
    )  # fmt: skip
