"""Imports past cases from a file: checked row by row, all or nothing, the same file once only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.basemap.io import crs as reference
from spatial.basemap.io.problems import problem
from spatial.basemap.io.readers import Wanted, read
from spatial.basemap.io.source import Layer, Source, open_source
from spatial.basemap.models import Dataset, ImportIssue
from spatial.basemap.services import systems
from spatial.basemap.services.runs import DryRun, Run, importing, settings_digest
from spatial.basemap.services.summary import ImportSummary
from spatial.cases.feeding import faults, store
from spatial.cases.feeding.columns import column_map
from spatial.cases.feeding.lookups import Bodies, Classes
from spatial.cases.feeding.placing import Places
from spatial.cases.feeding.rows import DISPATCHED, Judge, Rows
from spatial.cases.feeding.times import NEVER_US
from spatial.cases.making.plan import CATALOGUE, Clock
from spatial.cases.models import Channel
from spatial.cases.services.clocks import calendar_of, show_waiting
from spatial.cases.services.months import analyze_months
from spatial.cases.services.placing import EDITIONS
from spatial.cases.signals import cases_written
from spatial.components.services.columns import ColumnMap
from spatial.components.services.rows import where
from spatial.core import audit
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent
from spatial.core.locks import shared_transaction_lock

KIND = "cases"
BATCH = 50_000
NEEDED = ("reported_at", "class")


@dataclass(frozen=True, slots=True)
class Asked:
    """How a file of past cases is to be read."""

    catalogue: str = CATALOGUE
    columns: Mapping[str, str] | None = None
    """Column of an attribute (`columns.NAMES`), where its name does not say so."""
    layers: Sequence[str] = ()
    crs: str | None = None
    encoding: str = "auto"
    zone: str = ""
    """Time zone of times that name none; empty for that of the site."""
    channel: str = Channel.HOTLINE
    """Source of rows that name none that is known."""
    good_rows: bool = False
    """Take the good rows of a file in which others are refused."""


def import_cases(
    path: str | Path,
    asked: Asked | None = None,
    *,
    dataset: str | None = None,
    attribution: str = "",
    made_up: bool = False,
    file_name: str | None = None,
    dry_run: bool = False,
    user: Any = None,
    progress: Progress = silent,
) -> ImportSummary:
    """Import past cases, all or nothing; those that are here already stay as they are.

    Raises
    ------
    InputError
        ``E-CASE-ROWS`` where rows are refused (each with its code in the report), ``E-CASE-FIELD``,
        ``E-CASE-ZONE``, and every code of the gate of files; nothing is written.
    NotFoundError
        ``E-CATALOGUE-MISSING``.
    ConflictError
        ``E-IMPORT-BUSY``.
    """
    asked, path = asked or Asked(), Path(path)
    zone = _zone(asked.zone or settings.TIME_ZONE)
    wanted = None if asked.crs is None else systems.parse(asked.crs)
    shown = file_name or path.name
    name = (dataset or shown.split(".")[0])[:120]
    with (
        importing(KIND, path, shown, name, user, dry_run) as run,
        open_source(path, asked.encoding, shown, bare=True) as source,
    ):
        layers = _layers(source, asked)
        digest = settings_digest(asked, attribution, made_up)
        if not run.settle(digest, encoding=layers[0].encoding.name):
            feed = _Feed(run, asked, wanted, zone, (attribution, made_up), progress)
            feed.bring_in(layers)
            if run.record is not None:
                counts = dict(run.tally.changes)
                audit.record(user, "cases.imported", "CaseSource", name, **counts)
        return run.summary()


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        text = _("There is no time zone %s; give one such as Asia/Shanghai.") % name[:40]
        raise InputError("E-CASE-ZONE", text) from error


def _layers(source: Source, asked: Asked) -> list[Layer]:
    if asked.layers:
        return [source.layer(name) for name in asked.layers]
    return list(source.layers)


class _Feed:
    """One file on its way."""

    def __init__(
        self,
        run: Run,
        asked: Asked,
        wanted: reference.Wanted | None,
        zone: ZoneInfo,
        facts: tuple[str, bool],
        progress: Progress,
    ) -> None:
        self.run, self.asked, self.wanted, self.zone = run, asked, wanted, zone
        self.facts, self.progress = facts, progress
        self.places, self.bodies = Places(), Bodies()
        self.judge = Judge(Classes(asked.catalogue), self.places, zone, asked.channel)
        self.clocks: dict[str, Clock] = {}
        self.done, self.total = 0, 0
        self.starts: list[tuple[int, str]] = []

    def bring_in(self, layers: list[Layer]) -> None:
        """Read, check and write."""
        if self.places.districts.box is None:
            text = _("There is no district yet; import the districts first.")
            raise InputError("E-CASE-NODISTRICT", text)
        self.total = sum(max(layer.features, 0) for layer in layers)
        try:
            self._read(layers)
            self._compare()
            self._refuse_rows()
            self._write()
        except DryRun:
            return
        finally:
            if not connection.needs_rollback:
                store.end()

    def _read(self, layers: list[Layer]) -> None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                store.begin(cursor)
            for layer in layers:
                columns, system = self._plan(layer)
                self.starts.append((self.done, layer.name))
                wanted = Wanted(tuple(dict.fromkeys(columns.columns.values())), by_row=True)
                for batch in read(layer, wanted, BATCH):
                    rows = self.judge.rows(batch, columns, system)
                    rows.first += self.starts[-1][0]
                    self._take(rows, layer)
                    self.done += len(batch)
                    self.progress(self.done, max(self.total, self.done) + 3, layer.name)
        if not self.done:
            text = _("The layers are empty; export the file again.")
            raise problem("E-LAYER-EMPTY", text, layers[0].file, layers[0].name)

    def _plan(self, layer: Layer) -> tuple[ColumnMap, reference.SourceCrs | None]:
        columns = column_map(layer.fields, self.asked.columns or {}, layer.file, layer.name)
        if missing := [name for name in NEEDED if name not in columns]:
            text = _("No column says %(what)s (%(fields)s); name it with the map of columns.")
            facts = {"what": ", ".join(missing), "fields": ", ".join(layer.fields)}
            raise problem("E-CASE-FIELD", text % facts, layer.file, layer.name)
        if not layer.geometry_type and not ("lon" in columns and "lat" in columns):
            return columns, None
        system = systems.source_of(layer, self.wanted, self.places.districts.box)
        if self.run.record is not None:
            self.run.record.source_srid = system.epsg
        if system.note:
            info = ImportIssue.Severity.INFO
            self.run.note(info, system.note_code, system.note, layer=layer.name)
        return columns, system

    def _take(self, rows: Rows, layer: Layer) -> None:
        deadline_us = self._deadlines(rows)
        self.bodies.meet({text for text in rows.text("department") if text})
        store.stage(rows, self.places.plans, store.lateness(rows, deadline_us), deadline_us)
        good = rows.reason == ""
        for i in np.flatnonzero(~good).tolist():
            self._note(rows.first + i, rows.reason[i], ImportIssue.Severity.REFUSED, rows.lonlat[i])
        for code, which in rows.remarks.items():
            for i in np.flatnonzero(good & which).tolist():
                self._note(rows.first + i, code, ImportIssue.Severity.INFO, rows.lonlat[i])
        kept = int(good.sum())
        self.run.tally.add(layer.name, read=len(good), kept=kept, refused=len(good) - kept)

    def _deadlines(self, rows: Rows) -> NDArray[np.int64]:
        """Those of the file, else counted from a dispatch that is told by the one standard."""
        found = rows.deadline_us.copy()
        told = rows.told[DISPATCHED] & (found == NEVER_US) & (rows.reason == "")
        limited = np.array([one is not None for one in rows.standards], bool)
        for district in set(rows.district[told & limited].tolist()):
            at = np.flatnonzero(told & limited & (rows.district == district))
            if district not in self.clocks:
                self.clocks[district] = Clock(calendar_of(district))
            limits = [rows.standards[i] for i in at]
            amounts = np.array([float(one.limit_n) for one in limits if one])
            units = np.array([one.limit_unit for one in limits if one], object)
            found[at] = self.clocks[district].due(rows.times_us[DISPATCHED][at], amounts, units)
        return found

    def _note(
        self, n: int, code: str, severity: str, lonlat: NDArray[np.float64] | None = None
    ) -> None:
        self.run.tally.reasons[code] += 1
        if self.run.room <= 0:
            return
        start, layer = next((s, name) for s, name in reversed(self.starts) if s < n)
        geom = where(*map(float, lonlat)) if lonlat is not None else None
        sentence = faults.SENTENCES[code]
        self.run.note(severity, code, sentence, layer=layer, feature=str(n - start), geom=geom)

    def _compare(self) -> None:
        """Leave out what comes twice, and what is here already."""
        self.progress(self.done + 1, self.done + 3, _("comparing"))
        with transaction.atomic():
            twice, changed, known = store.compare(self.run.dataset)
        for n in twice:
            self._note(n, faults.TWICE, ImportIssue.Severity.REFUSED)
            layer = next(name for start, name in reversed(self.starts) if start < n)
            self.run.tally.add(layer, kept=-1, refused=1)
        for n in changed:
            self._note(n, faults.CHANGED, ImportIssue.Severity.INFO)
        self.run.tally.changes["unmodified"] += known

    def _refuse_rows(self) -> None:
        refused, read_ = self.run.tally.total("refused"), self.run.tally.total("read")
        if refused and (refused == read_ or not self.asked.good_rows):
            text = _(
                "%(refused)s of %(read)s rows cannot be taken; the report names each with its "
                "reason. Mend them, or import the good rows only."
            )
            facts = {"refused": refused, "read": read_}
            reasons = {c: n for c, n in self.run.tally.reasons.items() if c.startswith("E-")}
            raise InputError("E-CASE-ROWS", text % facts, **facts, reasons=reasons)

    def _write(self) -> None:
        self.progress(self.done + 2, self.done + 3, _("writing"))
        months: set[date] = set()
        if self.run.record is not None:
            months = store.make_months(settings.TIME_ZONE)
        with transaction.atomic():
            with connection.cursor() as cursor:
                # Placed on the editions in force: none is published until this is written.
                shared_transaction_lock(cursor, EDITIONS)
            dataset, _new = Dataset.objects.get_or_create(name=self.run.dataset)
            if self.run.record is None:
                with connection.cursor() as cursor:
                    cursor.execute(f"SELECT count(*) FROM {store.STAGE}")  # noqa: S608
                    self.run.tally.changes["created"] += cursor.fetchone()[0]
                transaction.set_rollback(True)
                return
            made = store.write(self.run.dataset, self.facts[1], self.bodies, settings.TIME_ZONE)
            self.run.tally.changes["created"] += made
            cases_written.send(None, months={month.year * 100 + month.month for month in months})
            dataset.version += bool(made)
            dataset.attribution = self.facts[0] or dataset.attribution
            dataset.made_up = self.facts[1]
            dataset.save()
            # Still inside the transaction: a cancel that comes now takes the rows back.
            self.progress(self.done + 2, self.done + 3, _("written"))
        show_waiting()
        analyze_months(months)
