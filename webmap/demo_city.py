"""The demo's capital: a made-up city of Beijing's size, district by district.

A run that was stopped goes on where it was: what a district has already is not made again, cases
are written month by month, and results are published kind by kind.
"""

from __future__ import annotations

import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from fixtures.town import City, Files, write_district
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.models import Region
from spatial.cases.making.plan import Wanted
from spatial.components.models import Component
from spatial.core.errors import ConflictError
from spatial.core.jobs import Progress
from spatial.evaluation.management.commands.evaluate import USUAL
from spatial.evaluation.models import Publication
from spatial.evaluation.periods import Period, parse_period
from spatial.evaluation.selectors import kind_named
from spatial.evaluation.services.ledger import fold
from spatial.evaluation.services.objects import Asked
from spatial.evaluation.services.publishing import publish as publish_results
from spatial.grids.models import GridPlan
from webmap.demo import (
    CITY_DATASET,
    LOADED,
    DemoDistrict,
    city_is_here,
    cut,
    import_ground,
    import_survey,
    is_published,
    make_logins,
    store_catalogues,
)
from webmap.demo_cases import make_wanted
from webmap.demo_patrol import make_patrol
from webmap.demo_trails import walk_city
from webmap.publishing import build_ground_tiles, ground_tiles_stand

SEED = 1
GRID_AREA_M2 = 44_000.0
"""Beijing: 35,413 unit grids on 1,559 km²."""
COMPONENTS_A_KM2 = 4_240
"""Of the made-up survey where all of it is written; measured on a district of 97 km²."""
OPEN_SHARE = 0.013
TABLE_SIZES = """
SELECT split_part(relname, '_', 1), sum(pg_total_relation_size(oid))
FROM pg_class WHERE relkind IN ('r', 'm') AND relnamespace = 'public'::regnamespace GROUP BY 1
"""
PARTS = ("basemap", "grids", "components", "cases", "evaluation", "patrol")


@dataclass(frozen=True, slots=True)
class CitySize:
    """How large the city is; by default as Beijing (``docs/city.md`` has the sources)."""

    districts: int = 16
    area_km2: float = 1_559.0
    streets: int = 144
    communities: int = 2_289
    components: int = 1_400_000
    cases: int = 7_700_000
    days: int = 365
    inspectors: int = 500
    grid_area_m2: float = GRID_AREA_M2

    def city(self) -> City:
        """Its map."""
        return City(SEED, self.area_km2, self.districts, self.streets, self.communities)


@dataclass(slots=True)
class _Stage:
    """What is done in order, with its time told."""

    say: Callable[[str], None]
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def told(self, name: str) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - started)
        self.say(f"{name}: {self.seconds[name]} s")


def load_city(
    size: CitySize, workers: int, progress: Progress, say: Callable[[str], None]
) -> dict[str, Any]:
    """Load what is missing of the city; counts, seconds of each stage, and megabytes.

    Raises
    ------
    ConflictError
        ``E-DEMO-OTHER`` where the store holds other districts.
    """
    if not city_is_here() and Region.objects.exists():
        text = _("The city needs a store of its own: this one has districts already.")
        raise ConflictError("E-DEMO-OTHER", text)
    store_catalogues()
    stage = _Stage(say)
    city = size.city()
    with stage.told("districts"):
        made = _load_districts(size, city, workers, progress, say)
    # Tiles come after the gazetteer: where they stand, both are there.
    if not ground_tiles_stand():
        with stage.told("gazetteer"):
            build_gazetteer(progress=progress)
        with stage.told("tiles"):
            build_ground_tiles(progress, workers)
        made += 1
    make_logins()
    with stage.told("cases"):
        made += make_wanted(
            Wanted(tuple(city.codes), size.cases, size.days, open_share=OPEN_SHARE), progress
        )
    with stage.told("patrol"):
        for code in city.codes:
            make_patrol(code)
        made += walk_city(city.codes, size.inspectors, progress)
    with stage.told("evaluation"):
        fold()
        made += _publish_months(size.days, progress)
    return _summary(stage) if made else LOADED


def _load_districts(
    size: CitySize, city: City, workers: int, progress: Progress, say: Callable[[str], None]
) -> int:
    """Bring in the districts that are not whole; how many."""
    numbers = [n for n, code in enumerate(city.codes) if not _is_whole(code)]
    with tempfile.TemporaryDirectory(prefix="wanmi-city-") as folder:
        for number, files in _files(size, city, numbers, Path(folder)):
            code = city.codes[number]
            started = time.perf_counter()
            told = _load_district(size, code, files, workers, progress)
            say(f"{code} ({number + 1}/{size.districts}): {told}, "
                f"{time.perf_counter() - started:.0f} s")  # fmt: skip
            for path in files:
                path.unlink()
    return len(numbers)


def _is_whole(code: str) -> bool:
    """Whether nothing of a district is missing; its components come last."""
    return is_published(code) and Component.objects.filter(district_code=code).exists()


def _files(
    size: CitySize, city: City, numbers: list[int], folder: Path
) -> Iterator[tuple[int, Files]]:
    """The files of each district; those of the next are written while one is brought in."""
    share = min(1.0, size.components / (COMPONENTS_A_KM2 * size.area_km2))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        waiting = None
        for number in [*numbers, None]:
            coming = None
            if number is not None:
                made = pool.submit(write_district, city, number, folder / str(number), share)
                coming = number, made
            if waiting is not None:
                yield waiting[0], waiting[1].result()
            waiting = coming


def _load_district(
    size: CitySize, code: str, files: Files, workers: int, progress: Progress
) -> str:
    # As old as its cases: a past day has its grids, too.
    since = timezone.localdate() - timedelta(days=size.days)
    dataset = f"{CITY_DATASET}-{code}"
    district = DemoDistrict(code, code, dataset, "", True, True, "gb", lambda _folder: files, since)
    import_ground(district, files, progress)
    if is_published(code):
        plan = GridPlan.objects.get(district__code=code, state=GridPlan.State.PUBLISHED)
    else:
        plan = cut(district, workers, progress, size.grid_area_m2)
    placed = import_survey(district, files.survey, progress)
    return f"{plan.grid_count} unit grids, {placed} components"


def _publish_months(days: int, progress: Progress) -> int:
    """Publish the results of every whole month of the last so many days; how many are new."""
    made = 0
    periods = _months(timezone.localdate() - timedelta(days=days - 1))
    todo = [(period, kind) for period in periods for kind in USUAL]
    for done, (period, kind) in enumerate(todo, start=1):
        if not Publication.objects.filter(kind=kind, period=period.name, district_code="").exists():
            publish_results(Asked(kind_named(kind), ""), period, None, None)
            made += 1
        progress(done, len(todo), _("evaluation of %(period)s") % {"period": period.name})
    return made


def _months(first: date) -> list[Period]:
    """Whole months from a day on that are over."""
    day = first if first.day == 1 else (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    found = []
    while day < timezone.localdate().replace(day=1):
        found.append(parse_period(f"{day:%Y-%m}"))
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _summary(stage: _Stage) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(TABLE_SIZES)
        sizes = dict(cursor.fetchall())
        cursor.execute("SELECT count(*) FROM cases_case")
        cases = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM cases_caseevent")
        events = cursor.fetchone()[0]
    published = GridPlan.objects.filter(state=GridPlan.State.PUBLISHED)
    counts = {
        "districts": published.count(),
        "unit_grids": sum(published.values_list("grid_count", flat=True)),
        "components": Component.objects.filter(valid_to__isnull=True).count(),
        "cases": cases,
        "events": events,
        "publications": Publication.objects.count(),
    }
    seconds = {f"{name}_s": value for name, value in stage.seconds.items()}
    megabytes = {f"{part}_mb": round(int(sizes.get(part, 0)) / 1e6) for part in PARTS}
    return counts | seconds | {"seconds": sum(stage.seconds.values())} | megabytes
