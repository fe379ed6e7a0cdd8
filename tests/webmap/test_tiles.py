"""Tiles over HTTP, read back by an independent decoder."""

import gzip

import pytest
import shapely
from django.core.cache import cache
from django.core.management import call_command

from spatial.basemap.models import Dataset
from tests.webmap import factories, mvt_reader
from webmap.tiles import pyramid, store
from webmap.tiles.address import WORLD_M, TileAddress
from webmap.tiles.grids import tolerance_m
from webmap.tiles.layers import LAYERS, STORED

CENTER = (factories.WEST + 3 * factories.STEP_LON, factories.NORTH - 3 * factories.STEP_LAT)
YEAR = "max-age=31536000, immutable"


def tile_of(client, layer: str, z: int, point=CENTER, **query):
    described = client.get(f"/tiles/{layer}.json", query).json()
    address = TileAddress.of_point(z, *point)
    places = {"z": address.z, "x": address.x, "y": address.y}
    return client.get(described["tiles"][0].format(**places), headers={"accept-encoding": "gzip"})


def version_of(client, layer: str) -> str:
    """The version of a layer, as its addresses name it."""
    return client.get(f"/tiles/{layer}.json").json()["version"].partition("+")[2]


def decoded(response) -> dict:
    assert response.status_code == 200
    assert response["Content-Encoding"] == "gzip"
    return mvt_reader.read(gzip.decompress(response.content))


def all_tiles(client, layer: str, z: int):
    """Column, row and layers of every tile of one zoom that is not empty."""
    described = client.get(f"/tiles/{layer}.json?district=110101").json()
    west, south, east, north = described["bounds"]
    first, last = (TileAddress.of_point(z, *p) for p in ((west, north), (east, south)))
    for x in range(first.x, last.x + 1):
        for y in range(first.y, last.y + 1):
            answer = client.get(described["tiles"][0].format(z=z, x=x, y=y))
            if answer.content:
                yield x, y, mvt_reader.read(answer.content)


def all_grids(client, z: int) -> dict[int, shapely.Polygon]:
    """Grids of one zoom by id, in Web Mercator metres."""
    found: dict[int, list] = {}
    for x, y, layers in all_tiles(client, "grids", z):
        extent = layers["grids"].extent
        for feature in layers["grids"].features:
            found.setdefault(feature.id, []).append(_on_ground(feature, extent, z, x, y))
    return {key: shapely.union_all(parts) for key, parts in found.items()}


def all_features(client, layer: str, z: int) -> dict[str, list[dict]]:
    """Properties by vector layer, over every tile of one zoom."""
    found: dict[str, list[dict]] = {}
    for _x, _y, layers in all_tiles(client, layer, z):
        for name, part in layers.items():
            found.setdefault(name, []).extend(f.properties for f in part.features)
    return found


def _on_ground(feature, extent, z, x, y):
    size = WORLD_M / 2**z
    ring = [
        ((x + px / extent) * size - WORLD_M / 2, WORLD_M / 2 - (y + py / extent) * size)
        for px, py in feature.parts[0]
    ]
    return shapely.make_valid(shapely.Polygon(ring))


@pytest.mark.parametrize("z", range(9, 15))
def test_grid_tiles_hold_every_ordinal_and_nothing_else(client, town, z):
    response = tile_of(client, "grids", z, district="110101")
    layers = decoded(response)
    assert list(layers) == ["grids"]
    assert layers["grids"].extent == (2048 if z <= 12 else 4096)
    assert all(f.properties == {} for f in layers["grids"].features)
    assert sorted(all_grids(client, z)) == list(range(1, town.grid_count + 1))


def test_grid_shapes_of_the_last_zoom_are_true_to_a_metre(client, town):
    for ordinal, geom in town.grids.values_list("ordinal", "geom3857"):
        true = shapely.from_wkb(bytes(geom.wkb))
        assert shapely.hausdorff_distance(all_grids(client, 14)[ordinal], true) < 1


@pytest.mark.parametrize("z", [9, 10, 11, 12])
def test_gaps_between_simplified_neighbours_stay_below_a_pixel(client, town, z):
    assert 2 * tolerance_m(z) < WORLD_M / 256 / 2**z
    ground = shapely.union_all(list(all_grids(client, z).values()))
    district = shapely.from_wkb(bytes(town.district.geom3857.wkb))
    pixel = WORLD_M / 256 / 2**z
    assert district.difference(ground.buffer(pixel)).area == 0


def test_tiles_may_be_kept_for_ever(client, town):
    response = tile_of(client, "grids", 13, district="110101")
    assert response["Cache-Control"] == f"public, {YEAR}"
    assert "Accept-Encoding" in response["Vary"]
    assert response["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert not response.cookies


def test_tiles_behind_login_stay_out_of_shared_caches(client_of, town, settings):
    settings.PUBLIC_MAP = False
    response = tile_of(client_of("viewer"), "grids", 13, district="110101")
    assert response["Cache-Control"] == f"private, {YEAR}"


def test_a_reader_without_gzip_gets_plain_bytes(client, town):
    packed = tile_of(client, "grids", 13, district="110101")
    plain = client.get(packed.request["PATH_INFO"])
    assert "Content-Encoding" not in plain
    assert plain.content == gzip.decompress(packed.content)


def test_an_empty_tile_is_204(client, town):
    response = client.get("/tiles/grids/110101-e1/14/0/0.mvt")
    assert (response.status_code, response.content) == (204, b"")
    assert YEAR in response["Cache-Control"]


@pytest.mark.parametrize(
    "address",
    ["8/0/0", "15/0/0", "14/-1/0", "14/16384/0", "14/0/16384", "99/0/0", "14/0/999999999999"],
)
def test_addresses_out_of_range_are_400(client, town, address):
    response = client.get(f"/tiles/grids/110101-e1/{address}.mvt")
    assert (response.status_code, response.json()["code"]) == (400, "E-TILE-RANGE")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/tiles/grids/110101-e2/14/0/0.mvt", "E-PLAN-MISSING"),
        ("/tiles/grids/nothing/14/0/0.mvt", "E-PLAN-MISSING"),
        ("/tiles/grids/110101-e01/14/0/0.mvt", "E-TILE-VERSION"),
        ("/tiles/basemap/v0-00000000/14/0/0.mvt", "E-TILE-VERSION"),
        ("/tiles/secrets/v1/14/0/0.mvt", "E-TILE-LAYER"),
        ("/tiles/secrets.json", "E-TILE-LAYER"),
        ("/tiles/grids.json?district=999999", "E-PLAN-MISSING"),
        ("/tiles/grids/..%2F..%2Fetc/14/0/0.mvt", "E-NOT-FOUND"),
        ("/tiles/grids/110101-e1/14/0/x.mvt", "E-NOT-FOUND"),
    ],
)
def test_what_is_not_there_is_404(client, town, path, code):
    response = client.get(path)
    assert (response.status_code, response.json()["code"]) == (404, code)


def test_drafts_are_for_gis_staff_and_never_kept(client, client_of, town, settings):
    factories.plan(town.district, edition=2, state="draft")
    path = "/tiles/grids/110101-e2/13/6744/3103.mvt"
    assert client.get(path).status_code == 404
    assert client_of("operator").get(path).status_code == 404
    staff = client_of("gis_staff")
    response = staff.get(path)
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-cache"
    assert staff.get(path, headers={"if-none-match": response["ETag"]}).status_code == 304
    assert not list(settings.TILE_DIR.rglob("*.gz"))
    assert client.get(path).status_code == 404


def test_region_tiles_carry_areas_and_one_label_each(client, town):
    layers = decoded(tile_of(client, "communities", 14))
    assert sorted(layers) == ["communities", "labels"]
    codes = {f.properties["code"]: f for f in layers["communities"].features}
    assert codes["110101001002"].properties["name"] == "银闸社区"
    labels = {f.properties["code"]: f for f in layers["labels"].features}
    assert labels.keys() == codes.keys()
    for code, label in labels.items():
        area = shapely.Polygon(codes[code].parts[0])
        assert area.contains(shapely.Point(label.parts[0][0]))
        assert label.id == codes[code].id


def test_base_map_layers_follow_the_zoom(client, town):
    factories.feature("road", factories.line((0, 2), (6, 2)), "东长安街", line_class=1)
    factories.feature("road", factories.line((0, 4), (6, 4)), "豆腐池胡同", line_class=6)
    factories.feature("rail", factories.line((0, 5), (6, 5)), line_class=2)
    factories.feature("rail", factories.line((0, 5), (6, 5)), line_class=3, underground=True)
    factories.feature("water_line", factories.line((0, 1), (6, 1)), line_class=1)
    factories.feature("wall", factories.line((1, 1), (2, 1)))
    factories.feature("building", factories.square(3, 3))
    factories.feature("water_area", factories.square(0, 0), "北海")
    factories.feature("green", factories.square(4, 4), "景山公园")
    factories.feature("compound", factories.square(5, 5))
    factories.place("place", "东城", subtype="suburb")
    factories.place("poi", "王府井")
    factories.place("address", "东长安街1号")
    shown = {z: all_features(client, "basemap", z) for z in (10, 14, 15)}
    assert set(shown[10]) >= {"road", "waterline"}
    assert {"building", "wall", "compound", "rail"} & set(shown[10]) == {"rail"}
    assert {road["cls"] for road in shown[10]["road"]} == {1}
    assert "building" in shown[14]
    assert "wall" not in shown[14]
    assert set(shown[15]) == set(LAYERS["basemap"].vector_layers)
    roads = {road["name"]: road["cls"] for road in shown[15]["road"]}
    assert roads == {"东长安街": 1, "豆腐池胡同": 6}
    assert {rail["cls"] for rail in shown[15]["rail"]} == {2}
    assert shown[15]["place"] == [
        {"name": "东城", "kind": "place", "rank": 3},
        {"name": "王府井", "kind": "poi", "rank": 7},
    ]


def test_an_import_gives_the_layer_a_new_address(client, town):
    before = version_of(client, "communities")
    Dataset.objects.update(version=2)
    after = version_of(client, "communities")
    assert before.startswith("v1-")
    assert after.startswith("v2-")
    assert client.get(f"/tiles/communities/{before}/14/0/0.mvt").status_code == 404


def test_tilejson_is_checked_each_time(client, town):
    response = client.get("/tiles/grids.json?district=110101")
    described = response.json()
    assert described["tilejson"] == "3.0.0"
    assert described["version"] == "1.0.0+110101-e1"
    assert described["tiles"] == ["http://testserver/tiles/grids/110101-e1/{z}/{x}/{y}.mvt"]
    assert (described["minzoom"], described["maxzoom"]) == (9, 14)
    assert described["bounds"] == [116.4, 39.9146, 116.4072, 39.92]
    assert [v["id"] for v in described["vector_layers"]] == ["grids"]
    assert response["Cache-Control"] == "private, no-cache"
    again = client.get(
        "/tiles/grids.json?district=110101", headers={"if-none-match": response["ETag"]}
    )
    assert again.status_code == 304


def test_a_live_tile_is_kept_and_served_from_its_file(client, town, django_assert_num_queries):
    first = tile_of(client, "grids", 14, district="110101")
    path = first.request["PATH_INFO"]
    with django_assert_num_queries(0):
        assert client.get(path, headers={"accept-encoding": "gzip"}).content == first.content


def test_a_full_disk_does_not_cost_the_map(client, town, monkeypatch, caplog):
    def full(*_args):
        raise OSError("No space left on device")

    monkeypatch.setattr(store, "write", full)
    assert tile_of(client, "grids", 14, district="110101").status_code == 200
    assert "could not be stored" in caplog.text


def test_the_pyramid_holds_what_the_live_view_makes(client, town, settings):
    live = grids_in(tile_of(client, "grids", 14, district="110101"))
    seen = []
    built = pyramid.build("grids", "110101-e1", lambda *step: seen.append(step[:2]))
    files = sorted(settings.TILE_DIR.rglob("*.gz"))
    assert len(files) == built.tiles
    assert {int(f.parts[-3]) for f in files} == set(range(9, 15))
    assert sum(f.stat().st_size for f in files) == built.size_bytes
    assert seen[-1][0] == seen[-1][1]
    kept = grids_in(tile_of(client, "grids", 14, district="110101"))
    assert set(kept) == set(live)
    for ordinal, shape in kept.items():
        # The live view cuts at the edge of the tile; the pyramid leaves grids whole.
        part = shape.intersection(shapely.box(-64, -64, 4160, 4160))
        assert part.symmetric_difference(live[ordinal]).area < 0.01 * part.area
    assert not list(settings.TILE_DIR.glob("grids/.build-*"))


@pytest.mark.parametrize("z", range(9, 15))
def test_grids_of_the_pyramid_neither_gape_nor_overlap(client, town, z):
    pyramid.build("grids", "110101-e1")
    found = list(grids_in(tile_of(client, "grids", z, district="110101")).values())
    assert shapely.coverage_is_valid(found)
    assert sum(one.area for one in found) == pytest.approx(shapely.union_all(found).area)
    # The first ring runs clockwise on the screen, where y goes down, as the format wants it.
    assert all(shapely.is_ccw(one.exterior) for one in found)


def grids_in(response):
    """Shapes of a tile's grids by ordinal, in units of the tile, y down."""
    features = decoded(response)["grids"].features
    return {one.id: shapely.Polygon(one.parts[0], one.parts[1:]) for one in features}


def test_a_failed_build_leaves_the_old_tiles(town, settings, monkeypatch):
    pyramid.build("grids", "110101-e1")
    before = {p: p.read_bytes() for p in settings.TILE_DIR.rglob("*.gz")}

    def broken(*_args):
        raise RuntimeError("disk full")

    monkeypatch.setattr(store, "write", broken)
    with pytest.raises(RuntimeError):
        pyramid.build("grids", "110101-e1")
    assert {p: p.read_bytes() for p in settings.TILE_DIR.rglob("*.gz")} == before
    assert not list(settings.TILE_DIR.glob("grids/.build-*"))


def test_two_builds_make_equal_bytes(town, settings):
    def built():
        pyramid.build("communities")
        return {p: p.read_bytes() for p in settings.TILE_DIR.rglob("*.gz")}

    assert built() == built()


@pytest.mark.django_db(transaction=True)
def test_workers_build_the_same_tiles(settings, transactional_db):
    factories.plan(factories.district())
    one = pyramid.build("communities", workers=1)
    two = pyramid.build("communities", workers=2)
    assert (one.tiles, one.size_bytes) == (two.tiles, two.size_bytes)


def test_old_versions_of_a_layer_go(town, settings):
    for version in range(2, 6):
        Dataset.objects.update(version=version)
        cache.clear()
        pyramid.build("districts")
    assert len(list((settings.TILE_DIR / "districts").iterdir())) == pyramid.KEPT_VERSIONS


def test_the_command_builds_all_layers(town, settings, capsys):
    call_command("build_tiles", "--workers", "1", "--json")
    assert '"versions": "districts/v1-' in capsys.readouterr().out
    assert {p.name for p in settings.TILE_DIR.iterdir()} == set(STORED)


def test_a_plan_made_anew_does_not_get_the_tiles_of_its_namesake(client, town):
    first = pyramid.find_source(LAYERS["grids"], "110101-e1")
    type(town).objects.filter(pk=town.pk).update(input_digest="1" * 64)
    assert pyramid.find_source(LAYERS["grids"], "110101-e1").folder != first.folder
