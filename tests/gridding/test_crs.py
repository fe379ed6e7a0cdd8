import numpy as np
import pytest
import shapely
from pyproj import CRS

from gridding import InputError, is_metric, metric_crs, project


@pytest.mark.parametrize(
    ("lon", "lat", "epsg"),
    [
        (116.4, 39.9, 4548),  # Beijing, central meridian 117
        (121.5, 31.2, 4550),  # Shanghai, 120 against 123: 121.5 goes east
        (75.9, 39.5, 4534),  # Kashgar
        (134.9, 48.3, 4554),  # Fuyuan
        (24.94, 60.17, 32635),  # Helsinki
        (-77.0, 38.9, 32618),  # Washington
        (18.4, -33.9, 32734),  # Cape Town
        (180.0, 0.0, 32660),
    ],
)
def test_zone_of_a_place(lon, lat, epsg):
    assert metric_crs(lon, lat) == epsg
    assert is_metric(epsg)


def test_the_zone_has_the_place_near_its_meridian():
    for lon in np.arange(74.0, 135.0, 0.7):
        operation = CRS.from_epsg(metric_crs(lon, 30.0)).coordinate_operation
        meridian = {p.name: p.value for p in operation.params}["Longitude of natural origin"]
        assert abs(meridian - lon) <= 1.5 + 1e-9


def test_metres_are_no_degrees():
    with pytest.raises(InputError, match="E-GRID-DEGREES"):
        metric_crs(500_000.0, 4_420_000.0)


def test_projection_goes_there_and_back():
    there = project(shapely.points([[116.4, 39.9]]), 4326, 4548)
    assert shapely.get_x(there[0]) == pytest.approx(448_700, abs=500)
    back = project(there, 4548, 4326)
    assert shapely.get_coordinates(back)[0] == pytest.approx([116.4, 39.9], abs=1e-9)


def test_systems_in_degrees_are_not_metric():
    assert not is_metric(4326)
    with pytest.raises(InputError, match="E-GRID-CRS"):
        is_metric(999_999)
