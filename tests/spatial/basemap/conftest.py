"""What the tests of the base map share."""

from __future__ import annotations

import contextlib

import pytest

from spatial.basemap.models import BaseFeature, Dataset, ImportRun, Place, Region
from spatial.basemap.services.regions import import_regions
from spatial.core.errors import WanmiError
from tests.spatial.basemap import files

TABLES = (Dataset, Region, BaseFeature, Place)


def counts() -> dict[str, int]:
    """Rows of every table an import may fill."""
    return {model.__name__: model.objects.count() for model in TABLES}


@pytest.fixture
def refused():
    """A context that expects an error of a code and proves that nothing was written."""

    @contextlib.contextmanager
    def expect(code: str, **detail):
        before = counts()
        with pytest.raises(WanmiError) as caught:
            yield caught
        error = caught.value
        assert error.code == code, str(error)
        assert error.detail.items() >= detail.items(), error.detail
        assert str(error.message)
        assert counts() == before
        last = ImportRun.objects.first()
        if last is not None:
            assert last.state == ImportRun.State.REFUSED
            assert last.error_code == code

    return expect


@pytest.fixture
def district(db, tmp_path):
    """District 110101 with street 110101001, both 600 by 300 m."""
    folder = tmp_path / "parents"
    folder.mkdir()
    ground = files.squares(1, 300)
    import shapely

    ground = shapely.transform(
        ground, lambda xy: [files.X0, files.Y0] + (xy - [files.X0, files.Y0]) * [2, 1]
    )
    path = folder / "parents.gpkg"
    files.regions(path, "district", ground)
    files.regions(path, "street", ground)
    import_regions(path, "district")
    import_regions(path, "street")
    return path
