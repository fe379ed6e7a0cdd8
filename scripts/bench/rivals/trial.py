"""One method on one area, in a process of its own."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely
from bench.ground.area import Area, read_area
from bench.quality import Quality, measure
from bench.rivals.methods import Method
from bench.running.apart import Failure, run_apart
from bench.running.memory import peak_mb
from numpy.typing import NDArray

Array = NDArray[np.generic]

REPEATS = 3
ENOUGH_S = 60.0
"""A method is not run again once its runs took so long together."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a method did: grids as WKB, median processor seconds, peak MB with the input read."""

    grids: Array
    cpu_s: float
    repeats: int
    peak_mb: float


@dataclass(frozen=True, slots=True)
class Trial:
    """A row: the measure of what a method made, or why there is nothing to measure."""

    method: str
    km2: float
    run: Run | Failure
    quality: Quality | None


def repeated(method: Method, features: Path, boundary: Path) -> Run:
    """Run a method on an area in files, again while that is quick.

    The median leaves out what the first run spends on loading and compiling.
    """
    area, function = read_area("area", features, boundary), method.load()
    seconds: list[float] = []
    while len(seconds) < REPEATS and sum(seconds) < ENOUGH_S:
        start = time.process_time()
        grids = function(area)
        seconds.append(time.process_time() - start)
    wkb = np.asarray(shapely.to_wkb(grids), object)
    return Run(wkb, statistics.median(seconds), len(seconds), peak_mb())


def try_method(method: Method, area: Area, files: tuple[Path, Path], limit_s: float) -> Trial:
    """Run a method apart and measure its grids with the tool that knows no method."""
    run = run_apart(repeated, method, *files, limit_s=limit_s)
    if isinstance(run, Failure):
        return Trial(method.name, area.km2, run, None)
    grids = shapely.from_wkb(run.grids)
    found = area.features
    quality = measure(
        grids, area.communities.polygons, found.lines, found.buildings, found.compounds
    )
    return Trial(method.name, area.km2, run, quality)
