"""Where results go: checked before any work is done, and written whole or not at all."""

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


def write_text(path: Path, text: str) -> None:
    """Write a file under another name first: a run that is stopped leaves no half file.

    Raises
    ------
    GridError
        ``E-GRID-WRITE``.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_text(text, "utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _refuse(path, error) from error
