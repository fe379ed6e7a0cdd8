"""Clusters in space and time: the permutation scan of Kulldorff and others (2005).

It needs cases only, no population: expected in a place and on a day is the share of that place
times the share of that day. Cylinders of the nearest areas over some days are compared by the
likelihood ratio of Poisson; how likely the best one is by chance is found by dealing the days of
the cases out anew, so many times, from a seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy import sparse

from spatial.evaluation.analysis.neighbours import rings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SIZES = (1, 2, 4, 8, 16, 32, 64)
LONGEST_DAYS = 7
MOST_SHARE = 0.25
"""A cluster holds at most this share of all cases; larger ones are the rule, not a cluster."""
FEWEST_CASES = 4
LARGEST_SHARE_OF_AREAS = 0.5


@dataclass(frozen=True, slots=True)
class Cluster:
    """Areas and days with more cases than places and days explain."""

    areas: tuple[int, ...]
    first_day: int
    last_day: int
    cases: int
    expected: float
    ratio: float
    """Logarithm of the likelihood ratio."""
    p: float


def space_time_clusters(
    area: Ints,
    day: Ints,
    xy_m: Floats,
    *,
    seed: int,
    permutations: int = 199,
    level: float = 0.05,
    most: int = 20,
) -> list[Cluster]:
    """Clusters that are not by chance, the clearest first, none within another.

    Parameters
    ----------
    area, day : arrays of int
        Of each case the place of its area in ``xy_m``, and its day from 0.
    seed : int
        Of the permutations.
    """
    if len(area) < FEWEST_CASES:
        return []
    scan = _Scan(area, day, xy_m)
    found = scan.ratios(day)
    best = np.sort(_chances(scan, day, seed, permutations))
    clusters: list[Cluster] = []
    taken: set[int] = set()
    for place in np.argsort(found, axis=None)[::-1]:
        ratio = float(found.flat[place])
        p = (1 + len(best) - np.searchsorted(best, ratio, "left")) / (len(best) + 1)
        if p > level or len(clusters) == most:
            break
        cluster = scan.cluster(place, day, ratio, float(p))
        if taken.isdisjoint(cluster.areas):
            taken.update(cluster.areas)
            clusters.append(cluster)
    return clusters


def _chances(scan: _Scan, day: Ints, seed: int, permutations: int) -> Floats:
    chance = np.random.default_rng(seed)
    return np.array([scan.ratios(chance.permutation(day)).max() for _ in range(permutations)])


class _Scan:
    """All cylinders: centre and size by spans of days."""

    def __init__(self, area: Ints, day: Ints, xy_m: Floats) -> None:
        self.area, self.days = area, int(day.max()) + 1
        sizes = [n for n in SIZES if n <= max(1, LARGEST_SHARE_OF_AREAS * len(xy_m))]
        busy = np.unique(area)
        self.members = sparse.vstack([one[busy] for one in rings(xy_m, tuple(sizes))]).tocsr()
        longest = max(1, min(LONGEST_DAYS, self.days // 2))
        self.spans = np.array(
            [(last - length + 1, last) for length in range(1, longest + 1)
             for last in range(length - 1, self.days)]
        )  # fmt: skip
        self.total = len(area)
        self.of_place = self.members @ np.bincount(area, minlength=len(xy_m)).astype(float)
        until = np.append(0, np.bincount(day, minlength=self.days).cumsum())
        self.of_span = (until[self.spans[:, 1] + 1] - until[self.spans[:, 0]]) / self.total

    def ratios(self, day: Ints) -> Floats:
        """Logarithms of likelihood ratios; 0 where there are not more cases than expected."""
        cells = np.zeros((self.members.shape[1], self.days))
        np.add.at(cells, (self.area, day), 1.0)
        until = np.zeros((self.members.shape[0], self.days + 1))
        np.cumsum(self.members @ cells, axis=1, out=until[:, 1:])
        return _ratios(until, self.spans, self.of_place, self.of_span, float(self.total))

    def cluster(self, place: int, day: Ints, ratio: float, p: float) -> Cluster:
        """The cylinder at a place of the matrix of `ratios`."""
        row, span = divmod(int(place), len(self.spans))
        members = self.members[[row]].indices
        first, last = self.spans[span]
        inside = np.isin(self.area, members) & (day >= first) & (day <= last)
        expected = float(self.of_place[row] * self.of_span[span])
        return Cluster(
            tuple(sorted(int(one) for one in members)), int(first), int(last),
            int(inside.sum()), expected, ratio, p,
        )  # fmt: skip


@njit(cache=True)
def _ratios(until: Floats, spans: Ints, of_place: Floats, of_span: Floats, total: float) -> Floats:
    """Ratio of each row (place) and span; ``until`` has the cases of a place up to each day."""
    found = np.zeros((len(until), len(spans)))
    for row in range(len(until)):
        for span in range(len(spans)):
            inside = until[row, spans[span, 1] + 1] - until[row, spans[span, 0]]
            expected = of_place[row] * of_span[span]
            if inside < FEWEST_CASES or inside <= expected or expected > MOST_SHARE * total:
                continue
            outside = total - inside
            ratio = inside * np.log(inside / expected)
            if outside > 0:
                ratio += outside * np.log(outside / (total - expected))
            found[row, span] = ratio
    return found
