"""Test 2: bombs are refused before they are unpacked, in little memory and time."""

from __future__ import annotations

import io
import struct
import time
import zipfile
from pathlib import Path

import pytest

from tests.spatial.basemap import files

MB = 1024**2


def grown(size: int, members: int = 1) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(members):
            archive.writestr(f"a{i}.shp", bytes(size))
    return out.getvalue()


def memory(name: str) -> int:
    """VmRSS, or VmHWM: its highest since the mark was reset."""
    text = Path("/proc/self/status").read_text()
    return 1024 * int(next(line.split()[1] for line in text.splitlines() if name in line))


@pytest.fixture
def cheap():
    """The test's body takes less than 200 MB and 2 s of this process."""
    Path("/proc/self/clear_refs").write_text("5")
    before, begun = memory("VmRSS"), time.process_time()
    yield
    assert memory("VmHWM") - before < 200 * MB
    assert time.process_time() - begun < 2


def test_2_204_kb_that_grow_to_200_mb(refused, bomb, cheap):
    assert len(bomb) < 210_000
    refused("a.zip", bomb, "E-ZIP-RATIO")


@pytest.fixture(scope="module")
def bomb():
    return grown(200 * MB)


@pytest.fixture(scope="module")
def many():
    return grown(1, 10_001)


@pytest.fixture(scope="module")
def small_ones():
    return grown(MB - 1, 300)


def test_2_10001_members(refused, many, cheap):
    refused("a.zip", many, "E-ZIP-COUNT")


def test_2_many_small_members_that_grow_together(refused, small_ones, cheap):
    refused("a.zip", small_ones, "E-ZIP-RATIO")


def test_2_an_archive_in_an_archive(refused, tmp_path, cheap):
    path = files.zipped(tmp_path / "z.zip", {"inner.zip": grown(10), "a.shp": b"x"})
    refused("a.zip", path.read_bytes(), "E-ZIP-NESTED")


@pytest.mark.parametrize("claimed", [10, 5 * MB])
def test_2_a_forged_size(refused, claimed, cheap):
    """Members that say they are smaller or larger than they are."""
    size = 3 * MB
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.shp", b"\1" * size)
    data = out.getvalue().replace(struct.pack("<I", size) * 2, struct.pack("<II", size, claimed))
    assert data != out.getvalue()
    refused("a.zip", data, "E-ZIP-CORRUPT")


def test_2_a_workbook_is_an_archive_too(refused, tmp_path, cheap):
    book = {"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": bytes(20 * MB)}
    refused("a.xlsx", files.zipped(tmp_path / "a.xlsx", book).read_bytes(), "E-ZIP-RATIO")


def test_2_a_workbook_with_entities(refused, tmp_path):
    laughs = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>'
    book = {"xl/workbook.xml": b"<workbook/>", "xl/sharedStrings.xml": laughs}
    refused("a.xlsx", files.zipped(tmp_path / "a.xlsx", book).read_bytes(), "E-FORMAT")
