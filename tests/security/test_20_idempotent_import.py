"""Test 20: the same content again changes nothing, whatever its bytes are."""

from __future__ import annotations

import threading

import pytest
import shapely
from django.db import connection

from spatial.basemap.models import BaseFeature, Dataset
from spatial.basemap.services.basemap import import_basemap
from spatial.core.errors import ConflictError
from tests.spatial.basemap import files

NAMES = [f"史家胡同{i}号" for i in range(40)]


def roads(folder, encoding="UTF-8", order=None):
    folder.mkdir()
    order = order or list(range(40))
    lines = shapely.boundary(files.squares(40, 20, 5))[order]
    columns = {"NAME": [NAMES[i] for i in order], "RTYPE": ["胡同"] * 40}
    return files.write(folder / "LRDL.shp", lines, columns, encoding=encoding)


def rows() -> list[tuple]:
    found = BaseFeature.objects.order_by("id")
    return [(f.pk, f.source_key, f.name, f.geom.wkb.tobytes()) for f in found]


@pytest.fixture
def first(db, tmp_path):
    path = roads(tmp_path / "first")
    assert import_basemap(path, dataset="d").created == 40
    return path, rows()


def unmodified(summary) -> bool:
    changes = (summary.created, summary.updated, summary.removed, summary.unmodified)
    return changes == (0, 0, 0, 40)


def test_20_the_same_file_twice(first):
    path, before = first
    assert unmodified(import_basemap(path, dataset="d"))
    assert rows() == before


def test_20_rows_shuffled(first, tmp_path):
    shuffled = [(7 * i) % 40 for i in range(40)] if 40 % 7 else []
    assert sorted(shuffled) == list(range(40))
    other = roads(tmp_path / "other", order=shuffled)
    assert unmodified(import_basemap(other, dataset="d"))
    assert rows() == first[1]


def test_20_the_file_in_another_encoding(first, tmp_path):
    other = roads(tmp_path / "other", encoding="GBK")
    assert unmodified(import_basemap(other, dataset="d"))
    assert rows() == first[1]


def test_20_one_current_version(first):
    version = Dataset.objects.get().version
    import_basemap(first[0], dataset="d")
    assert Dataset.objects.get().version == version


@pytest.mark.django_db(transaction=True)
def test_20_two_imports_of_one_layer_at_once(tmp_path):
    path = roads(tmp_path / "first")
    inside, go_on, codes = threading.Event(), threading.Event(), []

    def hold(*_args):
        inside.set()
        go_on.wait(20)

    def one():
        import_basemap(path, dataset="d", progress=hold)
        connection.close()

    running = threading.Thread(target=one)
    running.start()
    assert inside.wait(20)
    try:
        import_basemap(path, dataset="d")
    except ConflictError as error:
        codes.append((error.code, error.status))
    finally:
        go_on.set()
        running.join()
    assert codes == [("E-IMPORT-BUSY", 409)]
    assert BaseFeature.objects.count() == 40
    assert Dataset.objects.count() == 1
