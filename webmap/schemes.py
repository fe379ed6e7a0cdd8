"""Editions of schemes made as a job that the browser ordered: of an upload, or of unit grids."""

from __future__ import annotations

from datetime import date
from typing import Any

from spatial.basemap.models import Upload
from spatial.basemap.services.upload_files import path_of
from spatial.basemap.services.upload_inspection import brought_in, wait_for_import
from spatial.components.selectors import points_of
from spatial.core.jobs import BUSY, Progress
from spatial.core.models import Job
from spatial.grids.services.inputs import district_now
from spatial.schemes.models import GridScheme
from spatial.schemes.selectors import scheme_named
from spatial.schemes.services.build import build_edition
from spatial.schemes.services.crosswalk import Crosswalk, crosswalk
from spatial.schemes.services.intake import Fields, import_edition
from webmap.jobs import living

KIND = "scheme"
SHARED = {"area": "shared_area_m2", "components": "components"}
"""What two cells have in common, and what it is called in tables."""
BY = tuple(SHARED)


def order(scheme: GridScheme, asked: dict[str, Any], upload: Upload | None, user: Any) -> Job:
    """Note the order to make an edition.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``.
    ConflictError
        ``E-UPLOAD-STATE`` for a file that is not inspected, ``E-UPLOAD-BUSY``.
    """
    district_now(asked["district"])
    if upload is not None:
        wait_for_import(upload)
        asked = {**asked, "upload": str(upload.pk)}
    return Job.objects.create(kind=KIND, created_by=user, params={**asked, "scheme": scheme.key})


def running() -> list[Job]:
    """Editions that are being made."""
    jobs = Job.objects.filter(kind=KIND, state__in=BUSY).order_by("created_at")
    return [job for job in jobs if living(job).state in BUSY]


def make(job: Job, progress: Progress) -> dict[str, Any]:
    """Make the edition as ordered; the result names it."""
    asked, scheme = job.params, scheme_named(job.params["scheme"])
    if "upload" not in asked:
        user = job.created_by
        edition = build_edition(scheme, asked["district"], asked["groups"], user, progress)
        return {"version": edition.version, "cells": edition.cell_count}
    with brought_in(asked["upload"]) as upload:
        edition = import_edition(
            scheme,
            path_of(upload),
            asked["district"],
            Fields(asked["code_field"], asked["name_field"], asked["layer"]),
            crs=upload.crs or None,
            encoding=upload.encoding,
            file_name=upload.name,
            user=job.created_by,
            progress=progress,
        )
    return {"version": edition.version, "cells": edition.cell_count}


def walk_of(one: str, other: str, district: str, on: date | None, by: str) -> Crosswalk:
    """What two schemes have in common: ground, or the components that lie on it.

    Raises
    ------
    InputError, NotFoundError
        What `crosswalk` raises.
    """
    things = points_of(district, on) if by == "components" else None
    return crosswalk(one, other, district, on, things)


def head_of(by: str) -> tuple[str, ...]:
    """Names of the columns of a crosswalk."""
    return ("code", "other_code", SHARED[by], "share", "other_share")
