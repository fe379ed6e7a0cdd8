"""Files that were good and had bytes changed: the gate takes them or says why not, with a code."""

import re

import numpy as np
import pytest
from django.conf import settings as site
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from spatial.basemap.io.inspection import glance, open_upload
from spatial.core.errors import InputError
from tests.spatial.basemap import files

BOUNDED = settings(
    max_examples=15, database=None, derandomize=True, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
"""Each example starts a process of its own, as an upload does."""
CODES = set(re.findall(r"`(E(?:-[A-Z0-9]+)+)`", (site.BASE_DIR / "docs/errors.md").read_text()))


@st.composite
def changes(draw):
    """What is done to the bytes of a file, as functions of them."""
    kinds = st.sampled_from(["flip", "cut", "insert", "repeat", "zero", "swap"])
    return draw(st.lists(st.tuples(
        kinds, st.floats(0, 1, exclude_max=True), st.integers(1, 64), st.binary(max_size=24)
    ), min_size=1, max_size=6))  # fmt: skip


def changed(data: bytes, wanted) -> bytes:
    """The bytes with some of them changed; places are shares of the length."""
    for kind, share, length, more in wanted:
        at = int(share * len(data))
        piece = data[at : at + length]
        new = {
            "flip": bytes(byte ^ 1 << (length % 8) for byte in piece),
            "cut": b"",
            "insert": more + piece,
            "repeat": piece * 40,
            "zero": bytes(len(piece)),
            "swap": piece[::-1],
        }[kind]
        data = data[:at] + new + data[at + length :]
    return data


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """A good file of each kind: GeoPackage, GeoJSON, shapefile in a zip, a list of addresses."""
    folder = tmp_path_factory.mktemp("good")
    box = files.squares(3)
    columns = {"NAME": ["东四", "王府井", "a,b"], "N": [1, 2, 3]}
    files.write(folder / "a.gpkg", box, columns)
    files.write(folder / "a.geojson", np.array([files.squares(1)[0]]), {"NAME": ["一"]})
    files.write(folder / "a.shp", box, columns)
    files.zipped(folder / "a.zip", files.parts(folder / "a.shp"))
    (folder / "a.csv").write_text('地址,n\n东四北大街107号,1\n"a""b",2\n', "utf-8")
    return folder


def looked_at(path) -> None:
    """Let the gate look at a file as it does at an upload; a refusal has a code of the list."""
    try:
        glance(path, path.name)
        found = open_upload(path, path.name)
    except InputError as error:
        assert error.code in CODES, error
        assert str(error.message)
    else:
        told = [one["code"] for layer in found.layers for one in layer.problems]
        assert set(told) <= CODES, told


@pytest.mark.parametrize("name", ["a.gpkg", "a.geojson", "a.zip", "a.csv"])
def test_changed_bytes_are_refused_with_a_code_or_taken(good, tmp_path, name):
    data = (good / name).read_bytes()

    @BOUNDED
    @given(changes())
    def attempt(wanted):
        path = tmp_path / name
        path.write_bytes(changed(data, wanted))
        looked_at(path)

    looked_at(good / name)
    attempt()


@pytest.mark.parametrize("part", [".shp", ".shx", ".dbf", ".prj", ".cpg"])
def test_changed_parts_of_a_shapefile(good, tmp_path, part):
    members = files.parts(good / "a.shp")
    data = members[f"a{part}"].read_bytes()

    @settings(BOUNDED, max_examples=6)
    @given(changes())
    def attempt(wanted):
        path = tmp_path / "a.zip"
        files.zipped(path, members | {f"a{part}": changed(data, wanted)})
        looked_at(path)

    attempt()
