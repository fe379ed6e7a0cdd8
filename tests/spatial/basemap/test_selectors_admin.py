"""Reading back, and the look-only admin."""

from __future__ import annotations

import re

import numpy as np
import pytest
import shapely
from django.contrib.auth import get_user_model
from django.urls import reverse

from spatial.basemap.models import BaseFeature, ImportRun, Region
from spatial.basemap.selectors import current_regions, feature_arrays, features_within
from spatial.basemap.services.basemap import import_basemap
from spatial.core.mercator import to_mercator
from tests.spatial.basemap import files

pytestmark = pytest.mark.django_db


def test_feature_arrays_are_metric_complete_and_in_a_fixed_order(district, tmp_path):
    import_basemap(files.town(tmp_path / "t.gpkg"), dataset="t")
    region = current_regions("district").get()
    first = feature_arrays(region.geom.extent, 4548)
    assert set(first) == set(BaseFeature.Kind.values)
    roads = first["road"]
    assert len(roads) == 3
    assert sorted(roads.line_class) == [1, 2, 4]
    assert roads.geometry[0].distance(shapely.Point(files.X0, files.Y0)) < 700
    assert shapely.length(roads.geometry).max() == pytest.approx(600, abs=0.01)
    BaseFeature.objects.all().delete()
    import_basemap(files.town(tmp_path / "u.gpkg"), dataset="again")
    second = feature_arrays(region.geom.extent, 4548)
    for kind, arrays in first.items():
        assert shapely.equals_identical(arrays.geometry, second[kind].geometry).all()
        assert (arrays.name == second[kind].name).all()


def test_margin_and_kinds_limit_what_is_read(district, tmp_path):
    import_basemap(files.town(tmp_path / "t.gpkg", shift=620.0), dataset="t")
    region = current_regions("district").get()
    assert len(feature_arrays(region.geom.extent, 4548, margin_m=5.0)["road"]) == 0
    near = feature_arrays(region.geom.extent, 4548, margin_m=40.0, kinds=["road"])
    assert set(near) == {"road"}
    assert len(near["road"]) == 2
    assert features_within(region, ["road"], margin_m=40.0).count() == 2
    assert features_within(region).count() == 0
    assert len(feature_arrays(region.geom.extent, 4548, dataset_ids=[-1])["building"]) == 0


def test_mercator_agrees_with_postgis(district):
    from django.db import connection

    region = Region.objects.first()
    ours = to_mercator(np.array([shapely.from_wkb(bytes(region.geom.wkb))], dtype=object))[0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_AsBinary(ST_Transform(%s::geometry, 3857))", [region.geom.ewkt])
        theirs = shapely.from_wkb(bytes(cursor.fetchone()[0]))
    assert shapely.hausdorff_distance(ours, theirs) < 0.001


def test_admin_shows_and_changes_nothing(district, tmp_path, client):
    import_basemap(files.town(tmp_path / "t.gpkg"), dataset="t")
    admin = get_user_model().objects.create_superuser("root", password="x")
    client.force_login(admin)
    for name in ("dataset", "importrun", "importissue", "region", "basefeature", "place"):
        page = client.get(reverse(f"admin:basemap_{name}_changelist"))
        assert page.status_code == 200, name
        assert client.get(reverse(f"admin:basemap_{name}_add")).status_code == 403
    for row in (Region.objects.first(), BaseFeature.objects.first(), ImportRun.objects.first()):
        page = client.get(reverse(f"admin:basemap_{row._meta.model_name}_change", args=[row.pk]))
        assert page.status_code == 200
        text = page.content.decode()
        assert not re.search(r"""(src|href)=["'](https?:)?//""", text)
        assert "{z}" not in text
        address = reverse(f"admin:basemap_{row._meta.model_name}_delete", args=[row.pk])
        assert client.post(address, {"post": "yes"}).status_code == 403
