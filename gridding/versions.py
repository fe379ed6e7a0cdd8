"""What the bytes of a result depend on, to be equal wherever a part of it is made."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path

import shapely

from gridding.errors import GridError

_LIBRARIES = ("numba", "numpy", "scipy", "shapely")


@cache
def versions() -> dict[str, str]:
    """Return name and version of the engine (a fingerprint of its sources) and its libraries."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    engine = hashlib.sha256(b"".join(p.read_bytes() for p in sources)).hexdigest()[:12]
    found = {name: version(name) for name in _LIBRARIES}
    return {"gridding": engine, **found, "geos": shapely.geos_version_string}


def require_versions(wanted: dict[str, str], found: dict[str, str], where: str) -> None:
    """Refuse a worker whose bytes could differ.

    Raises
    ------
    GridError
        ``E-GRID-VERSIONS``.
    """
    other = [f"{k} {found.get(k)} for {v}" for k, v in wanted.items() if found.get(k) != v]
    if other:
        raise GridError(
            "E-GRID-VERSIONS",
            f"{where} has {', '.join(other)}; install there what is installed here.",
        )
