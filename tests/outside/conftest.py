"""A served town with something in every layer, and programs of others that read it.

They run in processes of their own, with no setting of ours: this process keeps GDAL from reading
what nobody asked it to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from tests.webmap import factories
from tests.webmap.conftest import client_of, own_folders, town  # noqa: F401

HERE = Path(__file__).resolve().parent
NUMBER = "11010120260401000001"
OURS = ("GDAL_", "PROJ_", "OGR_", "CPL_", "DJANGO_", "GEOS_", "WANMI_", "PYTHONPATH")
WITHIN_S = 120


@pytest.fixture
def served(transactional_db, live_server):
    """The address of a site with 36 grids in two editions, components, a base map and cases."""
    district = factories.district()
    factories.plan(district, 1, "superseded", valid_to=date(2026, 6, 1))
    plan = factories.plan(district, 2, valid_from=date(2026, 6, 1))
    factories.components(plan, [(0.5 + n % 5, 0.5 + n // 5) for n in range(25)])
    factories.feature("road", factories.line((0, 0), (5, 5)), "王府井大街", line_class=3)
    factories.feature("building", factories.square(1, 1), "故宫")
    with transaction.atomic():
        # A case and its event are looked at together.
        factories.case(NUMBER)
    factories.user("operator")
    return live_server.url


@pytest.fixture
def gdal(served) -> Callable[..., Any]:
    """What GDAL, as pyogrio brings it, reads by a function of ``reading_with_gdal.py``."""

    def run(what: str, *words: str, **options: str) -> Any:
        return _told([sys.executable, str(HERE / "reading_with_gdal.py"), what, *words], options)

    return run


def _told(words: list[str], options: dict[str, str]) -> Any:
    plain = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    plain |= {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost", **options}
    done = subprocess.run(words, env=plain, text=True, capture_output=True, timeout=WITHIN_S)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


@pytest.fixture
def told() -> Callable[[list[str], dict[str, str]], Any]:
    """The last line of what a program prints, as JSON."""
    return _told
