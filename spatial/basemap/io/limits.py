"""How much a file and its reading may take; the site's settings may change it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from spatial.basemap.io import archive


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of the reader process."""

    memory_mb: int = 2_048
    """Address space, libraries included (about 400 MB of it)."""
    cpu_s: int = 3_600
    idle_s: float = 300.0
    """How long the reader may say nothing while it is waited for."""
    file_mb: int = archive.MAX_BYTES // 1024**2
    """Largest file it may write: GDAL's scratch files, in a folder that is removed."""


def of_settings() -> Limits:
    """The limits this site has been given."""
    return Limits(memory_mb=settings.READER_MEMORY_MB, idle_s=settings.READER_IDLE_S)
