"""Makes cases up and writes them, a month at a time; a run that was stopped goes on there."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from fixtures.cases.batch import Batch
from fixtures.cases.generate import Generator
from spatial.cases.making import case_rows, event_rows, following, noting
from spatial.cases.making.bodies import store_bodies
from spatial.cases.making.case_rows import Lookups, Read
from spatial.cases.making.cast import make_cast
from spatial.cases.making.columns import NULL, Times, lots
from spatial.cases.making.ground import City, read_city
from spatial.cases.making.guards import unguarded_month
from spatial.cases.making.plan import Clock, Wanted, end_of, generator
from spatial.cases.models import CaseClass, CaseSource, FilingStandard, StageLimit
from spatial.cases.services.catalogue import EVERYWHERE, catalogue_of, store_case_classes
from spatial.cases.services.clocks import calendar_of, show_waiting
from spatial.cases.services.months import analyze_months, ensure_month
from spatial.cases.services.placing import EDITIONS
from spatial.cases.signals import cases_written
from spatial.core import audit
from spatial.core.copying import Sender
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent
from spatial.core.locks import shared_transaction_lock, transaction_lock

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
BATCH = 50_000
A_DAY = 1_000_000
"""Keys a day has: its number times this is where they begin."""
BULK_FROM = 500_000
"""Numbers of a day below it are drawn by live reports from the sequence ``cases_number``: one that
comes while a day is being written shall never draw a number of the run."""
DAYS = 100
"""A day's key by this is its month's."""
MAKING = 25443
"""Lock of whoever makes cases up: one at a time."""


def make_cases(
    wanted: Wanted,
    *,
    stars: Mapping[str, Any] | None = None,
    user: Any = None,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write made-up cases with all that happened to them; what is there already stays.

    ``stars`` are users by role who take part: ``operator``, ``dispatcher``, ``inspector``.

    Raises
    ------
    InputError
        ``E-CASE-PLAN``.
    NotFoundError
        ``E-CASE-NOGRIDS``, ``E-CATALOGUE-MISSING``.
    """
    wanted.check()
    found = catalogue_of(wanted.catalogue)
    if not CaseClass.objects.filter(catalogue=found.version, in_use=True).exists():
        store_case_classes(found, user)
    city = read_city(wanted.districts)
    source, new = CaseSource.objects.get_or_create(name=wanted.source, defaults={"made_up": True})
    if source.facts.get("done"):
        return {"source": source.name, "cases": 0, "events": 0, "unmodified": wanted.cases}
    if new:
        source.facts = {"end": end_of(wanted, timezone.now()).isoformat()}
        source.save()
    started = time.perf_counter()
    maker = _Maker(wanted, source, city, stars or {})
    counts = maker.run(progress)
    audit.record(user, "cases.made", "CaseSource", source.name, **counts)
    seconds = time.perf_counter() - started
    return {"source": source.name, **counts, "seconds": round(seconds, 1),
            "cases_a_second": round(counts["cases"] / seconds)}  # fmt: skip


class _Maker:
    """One run of a plan."""

    def __init__(
        self, wanted: Wanted, source: CaseSource, city: City, stars: Mapping[str, Any]
    ) -> None:
        self.wanted, self.source, self.city = wanted, source, city
        self.end = datetime.fromisoformat(source.facts["end"])
        zone = timezone.get_default_timezone()
        self.clock = Clock(calendar_of(wanted.districts[0]))
        last = timezone.localdate(self.end - timedelta(microseconds=1))
        self.generator = generator(wanted, last, city, self.clock, zone)
        stored = _classes(wanted.catalogue)
        with transaction.atomic():
            args = (self.generator.departments, self.generator.classes, stored)
            self.bodies = store_bodies(city, *args)
            self.cast = make_cast(self.bodies, city.ground.grids, stars)
        self.names, self.first_standard = _lookups(self.generator, stored, self.bodies)
        begin = timezone.make_aware(
            datetime.combine(self.generator.plan.first, datetime.min.time()), zone
        )
        self.times = Times.of(begin, self.end, zone)
        self.first_number = np.cumsum(self.generator.daily) - self.generator.daily
        self.limits = {row.stage: row for row in StageLimit.objects.all()}
        self.counts: Counter[str] = Counter(cases=0, events=0, open=0)

    def run(self, progress: Progress) -> dict[str, int]:
        """Write every month that is not there yet."""
        for days in self._months():
            day = self.generator.plan.day(days[0])
            done = self.source.done_to
            if done is not None and self.generator.plan.day(days[-1]) <= done:
                continue
            ensure_month(day)
            with transaction.atomic():
                self._month(days, progress)
                self.source.done_to = self.generator.plan.day(days[-1])
                self.source.facts["done"] = days[-1] == self.generator.plan.days - 1
                self.source.save()
        show_waiting()
        analyze_months(self.generator.plan.day(n) for n in range(self.generator.plan.days))
        progress(self.wanted.cases, self.wanted.cases, _("written"))
        return dict(self.counts)

    def _months(self) -> Iterator[range]:
        """Days of the plan, month by month."""
        plan = self.generator.plan
        start = 0
        for number in range(1, plan.days + 1):
            if number == plan.days or plan.day(number).day == 1:
                yield range(start, number)
                start = number

    def _month(self, days: range, progress: Progress) -> None:
        with connection.cursor() as cursor:
            transaction_lock(cursor, MAKING)
            # Made on the editions in force: none is published until this month is written.
            shared_transaction_lock(cursor, EDITIONS)
        offsets = _taken(self.times.day_keys[days.start : days.stop])
        self._require_room(offsets + self.generator.daily[days.start : days.stop])
        number = int(self.first_number[days.start])
        month = int(self.times.day_keys[days.start]) // DAYS
        with unguarded_month(month), Sender() as sender:
            for batch in self.generator.batches(BATCH, days):
                self._batch(self._until_end(batch), days, offsets, sender)
                number += len(batch)
                progress(number, self.wanted.cases, self.generator.plan.day(days[0]).isoformat())
        cases_written.send(None, months={month})

    @staticmethod
    def _require_room(last: Ints) -> None:
        if last.size and int(last.max()) >= A_DAY:
            text = _(
                "A day would get more than %(most)d made-up cases; ask for fewer or more days."
            )
            raise InputError("E-CASE-PLAN", text % {"most": A_DAY - BULK_FROM})

    def _until_end(self, batch: Batch) -> Batch:
        """Without what would happen after the end."""
        end_us = round(self.end.timestamp() * 1_000_000)
        keep = batch.moves.at_us < end_us
        if keep.all():
            return batch
        rows = np.flatnonzero(batch.reported_us < end_us)
        place = np.full(len(batch), -1)
        place[rows] = np.arange(len(rows))
        moves = batch.moves.kept(keep).moved(place)
        columns = {name: getattr(batch, name)[rows]
                   for name in Batch.__dataclass_fields__ if name != "moves"}  # fmt: skip
        return replace(batch, **columns, moves=moves)

    def _batch(self, batch: Batch, days: range, offsets: Ints, sender: Sender) -> None:
        if not len(batch):
            return
        read = self._read(batch, days, offsets)
        lot = lots(batch.number, self.wanted.seed)
        street = self.city.ground.grid_area[batch.grid]
        who = event_rows.actors(read.trails, lot, street, self.cast)
        told = self._told(read)
        with_cast = (self.cast, self.times)
        bodies = self.names.bodies
        columns = case_rows.case_columns(read, self.city, who, self.cast, self.names, self.times)
        sender.send(case_rows.TABLE, case_rows.CASES, columns)
        made = {
            "event": event_rows.event_columns(read.trails, who, told, bodies, *with_cast),
            "hold": event_rows.hold_columns(read.trails, told, self.times),
            "extension": event_rows.extension_columns(read.trails, who, told, *with_cast),
        }
        for name, rows in made.items():
            sender.send(event_rows.TABLES[name], event_rows.NAMES[name], rows)
        self.counts["cases"] += len(batch)
        self.counts["events"] += len(batch.moves)
        self.counts["open"] += int(np.count_nonzero(read.clocks.closed_us == following.NEVER_US))

    def _read(self, batch: Batch, days: range, offsets: Ints) -> Read:
        trails = following.Trails(batch.moves, len(batch))
        standard = self.first_standard[batch.case_class] + batch.standard - 1
        limit = self.names.limits[standard].astype(np.float64)
        units = self.names.units[standard]
        clocks = following.clocks(trails, limit, units, self.clock.due, self.clock.elapsed)
        day = self.times.day(batch.reported_us)

        def key(number: Ints, of: Ints) -> Ints:
            within = number - self.first_number[of] + 1 + offsets[of - days.start]
            return self.times.day_keys[of] * A_DAY + within

        merged = trails.last("merge") != following.NONE
        into = np.where(merged, key(batch.into, day), -1)
        return Read(
            batch,
            trails,
            standard,
            key(batch.number, day),
            [NULL if one < 0 else str(one) for one in into.tolist()],
            clocks,
            self._stage_deadlines(trails, clocks),
        )

    def _stage_deadlines(self, trails: following.Trails, clocks: following.Clocks) -> Ints:
        found = np.full(trails.cases, following.NEVER_US)
        for stage, limit in self.limits.items():
            rows = np.flatnonzero(trails.stage == case_rows.STAGE.get(stage, -1))
            starts = clocks.stage_since_us[rows]
            amounts = np.full(len(rows), float(limit.limit_n))
            found[rows] = self.clock.of_name(starts, amounts, limit.limit_unit)
        return found

    def _told(self, read: Read) -> event_rows.Told:
        batch = read.batch
        district = [code[:6] for code in self.city.codes[batch.grid]]
        numbers = [a + b if b != NULL else "" for a, b in zip(district, read.into, strict=True)]
        limits, units = self.names.limits[read.standard], self.names.units[read.standard]
        standards = zip(self.names.standards, self.names.limits, self.names.units, strict=True)
        noted = [
            f'{{"standard": {one[0]}, "limit": ["{one[1]}", "{one[2]}"]}}' for one in standards
        ]
        return event_rows.Told(
            read.keys,
            np.array(noted, object)[read.standard],
            np.array(numbers, object),
            limits.astype(np.float64),
            units,
            self._noted(read.trails, limits.astype(np.float64), units),
        )

    def _noted(self, trails: following.Trails, limit: NDArray, units: Texts) -> noting.Noted:
        def over(row: StageLimit, starts_us: Ints) -> Ints:
            amounts = np.full(len(starts_us), float(row.limit_n))
            return self.clock.of_name(starts_us, amounts, row.limit_unit)

        stages = noting.stage_deadlines(
            {name: partial(over, row) for name, row in self.limits.items()}
        )
        return noting.noted(trails, limit, units, self.clock.due, self.clock.elapsed, stages)


def _classes(catalogue: str) -> dict[str, CaseClass]:
    """Stored classes by the keys of the catalogue: C0104, E0110."""
    rows = CaseClass.objects.filter(catalogue=catalogue).select_related("component_class__main")
    return {f"{'C' if row.kind == 'component' else 'E'}{row.code}": row for row in rows}


def _lookups(made: Generator, stored: dict[str, CaseClass], bodies: Any) -> tuple[Lookups, Ints]:
    """What numbers mean, and the place of the first standard of each class among all of them."""
    rows = FilingStandard.objects.filter(
        case_class__in=[stored[one.key].pk for one in made.classes], area_class=EVERYWHERE
    )
    of = {(row.case_class_id, row.number): row for row in rows}
    standards, words, first = [], [], []
    for one in made.classes:
        first.append(len(standards))
        row = stored[one.key]
        for standard in one.standards:
            standards.append(of[row.pk, standard.number])
            told = f":{standard.condition_zh}" if standard.known else ""
            words.append(f"{row.main_name}-{row.name}{told}")
    chosen = [stored[one.key] for one in made.classes]
    names = Lookups(
        kinds=np.array([row.kind for row in chosen], object),
        classes=np.array([str(row.pk) for row in chosen], object),
        standards=np.array([str(row.pk) for row in standards], object),
        limits=np.array([str(row.limit_n) for row in standards], object),
        units=np.array([row.limit_unit for row in standards], object),
        descriptions=np.array(words, object),
        bodies=bodies.keys,
        levels=bodies.levels,
    )
    return names, np.array(first, np.int64)


def _taken(day_keys: Ints) -> Ints:
    """The highest number of each day that a run has taken, not those of live reports."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id / %s, max(id %% %s) FROM cases_case WHERE id >= %s AND id < %s GROUP BY 1",
            [A_DAY, A_DAY, int(day_keys[0]) * A_DAY, int(day_keys[-1] + 1) * A_DAY],
        )
        found = dict(cursor.fetchall())
    highest = [max(found.get(int(key), 0), BULK_FROM) for key in day_keys]
    return np.array(highest, np.int64)
