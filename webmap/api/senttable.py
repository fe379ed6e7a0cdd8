"""A small table that was sent with a form, as a file for those who read files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from spatial.basemap.io import names
from spatial.basemap.io.plainrows import MOST_BYTES
from spatial.core.errors import InputError


@contextmanager
def sent_table(sent: UploadedFile) -> Iterator[tuple[Path, str]]:
    """Where the table lies meanwhile, and what its sender calls it.

    Raises
    ------
    InputError
        ``E-TABLE-SIZE``, and what a name is refused for.
    """
    if sent.size > MOST_BYTES:
        raise InputError("E-TABLE-SIZE", _("The table is larger than 5 MB; send it in parts."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table"
        with path.open("wb") as file:
            file.writelines(sent.chunks())
        yield path, names.check(sent.name)
