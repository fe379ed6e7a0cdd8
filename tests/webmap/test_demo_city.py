"""The made-up capital, made small: whole, sound, gone on with where it stopped, kept apart."""

from __future__ import annotations

import pytest

from spatial.basemap.models import Dataset, Place, Region
from spatial.cases.models import Case, CaseEvent
from spatial.components.models import Component
from spatial.core.errors import ConflictError
from spatial.evaluation.models import Publication
from spatial.grids.models import UnitGrid
from spatial.patrol.models import Duty, Position
from spatial.reports.services.store import check_store, require_sound
from tests.webmap import factories
from webmap import demo_city
from webmap.demo import load
from webmap.demo_city import CitySize, load_city

pytestmark = pytest.mark.django_db

SMALL = CitySize(
    districts=2, area_km2=2.8, streets=3, communities=8, components=2_500, cases=3_000, days=75,
    inspectors=2,
)  # fmt: skip


class Stopped(Exception):
    """Somebody ended the run."""


@pytest.fixture(autouse=True)
def own_tiles(settings, tmp_path):
    settings.TILE_DIR = tmp_path / "tiles"


def counts() -> dict[str, int]:
    models = (UnitGrid, Component, Case, CaseEvent, Publication, Duty, Position, Place)
    return {model.__name__: model.objects.count() for model in models}


def loaded(progress=lambda *_words: None):
    return load_city(SMALL, 1, progress, lambda _text: None)


def test_a_city_that_was_stopped_midway_is_gone_on_with_and_made_once(monkeypatch):
    made = demo_city.import_survey

    def stopping(district, survey, progress):
        if district.code == "110102":
            raise Stopped
        return made(district, survey, progress)

    with monkeypatch.context() as patched:
        patched.setattr(demo_city, "import_survey", stopping)
        with pytest.raises(Stopped):
            loaded()
    half = counts()
    assert half["UnitGrid"] and half["Component"] and not half["Case"]

    def in_the_last_month(done, total, message):
        if total == SMALL.cases and done > 0.8 * total:
            raise Stopped

    with pytest.raises(Stopped):
        loaded(in_the_last_month)
    assert 0 < Case.objects.count() < SMALL.cases

    summary = loaded()
    whole = counts()
    assert (summary["districts"], summary["unit_grids"]) == (2, whole["UnitGrid"])
    # What would be reported later today is not there yet.
    assert summary["cases"] == whole["Case"] and 0.97 * SMALL.cases < whole["Case"] <= SMALL.cases
    assert abs(summary["components"] - SMALL.components) < 0.3 * SMALL.components
    assert Region.objects.filter(level="street").count() == SMALL.streets
    assert Region.objects.filter(level="community").count() == SMALL.communities
    area_m2 = SMALL.area_km2 * 1e6 / whole["UnitGrid"]
    assert 30_000 < area_m2 < 60_000
    # The demo's own inspector is on duty, too.
    assert whole["Duty"] == 3 * SMALL.inspectors + 1
    assert whole["Position"] > 2_000 * SMALL.inspectors
    assert whole["Publication"] and summary["cases_mb"] >= 1
    assert all(Dataset.objects.filter(name__startswith="made-up").values_list("made_up", flat=True))
    require_sound(list(check_store()))

    assert loaded() == {"city": "already loaded"}
    assert counts() == whole
    assert load("district", 1, lambda *_words: None, lambda _text: None) == {
        "city": "already loaded"
    }
    assert counts() == whole


def test_a_store_with_another_map_is_left_alone():
    factories.plan(factories.district())
    before = counts()
    with pytest.raises(ConflictError) as caught:
        loaded()
    assert caught.value.code == "E-DEMO-OTHER"
    assert counts() == before
