"""What the site exports, where its files lie, and for how long."""

from __future__ import annotations

import re
import shutil
import time
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from spatial.basemap.io.writers import FORMATS, WITHOUT_ROOM
from spatial.basemap.services.export_features import FEATURE_SOURCES
from spatial.basemap.services.export_regions import REGION_SOURCES
from spatial.basemap.services.exporting import Order, Source, check_order, export
from spatial.basemap.services.systems import local_system
from spatial.cases.selectors import sees_all
from spatial.cases.services.export import ALL, CASE_SOURCE, scope_of, still_sees
from spatial.components.labels import make_sheet
from spatial.components.labels.layouts import layout_of
from spatial.components.services.export import COMPONENT_SOURCES
from spatial.components.services.label_order import Wanted, labels_of
from spatial.core import audit
from spatial.core.errors import ForbiddenError
from spatial.core.jobs import BUSY, Progress
from spatial.core.models import Job
from spatial.core.roles import (
    ADMINISTRATOR,
    DEPARTMENT,
    DISPATCHER,
    EXPORTERS,
    OPERATOR,
    role_names,
)
from spatial.evaluation.selectors import SEE_RESULTS
from spatial.evaluation.services.book_grades import check_grades_of_book, grades_of_book
from spatial.evaluation.services.export import RESULT_SOURCE
from spatial.grids.mapbook import GRADE, check_book, make_book
from spatial.grids.selectors import plan_by_version
from spatial.grids.services.export import DISTRICT_DIGITS, GRIDS, grids_in
from webmap.api.errors import RoleError
from webmap.jobs import living

KIND = "export"
GRIDS_NAME = "grids"
SOURCES: dict[str, Source] = {
    GRIDS_NAME: GRIDS,
    **{
        source.name: source
        for source in (
            CASE_SOURCE,
            RESULT_SOURCE,
            *REGION_SOURCES,
            *COMPONENT_SOURCES,
            *FEATURE_SOURCES,
        )
    },
}
"""What can be exported by name; an app that has more adds its source here."""

FEATURES = frozenset(source.name for source in FEATURE_SOURCES)
"""Exports of the base map."""

COMPONENTS = tuple(source.name for source in COMPONENT_SOURCES)
"""Exports of components, which can be filtered."""

CASES, RESULTS = CASE_SOURCE.name, RESULT_SOURCE.name
NO_PAST = FEATURES | {name for name in COMPONENTS if name != "components"} | {RESULTS}
"""What is not told by a day."""

BOOK = "mapbook"
"""A map book is ordered, made and fetched like an export."""

LABELS = "labels"
"""So are sheets of labels."""

PRINTS = frozenset({BOOK, LABELS})
"""What comes as a PDF, in the language of whoever ordered it."""

OF_PLANS = frozenset({GRIDS_NAME, BOOK})
"""Exports of one plan, whose version their result names."""

SECONDS_A_DAY = 86_400
CASE_EXPORTERS = frozenset({ADMINISTRATOR, OPERATOR, DISPATCHER, DEPARTMENT})
"""Who takes out cases, those that he sees; besides whoever has a right to decide on any."""
OF_CASES = "seen"
"""Where the result of a job keeps how far its owner saw cases."""


def groups(user: Any) -> list[tuple[str, list[str]]]:
    """What somebody can export, in the groups of the page."""
    regions = [source.name for source in REGION_SOURCES]
    found = [
        ("grids", [GRIDS_NAME]),
        ("print", [BOOK, LABELS]),
        ("components", list(COMPONENTS)),
        ("cases", [CASES, RESULTS]),
        ("regions", regions),
        ("basemap", sorted(FEATURES)),
    ]
    may = [(group, [name for name in names if may_export(user, name)]) for group, names in found]
    return [(group, names) for group, names in may if names]


def may_export(user: Any, what: str) -> bool:
    """Whether somebody may take something out at all; of cases those that he sees."""
    if what == CASES and sees_all(user):
        return True
    return bool(role_names(user) & _roles_for(what))


def exports_anything(user: Any) -> bool:
    """Whether there is anything that somebody may take out."""
    return any(may_export(user, what) for what in (GRIDS_NAME, CASES, RESULTS))


def _roles_for(what: str) -> frozenset[str]:
    return {CASES: CASE_EXPORTERS, RESULTS: SEE_RESULTS}.get(what, EXPORTERS)


def refuse_role(user: Any, what: str) -> None:
    """Raise ``E-ROLE-MISSING`` where somebody may not take something out."""
    if not may_export(user, what):
        raise RoleError(sorted(_roles_for(what)))


def visible_to(user: Any) -> QuerySet[Job]:
    """Exports a user may see and fetch: one's own, all of them for an administrator."""
    jobs = Job.objects.filter(kind=KIND).select_related("created_by")
    return jobs if ADMINISTRATOR in role_names(user) else jobs.filter(created_by=user)


def running(user: Any) -> list[Job]:
    """A user's exports that wait or are at work, in their order."""
    jobs = Job.objects.filter(kind=KIND, created_by=user, state__in=BUSY).order_by("created_at")
    return [job for job in jobs if living(job).state in BUSY]


def order_of(params: dict[str, Any], user: Any) -> Order:
    """The order that a job's parameters keep, for whoever gave it."""
    return Order(
        region=params["region"],
        fmt=params["format"],
        srid=params["srid"],
        system=local_system(params.get("system", "")),
        encoding=params["encoding"],
        on=_day(params),
        fields=tuple(params["fields"]),
        only=params.get("only") or {},
        user=user,
    )


def order(params: dict[str, Any], user: Any) -> Job:
    """Note an order that can be carried out.

    Raises
    ------
    WanmiError
        ``E-ROLE-MISSING``; what `check_order`, for a map book `check_book` and `grids_in`, for
        labels `labels_of` and `layout_of` raise.
    """
    refuse_role(user, params["what"])
    checks = {BOOK: _check_book, LABELS: _check_labels}
    if check := checks.get(params["what"]):
        check(params)
    else:
        check_order(SOURCES[params["what"]], order_of(params, user))
    job = Job.objects.create(kind=KIND, created_by=user, params=params)
    audit.record(user, "export.ordered", "export", str(job.pk), **params)
    return job


def run(job: Job, progress: Progress) -> dict[str, Any]:
    """Write the file a job asks for; the result says what is in it.

    Rights are those of now, not of when it was ordered.
    """
    refuse_role(job.created_by, job.params["what"])
    path = folder(job.pk) / file_name(job.params)
    make = {BOOK: _print, LABELS: _stick}.get(job.params["what"], _write)
    with translation.override(job.params.get("language") or translation.get_language()):
        facts = make(job, path, progress)
    audit.record(job.created_by, "export.made", "export", str(job.pk), file=path.name, **facts)
    return {"file": path.name, **facts}


def refuse_hidden(user: Any, job: Job) -> None:
    """Refuse a file of what its reader may no longer take out or see.

    Raises
    ------
    WanmiError
        ``E-ROLE-MISSING``; ``E-PLAN-MISSING`` for a plan, ``E-EXPORT-RIGHTS`` for cases.
    """
    what = job.params.get("what", GRIDS_NAME)
    refuse_role(user, what)
    if what in OF_PLANS and "version" in job.result:
        plan_by_version(user, job.result["version"])
    if what == CASES and not still_sees(user, job.result.get(OF_CASES, {ALL: True})):
        text = _("You see fewer cases than when this file was made; export again.")
        raise ForbiddenError("E-EXPORT-RIGHTS", text)


def _write(job: Job, path: Path, progress: Progress) -> dict[str, Any]:
    asked, user = job.params, job.created_by
    # Before the rows are read: what is seen more since is in the file of the next export.
    seen = {OF_CASES: scope_of(user)} if asked["what"] == CASES else {}
    done = export(SOURCES[asked["what"]], path, order_of(asked, user), progress)
    return {"version": done.edition, "rows": done.rows, "bytes": done.bytes, **seen}


def _print(job: Job, path: Path, progress: Progress) -> dict[str, Any]:
    asked = job.params
    more: dict[str, Any] = {"on": _day(asked), "progress": progress}
    if asked["colour"] == GRADE:
        district = asked["region"][:DISTRICT_DIGITS]
        more["grades"] = grades_of_book(district, asked["period"], asked["scheme"])
    book = make_book(asked["region"], path, paper=asked["paper"], colour=asked["colour"], **more)
    return {"version": book.version, "rows": book.pages, "bytes": book.bytes}


def _stick(job: Job, path: Path, progress: Progress) -> dict[str, Any]:
    asked = job.params
    more = {"layout": asked["layout"], "first": asked["first"], "progress": progress}
    sheet = make_sheet(labels_of(_wanted(asked)), path, **more)
    return {"rows": sheet.pages, "labels": sheet.labels, "bytes": sheet.bytes}


def _check_book(params: dict[str, Any]) -> None:
    check_book(params["paper"], params["colour"], bool(params.get("period")))
    if params["colour"] == GRADE:
        check_grades_of_book(params["period"], params["scheme"])
    grids_in(params["region"], _day(params))


def _check_labels(params: dict[str, Any]) -> None:
    layout_of(params["layout"]).refuse_first(params["first"])
    labels_of(_wanted(params))


def _wanted(asked: dict[str, Any]) -> Wanted:
    return Wanted(asked["site"], asked["region"], asked["only"])


def _day(asked: dict[str, Any]) -> date | None:
    return date.fromisoformat(asked["on"]) if asked["on"] else None


def folder(job_id: UUID) -> Path:
    """The folder of one job's file."""
    return Path(settings.EXPORT_DIR) / str(job_id)


def file_name(asked: dict[str, Any]) -> str:
    """Name of the file a job makes; it says what is inside."""
    day = f"-{asked['on']}" if asked["on"] else ""
    fmt = asked["format"]
    if asked["what"] == BOOK:
        return f"{BOOK}-{asked['region']}{day}-{asked['paper']}.pdf"
    if asked["what"] == LABELS:
        return f"{LABELS}-{asked['region'] or 'codes'}-{asked['layout']}.pdf"
    ending = f".{fmt}.zip" if fmt in WITHOUT_ROOM else FORMATS[fmt]
    part = "-part" if asked.get("only") else ""
    system = (asked.get("system") or f"EPSG{asked['srid']}").replace(":", "-")
    told = _period_in_name(asked) if asked["what"] in {CASES, RESULTS} else part
    return f"{asked['what']}-{asked['region']}{told}{day}-{system}{ending}"


def _period_in_name(asked: dict[str, Any]) -> str:
    """Which cases or results a file holds, as far as a name has room for it."""
    only = asked["only"]
    if asked["what"] == RESULTS:
        number = only.get("publication")
        parts = [f"publication{number}"] if number else [only.get("object"), only.get("period")]
    else:
        narrower = "part" if set(only) - {"first", "last"} else ""
        parts = [narrower, only.get("first"), only.get("last")]
    return "".join(f"-{part}" for part in parts if part)


def result_path(job: Job) -> Path | None:
    """The file of a finished export, None when there is none or no longer."""
    name = job.result.get("file")
    path = folder(job.pk) / Path(name).name if name else None
    return path if path and path.is_file() else None


def clean() -> int:
    """Remove files older than ``EXPORT_KEEP_D`` days; return how many exports went."""
    oldest = time.time() - settings.EXPORT_KEEP_D * SECONDS_A_DAY
    old = [p for p in Path(settings.EXPORT_DIR).glob("*") if p.stat().st_mtime < oldest]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


REGION_FORM = re.compile(r"[0-9]{6}(?:[0-9]{3}(?:[0-9]{3})?)?")
"""Code of a district, street or community."""
