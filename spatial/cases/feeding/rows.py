"""Judges a batch of rows: what each says of a case, and why one cannot be taken."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from django.utils import timezone
from numpy.typing import NDArray

from spatial.basemap.io import crs as reference
from spatial.basemap.io.readers import Batch
from spatial.cases.feeding import faults
from spatial.cases.feeding.columns import TIMES
from spatial.cases.feeding.lookups import CHANNEL_OF, END_OF, Class, Classes, Standard
from spatial.cases.feeding.placing import Places
from spatial.cases.feeding.times import NEVER_US, WRONG_US, read_times
from spatial.cases.models.words import Outcome
from spatial.components.services.columns import ColumnMap

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
REPORTED, FILED, DISPATCHED, ANSWERED, VERIFIED, CLOSED = range(len(TIMES))
LONGEST = {"number": 60, "description": 2000, "address": 200, "department": 100}
SECOND_US = 1_000_000
AHEAD_US = 300 * SECOND_US
"""Clocks of other platforms may be ahead by so much."""
STEPS = np.array([1, 2, 3, 5, 8, 9])
"""Events of a case whose last time is that of each of `TIMES`."""


@dataclass(slots=True, eq=False)
class Rows:
    """A batch on its way; arrays of one length."""

    first: int
    columns: dict[str, Texts]
    reason: Texts
    remarks: dict[str, NDArray[np.bool_]]
    lonlat: NDArray[np.float64]
    grid: Texts
    district: Texts
    classes: list[Class | None]
    standards: list[Standard | None]
    channel: list[str]
    times_us: Ints
    """Shape (times, rows): every move that the case made has one, told or not."""
    told: NDArray[np.bool_]
    deadline_us: Ints
    steps: Ints
    ending: Texts
    """``refused`` or ``rejected`` where the case ended so."""

    def refuse(self, where: NDArray[np.bool_], code: str) -> None:
        """Give rows a reason where they have none yet."""
        self.reason[where & (self.reason == "")] = code

    def text(self, name: str) -> list[str]:
        """The texts of an attribute, empty where there is none."""
        column = self.columns.get(name)
        return [""] * len(self.reason) if column is None else [one or "" for one in column]


@dataclass(frozen=True, eq=False)
class Judge:
    """What rows are judged by."""

    classes: Classes
    places: Places
    zone: ZoneInfo
    channel: str

    def rows(self, batch: Batch, columns: ColumnMap, system: reference.SourceCrs | None) -> Rows:
        """A batch with everything that its rows say."""
        size = len(batch)
        given = {name: batch.columns[column] for name, column in columns.columns.items()
                 if column in batch.columns}  # fmt: skip
        times, told, deadline, wrong = self._times(given, size)
        rows = Rows(
            batch.first, given, np.full(size, "", object), {}, self._lonlat(batch, given, system),
            np.full(size, "", object), np.full(size, "", object), [], [], [], times, told,
            deadline, np.ones(size, np.int64), np.full(size, "", object),
        )  # fmt: skip
        self._judge_times(rows, wrong)
        self._find_classes(rows)
        self._place(rows)
        self._channels(rows)
        for name, most in LONGEST.items():
            long = np.array([len(text) > most for text in rows.text(name)], bool)
            rows.refuse(long, faults.LONG)
        return rows

    def _times(
        self, given: dict[str, Texts], size: int
    ) -> tuple[Ints, NDArray[np.bool_], Ints, NDArray[np.bool_]]:
        none = np.full(size, NEVER_US)
        times = np.array([read_times(given[name], self.zone) if name in given else none
                          for name in TIMES]).reshape(len(TIMES), size)  # fmt: skip
        deadline = none
        if "deadline" in given:
            deadline = read_times(given["deadline"], self.zone, ends=True)
        wrong = (times == WRONG_US).any(axis=0) | (deadline == WRONG_US)
        return times, times > WRONG_US, deadline, wrong

    def _judge_times(self, rows: Rows, wrong: NDArray[np.bool_]) -> None:
        times, told = rows.times_us, rows.told
        rows.refuse(wrong, faults.TIME)
        rows.refuse(~told[REPORTED], faults.NO_TIME)
        now_us = round(timezone.now().timestamp()) * SECOND_US
        rows.refuse((told & (times > now_us + AHEAD_US)).any(axis=0), faults.FUTURE)
        latest = np.maximum.accumulate(np.where(told, times, NEVER_US), axis=0)
        rows.refuse((told & (times < latest)).any(axis=0), faults.ORDER)
        ends = [END_OF.get(text.strip().casefold(), "") for text in rows.text("status")]
        rows.ending[:] = [one if one in (Outcome.REFUSED, Outcome.REJECTED) else "" for one in ends]
        last = len(TIMES) - 1 - told[::-1].argmax(axis=0)
        done = np.array([one == Outcome.DONE for one in ends], bool)
        last = np.where(done, CLOSED, last)
        # Before the last time that is told: filing and dispatch as soon as they can have been,
        # answer and verification as late. A case that is closed at an unknown time, at the last.
        times[CLOSED] = np.where((last == CLOSED) & ~told[CLOSED], latest[-1], times[CLOSED])
        for k in (FILED, DISPATCHED):
            times[k] = np.where(told[k], times[k], times[k - 1])
        for k in (VERIFIED, ANSWERED):
            times[k] = np.where(told[k], times[k], times[k + 1])
        rows.steps = STEPS[last]
        nobody = np.array([not text for text in rows.text("department")], bool)
        open_ = (rows.steps > STEPS[FILED]) & (last != CLOSED) & (rows.ending == "")
        rows.remarks[faults.NOBODY] = open_ & nobody
        rows.steps[open_ & nobody] = STEPS[FILED]

    def _find_classes(self, rows: Rows) -> None:
        said = zip(*(rows.text(name) for name in ("kind", "main", "class")), strict=True)
        rows.classes = [self.classes.find(*one) for one in said]
        rows.refuse(np.array([one is None for one in rows.classes], bool), faults.CLASS)
        rows.standards = [
            one and self.classes.standard(one, condition)
            for one, condition in zip(rows.classes, rows.text("standard"), strict=True)
        ]

    def _lonlat(
        self, batch: Batch, given: dict[str, Texts], system: reference.SourceCrs | None
    ) -> NDArray[np.float64]:
        xy = np.full((len(batch), 2), np.nan)
        if "lon" in given and "lat" in given:
            xy[:] = np.column_stack([[_number(text) for text in given[name]]
                                     for name in ("lon", "lat")])  # fmt: skip
        else:
            points = np.flatnonzero(shapely.get_type_id(batch.geometry) == 0)
            xy[points] = shapely.get_coordinates(batch.geometry[points])
        return self.places.degrees(xy, system)

    def _place(self, rows: Rows) -> None:
        good = rows.reason == ""
        lonlat = rows.lonlat
        named = rows.columns.get("grid")
        # Only rows that may be taken are looked up: an address takes a while.
        pick = np.flatnonzero(good)
        part = lonlat[pick]
        told = [rows.columns.get(name) for name in ("grid", "address")]
        reason = self.places.fill(part, *(None if one is None else one[pick] for one in told))
        lonlat[pick] = part
        found = np.full(len(good), "", object)
        found[pick] = reason
        rows.grid, rows.district, outside = self.places.locate(lonlat)
        for code in {*found.tolist(), *outside.tolist()} - {""}:
            rows.refuse((found == code) | (outside == code), code)
        rows.remarks[faults.NO_GRID] = (rows.grid == "") & (rows.district != "")
        if named is not None:
            differs = np.array([bool(one) for one in named], bool) & (named != rows.grid)
            rows.remarks[faults.GRID] = differs & (rows.grid != "")

    def _channels(self, rows: Rows) -> None:
        words = [text.strip().casefold() for text in rows.text("channel")]
        rows.channel = [CHANNEL_OF.get(word, self.channel) for word in words]
        strange = [bool(word) and word not in CHANNEL_OF for word in words]
        rows.remarks[faults.CHANNEL] = np.array(strange, bool)


def _number(text: str | None) -> float:
    try:
        return float(text) if text else float("nan")
    except ValueError:
        return float("nan")


def digests(rows: Rows) -> list[str]:
    """A hash of what each row says, whatever the order of the columns."""
    names = sorted(rows.columns)
    said = zip(*(rows.text(name) for name in names), strict=True)
    places = np.round(rows.lonlat, 7).tolist()
    return [
        hashlib.md5("\x1f".join((*one, str(place))).encode(), usedforsecurity=False).hexdigest()
        for one, place in zip(said, places, strict=True)
    ]
