"""Test 1: no archive writes outside its folder, through a link, or over a sibling."""

from __future__ import annotations

import io
import zipfile

import pytest


def packed(*names: str, link: str = "") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names:
            info = zipfile.ZipInfo("placeholder")
            info.filename = name
            if name == link:
                info.external_attr = 0o120777 << 16
            archive.writestr(info, "/etc/passwd")
    return out.getvalue()


@pytest.mark.parametrize(
    "name", ["../../x.shp", "/x.shp", "..\\x.shp", "C:\\x", "a/../../x.shp", "C:x.shp"]
)
def test_1_paths_that_lead_out_are_refused(refused, name):
    refused("a.zip", packed("ok.shp", name), "E-ZIP-PATH")


def test_1_a_link_is_refused(refused):
    refused("a.zip", packed("ok.shp", "x.shp", link="x.shp"), "E-ZIP-LINK")


@pytest.mark.parametrize("names", [("a.shp", "A.SHP"), ("x/a.shp", "y/a.shp"), ("a.shp", "a.shp")])
def test_1_names_equal_but_for_case_are_refused(refused, names):
    refused("a.zip", packed(*names), "E-ZIP-DUP")
