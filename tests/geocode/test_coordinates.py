"""Coordinates in the forms in which people write them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geocode import geocode, to_bd09, to_gcj02
from geocode.answers import Kind, Plane, Verdict
from geocode.coordinates import parse
from geocode.memory import MemoryStore

NOWHERE = MemoryStore([])
POINT = (116.41, 39.93)


@pytest.mark.parametrize(
    "text",
    [
        "116.41,39.93",
        "39.93 116.41",
        "（116.41，39.93）",
        "39.93N 116.41E",
        "E116.41 N39.93",
        "北纬39.93度，东经116.41度",
        "116°24′36″ 39°55′48″",
        "39°55'48\"N, 116°24'36\"E",
        "116°24′36″E39°55′48″N",
        "东经116度24分36秒 北纬39度55分48秒",
        "116°24.6′ 39°55.8′",
        "经度：116.41，纬度：39.93",
        "lat=39.93, lon=116.41",
        "１１６．４１，３９．９３",
        "WGS84: 39.93, 116.41",
        "CGCS2000 116.41 39.93",
        "EPSG:4490 39.93 116.41",
    ],
)
def test_one_point(text):
    found = parse(text)
    assert found is not None and len(found.points) == 1
    assert found.points[0] == pytest.approx(POINT, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "crs"),
    [
        ("116.41,39.93", "WGS 84"),
        ("CGCS2000 116.41 39.93", "CGCS2000"),
        ("BD09 116.41 39.93", "BD-09"),
        ("GCJ-02: 116.41, 39.93", "GCJ-02"),
        ("火星坐标116.41,39.93", "GCJ-02"),
    ],
)
def test_the_system_is_named(text, crs):
    assert parse(text).crs == crs


@pytest.mark.parametrize(
    "words", ["GCJ-02: {} {}", "gcj02 {},{}", "火星坐标（{}，{}）", "高德坐标 {},{}"]
)
def test_offset_coordinates_are_brought_back(words):
    lon, lat = to_gcj02(np.array([POINT]))[0]
    found = parse(words.format(f"{lon:.9f}", f"{lat:.9f}"))
    assert found.points[0] == pytest.approx(POINT, abs=1e-7)


@pytest.mark.parametrize("words", ["BD-09: {} {}", "BD09 {},{}", "百度坐标 {},{}"])
def test_baidu_coordinates_are_brought_back(words):
    lon, lat = to_bd09(to_gcj02(np.array([POINT])))[0]
    found = parse(words.format(f"{lon:.9f}", f"{lat:.9f}"))
    assert found.points[0] == pytest.approx(POINT, abs=1e-7)


@given(st.floats(73.1, 135.0), st.floats(3.1, 53.9), st.booleans())
def test_in_china_the_order_is_told(lon, lat, turned):
    pair = (lat, lon) if turned else (lon, lat)
    found = parse(f"{pair[0]:.6f},{pair[1]:.6f}")
    assert found.points == (pytest.approx((lon, lat), abs=1e-6),)


def test_elsewhere_both_orders_are_offered():
    answer = geocode("24.94, 60.17", NOWHERE)
    assert answer.verdict is Verdict.AMBIGUOUS
    assert [c.point for c in answer.candidates] == [(24.94, 60.17), (60.17, 24.94)]
    assert parse("24.94E, 60.17N").points == ((24.94, 60.17),)
    assert parse("33°52′S 151°12′E").points[0] == pytest.approx((151.2, -33.8667), abs=1e-4)


@pytest.mark.parametrize(
    ("text", "plane"),
    [
        ("450137.99, 4421797.42", Plane(450137.99, 4421797.42, None)),
        ("4421797.42 450137.99", Plane(450137.99, 4421797.42, None)),
        ("39450137.99, 4421797.42", Plane(39450137.99, 4421797.42, 4527)),
        ("X=4421797.42 Y=39450137.99", Plane(39450137.99, 4421797.42, 4527)),
        ("EPSG:4549 450137.99 4421797.42", Plane(450137.99, 4421797.42, 4549)),
    ],
)
def test_plane_coordinates_are_recognised(text, plane):
    answer = geocode(text, NOWHERE)
    [found] = answer.candidates
    assert (found.kind, found.point, found.plane) == (Kind.COORDINATES, None, plane)
    assert answer.verdict is Verdict.PARTIAL
    assert found.crs == (f"EPSG:{plane.epsg}" if plane.epsg else "CGCS2000")


def test_a_place_nearby_names_the_zone_and_the_caller_projects():
    asked = []

    def project(plane):
        asked.append(plane)
        return POINT

    answer = geocode("450137.99, 4421797.42", NOWHERE, near=(116.4, 39.9), project=project)
    assert asked == [Plane(450137.99, 4421797.42, 4548)]
    assert answer.candidates[0].point == POINT
    assert answer.verdict is Verdict.EXACT
    assert geocode("450137.99, 4421797.42", NOWHERE, project=project).candidates[0].point is None


@pytest.mark.parametrize(
    "text",
    ["107 3", "3-2", "116.41", "东四北大街107号", "116.41,39.93,5.2", "200.5, 95.5", "1.5.6 7", ""],
)
def test_other_texts_are_no_coordinates(text):
    assert parse(text) is None
