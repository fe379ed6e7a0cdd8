"""Takes the unit grids of a district out as a file, in a chosen format, CRS and encoding."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _

from spatial.basemap.io.writers import FORMATS, Layer, write_layer
from spatial.basemap.models import Region
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent
from spatial.grids.models import GridPlan
from spatial.grids.selectors import current_plan, grids_of
from spatial.grids.services.metric import projected

__all__ = ["FORMATS", "ExportSummary", "export_grids", "export_plan"]

LAYER_NAME = "unit_grids"


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """What was written."""

    path: Path
    version: str
    grids: int
    area_m2: float
    srid: int


def export_grids(
    district_code: str,
    path: Path,
    *,
    fmt: str = "shp",
    srid: int = 4490,
    encoding: str = "UTF-8",
    on: date | None = None,
    progress: Progress = silent,
) -> ExportSummary:
    """Write the edition of a district in force now, or on a past day.

    The fields are those of docs/export.md: BGCODE, AREA (m²), ORDATE, CHDATE, NOTE and more.

    Raises
    ------
    NotFoundError
        ``E-PLAN-MISSING``.
    InputError
        ``E-EXPORT-CRS`` for an unknown EPSG number, and what `write_layer` raises.
    """
    plan = current_plan(district_code, on)
    return export_plan(plan, path, fmt=fmt, srid=srid, encoding=encoding, progress=progress)


def export_plan(
    plan: GridPlan,
    path: Path,
    *,
    fmt: str,
    srid: int,
    encoding: str,
    progress: Progress = silent,
) -> ExportSummary:
    """Write one plan, a draft too; arguments and errors as `export_grids`."""
    progress(0, 3, _("reading grids"))
    rows = _read(plan)
    progress(1, 3, _("changing the reference system"))
    geometry = _projected([row["geom"] for row in rows], srid)
    progress(2, 3, _("writing the file"))
    layer = Layer(LAYER_NAME, geometry, _fields(rows, plan), srid, "BGCODE", "SQCODE")
    write_layer(layer, path, fmt, encoding)
    progress(3, 3, _("done"))
    total = float(sum(row["area_m2"] for row in rows))
    return ExportSummary(path, plan.version, len(rows), total, srid)


def _read(plan: GridPlan) -> list[dict[str, Any]]:
    names = ("code", "area_m2", "perimeter_m", "on_feature_share", "note", "community_id")
    return list(grids_of(plan).values(*names, "valid_from", "valid_to", "geom"))


def _projected(geometries: list[Any], srid: int) -> np.ndarray:
    try:
        moved = projected(geometries, srid)
    except Exception as error:
        raise _bad_crs(srid) from error
    if not np.isfinite(shapely.get_coordinates(moved)).all():
        raise _bad_crs(srid)
    return moved


def _bad_crs(srid: int) -> InputError:
    return InputError(
        "E-EXPORT-CRS",
        _("EPSG:%(srid)s is unknown or does not cover the district; choose another.")
        % {"srid": srid},
        srid=srid,
    )


def _fields(rows: list[dict[str, Any]], plan: GridPlan) -> dict[str, Any]:
    regions = Region.objects.select_related("parent").in_bulk({r["community_id"] for r in rows})
    leaf = [regions[row["community_id"]] for row in rows]
    street = [region if region.level == "street" else region.parent for region in leaf]
    return {
        "BGCODE": [row["code"] for row in rows],
        "AREA": np.array([row["area_m2"] for row in rows]).round(3),
        "PERIMETER": np.array([row["perimeter_m"] for row in rows]).round(3),
        "ORDATE": _dates(rows, "valid_from"),
        "CHDATE": _dates(rows, "valid_to"),
        "SQCODE": [region.code for region in leaf],
        "SQNAME": [region.name for region in leaf],
        "JDCODE": [region.code if region else "" for region in street],
        "JDNAME": [region.name if region else "" for region in street],
        "QXCODE": [plan.district.code] * len(rows),
        "QXNAME": [plan.district.name] * len(rows),
        "EDITION": np.full(len(rows), plan.edition, np.int32),
        "ONFEATURE": np.array([row["on_feature_share"] for row in rows]).round(4),
        "NOTE": [row["note"] for row in rows],
    }


def _dates(rows: list[dict[str, Any]], name: str) -> np.ndarray:
    return np.array([row[name] for row in rows], dtype="datetime64[D]")
