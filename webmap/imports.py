"""Importing an upload as a job that the browser ordered."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from spatial.basemap.gazetteer.build import build_after
from spatial.basemap.gazetteer.intake import import_places
from spatial.basemap.io.layermap import LEAVE_OUT, OWN, LayerMap, OwnRule, of_rules
from spatial.basemap.models import Upload
from spatial.basemap.services.basemap import import_basemap
from spatial.basemap.services.regions import import_regions
from spatial.basemap.services.summary import ImportSummary
from spatial.basemap.services.upload_files import path_of
from spatial.basemap.services.upload_inspection import brought_in, wait_for_import
from spatial.cases.feeding import bring
from spatial.components.services.survey import Asked, import_components
from spatial.core.errors import InputError
from spatial.core.jobs import BUSY, Progress
from spatial.core.models import Job
from webmap.jobs import living

KIND = "import"
BASEMAP, PLACES, COMPONENTS, CASES = "basemap", "places", "components", "cases"
NO_GROUND = (COMPONENTS, CASES)
"""They are no places that the gazetteer knows, and have no tiles on disk: they change all day."""
TILES = {"district": "districts", "street": "streets", "community": "communities"}
"""Tile layer of each level; the base map's bears its own name."""
_OF_REGIONS = ("layer", "code_field", "name_field", "name_en_field")


def order(upload: Upload, asked: dict[str, Any], user: Any) -> Job:
    """Note the order to import an upload as it was inspected.

    Raises
    ------
    ConflictError
        ``E-UPLOAD-STATE`` where it is not ready, ``E-UPLOAD-BUSY``.
    """
    wait_for_import(upload)
    params = {"upload": str(upload.pk), "file": upload.name, **asked}
    return Job.objects.create(kind=KIND, created_by=user, params=params)


def running() -> list[Job]:
    """Imports that are queued or at work, in their order; those whose worker died are closed."""
    jobs = Job.objects.filter(kind=KIND, state__in=BUSY).order_by("created_at")
    return [job for job in jobs if living(job).state in BUSY]


def run(job: Job, progress: Progress) -> dict[str, Any]:
    """Import as ordered and build the gazetteer; the result is the summary of the command.

    Raises
    ------
    ConflictError
        ``E-UPLOAD-GONE``, ``E-UPLOAD-BUSY``, and what an import raises.
    """
    with brought_in(job.params["upload"]) as upload:
        summary = _import(upload, job, progress)

    def tell(_done: int, _total: int, message: str = "") -> None:
        # The import is kept already: from here on nobody can cancel it.
        progress(1, 1, message)

    result = summary.as_dict() | {"notes": summary.notes}
    return result if job.params["what"] in NO_GROUND else result | build_after(summary, tell)


def _import(upload: Upload, job: Job, progress: Progress) -> ImportSummary:
    asked, path = job.params, path_of(upload)
    common: dict[str, Any] = {
        **{name: asked[name] for name in ("attribution", "made_up", "dry_run")},
        "dataset": asked["dataset"] or None,
        "crs": upload.crs or None,
        "encoding": upload.encoding,
        "file_name": upload.name,
        "user": job.created_by,
        "progress": progress,
    }
    if asked["what"] == BASEMAP:
        return import_basemap(path, layers=_layer_map(asked), **common)
    if asked["what"] == PLACES:
        return import_places(
            path, layer=asked["layer"] or None, skip_bad=asked["skip_bad"], **common
        )
    if asked["what"] == COMPONENTS:
        survey = _survey(asked, common.pop("crs"), common.pop("encoding"))
        return import_components(path, survey, **common)
    if asked["what"] == CASES:
        feed = _feed(asked, common.pop("crs"), common.pop("encoding"))
        return bring.import_cases(path, feed, **common)
    return import_regions(
        path,
        asked["what"],
        **{name: asked[name] or None for name in _OF_REGIONS},
        mend=asked["mend"],
        valid_from=_day(asked["valid_from"]),
        **common,
    )


def _layer_map(asked: dict[str, Any]) -> str | LayerMap | None:
    if asked["layers"] == OWN:
        return own_layer_map(asked["own_map"])
    return asked["layers"] or None


def own_layer_map(lines: list[dict[str, Any]]) -> LayerMap:
    """The layer map of the lines that a user put together.

    Raises
    ------
    InputError
        ``E-MAP-EMPTY`` where no line says what a layer becomes, ``E-MAP-VALUE``.
    """
    rules = [OwnRule(**{**line, "values": tuple(line["values"])}) for line in lines]
    if all(rule.kind == LEAVE_OUT for rule in rules):
        text = _("Say of at least one layer what it becomes.")
        raise InputError("E-MAP-EMPTY", text)
    return of_rules(rules)


def _survey(asked: dict[str, Any], crs: str | None, encoding: str) -> Asked:
    return Asked(
        **{name: asked[name] for name in ("catalogue", "kind", "columns", "whole")},
        layers=tuple(asked["only_layers"]),
        crs=crs,
        encoding=encoding,
        good_rows=asked["skip_bad"],
        day=_day(asked["day"]),
    )


def _feed(asked: dict[str, Any], crs: str | None, encoding: str) -> bring.Asked:
    return bring.Asked(
        catalogue=asked["case_catalogue"],
        columns=asked["case_columns"],
        layers=tuple(asked["only_layers"]),
        crs=crs,
        encoding=encoding,
        zone=asked["zone"],
        channel=asked["channel"],
        good_rows=asked["skip_bad"],
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def tile_layer(job: Job) -> str | None:
    """The tile layer that a finished import has changed, if it has."""
    if job.state != Job.State.DONE or job.result.get("state") != "done":
        return None
    if job.params["what"] in NO_GROUND:
        return None
    return TILES.get(job.params["what"], BASEMAP)
