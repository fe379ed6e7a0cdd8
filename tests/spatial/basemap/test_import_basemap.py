"""Base maps from real files: OpenStreetMap, Chinese layers, shapefiles in every encoding."""

from __future__ import annotations

import hashlib
from collections import Counter

import geopandas as gpd
import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from pyproj import Transformer

from spatial.basemap.io import source
from spatial.basemap.models import BaseFeature, Dataset, ImportIssue, ImportRun, Place
from spatial.basemap.services import stage
from spatial.basemap.services.basemap import import_basemap
from tests.spatial.basemap import files

pytestmark = pytest.mark.django_db


def kinds(**more) -> Counter:
    return Counter(BaseFeature.objects.filter(**more).values_list("kind", flat=True))


def roads(**more) -> dict:
    found = BaseFeature.objects.filter(kind="road", **more)
    return {road.name: road.line_class for road in found}


def test_helsinki_extract_becomes_every_kind():
    summary = import_basemap(files.helsinki(), dataset="helsinki")
    assert summary.read == summary.kept + summary.left_out + summary.refused
    assert summary.read > 12_000
    assert set(kinds()) == set(BaseFeature.Kind.values)
    assert kinds()["building"] > 440
    assert BaseFeature.objects.filter(name="Mannerheimintie", line_class=1).exists()
    assert BaseFeature.objects.filter(kind="road", underground=True).exists()
    assert not BaseFeature.objects.filter(subtype__in=["sidewalk", "crossing", "corridor"]).exists()
    assert Place.objects.filter(kind="address", name="Mannerheimintie 5").exists()
    dataset = Dataset.objects.get()
    assert dataset.attribution.startswith("© OpenStreetMap")
    run = ImportRun.objects.get()
    assert (run.state, run.source_srid, run.counts["created"]) == ("done", 4326, summary.created)
    assert run.issues.filter(severity="repaired").exists()
    walls = BaseFeature.objects.filter(kind="wall")
    assert {wall.geom.geom_type for wall in walls} == {"LineString"}


def test_stored_geometry_is_valid_and_the_tiles_copy_agrees():
    import_basemap(files.helsinki(), dataset="helsinki")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bool_and(ST_IsValid(geom) AND ST_NDims(geom) = 2 AND NOT ST_IsEmpty(geom)),"
            " max(ST_HausdorffDistance(ST_Transform(geom, 3857), geom3857))"
            " FROM basemap_basefeature"
        )
        valid, distance = cursor.fetchone()
    assert valid
    assert distance < 0.001


def test_chinese_layers_are_sorted_by_type_then_by_code(tmp_path):
    summary = import_basemap(files.town(tmp_path / "t.gpkg"), made_up=True)
    assert roads() == {"朝阳门内大街": 1, "史家胡同": 4, "无名路": 2}
    assert kinds() == {"road": 3, "building": 2, "compound": 1, "green": 1}
    assert set(Place.objects.values_list("name", flat=True)) == {"史家胡同1号", "史家胡同2号"}
    assert Dataset.objects.get().made_up
    assert summary.by_kind["address"] == 2
    house = BaseFeature.objects.filter(kind="building").first()
    assert 116 < house.geom.centroid.x < 117
    assert 39 < house.geom.centroid.y < 40


def test_second_run_is_unchanged_and_other_bytes_change_nothing(tmp_path):
    path = files.town(tmp_path / "t.gpkg")
    first = import_basemap(path)
    again = import_basemap(path)
    assert (again.state, again.unmodified) == ("unchanged", first.created)
    ids = set(BaseFeature.objects.values_list("id", flat=True))
    other = files.town(tmp_path / "u.gpkg")
    files.write(other, files.squares(1), {"A": ["x"]}, layer="unknown_layer")
    third = import_basemap(other, dataset="t")
    assert third.state == "done"
    assert (third.created, third.updated, third.removed) == (0, 0, 0)
    assert third.unmodified == first.created
    assert set(BaseFeature.objects.values_list("id", flat=True)) == ids
    assert Dataset.objects.get().version == 1


def test_shuffled_rows_without_identifiers_change_nothing(tmp_path):
    x = files.X0 + np.arange(50) * 40
    boxes = shapely.box(x, files.Y0, x + 20, files.Y0 + 20)
    columns = {"NAME": [f"楼{i}" for i in range(50)]}
    import_basemap(files.write(tmp_path / "a.gpkg", boxes, columns, layer="RESA"), dataset="d")
    order = np.random.default_rng(7).permutation(50)
    columns = {"NAME": [columns["NAME"][i] for i in order]}
    shuffled = files.write(tmp_path / "b.gpkg", boxes[order], columns, layer="RESA")
    summary = import_basemap(shuffled, dataset="d")
    assert (summary.created, summary.removed, summary.unmodified) == (0, 0, 50)


def test_equal_features_are_all_kept_and_found_again(tmp_path):
    boxes = np.repeat(files.squares(1), 3)
    path = files.write(tmp_path / "a.gpkg", boxes, {"NAME": ["同"] * 3}, layer="RESA")
    assert import_basemap(path, dataset="d").created == 3
    other = files.write(tmp_path / "b.gpkg", boxes[:2], {"NAME": ["同"] * 2}, layer="RESA")
    summary = import_basemap(other, dataset="d")
    assert (summary.unmodified, summary.removed) == (2, 1)


def test_identifier_column_makes_a_change_an_update(tmp_path):
    columns = {"FEATID": ["7", "8"], "NAME": ["旧", "同"]}
    boxes = files.squares(2)
    import_basemap(files.write(tmp_path / "a.gpkg", boxes, columns, layer="RESA"), dataset="d")
    key = BaseFeature.objects.get(name="旧").pk
    columns["NAME"] = ["新", "同"]
    new = files.write(tmp_path / "b.gpkg", boxes, columns, layer="RESA")
    summary = import_basemap(new, dataset="d")
    assert (summary.updated, summary.unmodified, summary.created) == (1, 1, 0)
    assert BaseFeature.objects.get(pk=key).name == "新"


def test_datasets_do_not_touch_each_other(tmp_path):
    import_basemap(files.town(tmp_path / "a.gpkg"))
    import_basemap(files.town(tmp_path / "b.gpkg"))
    assert BaseFeature.objects.count() == 14
    assert Dataset.objects.count() == 2


def test_dry_run_counts_and_writes_nothing(tmp_path):
    summary = import_basemap(files.town(tmp_path / "t.gpkg"), dry_run=True)
    assert (summary.state, summary.created) == ("dry run", 9)
    assert not BaseFeature.objects.exists()
    assert not ImportRun.objects.exists()
    assert not Dataset.objects.exists()


@pytest.mark.parametrize("crs", [2384, 2363, 4527, 4498, 4610, 2436, 4490, 32650])
def test_reference_systems_of_chinese_maps_land_at_the_same_place(tmp_path, crs):
    """Xian 80, Beijing 54, CGCS2000 by zone number and by meridian, UTM."""
    move = Transformer.from_crs(4548, crs, always_xy=True)
    boxes = shapely.transform(
        files.squares(1), lambda xy: np.column_stack(move.transform(xy[:, 0], xy[:, 1]))
    )
    path = files.write(tmp_path / "RESA.shp", boxes, {"NAME": ["楼"]}, crs=f"EPSG:{crs}")
    import_basemap(path, layers="gb")
    centre = BaseFeature.objects.get().geom.centroid
    back = Transformer.from_crs(4548, 4490, always_xy=True)
    lon, lat = back.transform(files.X0 + 150, files.Y0 + 150)
    assert centre.x == pytest.approx(lon, abs=0.002)
    assert centre.y == pytest.approx(lat, abs=0.002)
    assert ImportRun.objects.get().source_srid == crs


def test_uncertain_datum_shift_is_noted(tmp_path):
    path = files.write(tmp_path / "RESA.shp", files.squares(1), {"NAME": ["楼"]}, crs="EPSG:2384")
    import_basemap(path, layers="gb")
    assert ImportIssue.objects.filter(code="I-CRS-SHIFT").exists()


@pytest.mark.parametrize(
    ("written", "cpg", "given"),
    [
        ("GBK", None, "auto"), ("GBK", "GBK", "auto"), ("UTF-8", "UTF-8", "auto"),
        ("UTF-8", None, "auto"), ("GB18030", "936", "auto"), ("GBK", "junk", "GB18030"),
    ],
)  # fmt: skip
def test_text_of_shapefiles_is_read_right(tmp_path, written, cpg, given):
    path = tmp_path / "LRDL.shp"
    lines = shapely.linestrings([[(files.X0, files.Y0), (files.X0 + 50, files.Y0)]] * 2)
    names = ["朝阳门内大街", "史家胡同"]
    columns = {"NAME": names, "RTYPE": ["主干路", "胡同"]}
    files.write(path, lines, columns, encoding=written)
    path.with_suffix(".cpg").unlink()
    if cpg:
        path.with_suffix(".cpg").write_text(cpg)
    import_basemap(path, encoding=given)
    assert roads() == {"朝阳门内大街": 1, "史家胡同": 4}


def test_zip_of_several_shapefiles_with_gbk_names(tmp_path):
    members = {}
    lines = shapely.linestrings([[(files.X0, files.Y0), (files.X0 + 50, files.Y0)]])
    for name, geometry, columns in (
        ("LRDL", lines, {"NAME": ["路"], "RTYPE": ["支路"]}),
        ("RESA", files.squares(1), {"NAME": ["楼"]}),
    ):
        shp = files.write(tmp_path / f"{name}.shp", geometry, columns, encoding="GBK")
        files.without(shp, ".cpg")
        members |= {f"数据/{n}": p for n, p in files.parts(shp).items()}
    summary = import_basemap(files.zipped(tmp_path / "town.zip", members))
    assert kinds() == {"road": 1, "building": 1}
    assert set(summary.by_layer) == {"LRDL", "RESA"}


def test_geojson_and_zipped_gpkg(tmp_path):
    road = shapely.linestrings([[(116.4, 39.9), (116.41, 39.9)]])
    path = files.write(tmp_path / "lines.geojson", road, {"highway": ["primary"], "osm_id": ["9"]},
                       crs="EPSG:4326")  # fmt: skip
    import_basemap(path, layers="osm")
    assert BaseFeature.objects.get().source_key == "lines/9"
    packed = files.zipped(tmp_path / "t.zip", {"t.gpkg": files.town(tmp_path / "t.gpkg")})
    assert import_basemap(packed).created == 9


def test_openstreetmap_in_a_geopackage_keeps_its_packed_tags(tmp_path):
    road = shapely.linestrings([[(24.94, 60.17), (24.95, 60.17)]] * 2)
    columns = {"osm_id": ["1", "2"], "highway": ["primary", "footway"],
               "other_tags": ['"tunnel"=>"yes","lit"=>"no"', '"footway"=>"sidewalk"']}  # fmt: skip
    path = files.write(tmp_path / "o.gpkg", road, columns, crs="EPSG:4326", layer="lines")
    summary = import_basemap(path)
    assert (summary.created, summary.left_out) == (1, 1)
    assert BaseFeature.objects.get().underground


def test_own_layer_map_and_attribution(tmp_path):
    rules = tmp_path / "mine.toml"
    rules.write_text('[[feature]]\nlayers = ["a"]\nkind = "wall"\nclass = 5\nsubtype = "=墙"\n')
    line = shapely.linestrings([[(files.X0, files.Y0), (files.X0 + 50, files.Y0)]])
    path = files.write(tmp_path / "f.gpkg", line, {"N": ["x"]}, layer="a")
    import_basemap(path, layers=str(rules), attribution="测绘院")
    assert BaseFeature.objects.get().subtype == "墙"
    assert Dataset.objects.get().attribution == "测绘院"


def test_bad_geometries_are_counted_with_their_reason(tmp_path):
    x, y = files.X0, files.Y0
    bow = shapely.Polygon([(x, y), (x + 30, y + 30), (x + 30, y), (x, y + 30)])
    spike = shapely.Polygon([(x, y), (x + 100, y), (x + 100, y + 100), (x + 50, y + 100),
                             (x + 50, y + 101), (x + 50, y + 100), (x, y + 100)])  # fmt: skip
    nan = shapely.Polygon([(x, y), (x + 1, np.nan), (x + 1, y + 1)])
    line = shapely.LineString([(x, y), (x + 1, y)])
    deep = shapely.force_3d(shapely.box(x, y, x + 10, y + 10), 12.5)
    shapes = [None, shapely.Polygon(), bow, spike, nan, line, deep]
    names = {"NAME": [f"g{i}" for i in range(len(shapes))]}
    path = files.write(tmp_path / "a.gpkg", shapes, names, layer="RESA", kind="Unknown")
    summary = import_basemap(path)
    assert summary.by_reason == {
        "E-GEOM-EMPTY": 2, "E-GEOM-INVALID": 1, "E-GEOM-NAN": 1, "E-GEOM-TYPE": 1,
        "I-GEOM-REPAIRED": 1,
    }  # fmt: skip
    assert (summary.kept, summary.repaired, summary.refused) == (2, 1, 5)
    assert all(not row.geom.hasz and row.geom.valid for row in BaseFeature.objects.all())
    issue = ImportIssue.objects.get(code="E-GEOM-INVALID")
    assert (issue.layer, issue.feature, issue.geom.geom_type) == ("RESA", "3", "Point")


def catalogue():
    """Indexes and constraints of the feature table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'basemap_basefeature'"
            " UNION ALL SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = 'basemap_basefeature'::regclass ORDER BY 1"
        )
        return cursor.fetchall()


@pytest.mark.parametrize("count_known_before", [True, False])
def test_indexes_and_keys_are_put_back_after_a_big_first_import(
    tmp_path, monkeypatch, count_known_before
):
    before, laid_by = catalogue(), []
    lay_by = stage.bulk.lay_by
    monkeypatch.setattr(stage, "REBUILD_FROM_ROWS", 1)
    monkeypatch.setattr(
        stage.bulk, "lay_by", lambda cursor, table: laid_by.append(table) or lay_by(cursor, table)
    )
    if not count_known_before:
        monkeypatch.setattr(stage.Direct, "begin", lambda *_args: None)
    assert import_basemap(files.town(tmp_path / "t.gpkg")).created == 9
    assert catalogue() == before
    assert stage.FEATURES.table in laid_by


def test_memory_stays_with_the_batch(tmp_path, monkeypatch):
    monkeypatch.setattr("spatial.basemap.io.readers.BATCH", 7)
    x = files.X0 + np.arange(50) * 40
    boxes = shapely.box(x, files.Y0, x + 20, files.Y0 + 20)
    path = files.write(tmp_path / "a.gpkg", boxes, {"NAME": ["楼"] * 50}, layer="RESA")
    seen = []
    summary = import_basemap(path, progress=lambda done, total, message="": seen.append(done))
    assert summary.created == 50
    assert max(np.diff(seen)) <= 50
    assert seen[-1] == 50


def test_temporary_folders_are_gone(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    stale = tmp_path / f"{source.PREFIX}999999999-x"
    stale.mkdir()
    path = files.town(tmp_path / "t.gpkg")
    import_basemap(path)
    assert list(tmp_path.glob(f"{source.PREFIX}*")) == []


def test_command_reports_and_fails_with_a_code(tmp_path, capsys):
    path = files.town(tmp_path / "t.gpkg")
    call_command("import_basemap", str(path), made_up=True)
    out = capsys.readouterr().out
    assert "created" in out
    assert "layer LRDL" in out
    with pytest.raises(CommandError, match="E-MAP-MISSING"):
        call_command("import_basemap", str(path), layers="nope.toml")


def test_the_use_of_ground_is_stored_and_follows_the_layer_map(tmp_path):
    rules = tmp_path / "rules.toml"
    text = '[[feature]]\nlayers = ["a"]\nkind = "ground"\nuse = "LAND"\nsubtype = "LAND"\n'
    rules.write_text(text)
    shapes = [shapely.box(116.40, 39.90, 116.41, 39.91), shapely.box(116.41, 39.90, 116.42, 39.91)]
    path = tmp_path / "g.geojson"
    frame = gpd.GeoDataFrame({"LAND": ["park", "x" * 60]}, geometry=shapes, crs=4326)
    frame.to_file(path, layer="a")
    import_basemap(path, layers=str(rules), dataset="g")
    stored = dict(BaseFeature.objects.values_list("subtype", "use"))
    assert stored == {"park": "park", "x" * 60: "x" * 40}
    rules.write_text(text.replace('use = "LAND"', 'use = "=port"'))
    import_basemap(path, layers=str(rules), dataset="g")
    assert set(BaseFeature.objects.values_list("use", flat=True)) == {"port"}
    rules.write_text(text.replace("ground", "green").replace('use = "LAND"\n', ""))
    import_basemap(path, layers=str(rules), dataset="g")
    assert set(BaseFeature.objects.values_list("kind", "use")) == {("green", "")}


def test_rows_without_a_use_keep_the_digest_they_had(tmp_path):
    """Imports from before there were uses must not all be written again."""
    import_basemap(files.town(tmp_path / "t.gpkg"))
    road = BaseFeature.objects.get(name="史家胡同", kind="road")
    facts = ["road", str(road.line_class), road.name, road.subtype, "f"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT ST_AsBinary(geom) FROM basemap_basefeature WHERE id=%s", [road.pk])
        shape = bytes(cursor.fetchone()[0])
    wanted = hashlib.md5(shape + "\x1f".join(facts).encode(), usedforsecurity=False)
    assert bytes(road.digest) == wanted.digest()
