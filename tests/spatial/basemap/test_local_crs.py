"""A city's own reference system: defined by an administrator, by numbers only."""

import numpy as np
import pytest
import shapely
from django.core.exceptions import ValidationError
from pyproj import Transformer

from spatial.basemap.io.localcrs import checked
from spatial.basemap.models import ImportRun, LocalCrs, Region
from spatial.basemap.services import systems
from spatial.basemap.services.regions import import_regions
from spatial.core.errors import InputError
from spatial.core.models import AuditEntry
from tests.spatial.basemap import files
from tests.webmap import factories

pytestmark = pytest.mark.django_db
CITY = (
    "+proj=tmerc +lat_0=39.9 +lon_0=116.35 +k=1 +x_0=500000 +y_0=300000 +ellps=krass "
    "+towgs84=15.8,-154.4,-82.3,0,0,0,0 +units=m +no_defs"
)
GROUND = shapely.box(116.40, 39.90, 116.41, 39.91)


@pytest.fixture
def city():
    return LocalCrs.objects.create(name="city", title="本市独立坐标系", definition=CITY)


def in_city(ground):
    move = Transformer.from_crs(4326, checked(CITY), always_xy=True)
    return shapely.transform(ground, lambda xy: np.column_stack(move.transform(*xy.T)))


def write(tmp_path, ground):
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.gpkg"
    return files.regions(path, "district", [ground], crs="EPSG:4548")


def test_the_true_place_is_stored_and_the_run_has_the_definition(tmp_path, city):
    # Files of city systems name another one, or none: what the user gives counts.
    path = write(tmp_path, in_city(GROUND))
    import_regions(path, "district", crs="LOCAL:city")
    stored = shapely.from_wkb(bytes(Region.objects.get().geom.wkb))
    assert shapely.hausdorff_distance(stored, GROUND) < 1e-7
    run = ImportRun.objects.get()
    assert run.source_srid is None
    (note,) = run.issues.all()
    assert note.code == "I-CRS-LOCAL"
    assert "LOCAL:city" in note.message and "+lon_0=116.35" in note.message


def test_what_cannot_be_in_it_is_refused(tmp_path, city, refused):
    with refused("E-CRS-UNKNOWN"):
        import_regions(write(tmp_path, in_city(GROUND)), "district", crs="LOCAL:town")
    far = shapely.box(40_500_000, 40_400_000, 40_500_300, 40_400_300)
    with refused("E-CRS-RANGE"):
        import_regions(write(tmp_path, far), "district", crs="LOCAL:city")
    with refused("E-CRS-UNITS"):
        import_regions(write(tmp_path, GROUND), "district", crs="LOCAL:city")
    assert not Region.objects.exists()


@pytest.mark.parametrize("wrong", [
    "", "proj=tmerc", "+proj=longlat +ellps=krass +no_defs", "+proj=pipeline +step +proj=tmerc",
    "+init=epsg:4548", "+proj=tmerc +nadgrids=@null", "+proj=tmerc +geoidgrids=/etc/passwd",
    "+proj=tmerc +lon_0=abc", "+proj=tmerc +towgs84=1,2", "+proj=tmerc +towgs84=1,2,3,4",
    "+proj=tmerc +units=us-ft", "+proj=horner", "+proj=tmerc +lon_0=1e999", "EPSG:4548",
    "+proj=tmerc +datum=https://a.b/c", "+proj=tmerc " + "+k=1 " * 80, "+proj=deformation",
    "+proj=tmerc +ellps=krass +lat_0=95 +lon_0=400 +axis=wsu",
])  # fmt: skip
def test_a_definition_that_is_more_than_numbers_is_refused(wrong):
    with pytest.raises(InputError) as error:
        checked(wrong)
    assert error.value.code == "E-CRS-DEFINITION"
    with pytest.raises(ValidationError):
        LocalCrs(name="x", title="x", definition=wrong).full_clean()


def test_the_usual_names_and_the_local_ones_are_listed(city):
    found = {one["value"]: one["name"] for one in systems.choices()}
    assert found["LOCAL:city"] == "本市独立坐标系"
    assert found["EPSG:4610"] == "Xian 1980"


ADMIN = "/admin/basemap/localcrs/"


def test_only_administrators_define_them_and_nobody_changes_them(client):
    staff = factories.user("gis_staff", is_staff=True)
    chief = factories.user("administrator", is_staff=True)
    client.force_login(staff)
    assert client.get(ADMIN).status_code == 403
    assert client.post(f"{ADMIN}add/", {"name": "x"}).status_code == 403
    client.force_login(chief)
    asked = {"name": "city", "title": "本市", "definition": "+proj=tmerc +nadgrids=a"}
    refused = client.post(f"{ADMIN}add/", asked)
    assert refused.status_code == 200 and "+nadgrids=a" in refused.content.decode()
    assert not LocalCrs.objects.exists()
    assert client.post(f"{ADMIN}add/", asked | {"definition": CITY}).status_code == 302
    made = LocalCrs.objects.get()
    assert (made.definition, made.created_by) == (CITY, chief)
    assert client.post(f"{ADMIN}{made.pk}/change/", asked).status_code == 403
    assert client.post(f"{ADMIN}{made.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not LocalCrs.objects.exists()
    actions = AuditEntry.objects.order_by("at").values_list("action", "object_key")
    assert list(actions) == [("crs.defined", "LOCAL:city"), ("crs.removed", "LOCAL:city")]
