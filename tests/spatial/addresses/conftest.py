"""A district with its grids and gazetteer, and lists of addresses to find in it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model

from spatial.addresses.reading import read_list
from spatial.addresses.services.runs import make_run
from spatial.basemap.gazetteer.build import build_gazetteer
from tests.webmap import factories
from webmap.geocoding import finder

LONG = "长" * 10_000
ROWS = [
    ("1", "东城区东长安街18号东侧", "exact"),
    ("2", "东常安街18号", "partial"),
    ("3", "新华书店", "ambiguous"),
    ("4", "老九爷府后门", "none"),
    ("5", "", "none"),
    ("6", LONG, "none"),
    ("7", "东长安街与南池子大街路口", "exact"),
    ("8", "GCJ-02: 116.4080,39.9196", "exact"),
    ("9", "110101001001005", "exact"),
    ("10", "东长安街", "exact"),
]


@pytest.fixture
def town(db):
    """Two roads, a door, and bookshops of one name in the west and the east."""
    made = factories.plan(factories.district())
    factories.feature("road", factories.line((0, 2), (6, 2)), "东长安街", line_class=1)
    factories.feature("road", factories.line((3, 0), (3, 4)), "南池子大街", line_class=4)
    factories.place("address", "东长安街18号", column=1.5, row=2.2)
    factories.place("poi", "新华书店", column=0.5, row=4.5)
    factories.place("poi", "新华书店", column=5.5, row=4.5)
    factories.place("poi", "孚王府", column=4.5, row=0.5)
    build_gazetteer()
    return made


@pytest.fixture
def table(tmp_path):
    """Write a CSV with a number and an address in each row."""

    def make(texts=tuple(text for _n, text, _v in ROWS), head=("编号", "地址"), **more) -> Path:
        path = tmp_path / more.get("name", "list.csv")
        with path.open("w", encoding=more.get("encoding", "utf-8"), newline="") as file:
            writer = csv.writer(file)
            writer.writerow(head)
            writer.writerows([[str(n), text] for n, text in enumerate(texts, start=1)])
        return path

    return make


@pytest.fixture
def user(db):
    return get_user_model().objects.create_user("reviewer")


@pytest.fixture
def find_list(town, user):
    """Read a file and make a run of it."""

    def make(path: Path, district: str | None = None):
        return make_run(read_list(path), finder(district), district=district, user=user)

    return make
