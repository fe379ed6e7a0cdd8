"""What made-up cases are asked for, and the generator that makes them on a ground."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from fixtures import cases
from fixtures.cases.bodies import named_departments
from fixtures.cases.generate import Generator, Plan
from spatial.cases import worktime
from spatial.cases.making.ground import City
from spatial.cases.worktime import bulk
from spatial.core.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
CATALOGUE = "cjt214-yuncheng"
MOST = {"cases": 20_000_000, "days": 3660}
MOST_A_DAY = 450_000
"""A day has 999,999 numbers."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Made-up cases that are asked for.

    ``until`` is the last day; without it cases run until now.
    """

    districts: tuple[str, ...]
    cases: int
    days: int = 365
    seed: int = 1
    open_share: float = 0.013
    until: date | None = None
    catalogue: str = CATALOGUE

    def check(self) -> None:
        """Refuse what cannot be made.

        Raises
        ------
        InputError
            ``E-CASE-PLAN``.
        """
        good = (
            self.districts
            and 0 < self.cases <= MOST["cases"]
            and 0 < self.days <= MOST["days"]
            and self.cases / self.days < MOST_A_DAY
            and 0 <= self.open_share <= 1
            and self.seed >= 0
            and (self.until is None or self.until <= timezone.localdate())
        )
        if not good:
            text = _(
                "These cases cannot be made: give districts, up to 20 million cases on up to 3660 "
                "days, fewer than 900,000 a day, a share between 0 and 1, and no day to come."
            )
            raise InputError("E-CASE-PLAN", text)

    @property
    def source(self) -> str:
        """Name of the source these cases are of; the same name means the same cases."""
        until = f" {self.until}" if self.until else ""
        code = "+".join(self.districts)
        return (f"made-up {code[:90]} {self.cases} {self.days} d {self.open_share:g} "
                f"#{self.seed} {self.catalogue}{until}")  # fmt: skip


@dataclass(frozen=True, eq=False)
class Clock:
    """Working time of a calendar for many cases at once, on microseconds."""

    calendar: worktime.Calendar

    def of_name(self, starts_us: Ints, amounts: Floats, unit: str) -> Ints:
        """The clock of the generator."""
        return bulk.deadlines_us(starts_us, amounts, worktime.Unit(unit), self.calendar)

    def due(self, starts_us: Ints, amounts: Floats, units: NDArray[np.object_]) -> Ints:
        """When amounts have run out, each in its unit."""
        return self._each(units, np.int64, lambda rows, unit: bulk.deadlines_us(
            starts_us[rows], amounts[rows], unit, self.calendar))  # fmt: skip

    def elapsed(self, starts_us: Ints, ends_us: Ints, units: NDArray[np.object_]) -> Floats:
        """How much has run between instants."""
        return self._each(units, np.float64, lambda rows, unit: bulk.elapsed(
            starts_us[rows], ends_us[rows], unit, self.calendar))  # fmt: skip

    @staticmethod
    def _each(units: NDArray[np.object_], kind, work) -> NDArray:
        found = np.empty(len(units), kind)
        for name in set(units.tolist()):
            rows = np.flatnonzero(units == name)
            found[rows] = work(rows, worktime.Unit(name))
        return found


def generator(wanted: Wanted, last: date, city: City, clock: Clock, zone: ZoneInfo) -> Generator:
    """The generator whose last day is ``last``.

    Raises
    ------
    InputError
        ``E-CASE-PLAN`` where the generator refuses.
    """
    catalogue = cases.load(wanted.catalogue)
    plan = Plan(
        wanted.cases,
        last - timedelta(days=wanted.days - 1),
        wanted.days,
        seed=wanted.seed,
        open_share=wanted.open_share,
        zone=str(zone),
        component_share=0.25 if len(city.components) else 0.0,
    )
    classes: Sequence = [one for one in catalogue.classes if one.standards]
    departments = named_departments(classes, len(city.streets), wanted.seed)
    return Generator(plan, catalogue, city.ground, clock.of_name, departments)


def end_of(wanted: Wanted, now: datetime) -> datetime:
    """Nothing happens from then on."""
    if wanted.until is None:
        return now
    after = datetime.combine(wanted.until + timedelta(days=1), datetime.min.time())
    return min(now, timezone.make_aware(after))
