"""System checks that say what is missing and how to mend it."""

from __future__ import annotations

import django
from django.conf import settings
from django.core.checks import Error, Tags, register
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.utils.module_loading import import_string

from spatial.core.roles import ROLES

OLDEST_DJANGO = (5, 2, 19)
OLDEST_GDAL = (3, 9)
OLDEST_POSTGIS = (3, 3)
EXTENSIONS = ("postgis", "btree_gist", "pg_trgm")
DRIVERS = ("ESRI Shapefile", "GPKG", "GeoJSON", "OSM")


@register(Tags.compatibility)
def libraries(app_configs, **kwargs) -> list[Error]:
    """GDAL and GEOS load, are new enough, and GDAL has the drivers the imports need."""
    found = [_django_version(), *_gdal(), *_geos()]
    return [problem for problem in found if problem]


def _django_version() -> Error | None:
    if django.VERSION[:3] >= OLDEST_DJANGO:
        return None
    return Error(
        f"Django {django.get_version()} has known holes in GeoDjango.",
        hint="Install the pinned packages: make install",
        id="wanmi.E001",
    )


def _gdal() -> list[Error]:
    try:
        from django.contrib.gis.gdal import Driver, gdal_version
        from django.contrib.gis.gdal.error import GDALException

        version = gdal_version().decode()
    except Exception as error:  # noqa: BLE001 - whatever the loader raises is the finding
        return [Error(f"GDAL does not load: {error}", hint="make install", id="wanmi.E002")]
    if tuple(int(n) for n in version.split(".")[:2]) < OLDEST_GDAL:
        return [Error(f"GDAL {version} is too old.", hint="make install", id="wanmi.E002")]
    problems = []
    for name in DRIVERS:
        try:
            Driver(name)
        except GDALException:
            problems.append(
                Error(
                    f"GDAL {version} has no driver {name}.",
                    hint="Use the binary wheel of pyogrio, not a build of your own.",
                    id="wanmi.E003",
                )
            )
    return problems


def _geos() -> list[Error]:
    try:
        from django.contrib.gis.geos import geos_version

        geos_version()
    except Exception as error:  # noqa: BLE001 - whatever the loader raises is the finding
        return [Error(f"GEOS does not load: {error}", hint="make install", id="wanmi.E004")]
    return []


@register(Tags.database)
def database_extensions(app_configs, databases=None, **kwargs) -> list[Error]:
    """The database answers and has PostGIS and the other extensions."""
    if not databases or DEFAULT_DB_ALIAS not in databases:
        return []
    try:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute("SELECT name, default_version FROM pg_available_extensions")
            available = dict(cursor.fetchall())
    except DatabaseError as error:
        hint = "Start it with `make db`, or set DATABASE_URL."
        return [Error(f"The database does not answer: {error}", hint=hint, id="wanmi.E005")]
    return [*_missing(available), *_old_postgis(available)]


def _missing(available: dict[str, str]) -> list[Error]:
    return [
        Error(
            f"The database server has no extension {name}.",
            hint="Debian: apt-get install postgresql-15-postgis-3 postgresql-contrib",
            id="wanmi.E006",
        )
        for name in EXTENSIONS
        if name not in available
    ]


def _old_postgis(available: dict[str, str]) -> list[Error]:
    version = available.get("postgis")
    if version is None or tuple(int(n) for n in version.split(".")[:2]) >= OLDEST_POSTGIS:
        return []
    return [Error(f"PostGIS {version} is too old.", hint="Install PostGIS 3.3+.", id="wanmi.E007")]


@register()
def second_factor(app_configs, **kwargs) -> list[Error]:
    """Roles that need a second factor are roles: a slip would ask nobody for it."""
    return [
        Error(
            f"WANMI_SECOND_FACTOR names {name}, which is no role.",
            hint=f"Roles are {', '.join(sorted(ROLES))}.",
            id="wanmi.E008",
        )
        for name in sorted(settings.SECOND_FACTOR_ROLES - set(ROLES))
    ]


@register()
def photo_filter(app_configs, **kwargs) -> list[Error]:
    """The filter of photos is there: without it no photo could be kept."""
    if not settings.PHOTO_FILTER:
        return []
    try:
        if callable(import_string(settings.PHOTO_FILTER)):
            return []
        said = "it is no function"
    except Exception as error:  # noqa: BLE001 - whatever its module raises is the finding
        said = str(error)
    text = f"WANMI_PHOTO_FILTER cannot be used: {said}"
    hint = "Give package.module.function on the path of Python, or unset it."
    return [Error(text, hint=hint, id="wanmi.E009")]
