"""Cases to be expected in the coming week, where that is proven to be worth saying."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from spatial.evaluation.analysis.forecast import BackTest, back_test, minding, seasonal_mains
from spatial.evaluation.analysis.reading.counts import Weekly, names_of_mains, weekly
from spatial.evaluation.analysis.reading.ground import read_ground

WEEKS = 78
"""A year to compare with, the weeks that are tested, those that choose before, and some more."""
LEAST_SHOWN = 0.05
DIGITS = 3


@dataclass(frozen=True, eq=False)
class _Tried:
    """A forecast of all cells of a level with its proof."""

    level: str
    found: Weekly
    expected: NDArray[np.floating]
    test: BackTest | None
    season: NDArray[np.bool_]
    """Of which main classes, by place, it minds the season."""


def coming_week(district: str, last: date) -> dict[str, Any]:
    """Expected cases of the seven days after ``last``, by grid or street and main class.

    A class is told by grid if that beat both baselines over weeks it had not seen, else by street
    if that did, else not at all.
    """
    ground = read_ground(district)
    streets, street = ground.street
    tried = [
        _tried(district, last, "grid", list(ground.codes), street),
        _tried(district, last, "street", streets, np.zeros(len(streets), np.int64)),
    ]
    names = names_of_mains()
    classes, cells = [], []
    for main in sorted({main for one in tried for main in one.found.mains}):
        chosen = next((one for one in tried if _proven(one, main)), None)
        shown = chosen or tried[0]
        told = {
            "code": main,
            "name": names[main][0],
            "name_en": names[main][1],
            "level": chosen.level if chosen else None,
            "scores": _scores(shown, main),
            "season": bool(chosen and chosen.season[chosen.found.mains.index(main)]),
        }
        if chosen:
            values = _cells(chosen, main)
            told["expected"] = round(sum(one["expected"] for one in values), DIGITS)
            cells += [one for one in values if one["expected"] >= LEAST_SHOWN]
        classes.append(told)
    return {
        "edition": ground.plan.version,
        "from": last + timedelta(days=1),
        "to": last + timedelta(days=7),
        "tested_weeks": tried[0].test.weeks if tried[0].test else 0,
        "classes": classes,
        "cells": cells,
    }


def _tried(
    district: str, last: date, level: str, areas: list[str], group: NDArray[np.int64]
) -> _Tried:
    found = weekly(district, last, WEEKS, areas, level)
    counts = _known(found.counts.astype(float))
    if not len(found.mains):
        return _Tried(level, found, np.zeros(0), None, np.zeros(0, bool))
    alike = group[found.cell_area] * len(found.mains) + found.cell_main
    alike = np.unique(alike, return_inverse=True)[1]
    season = seasonal_mains(counts, alike, found.cell_main)
    model = minding(season)
    expected = model(counts, alike, found.cell_main)
    test = back_test(counts, alike, found.cell_main, model=model)
    return _Tried(level, found, expected, test, season)


def _known(counts: NDArray[np.floating]) -> NDArray[np.floating]:
    """Without the weeks before the first case: nobody kept cases then."""
    busy = np.flatnonzero(counts.sum(axis=0))
    return counts[:, busy[0] :] if len(busy) else counts[:, :0]


def _proven(one: _Tried, main: str) -> bool:
    if one.test is None or main not in one.found.mains:
        return False
    return one.test.better(one.found.mains.index(main))


def _scores(one: _Tried, main: str) -> dict[str, Any]:
    if one.test is None or main not in one.found.mains:
        return {}
    place = one.found.mains.index(main)
    tables = {"model": one.test.model, "last_week": one.test.last_week,
              "last_year": one.test.last_year}  # fmt: skip
    return {
        name: {key: round(value, DIGITS + 1) for key, value in asdict(table[place]).items()}
        for name, table in tables.items()
        if place in table
    }


def _cells(one: _Tried, main: str) -> list[dict[str, Any]]:
    rows = np.flatnonzero(one.found.cell_main == one.found.mains.index(main))
    return [
        {"area": one.found.areas[one.found.cell_area[n]], "class": main,
         "expected": round(float(one.expected[n]), DIGITS)}
        for n in rows
    ]  # fmt: skip
