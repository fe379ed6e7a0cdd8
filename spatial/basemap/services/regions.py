"""Imports district, street or community regions from a file, all or nothing.

A file gives all children of the parents it touches: children that are missing leave a hole, which
is refused, and former children of the same dataset are closed. Parents come first.

``code_field``, ``name_field`` and ``name_en_field`` name columns; else the usual ones are taken
(code, PAC, XZQDM …; name, XZQMC …; name_en). ``mend`` mends self-crossings, overlaps, holes and
spills instead of refusing them and records every change with its area. ``valid_from`` is the first
day of the new rows, today in the project's time zone when not given. ``file_name`` is what its
user calls an upload; else it is that of the path.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import crs as reference
from spatial.basemap.io.layermap import LEVELS
from spatial.basemap.io.source import Layer, open_source
from spatial.basemap.models import Dataset, ImportIssue
from spatial.basemap.services import region_rows, systems
from spatial.basemap.services.region_cover import cover, parents_of
from spatial.basemap.services.region_read import (
    Fields,
    Regions,
    pick_layer,
    read_regions,
    repair_invalid,
)
from spatial.basemap.services.regions_extent import extent_of_regions
from spatial.basemap.services.runs import DryRun, Run, importing, settings_digest
from spatial.basemap.services.summary import ImportSummary
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent


def import_regions(
    path: str | Path,
    level: str,
    *,
    code_field: str | None = None,
    name_field: str | None = None,
    name_en_field: str | None = None,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str = "auto",
    dataset: str | None = None,
    attribution: str = "",
    made_up: bool = False,
    mend: bool = False,
    valid_from: dt.date | None = None,
    file_name: str | None = None,
    dry_run: bool = False,
    user: Any = None,
    progress: Progress = silent,
) -> ImportSummary:
    """Import the regions of one level; the module's text explains the parameters.

    Raises
    ------
    InputError
        Every code of ``docs/errors.md`` part import; nothing is written.
    ConflictError
        ``E-IMPORT-BUSY``.
    """
    if level not in LEVELS:
        text = _("The level %s is not known; give district, street or community.") % level
        raise InputError("E-REGION-LEVEL", text, level=level)
    path = Path(path)
    wanted = None if crs is None else systems.parse(crs)
    fields = Fields(code_field, name_field, name_en_field)
    shown = file_name or path.name
    name = (dataset or shown.split(".")[0])[:120]
    day = valid_from or timezone.localdate()
    with (
        importing(f"regions-{level}", path, shown, name, user, dry_run, by_dataset=False) as run,
        open_source(path, encoding, shown) as source,
    ):
        progress(0, 4, str(_("reading")))
        chosen, rule = pick_layer(source, level, layer)
        digest = settings_digest(level, fields, layer, crs, encoding, attribution, made_up, mend)
        if not run.settle(digest, encoding=chosen.encoding.name):
            found = read_regions(run, chosen, rule, level, fields)
            facts = (attribution, made_up, day)
            _import(run, found, _system(run, chosen, wanted), mend, facts, progress)
        progress(4, 4, str(_("done")))
        return run.summary()


def _system(run: Run, layer: Layer, wanted: reference.Wanted | None) -> reference.SourceCrs:
    system = systems.source_of(layer, wanted, extent_of_regions())
    if run.record is not None:
        run.record.source_srid = system.epsg
    if system.note:
        run.note(ImportIssue.Severity.INFO, system.note_code, system.note, layer=layer.name)
    return system


def _import(
    run: Run,
    found: Regions,
    system: reference.SourceCrs,
    mend: bool,
    facts: tuple[str, bool, dt.date],
    progress: Progress,
) -> None:
    attribution, made_up, day = facts
    system.to_store(found.geometry)
    progress(1, 4, str(_("checking")))
    geometry = repair_invalid(run, found, mend)
    parents = parents_of(found)
    covered = cover(run, found, geometry, system, parents, mend)
    progress(2, 4, str(_("writing")))
    try:
        with transaction.atomic():
            owner, _new = Dataset.objects.get_or_create(name=run.dataset)
            store = system.to_store(covered)
            changes = region_rows.write(found, store, parents, owner, day)
            run.tally.changes.update(changes)
            run.tally.add(found.layer.name, kept=len(found.code))
            owner.version += bool(changes["created"] + changes["updated"] + changes["removed"])
            owner.attribution, owner.made_up = attribution or owner.attribution, made_up
            owner.save()
            # Still inside: a cancel that comes now must take the rows back.
            progress(3, 4, str(_("written")))
            if run.record is None:
                raise DryRun
    except DryRun:
        return
