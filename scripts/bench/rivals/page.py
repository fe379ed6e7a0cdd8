"""The comparison as a page of the documents."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from bench.ground.area import Area
from bench.rivals.methods import Method
from bench.rivals.trial import Trial
from bench.running.apart import Failure
from bench.running.table import amount, markdown, share

PACKAGES = (
    "numpy", "scipy", "shapely", "geopandas", "numba", "momepy", "pymetis", "spopt", "h3",
)  # fmt: skip

HEAD = (
    "method", "grids", "A", "B", "on features", "needless", "PP", "PP < .2", "cut b/c",
    "gap + overlap m²", "inv", "multi", "s/km²", "MB",
)  # fmt: skip

COLUMNS = (
    (
        "A, B",
        "share of grids of 5,000–15,000 m² and of 7,500–12,500 m², without grids that one building "
        "or compound fills or whose whole community is too small",
    ),
    (
        "on features",
        "share of the border inside communities that lies within 2 m of a line, on a party wall, "
        "or on the axis of a gap of up to 20 m between buildings",
    ),
    (
        "needless",
        "share of that border off all features inside a face of the map of at most 15,000 m²",
    ),
    ("PP, PP < .2", "median of 4 π A / P²; share of grids below 0.2"),
    (
        "cut b/c",
        "buildings and compounds cut inside a community, by more than 1 % and 1 m² or 10 m²",
    ),
    ("gap + overlap", "m² in no grid, and in two"),
    ("inv, multi", "grids with invalid coverage edges; grids in several pieces"),
    (
        "s/km²",
        "processor time, median of three runs, fewer where they take a minute together",
    ),
    ("MB", "peak memory of the process, the area read included"),
)

_TOP = """\
# Ways to cut communities, compared

Written by `make compare`: it installs the other methods in an environment of their own and runs
`scripts/bench/compare.py --write docs/gridding-compared.md`. All methods get the same
communities and features, each in a process of its own; all are measured by
`scripts/bench/quality.py`, which knows nothing of any of them.

A method that raises, or is not done in time, has the reason in its row. Regular cells are cut by
the borders of communities, and each piece counts as a grid.
"""


def _row(trial: Trial) -> tuple[str, ...]:
    if isinstance(trial.run, Failure) or trial.quality is None:
        return (trial.method, str(getattr(trial.run, "reason", "")))
    q = trial.quality
    return (
        trial.method,
        str(q.grids),
        share(q.fair_share_5k_15k),
        share(q.fair_share_7k5_12k5),
        share(q.on_feature_share),
        share(q.needless_off_feature_share),
        share(q.polsby_popper_median),
        share(q.polsby_popper_below_0_2_share),
        f"{q.buildings_cut_in_community}/{q.compounds_cut_in_community}",
        amount(q.gap_area_m2 + q.overlap_area_m2),
        str(q.invalid_edges),
        str(q.multipart),
        amount(trial.run.cpu_s / trial.km2, 3 if trial.run.cpu_s < trial.km2 / 10 else 2),
        amount(trial.run.peak_mb, 0),
    )


def table(trials: list[Trial]) -> str:
    """Return the Markdown table of the trials on one area."""
    return markdown(HEAD, map(_row, trials))


def _version(package: str) -> str:
    try:
        return f"{package} {version(package)}"
    except PackageNotFoundError:
        return f"{package} –"


def _area(area: Area, trials: list[Trial]) -> str:
    found = area.features
    return (
        f"## {area.name.capitalize()}\n\n{area.km2:.2f} km², {len(area.communities.codes)} "
        f"communities, {len(found.lines)} lines, {len(found.buildings)} buildings, "
        f"{len(found.compounds)} compounds. {area.origin[:1].upper()}{area.origin[1:]}.\n\n"
        f"{table(trials)}\n"
    )


def page(found: Sequence[tuple[Area, list[Trial]]], methods: Sequence[Method], growth: str) -> str:
    """Return the page: columns, methods, versions, a table an area, the growth of the first."""
    versions = ", ".join(_version(package) for package in PACKAGES)
    return "\n".join(
        [
            _TOP,
            markdown(("column", "is"), COLUMNS),
            "",
            markdown(("method", "is"), [(m.name, m.text) for m in methods]),
            f"\nPython {platform.python_version()}, {versions}.\n",
            *(_area(area, trials) for area, trials in found),
            f"## Growth\n\n{found[0][0].name.capitalize()} repeated side by side; wall time; peak "
            "memory of the main process and of the largest worker. The last column is a "
            "fingerprint of the geometry: it does not depend on the number of workers. "
            "`scripts/bench/growth.py` prints this table.\n",
            growth,
            "",
        ]
    )
