"""Lists of addresses: from a file to a file, and as a job that the browser ordered."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from spatial.addresses.matching import Matched
from spatial.addresses.reading import read_list
from spatial.addresses.results import counted, refuse_unwritable, write_matched
from spatial.addresses.services.runs import clean, make_run, matched_rows
from spatial.basemap.models import Upload
from spatial.basemap.services.upload_files import path_of
from spatial.basemap.services.upload_inspection import brought_in, wait_for_import
from spatial.core.jobs import BUSY, Progress, silent
from spatial.core.models import Job
from webmap import geocoding
from webmap.jobs import living

KIND = "batch"


def file_to_file(
    path: Path,
    out: Path,
    *,
    district: str | None = None,
    progress: Progress = silent,
    **asked: Any,
) -> dict[str, Any]:
    """Geocode a list of addresses and write it with what was found; return the rates.

    Parameters
    ----------
    path, out : Path
        The ending of ``out`` says its format.
    district : str, optional
        Only places of this district.
    asked : optional
        ``field``, ``layer`` and ``encoding`` of `spatial.addresses.reading.read_list`.

    Raises
    ------
    InputError
        ``E-BATCH-FORMAT``, what reading a list and writing a file raise.
    NotFoundError
        ``E-DISTRICT-MISSING``.
    """
    refuse_unwritable(out)
    find = geocoding.finder(district)
    listed = read_list(path, **asked)
    start = time.monotonic()
    found = list(matched_rows(listed, find, progress))
    seconds = time.monotonic() - start
    write_matched(out, listed.columns, listed.rows, found)
    progress(len(found), len(found), str(out))
    return {
        "file": listed.file,
        "address_field": listed.field,
        "encoding": listed.encoding,
        **rates(found),
        "rows_per_second": round(len(found) / max(seconds, 1e-6)),
        "written": str(out),
    }


def rates(found: list[Matched]) -> dict[str, Any]:
    """Rows in all, and by verdict with their shares in percent."""
    counts = counted(one.verdict for one in found)
    shares = {f"{name}_percent": _percent(count, len(found)) for name, count in counts.items()}
    unfit = sum(bool(one.code) for one in found)
    return {"rows": len(found), **counts, "no_address": unfit, **shares}


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0.0


def order(upload: Upload, asked: dict[str, Any], user: Any) -> Job:
    """Note the order to geocode an upload.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``.
    ConflictError
        ``E-UPLOAD-STATE`` where it is not ready, ``E-UPLOAD-BUSY``.
    """
    clean()
    geocoding.finder(asked["district"] or None)
    wait_for_import(upload)
    params = {"upload": str(upload.pk), "file": upload.name, **asked}
    return Job.objects.create(kind=KIND, created_by=user, params=params)


def running(user: Any) -> list[Job]:
    """A user's lists that wait or are at work, in their order."""
    jobs = Job.objects.filter(kind=KIND, created_by=user, state__in=BUSY).order_by("created_at")
    return [job for job in jobs if living(job).state in BUSY]


def run(job: Job, progress: Progress) -> dict[str, Any]:
    """Geocode as ordered; the result names the run.

    Raises
    ------
    ConflictError
        ``E-UPLOAD-GONE``, ``E-UPLOAD-BUSY``.
    InputError
        What reading a list raises.
    """
    asked = job.params
    with brought_in(asked["upload"]) as upload:
        listed = read_list(
            path_of(upload),
            field=asked["field"] or None,
            layer=asked["layer"] or None,
            encoding=upload.encoding,
            file_name=upload.name,
        )
    district = asked["district"] or None
    made = make_run(
        listed,
        geocoding.finder(district),
        district=district,
        user=job.created_by,
        progress=progress,
    )
    return {"batch": str(made.pk), "rows": made.row_count, **made.counts}
