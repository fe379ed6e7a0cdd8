"""Compilation of the kernel, cached where the cache can be written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

try:
    from numba import njit
except ImportError:  # no wheel for this machine: the same bytes, some hundred times slower
    njit = None  # type: ignore[assignment]

F = TypeVar("F", bound=Callable[..., Any])
_KERNEL = (
    "board",
    "chains",
    "clip",
    "compiled",
    "group_search",
    "nearness",
    "noding",
    "partition",
    "planar",
    "slides",
    "sweeps",
    "trees",
    "wander",
)


@cache
def _stamp() -> tuple[str]:
    """Fingerprint of the sources of the whole kernel."""
    here = Path(__file__).parent
    text = b"".join((here / f"{name}.py").read_bytes() for name in _KERNEL)
    return (hashlib.sha256(text).hexdigest(),)


def compiled(function: F) -> F:
    """Compile a function to machine code.

    Numba's cache of a function knows changes of its own file only, and would keep serving the
    old code of what it calls from another one: here the whole kernel is its stamp. Where no
    cache can be written, or numba has no such stamp, the function is compiled in each process.
    Without numba the function stays as it is: it gives the same bytes, only later.
    """
    if njit is None:
        return function
    try:
        dispatcher: Any = njit(cache=True)(function)
        dispatcher._cache._cache_file._source_stamp = _stamp()  # noqa: SLF001
    except (RuntimeError, AttributeError):
        dispatcher = njit()(function)
    return cast(F, dispatcher)
