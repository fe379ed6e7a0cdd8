"""Prints what was measured as Markdown."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from bench.load.client import Notes


def share(sorted_ms: Sequence[float], part: float) -> float:
    """The value below which a part of them lies."""
    return sorted_ms[min(len(sorted_ms) - 1, int(len(sorted_ms) * part))]


def print_times(times_ms: Mapping[str, Sequence[float]]) -> None:
    """Median, 95 % and 99 % of every action, and of all."""
    print("| action | answers | median ms | 95 % | 99 % | most |\n|---|---|---|---|---|---|")
    every = [one for row in times_ms.values() for one in row]
    for name, row in [*sorted(times_ms.items()), ("all", every)]:
        if row:
            ordered = sorted(row)
            parts = " | ".join(f"{share(ordered, part):,.0f}" for part in (0.5, 0.95, 0.99, 1))
            print(f"| {name} | {len(row):,} | {parts} |")


def print_faults(notes: Notes) -> None:
    """Refusals by code; honest races apart."""
    print(f"races (409): {sum(notes.races.values())} {dict(notes.races)}")
    print(f"errors: {sum(notes.errors.values())} {dict(notes.errors)}", flush=True)


def busy() -> str:
    """Load of the machine over 1, 5 and 15 minutes."""
    return "load of the machine: " + ", ".join(f"{one:.1f}" for one in os.getloadavg())
