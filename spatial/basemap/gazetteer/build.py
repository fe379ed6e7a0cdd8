"""Builds the gazetteer: regions and roads as places, elements, codes of regions, names.

What has not changed since the last time is left as it is, so that it is safe and quick to run
after each import. All in one transaction: whoever looks up a place meanwhile sees the old state.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from spatial.basemap.gazetteer import sql
from spatial.basemap.gazetteer.corrections import respell
from spatial.basemap.gazetteer.derive import derive
from spatial.basemap.gazetteer.elements import Elements, split, split_door
from spatial.basemap.gazetteer.models import Place
from spatial.basemap.gazetteer.naming import key_of, names_of
from spatial.basemap.models import Region
from spatial.basemap.services.rows import WORD_LENGTHS
from spatial.basemap.services.summary import ImportSummary
from spatial.core.errors import NotFoundError
from spatial.core.jobs import Progress, silent
from spatial.core.locks import transaction_lock

LOCK_OF_GAZETTEER = 0x57414E50
CHUNK = 10_000


class Row(NamedTuple):
    """What is read of a place whose elements are to be made."""

    id: int
    kind: str
    level: int
    name: str
    road: str
    zone: str
    door: str
    building: str
    poi: str
    address: str
    alias: str
    old_name: str
    digest: str


def build_gazetteer(
    district: str | None = None, *, afresh: bool = False, progress: Progress = silent
) -> dict[str, int]:
    """Bring elements, codes and names of all places up to date and return the counts.

    Parameters
    ----------
    district : str, optional
        Code of a district: only places within it. Regions and roads are always looked at.
    afresh : bool
        Also places that have not changed, as after an update of the geocoder's spellings.

    Raises
    ------
    NotFoundError
        ``E-DISTRICT-MISSING``.
    """
    if district is not None and not _districts().filter(code=district).exists():
        text = _("There is no district %s; import it, or leave the code out.") % district
        raise NotFoundError("E-DISTRICT-MISSING", text, district=district)
    with transaction.atomic(), connection.cursor() as cursor:
        transaction_lock(cursor, LOCK_OF_GAZETTEER)
        progress(0, 0, str(_("regions and roads")))
        derived = derive()
        if afresh:
            cursor.execute(sql.FORGET, {"district": district})
        coded = _codes(cursor, everywhere=bool(derived["removed"]))
        counts = _build(cursor, district, progress)
        # Addresses read only now may name roads and zones that nothing else has.
        if counts["places"]:
            # Of rows that are new the planner knows nothing: it would compare each with all.
            cursor.execute(sql.ANALYZE)
            derived += derive()
            coded += _codes(cursor, everywhere=False)
            counts += _build(cursor, district, progress)
        if afresh:
            respell()
    total = {"places": counts["places"], "names": counts["names"], "codes": coded}
    return total | {f"derived_{name}": derived[name] for name in ("created", "updated", "removed")}


def build_after(summary: ImportSummary, progress: Progress = silent) -> dict[str, int]:
    """Build after an import that has changed something; nothing else needs it."""
    if summary.state != "done" or not (summary.created + summary.updated + summary.removed):
        return {}
    counts = build_gazetteer(progress=progress)
    return {f"gazetteer_{name}": counts[name] for name in ("places", "names")}


def _districts() -> Any:
    return Region.objects.filter(level=Region.Level.DISTRICT, valid_to__isnull=True)


def _codes(cursor: Any, everywhere: bool) -> int:
    """Tell places their regions; the number of places whose codes changed.

    Only of those that have changed, unless regions have.
    """
    cursor.execute(sql.REGIONS_DIFFER)
    values = {"all": cursor.fetchone()[0] or everywhere}
    for statement in (*sql.CODES, sql.SET_CODES):
        cursor.execute(statement, values)
    return cursor.rowcount


def _build(cursor: Any, district: str | None, progress: Progress) -> Counter[str]:
    cursor.execute(sql.STAGES)
    cursor.execute(sql.COUNT_STALE, {"district": district})
    total = cursor.fetchone()[0]
    regions = _region_names()
    done = 0
    for rows in _stale(district):
        made = [(row, *_elements(row, regions)) for row in rows]
        _copy(cursor, "built_place", (_place_line(*one) for one in made))
        _copy(cursor, "built_name", _name_lines(made))
        done += len(rows)
        progress(done, total + 1, str(_("reading addresses")))
    cursor.execute(sql.INDEX_STAGES)
    today = {"today": timezone.localdate()}
    names = 0
    for statement in sql.APPLY:
        cursor.execute(statement, today)
        names += cursor.rowcount if statement in sql.NAME_CHANGES else 0
    progress(total + 1, total + 1, str(_("done")))
    return Counter(places=done, names=names)


def _region_names() -> tuple[str, ...]:
    """Names that may stand before an address, the longest first."""
    current = Region.objects.filter(valid_to__isnull=True)
    names = set(current.values_list("name", flat=True))
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def _stale(district: str | None) -> Iterator[list[Row]]:
    with connection.chunked_cursor() as cursor:
        cursor.itersize = CHUNK
        cursor.execute(sql.STALE, {"district": district})
        while rows := cursor.fetchmany(CHUNK):
            yield [Row(*row) for row in rows]


def _elements(row: Row, regions: tuple[str, ...]) -> tuple[int, Elements, str]:
    """Level, elements and POI of a place: the source's own, else read from its text."""
    if row.kind in (Place.Kind.REGION, Place.Kind.ROAD):
        return _line_or_area(row)
    own = _own(row)
    if not any(own) and row.kind == Place.Kind.PLACE:
        own = Elements(zone=row.name)
    text = row.address or (row.name if row.kind == Place.Kind.ADDRESS else "")
    if not any(own) and text:
        own = split(text, regions)
    poi = row.poi or (row.name if row.kind == Place.Kind.POI else "")
    cut = [value[: WORD_LENGTHS[word]] for word, value in own._asdict().items()]
    return row.level or _level(own, row.kind), Elements(*cut), poi


def _line_or_area(row: Row) -> tuple[int, Elements, str]:
    if row.kind == Place.Kind.ROAD:
        return Place.Level.ROAD, Elements(road=row.name[: WORD_LENGTHS["road"]]), ""
    zone = row.name[: WORD_LENGTHS["zone"]] if row.level == Place.Level.ZONE else ""
    return row.level, Elements(zone=zone), ""


def _own(row: Row) -> Elements:
    door, building = (row.door, row.building)
    if door and not building:
        door, building = split_door(door)
    return Elements(row.road, row.zone, door, building)


def _level(own: Elements, kind: str) -> int:
    if kind == Place.Kind.POI:
        return Place.Level.POI
    if own.building or own.door:
        return Place.Level.BUILDING if own.building else Place.Level.DOOR
    if kind == Place.Kind.PLACE or own.zone:
        return Place.Level.ZONE
    return Place.Level.ROAD if own.road else Place.Level.POI


def _place_line(row: Row, level: int, own: Elements, poi: str) -> tuple[str, ...]:
    keys = key_of(own.road), key_of(own.zone)
    return (str(row.id), str(level), *own, poi, *keys, f"\\x{row.digest}")


def _name_lines(made: Iterable[tuple[Row, int, Elements, str]]) -> Iterator[tuple[str, ...]]:
    for row, level, _own, _poi in made:
        for name in names_of(level, row.name, row.alias, row.old_name):
            forms = "{" + ",".join(map(str, name.variants)) + "}"
            live = "t" if name.live else "f"
            yield (str(row.id), name.kind, name.text, name.key, name.sound, forms, str(level), live)


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": " ", "\n": " ", "\r": " "})


def _copy(cursor: Any, table: str, lines: Iterable[tuple[str, ...]]) -> None:
    text = "\n".join("\t".join(value.translate(_ESCAPES) for value in line) for line in lines)
    if text:
        cursor.copy_expert(f"COPY pg_temp.{table} FROM STDIN", io.BytesIO(text.encode() + b"\n"))
