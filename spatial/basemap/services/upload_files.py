"""Where the bytes of an upload lie: a folder with a random name, and in it one file."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from spatial.basemap.models import Upload


def folder_of(upload: Upload) -> Path:
    """The folder of an upload."""
    return Path(settings.UPLOAD_DIR) / upload.folder


def path_of(upload: Upload) -> Path:
    """Where the bytes of an upload lie; a name without any ending."""
    return folder_of(upload) / "content"
