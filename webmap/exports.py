"""Where exported files lie, and for how long."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from spatial.core.models import Job
from spatial.grids.services.export import FORMATS

KIND = "export"


def folder(job_id: UUID) -> Path:
    """The folder of one job's file."""
    return Path(settings.EXPORT_DIR) / str(job_id)


def file_name(asked: dict[str, Any]) -> str:
    """Name of the file a job makes; it says what is inside."""
    day = f"-{asked['on']}" if asked["on"] else ""
    return f"grids-{asked['district']}{day}-EPSG{asked['srid']}{FORMATS[asked['format']]}"


def result_path(job: Job) -> Path | None:
    """The file of a finished export, None when there is none or no longer."""
    name = job.result.get("file")
    path = folder(job.pk) / Path(name).name if name else None
    return path if path and path.is_file() else None


def clean() -> int:
    """Remove files older than ``EXPORT_KEEP_H`` hours; return how many exports went."""
    oldest = time.time() - settings.EXPORT_KEEP_H * 3600
    old = [p for p in Path(settings.EXPORT_DIR).glob("*") if p.stat().st_mtime < oldest]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)
