"""Tiles of grids as pixels, read by a second reader and compared with the vectors."""

import gzip
import struct

import numpy as np
import pytest
import shapely

from tests.webmap.test_tiles import CENTER, grids_in, tile_of
from webmap.tiles import pyramid, store
from webmap.tiles.address import TileAddress
from webmap.tiles.pixels import SIDE, UP_TO, pixel_tile

ZOOMS = range(9, UP_TO + 1)


def path_of(z):
    address = TileAddress.of_point(z, *CENTER)
    return f"/tiles/grids/110101-e1/{z}/{address.x}/{address.y}.px"


def read(content):
    """Ordinals of all pixels, and ordinals and pixels of grids that cover none."""
    assert content[:4] == b"WMP1"
    count, shown, width = struct.unpack_from("<3I", content, 4)
    steps = np.frombuffer(content, "<i4", count, 16)
    ids = np.concatenate([np.cumsum(steps[:shown]), np.cumsum(steps[shown:])])
    others = count - shown
    places = np.frombuffer(content, "<u2", others, 16 + 4 * count)
    begin = 16 + 4 * count + 2 * (others + others % 2)
    rows = np.frombuffer(content, f"<i{width}", SIDE * SIDE, begin).reshape(SIDE, SIDE)
    indexes = np.cumsum(rows, axis=1) % 256**width
    assert len(content) == begin + SIDE * SIDE * width
    return np.append(0, ids)[indexes], dict(zip(ids[shown:].tolist(), places.tolist(), strict=True))


@pytest.mark.parametrize("z", ZOOMS)
def test_each_pixel_has_the_grid_over_its_middle(client, town, z):
    pyramid.build("grids", "110101-e1")
    pixels, others = read(client.get(path_of(z)).content)
    shapes = grids_in(tile_of(client, "grids", z, district="110101"))
    unit = 2048 // SIDE
    tree = shapely.STRtree(list(shapes.values()))
    ordinals = np.array(list(shapes))
    rows, columns = np.indices(pixels.shape)
    points = shapely.points(columns * unit + unit / 2, rows * unit + unit / 2)
    # A middle on a border may go to either side, but to one of them.
    at, which = tree.query(points.ravel(), predicate="intersects")
    near = {}
    for place, n in zip(at.tolist(), which.tolist(), strict=True):
        near.setdefault(place, set()).add(int(ordinals[n]))
    flat = pixels.ravel()
    town_ = shapely.union_all(list(shapes.values()))
    for place, found in near.items():
        inside = shapely.contains(town_, points.ravel()[place])
        assert int(flat[place]) in (found if inside else found | {0})
    assert not set(np.flatnonzero(flat).tolist()) - set(near)
    assert set(others) == set(shapes) - set(flat.tolist())


def test_a_pixel_tile_made_now_is_kept_and_served_as_for_ever(client, town, settings):
    live = client.get(path_of(11))
    assert live.status_code == 200
    assert "immutable" in live["Cache-Control"]
    (file,) = settings.TILE_DIR.rglob("*.px.gz")
    assert gzip.decompress(file.read_bytes()) == live.content
    pyramid.build("grids", "110101-e1")
    built = read(client.get(path_of(11)).content)
    # Thinned or not, a border of a grid hardly moves by a pixel.
    assert (built[0] != read(live.content)[0]).mean() < 0.01


def test_where_there_is_nothing_or_too_near(client, town):
    assert client.get("/tiles/grids/110101-e1/12/100/100.px").status_code == 204
    near = client.get("/tiles/grids/110101-e1/13/6744/3103.px")
    assert (near.status_code, near.json()["code"]) == (400, "E-TILE-RANGE")
    assert client.get("/tiles/grids/110101-e9/12/3372/1551.px").status_code == 404
    assert client.get(path_of(12).replace("/12/", "/-1/")).status_code == 400


def test_a_full_disk_does_not_cost_the_map(client, town, monkeypatch):
    def full(*_args):
        raise OSError("No space left on device")

    monkeypatch.setattr(store, "write", full)
    assert client.get(path_of(12)).status_code == 200


def test_more_grids_than_narrow_indexes_hold():
    """Wide indexes, and grids smaller than a pixel keep a place."""
    side = 300
    x, y = (axis.ravel() * 6 for axis in np.meshgrid(np.arange(side), np.arange(side)))
    corners = np.array([[0, 0], [6, 0], [6, 6], [0, 6]])
    xy = (np.stack([x, y], 1)[:, None] + corners).reshape(-1, 2).astype(np.int64)
    start = np.arange(0, len(xy) + 1, 4)
    ids = np.arange(1, side * side + 1)
    chosen = np.arange(side * side)
    content = pixel_tile(2048, ids, (xy, start, chosen_with_end(side)), chosen, (0, 0))
    pixels, others = read(content)
    assert struct.unpack_from("<3I", content, 4)[2] == 4
    for row, column in ((0, 0), (7, 100), (224, 224)):
        middle = np.array([column * 8 + 4, row * 8 + 4])
        assert pixels[row, column] == middle[1] // 6 * side + middle[0] // 6 + 1
    assert not set(others) & set(pixels.ravel().tolist())
    assert len(others) + len(set(pixels.ravel().tolist()) - {0}) == side * side


def chosen_with_end(side):
    return np.arange(side * side + 1)
