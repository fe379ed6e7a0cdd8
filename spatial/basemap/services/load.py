"""One pass over the wanted layers of a base map into the stage, then into the tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from django.db import connection
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from spatial.basemap.classify import Assigned, assign
from spatial.basemap.geometry import AREA, LINE, POINT, REPAIRED, Cleaned, clean
from spatial.basemap.io import crs as reference
from spatial.basemap.io.layermap import AREA_KINDS, LINE_KINDS, PLACE_KINDS, LayerMap
from spatial.basemap.io.problems import problem
from spatial.basemap.io.readers import Batch, Wanted, read
from spatial.basemap.io.source import Layer, Source
from spatial.basemap.models import Dataset, ImportIssue
from spatial.basemap.services import rows, stage, systems
from spatial.basemap.services.runs import Run
from spatial.core.jobs import Progress

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for besides the file."""

    system: reference.Wanted | None
    attribution: str
    made_up: bool


@dataclass(frozen=True, slots=True)
class Work:
    """One batch of one layer on its way."""

    layer: Layer
    batch: Batch
    system: reference.SourceCrs
    tried: NDArray[np.bool_]
    """Features some rule wanted; filled as the batch is staged."""
    stored: NDArray[np.bool_]


class Load:
    """Reads layers into the stage and counts; ``finish`` writes the tables.

    ``total`` is the number of features to come, 0 where no driver can say.
    """

    def __init__(
        self,
        run: Run,
        rules: LayerMap,
        options: Options,
        progress: Progress,
        total: int,
    ) -> None:
        self.run, self.rules, self.options = run, rules, options
        self.progress, self.total, self.done = progress, total, 0
        self.dataset, _new = Dataset.objects.get_or_create(name=run.dataset)
        self.direct = stage.Direct.begin(stage.FEATURES, self.dataset.pk, total)
        self.copier = stage.Copier(self.direct)

    def layers(self, layers: Sequence[Layer], expected: Box | None) -> None:
        """Read, sort into kinds, clean and stage all layers.

        ``expected`` is where the ground already in the store lies, in degrees.
        """
        with self.copier:
            for layer in layers:
                self._layer(layer, expected)

    def _layer(self, layer: Layer, expected: Box | None) -> None:
        system = systems.source_of(layer, self.options.system, expected)
        self._record_crs(layer, system)
        rules = self.rules
        columns = Wanted(rules.columns(layer.name), rules.tags_column, rules.closed_ways)
        self.flattened = False
        for batch in read(layer, columns):
            self.flattened |= bool(shapely.has_z(batch.geometry).any())
            self._batch(layer, batch, system)
            self.done += len(batch)
            self.progress(self.done, self._steps(), layer.name)
        if self.run.tally.layers[layer.name]["kept"]:
            system.refuse_elsewhere()
        if self.flattened:
            note = _("Heights and measures were left out; the base map is flat.")
            self.run.note(ImportIssue.Severity.INFO, "I-GEOM-FLAT", note, layer=layer.name)
        if not self.run.tally.layers[layer.name]["read"]:
            note = _("The layer is empty.")
            self.run.note(ImportIssue.Severity.INFO, "E-LAYER-EMPTY", note, layer=layer.name)

    def _steps(self) -> int:
        """Features and the writing as one more step; 0 where the count is not known."""
        return max(self.total, self.done) + 1 if self.total else 0

    def _record_crs(self, layer: Layer, system: reference.SourceCrs) -> None:
        if self.run.record is not None:
            self.run.record.source_srid = system.epsg
        if system.note:
            severity = ImportIssue.Severity.INFO
            self.run.note(severity, system.note_code, system.note, layer=layer.name)

    def _batch(self, layer: Layer, batch: Batch, system: reference.SourceCrs) -> None:
        size = len(batch)
        work = Work(layer, batch, system, np.zeros(size, bool), np.zeros(size, bool))
        features = assign(self.rules.features, layer.name, batch.columns, size)
        places = _named(assign(self.rules.places, layer.name, batch.columns, size))
        for target, found in ((stage.FEATURES, features), (stage.PLACES, places)):
            if found.kept.any():
                self._stage(target, found, work)
        self.run.tally.add(
            layer.name,
            read=size,
            left_out=int((~work.tried).sum()),
            kept=int(work.stored.sum()),
            refused=int((work.tried & ~work.stored).sum()),
        )

    def _stage(self, target: stage.Target, found: Assigned, work: Work) -> None:
        picked = np.flatnonzero(found.kept)
        cleaned = clean(work.batch.geometry[picked], _dimensions(found.kind[picked]))
        good = cleaned.kept
        geometry = work.system.to_store(cleaned.geometry[good])
        self._note(work, picked, cleaned)
        work.tried[picked] = True
        work.stored[picked[good]] = True
        self.run.tally.kinds.update(_counted(found.kind[picked[good]]))
        columns = work.batch.columns
        ids = tuple(columns[c] for c in self.rules.id_columns if c in columns)
        make = rows.place_texts if target is stage.PLACES else rows.texts
        text = make(found, picked[good], geometry, rows.Keys(work.layer.name, ids))
        self.copier.add(target, text)

    def _note(self, work: Work, picked: NDArray[np.int64], cleaned: Cleaned) -> None:
        """Record what was repaired or refused, once for a feature that two rules want."""
        for i in np.flatnonzero((cleaned.reason != "") & ~work.tried[picked]):
            code, feature = cleaned.reason[i], int(picked[i])
            self.run.tally.reasons[code] += 1
            repaired = code == REPAIRED
            self.run.tally.add(work.layer.name, repaired=int(repaired))
            share = f"{cleaned.area_change[i]:.2%}"
            self.run.note(
                ImportIssue.Severity.REPAIRED if repaired else ImportIssue.Severity.REFUSED,
                code,
                _("repaired, area changed by %s") % share if repaired else _("left out"),
                layer=work.layer.name,
                feature=str(work.batch.first + feature),
                geom=_where(work.batch.geometry[feature], work.system),
            )

    def finish(self, source: Source) -> None:
        """Bring the tables to the state of the stage.

        Raises
        ------
        InputError
            ``E-LAYER-EMPTY`` when all layers together have no feature.
        """
        if not self.run.tally.total("read"):
            text = _("The layers are empty; export the file again.")
            raise problem("E-LAYER-EMPTY", text, source.file, source.layers[0].name)
        self.progress(self.done, self._steps(), str(_("writing")))
        changes = self.run.tally.changes
        repeats = {t: self.copier.has_repeats(t) for t in (stage.FEATURES, stage.PLACES)}
        if self.direct is not None:
            changes.update(self.direct.finish(repeats[stage.FEATURES]))
        else:
            features = stage.apply(stage.FEATURES, self.dataset.pk, repeats[stage.FEATURES])
            changes.update(features)
        changes.update(stage.apply(stage.PLACES, self.dataset.pk, repeats[stage.PLACES]))
        self._update(self.dataset)
        self.progress(self.done, self.done, str(_("done")))

    def _update(self, dataset: Dataset) -> None:
        changes = self.run.tally.changes
        if changes["created"] + changes["updated"] + changes["removed"]:
            dataset.version += 1
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE basemap_basefeature")
                cursor.execute("ANALYZE basemap_place")
        given = self.options.attribution or dataset.attribution
        dataset.attribution = given or self.rules.attribution
        dataset.made_up = self.options.made_up
        dataset.save()


def _named(places: Assigned) -> Assigned:
    """A place without a name says nothing: it is left out."""
    places.rule[places.name == ""] = -1
    return places


def _dimensions(kinds: NDArray[np.object_]) -> NDArray[np.int8]:
    found = np.full(len(kinds), AREA, dtype=np.int8)
    for wanted, dimension in ((LINE_KINDS, LINE), (PLACE_KINDS, POINT)):
        for kind in wanted:
            found[kinds == kind] = dimension
    return found


def _counted(kinds: NDArray[np.object_]) -> dict[str, int]:
    every = LINE_KINDS | AREA_KINDS | PLACE_KINDS
    counts = {kind: int((kinds == kind).sum()) for kind in every}
    return {kind: count for kind, count in counts.items() if count}


def _where(geometry: shapely.Geometry | None, system: reference.SourceCrs) -> str | None:
    """A point in degrees to find the feature by, as EWKT; None where it has no place."""
    point = shapely.get_coordinates(geometry)[:1]
    if not len(point) or not np.isfinite(point).all():
        return None
    lon, lat = system.coordinates(point)[0]
    if not (abs(lon) <= 180 and abs(lat) <= 90):
        return None
    return f"SRID=4326;POINT({lon:.8f} {lat:.8f})"
