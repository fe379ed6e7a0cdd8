"""Imports a survey of components (部件普查): checked, placed, and brought in as a difference.

The file may have a layer for each class, or one for all. Its columns are recognised by the names
of the standards or named by the user. A survey of the same data set again is a re-survey: what is
new, moved, changed or gone is written as such, and the register keeps what was. Refused rows stop
the whole file unless the user says that the good ones are to go in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.basemap.io import crs as reference
from spatial.basemap.io.problems import problem
from spatial.basemap.io.source import Layer, Source, open_source
from spatial.basemap.models import Dataset, ImportIssue
from spatial.basemap.services import systems
from spatial.basemap.services.runs import DryRun, Run, importing, settings_digest
from spatial.basemap.services.summary import ImportSummary
from spatial.components.services import faults, neighbours, offset
from spatial.components.services.columns import ColumnMap, column_map
from spatial.components.services.difference import (
    Difference,
    Scope,
    create_stage,
    take_misread,
    take_twice,
)
from spatial.components.services.kinds import UNKNOWN, Kinds, catalogue_named, class_of
from spatial.components.services.placing import Districts
from spatial.components.services.reading import ROLES, SurveyReader
from spatial.components.services.rows import where
from spatial.core.copying import Sender
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent

KIND = "components"
CATALOGUE = "cjt214-2007"
"""The catalogue that codes are of when nothing else is said."""


@dataclass(frozen=True, slots=True)
class Asked:
    """How a survey is to be read, besides the file itself."""

    catalogue: str = CATALOGUE
    columns: Mapping[str, str] | None = None
    """Column of an attribute (`columns.NAMES`), where its name does not say so."""
    kind: str = ""
    """Class, by code or name, of rows that name none."""
    layers: Sequence[str] = ()
    """Layers to read; none for all."""
    crs: str | None = None
    encoding: str = "auto"
    whole: bool = False
    """The file has everything of its classes in its districts: what is missing is gone."""
    good_rows: bool = False
    """Take the good rows of a file in which others are refused."""
    day: dt.date | None = None
    """Day of the survey; today when not given."""


def import_components(
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
    """Import a survey, all or nothing.

    ``file_name`` is what its user calls an upload; else it is that of the path.

    Raises
    ------
    InputError
        ``E-COMPONENT-ROWS`` where rows are refused (each with its code in the run's report),
        ``E-COMPONENT-SHIFTED``, ``-FIELD``, ``-CLASS``, ``-NODISTRICT``, and every code of the
        gate of files; nothing is written.
    NotFoundError
        ``E-CATALOGUE-MISSING``.
    ConflictError
        ``E-IMPORT-BUSY``, ``E-COMPONENT-FULL``.
    """
    asked, path = asked or Asked(), Path(path)
    wanted = None if asked.crs is None else systems.parse(asked.crs)
    shown = file_name or path.name
    name = (dataset or shown.split(".")[0])[:120]
    kinds = Kinds(catalogue_named(asked.catalogue))
    facts = (attribution, made_up)
    with (
        importing(KIND, path, shown, name, user, dry_run) as run,
        open_source(path, asked.encoding, shown) as source,
    ):
        digest = settings_digest(asked, facts)
        layers = _layers(source, asked)
        if not run.settle(digest, encoding=layers[0].encoding.name):
            survey = _Survey(run, kinds, asked, wanted, facts, user, progress)
            survey.bring_in(layers)
        return run.summary()


def _layers(source: Source, asked: Asked) -> list[Layer]:
    if asked.layers:
        return [source.layer(name) for name in asked.layers]
    return list(source.layers)


class _Survey:
    """One survey on its way into the register."""

    def __init__(
        self,
        run: Run,
        kinds: Kinds,
        asked: Asked,
        wanted: reference.Wanted | None,
        facts: tuple[str, bool],
        user: Any,
        progress: Progress,
    ) -> None:
        self.run, self.kinds, self.asked, self.wanted = run, kinds, asked, wanted
        self.facts, self.progress = facts, progress
        self.user_id = user.pk if user is not None and user.is_authenticated else None
        self.attributes: set[str] = set()
        self.overruled = False
        """Whether the user named another system than the file; a table has to be given one."""

    def bring_in(self, layers: list[Layer]) -> None:
        """Read, check and write."""
        districts = Districts()
        if districts.box is None:
            text = _("There is no district yet; import the districts first.")
            raise InputError("E-COMPONENT-NODISTRICT", text)
        total = sum(max(layer.features, 0) for layer in layers)
        try:
            with transaction.atomic():
                with connection.cursor() as cursor:
                    create_stage(cursor)
                reader = SurveyReader(self.run, self.kinds, districts, self.progress, total)
                self._read(layers, reader, districts)
                self._check(reader)
                self._write(reader)
                if self.run.record is None:
                    raise DryRun
        except DryRun:
            return

    def _read(self, layers: list[Layer], reader: SurveyReader, districts: Districts) -> None:
        default = UNKNOWN
        if self.asked.kind:
            code = class_of(self.kinds.catalogue, self.asked.kind).code
            default = self.kinds.find(code)
        plans = [(layer, *self._plan(layer, districts)) for layer in layers]
        with Sender() as sender:
            for layer, columns, system in plans:
                own = self.kinds.of_layer(layer.name) if default == UNKNOWN else default
                reader.layer(layer, columns, system, own, sender)
        if not reader.done:
            text = _("The layers are empty; export the file again.")
            raise problem("E-LAYER-EMPTY", text, layers[0].file, layers[0].name)

    def _plan(self, layer: Layer, districts: Districts) -> tuple[ColumnMap, reference.SourceCrs]:
        """How a layer is read; also notes what is uncertain about its reference system."""
        given = self.asked.columns or {}
        columns = column_map(layer.fields, given, layer.file, layer.name)
        self.attributes |= set(columns.columns)
        self.attributes |= {role for role in ROLES if f"{role}_code" in columns}
        system = systems.source_of(layer, self.wanted, districts.box)
        self.overruled |= self.wanted is not None and layer.crs is not None
        if self.run.record is not None:
            self.run.record.source_srid = system.epsg
        if system.note:
            info = ImportIssue.Severity.INFO
            self.run.note(info, system.note_code, system.note, layer=layer.name)
        return columns, system

    def _check(self, reader: SurveyReader) -> None:
        self._take_out(reader)
        self._tell_shift(reader)
        self._refuse_rows()
        self._tell_neighbours(reader)

    def _take_out(self, reader: SurveyReader) -> None:
        taken: dict[str, list[tuple[int, str, float, float]]] = {}
        with connection.cursor() as cursor:
            cursor.execute("CREATE INDEX ON stage_component (n)")
            if "code" in self.attributes:
                taken[faults.TWICE] = take_twice(cursor)
                taken[faults.CATALOGUE] = take_misread(cursor, self.kinds.catalogue.pk)
        for fault, rows in taken.items():
            for n, _code, lon, lat in sorted(rows):
                self._note(reader, n, fault, ImportIssue.Severity.REFUSED, (lon, lat))
                self.run.tally.add(reader.place_of(n)[0], kept=-1, refused=1)

    def _tell_shift(self, reader: SurveyReader) -> None:
        found = offset.find(reader.evidence)
        if found is None:
            return
        text = _(
            "The points lie about %(shift).0f m from where their codes, grids or addresses are: "
            "that is the shift of %(system)s. Give it as the reference system."
        )
        text %= {"shift": found.shift_m, "system": found.system}
        facts = {"system": found.system, "shift_m": round(found.shift_m), "pairs": found.pairs}
        if not self.overruled:
            raise InputError("E-COMPONENT-SHIFTED", text, **facts)
        # Whoever overrules the file's own system knows better; the report says it all the same.
        self.run.note(ImportIssue.Severity.INFO, "E-COMPONENT-SHIFTED", text)

    def _refuse_rows(self) -> None:
        refused, read = self.run.tally.total("refused"), self.run.tally.total("read")
        if refused and (refused == read or not self.asked.good_rows):
            text = _(
                "%(refused)s of %(read)s rows cannot be taken; the report names each with its "
                "reason. Mend them, or import the good rows only."
            )
            facts = {"refused": refused, "read": read}
            reasons = {c: n for c, n in self.run.tally.reasons.items() if c.startswith("E-")}
            raise InputError("E-COMPONENT-ROWS", text % facts, **facts, reasons=reasons)

    def _tell_neighbours(self, reader: SurveyReader) -> None:
        n, kind, lon, lat = reader.kept.arrays()
        self.progress(reader.done + 1, reader.done + 4, _("looking for doubles"))
        pairs = neighbours.pairs_within(self.kinds.known, kind, lon, lat)
        self._tell_all(reader, faults.NEAR, pairs[:, 1], pairs[:, 0])
        points = np.array([one.dimension == 0 for one in self.kinds.known] + [False])[kind]
        rows = np.flatnonzero(points)
        inside = neighbours.inside_buildings(lon[rows], lat[rows])
        self._tell_all(reader, faults.BUILDING, rows[inside])

    def _tell_all(
        self,
        reader: SurveyReader,
        code: str,
        rows: NDArray[np.int64],
        others: NDArray[np.int64] | None = None,
    ) -> None:
        """Note rows kept, by their place among these; beyond what a report keeps only counted."""
        n, _kind, lon, lat = reader.kept.arrays()
        shown = rows[: max(self.run.room, 0)]
        for k, i in enumerate(shown.tolist()):
            other = int(n[others[k]]) if others is not None else None
            self._note(reader, int(n[i]), code, place=(lon[i], lat[i]), other=other)
        self.run.tally.reasons[code] += len(rows) - len(shown)

    def _note(
        self,
        reader: SurveyReader,
        n: int,
        code: str,
        severity: str = ImportIssue.Severity.INFO,
        place: tuple[float, float] = (0.0, 0.0),
        other: int | None = None,
        beside: str = "",
    ) -> None:
        self.run.tally.reasons[code] += 1
        layer, row = reader.place_of(n)
        message = str(faults.SENTENCES[code])
        if other is not None:
            message += _(" (row %(row)s of %(layer)s)") % {
                "layer": reader.place_of(other)[0],
                "row": reader.place_of(other)[1],
            }
        if beside:
            message += _(" (component %s)") % beside
        geom = where(*map(float, place))
        self.run.note(severity, code, message, layer=layer, feature=row, geom=geom)

    def _write(self, reader: SurveyReader) -> None:
        self.progress(reader.done + 2, reader.done + 4, _("writing"))
        dataset, _new = Dataset.objects.get_or_create(name=self.run.dataset)
        scope = Scope(
            dataset_id=dataset.pk,
            day=self.asked.day or timezone.localdate(),
            attributes=self.attributes,
            parties=reader.parties.store(),
            run_id=self.run.record.pk if self.run.record else None,
            user_id=self.user_id,
            whole=self.asked.whole,
        )
        with connection.cursor() as cursor:
            difference = Difference(cursor, scope)
            changes = difference.apply()
            self.run.tally.changes.update(changes)
            cursor.execute("ANALYZE components_component")
        for n, code, lon, lat in difference.near_others:
            self._note(reader, n, faults.NEAR, place=(lon, lat), beside=code)
        dataset.version += bool(changes["created"] + changes["updated"] + changes["removed"])
        dataset.attribution = self.facts[0] or dataset.attribution
        dataset.made_up = self.facts[1]
        dataset.save()
        # Still inside the transaction: a cancel that comes now takes the rows back.
        self.progress(reader.done + 3, reader.done + 4, _("written"))
