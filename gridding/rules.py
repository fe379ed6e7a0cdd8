"""What is asked of the grids: target, code scheme, and the prices that decide between cuts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from gridding.codes import DEFAULT_SCHEME, max_number
from gridding.errors import InputError
from gridding.landuse import LandUse, check_land_use
from gridding.types import Floats

GRIDS_PER_AREA = 12.0
"""Of Dongcheng's 2004 patrol areas: about 12 grids, 180,000 m² and 1,400 components."""


@dataclass(frozen=True, slots=True)
class Prices:
    """Price of a metre of border by what it lies on, and of a grid by its area and shape.

    Metres are those of a grid of 10,000 m²: for another target lengths are scaled by the
    square root of the areas, so that the same prices hold. The defaults were chosen once over
    five areas of four countries (``docs/gridding.md``); they are not meant to be set by city.

    Attributes
    ----------
    line : tuple of float
        One price for each class 1 to 7; below zero makes a border worth having.
    gap, free, facade, compound : float
        Axis of a gap between buildings or party wall; open ground; wall of a building on open
        ground; edge of a compound on open ground.
    needless : float
        What a border off all features costs more inside a block that could well be one grid.
    area : float
        Times the square of the departure from the target, 1 = 100 %.
    near : float
        For a departure of a quarter or more.
    shape : float
        Times the square of what compactness (4 π area / perimeter²) lacks to 0.75.
    poor : float
        For a compactness below 0.28, and ten times that for each unit below.
    """

    line: tuple[float, ...] = (-0.6, -0.5, -0.4, -0.3, -0.15, -0.15, -0.05)
    gap: float = 0.25
    free: float = 5.4
    facade: float = 4.0
    compound: float = 4.0
    needless: float = 4.0
    area: float = 120.0
    near: float = 290.0
    shape: float = 1200.0
    poor: float = 200.0


@dataclass(frozen=True, slots=True)
class GridRules:
    """Rules of one run; frozen, so that they can be stored with the edition they made.

    Attributes
    ----------
    target_area_m2 : float
        Area asked for; between 500 and 5,000,000.
    scheme : str
        Code scheme, which bounds the number of grids in a community.
    keep_compounds : bool
        Whether compounds are managed whole even above the target area. If not, the edge of a
        larger one is a wall, and borders may run inside it; smaller ones are whole all the same.
    gap_m : float
        Widest gap between two buildings whose axis counts as a feature.
    extend_m : float
        Dead ends of lines are led on up to this far to the next line.
    trees, sweeps : int
        Effort of the search: spanning trees a cut, rounds over all pairs of grids.
    prices : Prices
    balance : tuple of (str, float)
        Loads of the features to balance beside the area, each with its price: that times the
        square of a grid's departure from its due, 1 = 100 %, at most 4. The due is the load
        of the region by the number of grids its area makes.
    land_use : tuple of LandUse
        What holds on ground of which use (`gridding.landuse`); none: the target everywhere.
    """

    target_area_m2: float = 10_000.0
    scheme: str = DEFAULT_SCHEME
    keep_compounds: bool = True
    gap_m: float = 20.0
    extend_m: float = 30.0
    trees: int = 8
    sweeps: int = 8
    prices: Prices = field(default_factory=Prices)
    balance: tuple[tuple[str, float], ...] = ()
    land_use: tuple[LandUse, ...] = ()

    def __post_init__(self) -> None:
        max_number(self.scheme)
        if not 500.0 <= self.target_area_m2 <= 5_000_000.0:
            raise InputError(
                "E-GRID-TARGET",
                f"Target area {self.target_area_m2} m² is out of range; give 500 to 5,000,000.",
            )
        check_land_use(self.land_use)
        if self.trees < 1 or self.sweeps < 0 or len(self.prices.line) != 7:
            raise InputError("E-GRID-RULES", "Give trees ≥ 1, sweeps ≥ 0 and seven line prices.")
        names = [name for name, _ in self.balance]
        if len(set(names)) < len(names) or not all(0 < p < math.inf for _, p in self.balance):
            raise InputError(
                "E-GRID-RULES", "Name each load to balance once, with a price above 0."
            )

    def settled(self) -> dict[str, Any]:
        """Return the rules as plain values, to be stored or hashed.

        Loads and land use are left out where there are none: what was stored before there were
        any stays equal.
        """
        values = asdict(self)
        for name in ("balance", "land_use"):
            if not values[name]:
                del values[name]
        return values

    @classmethod
    def restored(cls, values: Mapping[str, Any]) -> GridRules:
        """Return the rules that `settled` gave, also after a way through JSON."""
        prices = {**values["prices"], "line": tuple(values["prices"]["line"])}
        return cls(
            **{
                **values,
                "prices": Prices(**prices),
                "balance": tuple((name, price) for name, price in values.get("balance", ())),
                "land_use": tuple(LandUse(**use) for use in values.get("land_use", ())),
            }
        )

    @property
    def side_m(self) -> float:
        """Side of a square of the target area, m."""
        return float(np.sqrt(self.target_area_m2))

    @property
    def courtyard_m2(self) -> float:
        """Courtyards up to this area belong to their building or compound."""
        return 0.5 * self.target_area_m2

    @property
    def whole_m2(self) -> float:
        """Compounds up to this area are not cut."""
        return math.inf if self.keep_compounds else self.target_area_m2

    @property
    def scale(self) -> float:
        """Factor from lengths here to those of a 10,000 m² grid."""
        return 100.0 / self.side_m

    def class_prices(self) -> Floats:
        """Prices by border class (``gridding.faces``): lines 1 to 7, gap, free,
        facade, edge of a compound, edge of a land use."""
        p = self.prices
        # Where the use of the ground changes there is something to see, as in a gap.
        return np.array([0.0, *p.line, p.gap, p.free, p.facade, p.compound, p.gap])
