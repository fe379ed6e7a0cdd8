"""The gazetteer of the database as the geocoder asks for it.

Each method is one round trip, whatever the number of addresses behind its questions, and gives what
`geocode.memory.MemoryStore` gives. Unit grids and components belong to apps below this one: who
has them hands over a function for each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import connection

from geocode.memory import apart_m
from geocode.store import PER_FORM, Crossing, Entry, How, Level, Numbered, Spelling, Title
from spatial.basemap.gazetteer.naming import hash_of

ByCode = Callable[[Collection[str]], Mapping[str, Entry]]
SAME_HASH = 8
"""Rows more than wanted, for other forms that have the same hash."""
MEET_DEG = 1e-4
"""Lines this close (8 to 11 m) meet: carriageways and drawn axes seldom share a vertex."""
SAME_CROSSING_M = 30.0

ENTRY = """p.id, p.level, p.name, ST_X(p.geom), ST_Y(p.geom), p.district_code, p.street_code,
    p.community_code, p.road, p.zone, p.door, p.building, p.poi"""
FIELDS = len(Entry._fields)
LEVELS = {level.value: level for level in Level}
BETWEEN_FIELDS, BETWEEN_ROWS = "\x1f", "\x1e"

BY_FORM = """
SELECT f.n, s.key, s.kind, {entry}
FROM unnest(%(forms)s::{type}[]) WITH ORDINALITY AS f(form, n)
CROSS JOIN LATERAL (
    SELECT n.key, n.kind, n.level, n.place_id FROM basemap_placename n
    JOIN basemap_place c ON c.id = n.place_id AND c.valid_to IS NULL
    WHERE n.live AND {condition}
    ORDER BY n.level, n.place_id, n.key COLLATE "C" LIMIT %(limit)s
) s
JOIN basemap_place p ON p.id = s.place_id
ORDER BY f.n, s.level, s.place_id, s.key COLLATE "C"
"""
SPELLED = {
    How.KEY: BY_FORM.format(entry=ENTRY, type="text", condition="n.key = f.form"),
    How.SOUND: BY_FORM.format(
        entry=ENTRY, type="text", condition="n.sound = f.form AND n.sound <> ''"
    ),
    How.VARIANT: BY_FORM.format(entry=ENTRY, type="int", condition="n.variants @> ARRAY[f.form]"),
}
# The parts of a key that are names themselves are found by key; what shares trigrams with it by
# the index of trigrams; what holds it by the index of characters, since a key of two has none.
SIMILAR = """
SELECT f.n, s.key, s.kind, ENTRY
FROM unnest(%(forms)s::text[]) WITH ORDINALITY AS f(form, n)
CROSS JOIN LATERAL (
    SELECT n.key, n.kind, n.place_id,
        (position(f.form IN n.key) > 0)::int + similarity(n.key, f.form) AS fit
    FROM basemap_placename n
    JOIN basemap_place c ON c.id = n.place_id AND c.valid_to IS NULL
    WHERE n.live AND n.level = ANY(%(levels)s) AND (n.key %% f.form
        OR string_to_array(n.key, NULL) @> string_to_array(f.form, NULL)
        AND position(f.form IN n.key) > 0)
    ORDER BY fit DESC, n.place_id LIMIT %(limit)s
) s
JOIN basemap_place p ON p.id = s.place_id
ORDER BY f.n, s.fit DESC, s.place_id
""".replace("ENTRY", ENTRY)
# A row for each name, its entries as one text: of a hundred doors one or two are wanted. Marks of
# fields and rows stand in no text, since no import takes control characters.
NUMBERED = """
SELECT name, string_agg(door, E'\\x1e' ORDER BY id), string_agg(building, E'\\x1e' ORDER BY id),
    string_agg(district_code, E'\\x1e' ORDER BY id), string_agg(line, E'\\x1e' ORDER BY id)
FROM (
    SELECT p.road_key AS name, p.id, p.door, p.building, p.district_code,
        concat_ws(E'\\x1f', ENTRY) AS line
    FROM basemap_place p
    WHERE p.road_key = ANY(%(names)s) AND p.road_key <> '' AND WANTED
    UNION ALL
    SELECT p.zone_key, p.id, p.door, p.building, p.district_code, concat_ws(E'\\x1f', ENTRY)
    FROM basemap_place p
    WHERE p.zone_key = ANY(%(names)s) AND p.zone_key <> '' AND p.zone_key <> p.road_key AND WANTED
) each
GROUP BY name
""".replace("ENTRY", ENTRY).replace(
    "WANTED", "(p.door <> '' OR p.building <> '') AND p.valid_to IS NULL"
)
# Namesakes in other towns do not meet: the pieces are paired by place.
CROSSINGS = """
WITH asked AS (
    SELECT n, one, other FROM unnest(%(ones)s::text[], %(others)s::text[])
        WITH ORDINALITY AS f(one, other, n)
), named AS MATERIALIZED (
    SELECT DISTINCT a.n, p.name AS one, q.name AS other
    FROM asked a
    JOIN basemap_place p ON p.road_key = a.one AND p.kind = 'road' AND p.valid_to IS NULL
    JOIN basemap_place q ON q.road_key = a.other AND q.kind = 'road' AND q.valid_to IS NULL
), points AS (
    SELECT n.n, ST_Centroid(ST_ClosestPoint(f.geom, g.geom)) AS point
    FROM named n
    JOIN basemap_basefeature f ON f.kind = 'road' AND f.name <> '' AND f.name = n.one
    JOIN basemap_basefeature g ON g.kind = 'road' AND g.name <> '' AND g.name = n.other
        AND ST_DWithin(f.geom, g.geom, %(meet)s)
)
SELECT x.n, ST_X(x.point), ST_Y(x.point), coalesce(min(r.code) FILTER (WHERE r.level = 'community'),
    min(r.code) FILTER (WHERE r.level = 'street'), min(r.code), '')
FROM (SELECT DISTINCT n, point FROM points) x
LEFT JOIN basemap_region r ON r.valid_to IS NULL AND ST_Intersects(r.geom, x.point)
GROUP BY x.n, x.point ORDER BY x.n, 2, 3
"""


# What begins with a text has the trigrams of its beginning, also of two characters.
BEGUN = """
SELECT n.text, n.key, n.kind, ENTRY FROM basemap_placename n
JOIN basemap_place p ON p.id = n.place_id AND p.valid_to IS NULL
WHERE n.live AND n.kind <> 'standard' AND n.level > %(above)s AND n.key LIKE %(like)s
ORDER BY length(n.key), n.place_id LIMIT %(limit)s
""".replace("ENTRY", ENTRY)


def begun_names(key: str, above: Level, limit: int) -> list[tuple[str, Spelling]]:
    """Aliases, old names and corrections that begin with a key, the shortest first.

    Parameters
    ----------
    key : str
        `geocode.key` of what was typed, of at least two characters.
    above : Level
        Only of places deeper than this.
    limit : int

    Returns
    -------
    list of (text, Spelling)
        The name as it was given, and its place.
    """
    signs = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})
    values = {"like": f"{key.translate(signs)}%", "above": int(above), "limit": limit}
    return [
        (text, Spelling(_entry(fields), form, Title(kind)))
        for text, form, kind, *fields in _rows(BEGUN, **values)
    ]


def nothing(_codes: Collection[str]) -> Mapping[str, Entry]:
    """Of a kind that this store does not have."""
    return {}


class Parts(Sequence[str]):
    """Texts that come as one and stay so: parted, they take three times the memory."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __len__(self) -> int:
        return self._text.count(BETWEEN_ROWS) + 1

    def __getitem__(self, at: Any) -> Any:
        return self._text.split(BETWEEN_ROWS)[at]

    def __iter__(self) -> Iterator[str]:
        return iter(self._text.split(BETWEEN_ROWS))


class Lines(Sequence[Entry]):
    """Entries that come as one text; each is made when it is asked for."""

    def __init__(self, text: str) -> None:
        self._lines = Parts(text)

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, at: Any) -> Any:
        if isinstance(at, slice):
            return [_entry_of(line) for line in self._lines[at]]
        return _entry_of(self._lines[at])


def _entry_of(line: str) -> Entry:
    number, level, name, lon, lat, *texts = line.split(BETWEEN_FIELDS)
    return Entry(int(number), LEVELS[int(level)], name, float(lon), float(lat), *texts)


class DatabaseStore:
    """A `geocode.store.Store` on the tables of the gazetteer.

    Parameters
    ----------
    grids, components : function from codes to entries, optional
        Where unit grids and components are found by code.
    """

    def __init__(self, grids: ByCode = nothing, components: ByCode = nothing) -> None:
        self.grids = grids
        self.components = components

    def spelled(self, how: How, forms: Collection[str]) -> dict[str, list[Spelling]]:
        """See `geocode.store.Store.spelled`."""
        asked = list(forms)
        if how is not How.VARIANT:
            return self._spellings(SPELLED[how], asked, asked, PER_FORM)
        numbers = [hash_of(form) for form in asked]
        found = self._spellings(SPELLED[how], asked, numbers, PER_FORM + SAME_HASH)
        return _without_strangers(found)

    def similar(
        self, keys: Collection[str], levels: Collection[Level], limit: int
    ) -> dict[str, list[Spelling]]:
        """See `geocode.store.Store.similar`."""
        asked = list(keys)
        more = {"levels": [int(level) for level in levels]}
        return self._spellings(SIMILAR, asked, asked, limit, **more)

    def numbered(self, names: Collection[str]) -> dict[str, Numbered]:
        """See `geocode.store.Store.numbered`."""
        return {
            name: Numbered(Parts(doors), Parts(buildings), Parts(districts), Lines(lines))
            for name, doors, buildings, districts, lines in _rows(NUMBERED, names=list(names))
        }

    def crossings(
        self, pairs: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], list[Crossing]]:
        """See `geocode.store.Store.crossings`."""
        asked = list(pairs)
        ones, others = [pair[0] for pair in asked], [pair[1] for pair in asked]
        found: dict[tuple[str, str], list[Crossing]] = defaultdict(list)
        for n, lon, lat, code in _rows(CROSSINGS, ones=ones, others=others, meet=MEET_DEG):
            point = Crossing(lon, lat, code[:6], code[:9][6:] and code[:9], code[9:] and code)
            _join(found[asked[n - 1]], point)
        return dict(found)

    def _spellings(
        self, statement: str, asked: list[str], forms: list[Any], limit: int, **more: Any
    ) -> dict[str, list[Spelling]]:
        if not asked:
            return {}
        found: dict[str, list[Spelling]] = defaultdict(list)
        for n, key, kind, *fields in _rows(statement, forms=forms, limit=limit, **more):
            found[asked[n - 1]].append(Spelling(_entry(fields), key, Title(kind)))
        return dict(found)


def _rows(statement: str, **values: Any) -> Iterable[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def _entry(fields: list[Any]) -> Entry:
    return Entry(fields[0], LEVELS[fields[1]], *fields[2:FIELDS])


def _without_strangers(found: dict[str, list[Spelling]]) -> dict[str, list[Spelling]]:
    """Drop what has only the hash of a form in common with it."""
    kept = {
        form: [spelling for spelling in spellings if _is_left(form, spelling.key)][:PER_FORM]
        for form, spellings in found.items()
    }
    return {form: spellings for form, spellings in kept.items() if spellings}


def _is_left(form: str, key: str) -> bool:
    """Whether a form is what is left of a key when characters are taken out, as of a variant.

    To make all variants of a key takes fifty times as long.
    """
    rest = iter(key)
    return all(sign in rest for sign in form)


def _join(kept: list[Crossing], point: Crossing) -> None:
    """Add a crossing unless it is one that is known already."""
    if all(
        apart_m((point.lon, point.lat), (other.lon, other.lat)) >= SAME_CROSSING_M for other in kept
    ):
        kept.append(point)
