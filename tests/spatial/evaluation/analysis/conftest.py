"""Made-up cases of the small district, and people who make moves."""

from datetime import date

import pytest

from spatial.cases.making.make import make_cases
from spatial.cases.making.plan import Wanted
from tests.spatial.cases.conftest import World
from tests.spatial.cases.conftest import photos_apart as photos_apart

LAST = date(2026, 11, 20)


@pytest.fixture
def world(db, photos_apart):
    return World()


@pytest.fixture
def made(world):
    return make_cases(Wanted(("110101",), 1_500, days=70, open_share=0.1, until=LAST))
