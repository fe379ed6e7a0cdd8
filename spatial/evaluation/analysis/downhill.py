"""Areas that go downhill: what got worse lately, and by how much, with the reason as a code.

Counts of the last weeks stand against those of the weeks before. Cases are compared by the chance
of so many when both spans had the same rate, shares (late, rework) by the hypergeometric chance.
What is told is adjusted for the number of areas and reasons tried.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from spatial.evaluation.analysis.chance import adjusted

Ints = NDArray[np.int64]
LEVEL = 0.01
LEAST_RISE = 1.5
"""So many times as much as before, at least; what is certain but slight is no news."""
FEWEST_NOW = 8
REASONS = ("more", "late", "rework")


@dataclass(frozen=True, eq=False)
class Span:
    """Of each area, in some weeks."""

    cases: Ints
    settled: Ints
    late: Ints
    closed: Ints
    reworked: Ints
    weeks: float


@dataclass(frozen=True, slots=True)
class Decline:
    """One reason why an area goes downhill."""

    area: int
    reason: str
    now: float
    """A week's cases, or a share."""
    before: float
    count: int
    """Cases behind ``now``."""
    q: float


def declines(now: Span, before: Span, level: float = LEVEL) -> list[Decline]:
    """Areas that got worse, the surest first; an area may be there for several reasons."""
    parts = [
        _more(now, before),
        _share(now.late, now.settled, before.late, before.settled),
        _share(now.reworked, now.closed, before.reworked, before.closed),
    ]
    q = adjusted(np.concatenate([p for p, _n, _b, _c in parts])).reshape(len(parts), -1)
    found = []
    for reason, (_p, rate, former, count), chance in zip(REASONS, parts, q, strict=True):
        worse = (chance <= level) & (count >= FEWEST_NOW) & (rate >= LEAST_RISE * former)
        found += [
            Decline(int(n), reason, float(rate[n]), float(former[n]), int(count[n]),
                    float(chance[n]))
            for n in np.flatnonzero(worse)
        ]  # fmt: skip
    return sorted(found, key=lambda one: (one.q, one.area))


def _more(now: Span, before: Span) -> tuple[NDArray, ...]:
    # The whole may rise as well (a season): an area goes downhill when it rises more than that.
    weeks = now.weeks + before.weeks
    share = now.weeks / weeks
    whole = now.cases.sum() / max(now.cases.sum() + before.cases.sum(), 1)
    p = stats.binom.sf(now.cases - 1, now.cases + before.cases, max(share, whole))
    return p, now.cases / now.weeks, before.cases / before.weeks, now.cases


def _share(hits: Ints, of: Ints, hits_before: Ints, of_before: Ints) -> tuple[NDArray, ...]:
    p = stats.hypergeom.sf(hits - 1, of + of_before, hits + hits_before, of)
    p = np.where(of > 0, p, 1.0)
    rate = np.divide(hits, of, out=np.zeros(len(of)), where=of > 0)
    former = np.divide(hits_before, of_before, out=np.zeros(len(of)), where=of_before > 0)
    return p, rate, former, hits
