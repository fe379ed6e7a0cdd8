"""Imports a file of places: one dataset is brought to the state of one file, all or nothing.

The file needs points (or columns of coordinates) and a column of names or of addresses; which
columns are known stands in ``columns``. A row with a fault refuses the file, and the report names
each such row; with ``skip_bad`` the good rows go in and the others are reported.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _
from numpy.typing import NDArray

from spatial.basemap.gazetteer import columns, faults
from spatial.basemap.gazetteer.shift import offset_of, places_of
from spatial.basemap.geometry import POINT, clean
from spatial.basemap.io import crs as reference
from spatial.basemap.io.problems import problem
from spatial.basemap.io.readers import Wanted, read
from spatial.basemap.io.source import Layer, Source, open_source
from spatial.basemap.models import Dataset, ImportIssue, Place, Region
from spatial.basemap.services import rows, stage, systems
from spatial.basemap.services.regions_extent import extent_of_regions
from spatial.basemap.services.runs import DryRun, Run, importing, settings_digest
from spatial.basemap.services.summary import ImportSummary
from spatial.core.errors import InputError
from spatial.core.jobs import Progress, silent

KIND = "places"
STEPS = 4
LAYER_OF_KEYS = "place"
"""Stands in every key instead of the layer's name, which in a table is that of the file."""
SHOWN_ROWS = 20
_KINDS = {
    **dict.fromkeys(range(1, 6), Place.Kind.REGION),
    6: Place.Kind.ROAD,
    7: Place.Kind.PLACE,
    8: Place.Kind.ADDRESS,
    9: Place.Kind.ADDRESS,
    10: Place.Kind.POI,
}
_NUMBERED = re.compile(r"\d\s*[号號弄栋棟幢]")


@dataclass(frozen=True, slots=True)
class Found:
    """The rows of a file, in file order; all have one entry per row."""

    texts: dict[str, list[str]]
    """By meaning, as in ``columns.COLUMNS``; only those that the file has."""
    geometry: NDArray[np.object_]
    """Points in the file's own system, None where a row has none."""

    def __len__(self) -> int:
        return len(self.geometry)

    def row(self, index: int) -> dict[str, str]:
        """The texts of one row."""
        return {what: values[index] for what, values in self.texts.items()}


def import_places(
    path: str | Path,
    *,
    layer: str | None = None,
    crs: str | None = None,
    encoding: str = "auto",
    dataset: str | None = None,
    attribution: str = "",
    made_up: bool = False,
    skip_bad: bool = False,
    file_name: str | None = None,
    dry_run: bool = False,
    user: Any = None,
    progress: Progress = silent,
) -> ImportSummary:
    """Import the places and addresses of a file; the parameters are those of ``import_basemap``.

    Raises
    ------
    InputError
        ``E-PLACE-ROWS`` for rows with faults, ``E-PLACE-FIELD``, ``-SHIFTED``, and every code of
        ``docs/errors.md`` part import that a file can have; nothing is written.
    ConflictError
        ``E-IMPORT-BUSY``.
    """
    path = Path(path)
    shown = file_name or path.name
    name = (dataset or shown.split(".")[0])[:120]
    wanted = None if crs is None else systems.parse(crs)
    with (
        importing(KIND, path, shown, name, user, dry_run) as run,
        open_source(path, encoding, shown) as source,
    ):
        progress(0, STEPS, str(_("reading")))
        chosen = _layer(source, layer)
        digest = settings_digest(KIND, layer, crs, encoding, attribution, made_up, skip_bad)
        if not run.settle(digest, encoding=chosen.encoding.name):
            found = _read(run, chosen)
            progress(1, STEPS, str(_("checking")))
            geometry, codes = _check(found, _system(run, chosen, wanted))
            _tell_shift(run, found, geometry, overruled=bool(wanted and chosen.crs))
            _report(run, found, geometry, codes, chosen)
            if (codes != "").any() and not skip_bad:
                raise _refusal(codes, chosen)
            progress(2, STEPS, str(_("writing")))
            _write(run, found, geometry, codes == "", (attribution, made_up), progress)
        progress(STEPS, STEPS, str(_("done")))
        return run.summary()


def _layer(source: Source, wanted: str | None) -> Layer:
    if wanted:
        return source.layer(wanted)
    fitting = [layer for layer in source.layers if _named(layer)]
    if len(fitting) == 1 or len(source.layers) == 1:
        return (fitting or list(source.layers))[0]
    names = ", ".join(layer.name for layer in source.layers)
    text = _("The file has several layers (%s); name one with --layer.") % names
    raise problem("E-LAYER-MISSING", text, source.file)


def _named(layer: Layer) -> bool:
    return bool(columns.found_in(layer.fields).keys() & {"name", "address"})


def _read(run: Run, layer: Layer) -> Found:
    known = columns.found_in(layer.fields)
    if not known.keys() & {"name", "address"}:
        text = _("No column of names or addresses is in the layer (%s); call it name or address.")
        raise problem("E-PLACE-FIELD", text % ", ".join(layer.fields), layer.file, layer.name)
    texts: dict[str, list[str]] = {what: [] for what in known}
    pieces = [np.empty(0, dtype=object)]
    for batch in read(layer, Wanted(tuple(known.values()), by_row=True)):
        for what, field in known.items():
            texts[what] += [_plain(value) for value in batch.columns[field].tolist()]
        pieces.append(batch.geometry)
    found = Found(texts, np.concatenate(pieces))
    run.tally.add(layer.name, read=len(found))
    if not len(found):
        text = _("The layer is empty; export it again.")
        raise problem("E-LAYER-EMPTY", text, layer.file, layer.name)
    return found


def _plain(value: str | None) -> str:
    """Tabs and line breaks are usual in tables and become blanks."""
    return re.sub(r"[\t\n\v\f\r ]+", " ", value or "").strip()


def _system(run: Run, layer: Layer, wanted: reference.Wanted | None) -> reference.SourceCrs:
    system = systems.source_of(layer, wanted, extent_of_regions())
    if run.record is not None:
        run.record.source_srid = system.epsg
    if system.note:
        run.note(ImportIssue.Severity.INFO, system.note_code, system.note, layer=layer.name)
    return system


def _check(
    found: Found, system: reference.SourceCrs
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """The points in degrees, and the code of what is wrong with each row."""
    cleaned = clean(found.geometry, np.full(len(found), POINT, dtype=np.int8))
    points = np.where(cleaned.kept, cleaned.geometry, None)
    xy = np.full((len(found), 2), np.nan)
    placed = np.flatnonzero(cleaned.kept)
    xy[placed] = shapely.get_coordinates(points[placed])
    geometry, swapped = _degrees(system, xy), _degrees(system, xy[:, ::-1])
    codes = faults.of_points(geometry, swapped, _districts())
    if (codes != "").all() and len(placed):
        # Not some rows but the file is wrong: the reason is its system.
        system.to_store(points[placed])
    codes = np.where(cleaned.kept | (cleaned.reason == "E-GEOM-EMPTY"), codes, cleaned.reason)
    texts = np.array([faults.of_text(found.row(i)) for i in range(len(found))], dtype=object)
    return geometry, np.where(texts != "", texts, codes)


def _degrees(system: reference.SourceCrs, xy: NDArray[np.float64]) -> NDArray[np.object_]:
    made = np.full(len(xy), None, dtype=object)
    rows_ = np.flatnonzero(np.isfinite(xy).all(axis=1))
    moved = system.coordinates(xy[rows_])
    fits = np.isfinite(moved).all(axis=1)
    made[rows_[fits]] = shapely.points(moved[fits])
    return made


def _districts() -> list[shapely.Geometry]:
    current = Region.objects.filter(level=Region.Level.DISTRICT, valid_to__isnull=True)
    return [shapely.from_wkb(bytes(shape.wkb)) for shape in current.values_list("geom", flat=True)]


def _tell_shift(run: Run, found: Found, geometry: NDArray[np.object_], *, overruled: bool) -> None:
    """Stop a file whose points lie off their addresses as GCJ-02 or BD-09 shifts them."""
    rows_ = np.flatnonzero(~shapely.is_missing(geometry))
    words = found.texts.get("address") or found.texts["name"]
    known = places_of([words[i] for i in rows_])
    given = shapely.get_coordinates(geometry[rows_[[n for n, _lon, _lat in known]]])
    shift = offset_of(given, np.array([place[1:] for place in known]).reshape(-1, 2))
    if shift is None:
        return
    text = _(
        "The points lie about %(shift).0f m from where the addresses beside them are known: that "
        "is the shift of %(system)s. Give it as the reference system."
    ) % {"shift": shift.shift_m, "system": shift.system}
    if not overruled:
        facts = {"system": shift.system, "shift_m": round(shift.shift_m), "pairs": shift.pairs}
        raise InputError("E-PLACE-SHIFTED", text, **facts)
    # Whoever overrules the file's own system knows better; the report says it all the same.
    run.note(ImportIssue.Severity.INFO, "E-PLACE-SHIFTED", text)


def _report(
    run: Run,
    found: Found,
    geometry: NDArray[np.object_],
    codes: NDArray[np.object_],
    layer: Layer,
) -> None:
    """Note each row with a fault."""
    for i in np.flatnonzero(codes != "").tolist():
        row, code, point = found.row(i), codes[i], geometry[i]
        shown = (row.get("name") or row.get("address") or "")[:60]
        run.tally.reasons[code] += 1
        run.note(
            ImportIssue.Severity.REFUSED,
            code,
            faults.SENTENCES.get(code, _("The geometry is no point; give one.")),
            layer=layer.name,
            feature=f"{i + 1} {_printable(shown)}".strip(),
            geom=None if point is None else f"SRID=4326;{shapely.to_wkt(point)}",
        )
    bad = int((codes != "").sum())
    run.tally.add(layer.name, kept=len(found) - bad, refused=bad)


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "�" for letter in text)


def _refusal(codes: NDArray[np.object_], layer: Layer) -> Exception:
    bad = np.flatnonzero(codes != "")
    by_code = dict(Counter(codes[bad].tolist()).most_common())
    listed = [{"row": int(i) + 1, "code": codes[i]} for i in bad[:SHOWN_ROWS]]
    text = _(
        "%(bad)d of %(all)d rows have a fault (%(codes)s); mend them, or have them left out "
        "(--skip-bad, or the tick on the page)."
    )
    text %= {"bad": len(bad), "all": len(codes), "codes": ", ".join(by_code)}
    return problem("E-PLACE-ROWS", text, layer.file, layer.name, rows=listed, codes=by_code)


def _write(
    run: Run,
    found: Found,
    geometry: NDArray[np.object_],
    good: NDArray[np.bool_],
    facts: tuple[str, bool],
    progress: Progress,
) -> None:
    try:
        with transaction.atomic():
            owner, _new = Dataset.objects.get_or_create(name=run.dataset)
            stage.create(stage.PLACES)
            with stage.Copier() as copier:
                picked = np.flatnonzero(good)
                copier.add(stage.PLACES, _staged(run, found, geometry, picked))
            run.tally.changes.update(
                stage.apply(stage.PLACES, owner.pk, copier.has_repeats(stage.PLACES))
            )
            _settle(owner, run.tally.changes, *facts)
            # Still inside: a cancel that comes now must take the rows back.
            progress(3, STEPS, str(_("written")))
            if run.record is None:
                raise DryRun
    except DryRun:
        return


def _staged(
    run: Run, found: Found, geometry: NDArray[np.object_], picked: NDArray[np.int64]
) -> list[list[str]]:
    texts = {what: [values[i] for i in picked] for what, values in found.texts.items()}
    blank = [""] * len(picked)
    levels = [columns.level_of(value) or 0 for value in texts.get("level", blank)]
    names, addresses = texts.get("name", blank), texts.get("address", blank)
    kinds = [
        str(_KINDS.get(level) or _guessed(name, address))
        for level, name, address in zip(levels, names, addresses, strict=True)
    ]
    shown = [name or address for name, address in zip(names, addresses, strict=True)]
    own = [
        "" if name in ("", address) else address
        for name, address in zip(names, addresses, strict=True)
    ]
    words = {word: texts.get(word, blank) for word in rows.WORD_LENGTHS} | {"address": own}
    subtypes = [value[: rows.SUBTYPE_LENGTH] for value in texts.get("subtype", blank)]
    run.tally.kinds.update(kinds)
    staged = {"kind": kinds, "level": levels, "name": shown, "subtype": subtypes, **words}
    ids = (np.array(found.texts["id"], dtype=object),) if "id" in found.texts else ()
    return rows.staged_places(staged, geometry[picked], picked, rows.Keys(LAYER_OF_KEYS, ids))


def _guessed(name: str, address: str) -> str:
    """What a row without a level is: an address when it has no name of its own."""
    alone = name in ("", address) or bool(_NUMBERED.search(name))
    return Place.Kind.ADDRESS if alone else Place.Kind.POI


def _settle(owner: Dataset, changes: Counter[str], attribution: str, made_up: bool) -> None:
    if changes["created"] + changes["updated"] + changes["removed"]:
        owner.version += 1
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE basemap_place")
    owner.attribution, owner.made_up = attribution or owner.attribution, made_up
    owner.save()
