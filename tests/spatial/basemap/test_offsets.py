"""Imports of GCJ-02 and BD-09 through the gate."""

import pytest
import shapely

from geocode import to_bd09, to_gcj02
from spatial.basemap.models import ImportRun, Region
from spatial.basemap.services.regions import import_regions
from tests.spatial.basemap import files

pytestmark = pytest.mark.django_db
GROUND = shapely.box(116.40, 39.90, 116.41, 39.91)


def write(tmp_path, ground, crs="EPSG:4326"):
    return files.regions(tmp_path / "r.gpkg", "district", [ground], crs=crs)


@pytest.mark.parametrize(("name", "shown"), [
    ("GCJ-02", to_gcj02), ("bd09", lambda xy: to_bd09(to_gcj02(xy))),
])  # fmt: skip
def test_the_true_place_is_stored_and_the_run_says_so(tmp_path, name, shown):
    import_regions(write(tmp_path, shapely.transform(GROUND, shown)), "district", crs=name)
    stored = shapely.from_wkb(bytes(Region.objects.get().geom.wkb))
    assert shapely.hausdorff_distance(stored, GROUND) < 1e-8
    run = ImportRun.objects.get()
    assert run.source_srid is None
    assert [issue.code for issue in run.issues.all()] == ["I-CRS-GCJ02"]


def test_outside_china_is_refused(tmp_path, refused):
    with refused("E-CRS-OFFSET"):
        import_regions(write(tmp_path, shapely.box(24, 60, 24.1, 60.1)), "district", crs="GCJ-02")


def test_metres_are_refused(tmp_path, refused):
    path = write(tmp_path, files.squares(1)[0], "EPSG:4548")
    with refused("E-CRS-UNITS"):
        import_regions(path, "district", crs="BD-09")
