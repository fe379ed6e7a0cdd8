"""A small district with published grids and the catalogue of CJ/T 214, and surveys of it."""

from datetime import date

import numpy as np
import pytest
import shapely

import gridding
from fixtures import catalogues
from spatial.basemap.models import ImportIssue, ImportRun
from spatial.components.models import Component, ComponentChange
from spatial.components.services.catalogue import store_catalogue
from spatial.components.services.survey import Asked, import_components
from spatial.core.errors import WanmiError
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from spatial.grids.services.publish import publish_plan
from tests.spatial.basemap import files
from tests.spatial.grids.conftest import ORIGIN, SRID, make_dataset, make_district

LAMP, COVER, TREE, GREEN, RAIL = "0118", "0101", "0402", "0405", "0211"


@pytest.fixture
def plan(db):
    """The small district with its catalogue and a published plan."""
    return make_ground()


def make_ground():
    make_district(make_dataset())
    store_catalogue(catalogues.load("cjt214-2007"))
    made = make_plan("110101")
    assert check_plan(made)["ok"], made.check_report
    return publish_plan(made, date(2026, 11, 1))


def at(*offsets):
    """Points so many metres east and north of the district's corner, in degrees."""
    metric = shapely.points(np.array(offsets, float) + ORIGIN)
    return list(gridding.project(metric, SRID, 4326))


def survey(path, points, crs="EPSG:4326", **columns):
    """A file of points with the columns given; lists or one value for all."""
    size = len(points)
    filled = {n: v if isinstance(v, list) else [v] * size for n, v in columns.items()}
    return files.write(path, points, filled, crs=crs, kind=None)


def bring(path, *, dataset="survey", user=None, **asked):
    return import_components(path, Asked(**asked), dataset=dataset, user=user)


def issues(code):
    """Rows of a code in the last run, by layer row."""
    run = ImportRun.objects.order_by("-pk").first()
    found = ImportIssue.objects.filter(run=run, code=code)
    return sorted(int(issue.feature) for issue in found)


def refuse(code, path, **asked):
    """Expect an import to be refused and prove that nothing was written."""
    before = Component.objects.count(), ComponentChange.objects.count()
    with pytest.raises(WanmiError) as caught:
        bring(path, **asked)
    assert caught.value.code == code, str(caught.value)
    assert (Component.objects.count(), ComponentChange.objects.count()) == before
    return caught.value
