"""Imports a base map file: one dataset is brought to the state of one file, all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from spatial.basemap.io import layermap
from spatial.basemap.io.layermap import LayerMap
from spatial.basemap.io.problems import problem
from spatial.basemap.io.source import Layer, Source, open_source
from spatial.basemap.services import stage, systems
from spatial.basemap.services.load import Load, Options
from spatial.basemap.services.regions_extent import extent_of_regions
from spatial.basemap.services.runs import DryRun, Run, importing, settings_digest
from spatial.basemap.services.summary import ImportSummary
from spatial.core.jobs import Progress, silent

KIND = "basemap"


def import_basemap(
    path: str | Path,
    *,
    layers: str | LayerMap | None = None,
    crs: str | None = None,
    encoding: str = "auto",
    dataset: str | None = None,
    attribution: str = "",
    made_up: bool = False,
    file_name: str | None = None,
    dry_run: bool = False,
    user: Any = None,
    progress: Progress = silent,
) -> ImportSummary:
    """Import roads, water, buildings and the other features and places of a file.

    Parameters
    ----------
    path : path
        ``.osm.pbf``, ``.gpkg``, ``.geojson``, ``.shp``, ``.dxf``, ``.csv``, ``.xlsx``, or a zip of
        shapefiles, of a file geodatabase, or of one other file.
    layers : str or LayerMap, optional
        A shipped layer map (``osm``, ``gb``), a TOML file, or one as it is; else chosen by driver
        and layer names.
    crs : str, optional
        ``EPSG:N``, ``GCJ-02`` or ``BD-09`` where the file names no system, or a wrong one.
    encoding : str
        Of a shapefile's text; ``auto`` finds UTF-8 and GB18030.
    dataset : str, optional
        The file's name without its ending when not given. What it holds and the file not, goes.
    file_name : str, optional
        Of an upload: its user's name for it; else that of ``path``.
    dry_run : bool
        Do everything and keep nothing, not even the record of the run.

    Raises
    ------
    InputError
        Every code of ``docs/errors.md`` part import; nothing is written.
    ConflictError
        ``E-IMPORT-BUSY``.
    """
    path = Path(path)
    shown = file_name or path.name
    name = (dataset or shown.split(".")[0])[:120]
    system = None if crs is None else systems.parse(crs)
    options = Options(system, attribution, made_up)
    with (
        importing(KIND, path, shown, name, user, dry_run) as run,
        open_source(path, encoding, shown) as source,
    ):
        rules = _layer_map(layers, source)
        digest = settings_digest(KIND, rules.text, crs, encoding, attribution, made_up)
        if not run.settle(digest, encoding=source.layers[0].encoding.name):
            _load_all(run, source, rules, options, progress)
        return run.summary()


def _layer_map(wanted: str | LayerMap | None, source: Source) -> LayerMap:
    if isinstance(wanted, LayerMap):
        return wanted
    if wanted:
        return layermap.load(wanted)
    fitting = layermap.fitting(source.driver, [layer.name for layer in source.layers])
    if fitting is not None:
        return fitting
    shown = ", ".join(layer.name for layer in source.layers)
    text = _("No layer map fits the layers (%s); give --layers MAP.toml.") % shown
    raise problem("E-MAP-NONE", text, source.file)


def _load_all(
    run: Run, source: Source, rules: LayerMap, options: Options, progress: Progress
) -> None:
    wanted = [layer for layer in source.layers if rules.wants(layer.name)]
    if not wanted:
        names = ", ".join(layer.name for layer in source.layers)
        text = _("The layer map reads none of the layers (%s); give another --layers.") % names
        raise problem("E-LAYER-MISSING", text, source.file)
    try:
        with transaction.atomic():
            for target in (stage.FEATURES, stage.PLACES):
                stage.create(target)
            load = Load(run, rules, options, progress, _total(wanted))
            load.layers(wanted, extent_of_regions())
            load.finish(source)
            if run.record is None:
                raise DryRun
    except DryRun:
        return


def _total(layers: list[Layer]) -> int:
    counts = [layer.features for layer in layers]
    return sum(counts) if min(counts) >= 0 else 0
