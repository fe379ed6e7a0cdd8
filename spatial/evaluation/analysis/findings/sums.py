"""What is: hot hours, ages of what waits, classes by area, the work of departments."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np

from spatial.evaluation.analysis import tables
from spatial.evaluation.analysis.reading import counts
from spatial.evaluation.analysis.reading.selection import Selection

DIGITS = 4
QUALITIES = {"late": "settled", "reworked": "handled", "reopened": "handled", "extended": "had"}
"""Shares of the work of a department, each of what."""


def hours(asked: Selection) -> dict[str, Any]:
    """Cases by weekday and hour, with the hot ones."""
    found = tables.hot_hours(counts.cases_by_hour(asked))
    return {
        "cases": found.total,
        "counts": found.counts.tolist(),
        "hot": [
            {"weekday": int(day) + 1, "hour": int(hour)} for day, hour in np.argwhere(found.hot)
        ],
    }


def ageing(asked: Selection, now: datetime) -> dict[str, Any]:
    """What waits now, by age."""
    counted, late = tables.ages(*counts.open_ages(asked, now))
    ends = [*tables.AGE_BANDS_D[1:], None]
    return {
        "at": now,
        "open": int(counted.sum()),
        "late": int(late.sum()),
        "bands": [
            {"from_d": begin, "to_d": end, "open": int(n), "late": int(beyond)}
            for begin, end, n, beyond in zip(tables.AGE_BANDS_D, ends, counted, late, strict=True)
        ],
    }


def mix(asked: Selection, level: str = "street") -> dict[str, Any]:
    """Main classes of the areas of a level, against all areas."""
    crossed = counts.classes_by_area(asked, level)
    found = tables.class_mix(crossed.counts)
    names = counts.names_of_mains()
    return {
        "level": level,
        "classes": [
            {"code": main, "name": names[main][0], "name_en": names[main][1]}
            for main in crossed.mains
        ],
        "areas": [
            {"code": area, "counts": found.counts[n].tolist(),
             "quotients": np.round(found.quotient[n], DIGITS).tolist(),
             "residuals": np.round(found.residual[n], DIGITS).tolist()}
            for n, area in enumerate(crossed.areas)
        ],
    }  # fmt: skip


def departments(asked: Selection) -> list[dict[str, Any]]:
    """Departments with the shares of their work; few cases are marked, not ranked."""
    found = counts.departments(asked)
    for name, whole in QUALITIES.items():
        share = tables.share([one[name] for one in found], [one[whole] for one in found])
        for n, one in enumerate(found):
            known = bool(share.of[n])
            one[f"{name}_share"] = round(float(share.value[n]), DIGITS) if known else None
            one[f"{name}_low"] = round(float(share.low[n]), DIGITS)
            one[f"{name}_high"] = round(float(share.high[n]), DIGITS)
    for one in found:
        one["enough"] = one["had"] >= tables.FEWEST_OF_SHARE
        one["median_h"] = None if one["median_h"] is None else round(float(one["median_h"]), 2)
    return found
