"""QGIS's own library reads features and tiles of the served site, and draws by our style."""

import pytest
from qgis_library import PYTHON

from tests.outside.conftest import HERE, NUMBER
from tests.webmap import factories

BOUNDS = list(factories.square(0, 0, 6, 6).extent)
PLAIN = {"QT_QPA_PLATFORM": "offscreen", "LC_ALL": "C.UTF-8"}


@pytest.fixture
def qgis(served, told, tmp_path):
    def run(*words: str):
        home = {"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
        script = str(HERE / "reading_with_qgis.py")
        return told([PYTHON, script, *words], {**PLAIN, **home})

    return run


def test_qgis_reads_features(served, qgis):
    found = qgis("features", served, "grids")
    assert found["valid"], found["error"]
    assert found["count"] == len(set(found["values"]["code"])) == 36
    assert {"code", "edition", "area_m2"} <= set(found["fields"])
    assert found["bounds"] == pytest.approx(BOUNDS, abs=1e-6)
    box = factories.square(0, 0, 2, 1).buffer(-1e-5).extent
    assert qgis("features", served, "grids", "", "", ",".join(map(str, box)))["count"] == 2
    found = qgis("features", served, "cases", "operator", "x")
    assert found["valid"], found["error"]
    assert found["values"]["number"] == [NUMBER]
    # QGIS may know from before what the collection is, but reads nothing of it without a log-in.
    assert qgis("features", served, "cases")["count"] == 0


def test_qgis_draws_tiles_by_our_style(served, qgis):
    shape = factories.square(0, 0, 6, 6)
    shape.srid = 4326
    box = [str(side) for side in shape.transform(3857, clone=True).extent]
    for layer, least in (("grids", 500), ("streets", 100)):
        found = qgis("tiles", served, layer, f"{served}/tiles/style.json", *box)
        assert found["valid"], found
        assert found["converted"], found
        assert found["styles"] > 10
        assert found["painted"] > least, found
