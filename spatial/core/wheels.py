"""Finds GDAL and GEOS inside the pyogrio and shapely wheels.

GeoDjango and the readers then share one GDAL and one GEOS in the process, no system GDAL is
needed, and the version is the one the lock file names (docs/adr/0001).
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path


class MissingLibraryError(Exception):
    """A shared library that a wheel should carry was not found."""


def package_folder(package: str) -> Path:
    """Folder of an installed package, without importing it."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise MissingLibraryError(f"Python package {package} is not installed; run `make install`")
    return Path(spec.origin).parent


def bundled_library(package: str, stem: str) -> str:
    """Path of the shared library ``stem`` in the ``<package>.libs`` folder of a wheel."""
    folder = package_folder(package).parent / f"{package}.libs"
    found = sorted(folder.glob(f"{stem}-*.so*"))
    if not found:
        raise MissingLibraryError(
            f"{stem} is not bundled with {package} in {folder}; install the binary wheel "
            f"(`pip install --only-binary :all: {package}`)"
        )
    return str(found[0])


def gdal_library() -> str:
    """Path of the GDAL that pyogrio reads files with."""
    return bundled_library("pyogrio", "libgdal")


def geos_library() -> str:
    """Path of the GEOS that shapely computes with."""
    return bundled_library("shapely", "libgeos_c")


def use_bundled_data() -> None:
    """Point PROJ and GDAL of this process at the data folders of the pyogrio wheel."""
    folder = package_folder("pyogrio")
    os.environ["PROJ_DATA"] = str(folder / "proj_data")
    os.environ["GDAL_DATA"] = str(folder / "gdal_data")
