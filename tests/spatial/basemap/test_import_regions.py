"""Regions from real files: what is stored, what is refused, what is mended."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError

from spatial.basemap.models import ImportIssue, ImportRun, Region
from spatial.basemap.selectors import current_regions
from spatial.basemap.services.regions import import_regions
from tests.spatial.basemap import files

pytestmark = pytest.mark.django_db


def shape(region: Region):
    return shapely.from_wkb(bytes(region.geom.wkb))


def test_three_levels_know_their_parents_and_areas(district, tmp_path):
    path = files.regions(tmp_path / "c.gpkg", "community", files.squares(2))
    summary = import_regions(path, "community")
    assert (summary.read, summary.kept, summary.created, summary.refused) == (2, 2, 2, 0)
    first, second = current_regions("community")
    assert first.code == "110101001001"
    assert first.name_en == "Region 1"
    assert first.parent.code == "110101001"
    assert first.parent.parent.code == "110101"
    assert first.area_m2 == pytest.approx(90_000, rel=1e-3)
    assert first.geom.srid == 4326
    assert first.geom3857.srid == 3857
    assert shapely.coverage_is_valid([shape(first), shape(second)])


def test_second_run_changes_nothing_and_says_so(district, tmp_path):
    path = files.regions(tmp_path / "c.gpkg", "community", files.squares(2))
    import_regions(path, "community")
    before = list(Region.objects.values_list("id", "valid_to"))
    again = import_regions(path, "community")
    assert (again.state, again.created, again.updated, again.unmodified) == ("unchanged", 0, 0, 2)
    assert list(Region.objects.values_list("id", "valid_to")) == before


def test_other_bytes_of_the_same_content_change_nothing(district, tmp_path):
    import_regions(files.regions(tmp_path / "c.gpkg", "community", files.squares(2)), "community")
    other = files.regions(tmp_path / "c.geojson", "community", files.squares(2))
    summary = import_regions(other, "community", dataset="c", crs="EPSG:4548")
    assert (summary.state, summary.created, summary.updated, summary.unmodified) == (
        "done",
        0,
        0,
        2,
    )


def test_changed_region_closes_its_row_and_opens_another(district, tmp_path):
    path = files.regions(tmp_path / "c.gpkg", "community", files.squares(2))
    import_regions(path, "community", valid_from=dt.date(2026, 1, 1))
    middle = files.X0 + 310
    moved = [shapely.box(files.X0, files.Y0, middle, files.Y0 + 300),
             shapely.box(middle, files.Y0, files.X0 + 600, files.Y0 + 300)]  # fmt: skip
    new = files.regions(tmp_path / "d.gpkg", "community", np.array(moved))
    summary = import_regions(new, "community", dataset="c", valid_from=dt.date(2026, 6, 1))
    assert (summary.updated, summary.created) == (2, 0)
    old = current_regions("community", on=dt.date(2026, 5, 31)).get(code="110101001001")
    now = current_regions("community", on=dt.date(2026, 6, 1)).get(code="110101001001")
    assert old.valid_to == dt.date(2026, 6, 1)
    assert now.area_m2 > old.area_m2
    assert Region.objects.filter(level="community").count() == 4


def test_new_parent_row_takes_over_the_children(district, tmp_path):
    import_regions(files.regions(tmp_path / "c.gpkg", "community", files.squares(2)), "community")
    street = [shapely.box(files.X0, files.Y0, files.X0 + 600, files.Y0 + 300)]
    renamed = files.regions(tmp_path / "s.gpkg", "street", np.array(street), names=["新街道"])
    import_regions(renamed, "street")
    parents = {region.parent.name for region in current_regions("community")}
    assert parents == {"新街道"}


def test_community_that_is_gone_is_closed_not_deleted(district, tmp_path):
    import_regions(files.regions(tmp_path / "c.gpkg", "community", files.squares(2)), "community")
    whole = np.array([shapely.box(files.X0, files.Y0, files.X0 + 600, files.Y0 + 300)])
    summary = import_regions(
        files.regions(tmp_path / "d.gpkg", "community", whole), "community", dataset="c"
    )
    assert (summary.updated, summary.removed) == (1, 1)
    assert current_regions("community").count() == 1
    assert Region.objects.filter(code="110101001002", valid_to__isnull=False).exists()


def test_later_row_is_not_closed_before_it_began(district, tmp_path, refused):
    path = files.regions(tmp_path / "c.gpkg", "community", files.squares(2))
    import_regions(path, "community")
    names = files.regions(tmp_path / "d.gpkg", "community", files.squares(2), names=["甲", "乙"])
    with refused("E-REGION-DATE"):
        import_regions(names, "community", valid_from=dt.date(2000, 1, 1))


def test_padded_statistical_codes_are_shortened(db, tmp_path):
    path = files.regions(tmp_path / "d.gpkg", "district", files.squares(1), codes=["110101000000"])
    import_regions(path, "district")
    assert current_regions("district").get().code == "110101"


def test_named_fields_are_used(db, tmp_path):
    columns = {"XZ": ["110101"], "MC": ["东城区"], "EN": ["Dongcheng"]}
    path = files.write(tmp_path / "d.shp", files.squares(1), columns)
    import_regions(path, "district", code_field="xz", name_field="MC", name_en_field="EN")
    region = current_regions("district").get()
    assert (region.name, region.name_en) == ("东城区", "Dongcheng")


def test_dry_run_writes_not_even_a_run(db, tmp_path):
    path = files.regions(tmp_path / "d.gpkg", "district", files.squares(1))
    summary = import_regions(path, "district", dry_run=True)
    assert (summary.state, summary.run_id, summary.created) == ("dry run", None, 1)
    assert not Region.objects.exists()
    assert not ImportRun.objects.exists()


def test_self_crossing_region_names_region_and_place(db, tmp_path, refused):
    x, y = files.X0, files.Y0
    bow = shapely.Polygon([(x, y), (x + 300, y + 300), (x + 300, y), (x, y + 300)])
    path = files.regions(tmp_path / "d.gpkg", "district", np.array([bow]))
    with refused("E-REGION-INVALID", feature="110101 区域1", layer="district") as caught:
        import_regions(path, "district")
    assert caught.value.detail["place"] == pytest.approx([x + 150, y + 150])


def test_self_crossing_region_is_mended_when_told(db, tmp_path):
    x, y = files.X0, files.Y0
    bow = shapely.Polygon([(x, y), (x + 300, y + 300), (x + 300, y), (x, y + 300)])
    path = files.regions(tmp_path / "d.gpkg", "district", np.array([bow]))
    summary = import_regions(path, "district", mend=True)
    assert summary.by_reason == {"E-REGION-INVALID": 1}
    assert shape(current_regions("district").get()).is_valid


def test_overlap_is_refused_with_place_and_area(district, tmp_path, refused):
    shapes = files.squares(2)
    shapes[0] = shapely.box(files.X0, files.Y0, files.X0 + 310, files.Y0 + 300)
    path = files.regions(tmp_path / "c.gpkg", "community", shapes)
    with refused("E-REGION-OVERLAP", area_m2=3000.0) as caught:
        import_regions(path, "community")
    (place,) = caught.value.detail["places"]
    assert place["regions"] == ["110101001001 区域1", "110101001002 区域2"]
    assert 116 < place["lon"] < 117
    issue = ImportIssue.objects.get()
    assert (issue.severity, issue.code) == ("refused", "E-REGION-OVERLAP")
    assert issue.area_m2 == pytest.approx(3000, abs=1)
    assert issue.geom.geom_type == "Polygon"


def test_overlap_and_hole_are_mended_when_told_with_areas_written(district, tmp_path):
    shapes = files.squares(2)
    x, y = files.X0, files.Y0
    shapes[0] = shapely.box(x, y, x + 302, y + 300)
    shapes[1] = shapes[1].difference(shapely.box(x + 590, y + 100, x + 601, y + 200))
    path = files.regions(tmp_path / "c.gpkg", "community", shapes)
    summary = import_regions(path, "community", mend=True)
    assert summary.by_reason == {"E-REGION-HOLE": 1, "E-REGION-OVERLAP": 1}
    assert summary.repaired >= 1
    rows = [shape(region) for region in current_regions("community")]
    assert shapely.coverage_is_valid(rows)
    total = sum(region.area_m2 for region in current_regions("community"))
    assert total == pytest.approx(current_regions("street").get().area_m2, abs=0.5)
    written = ImportIssue.objects.filter(code="I-REGION-MENDED")
    assert written.exists()
    assert all(issue.area_m2 for issue in written)


def test_hole_is_refused(district, tmp_path, refused):
    path = files.regions(tmp_path / "c.gpkg", "community", files.squares(2, side=290, gap=20))
    with refused("E-REGION-HOLE"):
        import_regions(path, "community")


def test_missing_community_is_too_big_a_hole_to_mend(district, tmp_path, refused):
    path = files.regions(tmp_path / "c.gpkg", "community", files.squares(1))
    with refused("E-REGION-MEND"):
        import_regions(path, "community", mend=True)


def test_hole_among_districts_needs_a_district(db, tmp_path, refused):
    whole = shapely.box(files.X0, files.Y0, files.X0 + 900, files.Y0 + 900)
    inner = shapely.box(files.X0 + 300, files.Y0 + 300, files.X0 + 600, files.Y0 + 600)
    ring = whole.difference(inner)
    west = ring.intersection(shapely.box(0, 0, files.X0 + 450, 1e8))
    east = ring.difference(west)
    path = files.regions(
        tmp_path / "d.gpkg", "district", np.array([west, east]), codes=["110101", "110102"]
    )
    with refused("E-REGION-HOLE"):
        import_regions(path, "district")


def test_own_hole_of_one_district_is_its_shape(db, tmp_path):
    whole = shapely.box(files.X0, files.Y0, files.X0 + 900, files.Y0 + 900)
    inner = shapely.box(files.X0 + 300, files.Y0 + 300, files.X0 + 600, files.Y0 + 600)
    path = files.regions(tmp_path / "d.gpkg", "district", np.array([whole.difference(inner)]))
    import_regions(path, "district")
    assert current_regions("district").get().area_m2 == pytest.approx(720_000, rel=1e-3)


def test_neighbours_vertex_on_a_straight_border_opens_no_slit(district, tmp_path):
    x, y = files.X0, files.Y0
    west = shapely.box(x, y, x + 300, y + 300)
    east = shapely.Polygon([(x + 300, y), (x + 600, y), (x + 600, y + 300), (x + 300, y + 300),
                            (x + 300, y + 170), (x + 300, y + 80)])  # fmt: skip
    path = files.regions(tmp_path / "c.gpkg", "community", np.array([west, east]))
    import_regions(path, "community")
    assert shapely.coverage_is_valid([shape(region) for region in current_regions("community")])


def test_child_beyond_its_parent_is_refused(district, tmp_path, refused):
    path = files.regions(tmp_path / "c.gpkg", "community", files.squares(2, side=320))
    with refused("E-REGION-PARENT"):
        import_regions(path, "community")


def test_level_without_its_parent_is_refused(db, tmp_path, refused):
    path = files.regions(tmp_path / "c.gpkg", "community", files.squares(2))
    with refused("E-REGION-PARENT", feature="110101001001 区域1"):
        import_regions(path, "community")


@pytest.mark.parametrize("codes", [["11010"], ["11010A"], [""], ["110101123"]])
def test_code_that_does_not_fit_the_level_is_refused(db, tmp_path, refused, codes):
    path = files.regions(tmp_path / "d.gpkg", "district", files.squares(1), codes=codes)
    with refused("E-REGION-CODE", feature=1):
        import_regions(path, "district")


def test_code_twice_is_refused(db, tmp_path, refused):
    path = files.regions(
        tmp_path / "d.gpkg", "district", files.squares(2), codes=["110101", "110101"]
    )
    with refused("E-REGION-CODE", feature=2):
        import_regions(path, "district")


def test_region_without_name_field_or_polygon_is_refused(db, tmp_path, refused):
    path = files.regions(tmp_path / "a.gpkg", "district", files.squares(1), names=[""])
    with refused("E-REGION-NAME"):
        import_regions(path, "district")
    with refused("E-REGION-FIELD"):
        import_regions(path, "district", code_field="nope")
    line = shapely.linestrings([[(files.X0, files.Y0), (files.X0 + 9, files.Y0)]])
    with refused("E-REGION-INVALID"):
        import_regions(files.regions(tmp_path / "b.gpkg", "district", line), "district")
    with refused("E-REGION-INVALID"):
        empty = files.regions(tmp_path / "e.gpkg", "district", np.array([None]))
        import_regions(empty, "district")


def test_unknown_level_and_layer_are_refused(db, tmp_path, refused):
    path = files.regions(tmp_path / "d.gpkg", "district", files.squares(1))
    with refused("E-LAYER-MISSING", layer="nope"):
        import_regions(path, "district", layer="nope")
    with pytest.raises(Exception, match="E-REGION-LEVEL"):
        import_regions(path, "province")


def test_empty_layer_is_refused(db, tmp_path, refused):
    path = files.regions(tmp_path / "d.gpkg", "district", [], kind="Polygon")
    with refused("E-LAYER-EMPTY", layer="district"):
        import_regions(path, "district")


def test_command_prints_counts_and_codes(db, tmp_path, capsys):
    path = files.regions(tmp_path / "d.gpkg", "district", files.squares(1))
    call_command("import_regions", str(path), level="district", json=True)
    assert json.loads(capsys.readouterr().out)["created"] == 1
    call_command("import_regions", str(path), level="district")
    assert "unchanged" in capsys.readouterr().out
    with pytest.raises(CommandError, match="E-FILE-MISSING"):
        call_command("import_regions", str(tmp_path / "no.gpkg"), level="district")
