"""The same bytes without a compiler, without the instructions of a newer processor, and from huge
rings."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import shapely

from gridding import Communities, Features, check_coverage, make_grids
from tests.gridding.towns import X0, Y0, make_town

ROOT = Path(__file__).resolve().parents[2]
NEWER = "SSE42 AVX AVX2 FMA3 AVX512F AVX512CD AVX512_SKX"
SCRIPT = """
import hashlib
import shapely
from gridding import make_grids
from tests.gridding.towns import make_town
town = make_town(11, columns=2)
result = make_grids(town.communities, town.features)
print(hashlib.sha256(b"".join(shapely.to_wkb(result.polygons))).hexdigest())
"""


def digest(result) -> str:
    return hashlib.sha256(b"".join(shapely.to_wkb(result.polygons))).hexdigest()


def run(before: str = "", **settings: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", before + SCRIPT],
        cwd=ROOT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_kernel_as_plain_python_gives_the_same_bytes():
    town = make_town(11, columns=2)
    here = digest(make_grids(town.communities, town.features))
    without_numba = "import sys; sys.modules['numba'] = None\n"
    assert run(without_numba) == here
    assert run(NUMBA_DISABLE_JIT="1", NPY_DISABLE_CPU_FEATURES=NEWER) == here


def test_a_ring_of_a_hundred_thousand_vertices():
    turn = np.linspace(0, 2 * np.pi, 100_001)[:-1]
    radius = 300 + 12 * np.sin(57 * turn) + 0.05 * np.sin(9001 * turn)
    xy = np.column_stack([X0 + radius * np.cos(turn), Y0 + radius * np.sin(turn)])
    shape = shapely.Polygon(xy)
    assert shape.is_valid
    road = shapely.LineString([(X0 - 400, Y0 + 20), (X0 + 400, Y0 - 30)])
    features = Features(np.array([road], object), np.array([3], np.int8), np.array(["road"]))
    shapes = np.array([shape], object)
    result = make_grids(Communities(("110101001001",), shapes), features)
    assert check_coverage(result.polygons, shapes).ok
    assert 20 <= len(result.polygons) <= 36
    assert shapely.get_num_coordinates(result.polygons).sum() > 100_000
