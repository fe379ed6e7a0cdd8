"""Hot spots: Gi* of Getis and Ord with its false discoveries kept in bounds.

The formula is that of Ord and Getis (1995, equation for standardised Gi*) with weights of one for
an area and its neighbours::

    Gi* = (Σ_j w_ij x_j - X W_i) / (S √((n W_i - W_i²) / (n - 1)))

X and S are mean and standard deviation (by n) of all areas, W_i the sum of the weights, an area's
own among them. PySAL's ``esda.G_Local(star=True, transform="B")`` gives the same numbers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse, stats

from spatial.evaluation.analysis.chance import adjusted

Floats = NDArray[np.float64]
FEWEST_AREAS = 12
"""Below, the distribution of Gi* is not near the normal one."""


@dataclass(frozen=True, eq=False)
class HotSpots:
    """Of each area."""

    z: Floats
    p: Floats
    """Two-sided, by the normal distribution."""
    q: Floats
    """The same, adjusted for the number of areas."""

    def signs(self, level: float = 0.05) -> NDArray[np.int8]:
        """1 hot, -1 cold, 0 neither, with a share of ``level`` at most being false."""
        return np.where(self.q <= level, np.sign(self.z), 0).astype(np.int8)


def gi_star(values: ArrayLike, neighbours: sparse.csr_array) -> HotSpots:
    """Gi* of each area.

    Parameters
    ----------
    values : array of float
        A count or a rate of each area.
    neighbours : sparse array
        Ones for neighbours, without the diagonal.
    """
    values = np.asarray(values, float)
    count = len(values)
    spread = values.std() if count else 0.0
    if count < FEWEST_AREAS or spread == 0:
        return HotSpots(np.zeros(count), np.ones(count), np.ones(count))
    around = neighbours @ values + values
    weight = np.asarray(neighbours.sum(axis=1)).ravel() + 1
    below = spread * np.sqrt((count * weight - weight**2) / (count - 1))
    # An area with all others as its neighbours differs from none.
    z = np.divide(around - values.mean() * weight, below, out=np.zeros(count), where=below > 0)
    p = 2 * stats.norm.sf(np.abs(z))
    return HotSpots(z, p, adjusted(p))
