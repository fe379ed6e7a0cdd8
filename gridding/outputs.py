"""Checks of where results go, before any work is done."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

from gridding.errors import GridError


def _refuse(path: Path, why: object) -> GridError:
    return GridError("E-GRID-WRITE", f"{path} cannot be written: {why}.")


def check_outputs(outputs: Iterable[Path], inputs: Iterable[Path]) -> None:
    """Refuse to write over what is read, over another result, or where nothing can be written.

    Raises
    ------
    GridError
        ``E-GRID-WRITE``.
    """
    taken = {path.resolve() for path in inputs}
    for path in outputs:
        if path.resolve() in taken:
            raise _refuse(path, "it is an input of this run or another result; name another file")
        taken.add(path.resolve())
        if path.is_dir():
            raise _refuse(path, "it is a folder")
        try:
            with tempfile.TemporaryFile(dir=path.parent):
                pass
        except OSError as error:
            raise _refuse(path, error) from error
