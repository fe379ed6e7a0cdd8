"""The demo: Helsinki's centre (real) and a made-up Chinese district, and the log-ins to try."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils.translation import gettext as _

import fixtures.helsinki
import fixtures.town
from fixtures.town import Files
from spatial.basemap.gazetteer.build import build_gazetteer
from spatial.basemap.models import Dataset, PlaceName
from spatial.basemap.services.basemap import import_basemap
from spatial.basemap.services.regions import import_regions
from spatial.cases.models import CaseClass
from spatial.cases.services.catalogue import catalogue_of, store_case_classes
from spatial.components.services.catalogue import of_standard, store_catalogue
from spatial.components.services.survey import CATALOGUE, Asked, import_components
from spatial.core.errors import ConflictError
from spatial.core.jobs import Progress
from spatial.core.roles import ADMINISTRATOR, GIS_STAFF, ROLES
from spatial.grids.models import GridPlan
from spatial.grids.services.build import make_plan
from spatial.grids.services.check import check_plan
from webmap.demo_cases import make_demo_cases
from webmap.demo_patrol import make_patrol
from webmap.publishing import build_ground_tiles, publish

PASSWORD = "wanmi-demo"  # noqa: S105 - shown on purpose; demo log-ins exist only on one's own machine
LOGINS = {role: role for role in ROLES} | {"gis_staff_2": GIS_STAFF}
"""Role of each demo log-in; the GIS staff are two, since one cuts a plan and another publishes."""
LEVELS = ("district", "street", "community")
CASES = "cjt214-yuncheng"
"""Classes of cases on the components of the demo's catalogue."""
TARGET_AREA_M2 = 10_000.0
CITY_DATASET = "made-up-city"
"""What the names of the capital's data sets begin with."""
LOADED = {"city": "already loaded"}
"""The summary where nothing of the capital was to be made."""
OSM = "© OpenStreetMap contributors, ODbL 1.0"


@dataclass(frozen=True, slots=True)
class DemoDistrict:
    """One district of the demo: how its files are made and what is said of them."""

    code: str
    title: str
    dataset: str
    attribution: str
    regions_made_up: bool
    basemap_made_up: bool
    layers: str
    make: Callable[[Path], Files]
    """Writes the files into a folder."""
    since: date | None = None
    """First day of its regions and grids; None for the day on which it is loaded."""


def _helsinki(folder: Path) -> Files:
    extract = fixtures.helsinki.find_extract()
    levels = fixtures.helsinki.make_regions(extract)
    regions = fixtures.helsinki.write_regions(levels, folder)
    return Files(regions, extract, fixtures.helsinki.write_components(extract, folder))


def _town(communities: int | None) -> Callable[[Path], Files]:
    def make(folder: Path) -> Files:
        town = fixtures.town.generate(fixtures.town.TownPlan(communities=communities))
        survey = fixtures.town.write_components(town, folder)
        return Files(*fixtures.town.write(town, folder), survey)

    return make


def districts(scale: str) -> tuple[DemoDistrict, ...]:
    """The districts of a scale: ``small`` has 8 made-up communities, ``district`` all 169."""
    town = _town(8 if scale == "small" else None)
    return (
        DemoDistrict("990001", "Helsinki", "helsinki", OSM, True, False, "osm", _helsinki),
        DemoDistrict("110101", "东城区", "made-up-town", "", True, True, "gb", town),
    )


def load(scale: str, workers: int, progress: Progress, say: Callable[[str], None]) -> dict:
    """Load every district of ``scale`` that is not there yet, and the demo log-ins."""
    summary: dict = {}
    if city_is_here():
        # Two made-up maps of one ground would lie over each other.
        return LOADED
    fresh = False
    store_catalogues()
    for district in districts(scale):
        if is_published(district.code):
            summary[district.code] = "already loaded"
            continue
        say(f"{district.code} {district.title}")
        summary[district.code] = _load(district, workers, progress)
        fresh = True
    if fresh:
        build_ground_tiles(progress, workers)
    elif not PlaceName.objects.exists():
        # Loaded by an edition of this project that had no gazetteer.
        build_gazetteer(progress=progress)
    make_logins()
    say(_("cases"))
    summary |= make_demo_cases(scale, progress)
    say(_("patrol"))
    for district in districts(scale):
        made = make_patrol(district.code)
        summary[f"{district.code} patrol"] = f"{made['areas']} areas"
    return summary


def store_catalogues() -> None:
    """Classes of components and of cases, where there are none yet."""
    store_catalogue(of_standard(CATALOGUE))
    if not CaseClass.objects.exists():
        store_case_classes(catalogue_of(CASES))


def city_is_here() -> bool:
    """Whether the store holds the made-up capital, or a part of it."""
    return Dataset.objects.filter(name__startswith=CITY_DATASET).exists()


def is_published(code: str) -> bool:
    """Whether a district has an edition in force."""
    return GridPlan.objects.filter(district__code=code, state=GridPlan.State.PUBLISHED).exists()


def _load(district: DemoDistrict, workers: int, progress: Progress) -> str:
    with tempfile.TemporaryDirectory(prefix="wanmi-demo-") as folder:
        progress(0, 1, _("making the demo's files"))
        files = district.make(Path(folder))
        import_ground(district, files, progress)
        build_gazetteer(progress=progress)
        plan = cut(district, workers, progress)
        placed = import_survey(district, files.survey, progress)
    return f"{plan.grid_count} unit grids, edition {plan.version}, {placed} components"


def import_ground(district: DemoDistrict, files: Files, progress: Progress) -> None:
    """Bring in regions and base map of a district."""
    for level in LEVELS:
        import_regions(
            files.regions,
            level,
            layer=level,
            dataset=f"{district.dataset}-regions",
            attribution=district.attribution,
            made_up=district.regions_made_up,
            valid_from=district.since,
            progress=progress,
        )
    import_basemap(
        files.basemap,
        layers=district.layers,
        dataset=district.dataset,
        attribution=district.attribution,
        made_up=district.basemap_made_up,
        progress=progress,
    )


def import_survey(district: DemoDistrict, survey: Path, progress: Progress) -> int:
    """Bring in the components of a district; how many are new."""
    placed = import_components(
        survey,
        # Of a real extract some nodes lie beside the district's made-up border.
        Asked(good_rows=True),
        dataset=f"{district.dataset}-components",
        attribution=district.attribution,
        made_up=district.basemap_made_up,
        progress=progress,
    )
    return placed.created


def cut(
    district: DemoDistrict,
    workers: int,
    progress: Progress,
    target_area_m2: float = TARGET_AREA_M2,
) -> GridPlan:
    """Cut a district into unit grids and publish them.

    Raises
    ------
    ConflictError
        ``E-PLAN-FAULTY``.
    """
    plan = make_plan(
        district.code, target_area_m2=target_area_m2, workers=workers, progress=progress
    )
    report = check_plan(plan)
    if not report["ok"]:
        raise ConflictError("E-PLAN-FAULTY", f"{plan.version}: {report}", **report)
    return publish(plan, district.since, progress=progress, workers=workers)


def make_logins() -> None:
    """The demo log-ins, on a machine of one's own only."""
    if not settings.DEMO_LOGINS:
        return
    user_model = get_user_model()
    for name, role in LOGINS.items():
        user, created = user_model.objects.get_or_create(username=name)
        if created:
            user.set_password(PASSWORD)
            user.is_staff = user.is_superuser = role == ADMINISTRATOR
            user.save()
        user.groups.add(Group.objects.get(name=role))


def logins() -> list[tuple[str, str, str]]:
    """Name, password and role of the demo log-ins that still have the demo's password."""
    if not settings.DEMO_LOGINS:
        return []
    found = get_user_model().objects.filter(username__in=LOGINS)
    return [
        (user.username, PASSWORD, str(ROLES[LOGINS[user.username]]))
        for user in found
        if user.check_password(PASSWORD)
    ]
