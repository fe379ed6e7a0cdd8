"""A gazetteer in memory: the reference store, for tests, files and benchmarks."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

from geocode.spelling import key, sound, variants
from geocode.store import PER_FORM, Crossing, Entry, How, Level, Numbered, Spelling, Title

Named = tuple[str, Title]
SAME_CROSSING_M = 30.0


class MemoryStore:
    """A `geocode.store.Store` of Python dictionaries.

    Parameters
    ----------
    entries : iterable of Entry
        The places, in any order.
    names : mapping from entry key to (name, title) pairs, optional
        Aliases, old names and corrections besides the standard names.
    crossings : mapping from two road names to points, optional
        Names in either order, as written.
    grids, components : mapping from code to entry, optional
    """

    def __init__(
        self,
        entries: Iterable[Entry],
        names: Mapping[int, Sequence[Named]] | None = None,
        crossings: Mapping[tuple[str, str], Sequence[Crossing]] | None = None,
        grids: Mapping[str, Entry] | None = None,
        components: Mapping[str, Entry] | None = None,
    ) -> None:
        self._spellings: list[Spelling] = []
        self._forms: dict[How, dict[str, list[int]]] = {how: {} for how in How}
        self._numbered: dict[str, list[Entry]] = defaultdict(list)
        self._grids = dict(grids or {})
        self._components = dict(components or {})
        keys: dict[str, str] = {}
        for entry in sorted(entries, key=lambda entry: entry.key):
            self._add(entry, (names or {}).get(entry.key, ()), keys)
        self._index()
        self._crossings = _joined(crossings or {})

    def _add(self, entry: Entry, names: Sequence[Named], keys: dict[str, str]) -> None:
        if entry.door or entry.building:
            for name in {entry.road, entry.zone} - {""}:
                if name not in keys:
                    keys[name] = key(name)
                self._numbered[keys[name]].append(entry)
        known = (
            [] if entry.level in (Level.DOOR, Level.BUILDING) else [(entry.name, Title.STANDARD)]
        )
        seen: set[str] = set()
        for name, title in [*known, *names]:
            spelling = key(name)
            if spelling and spelling not in seen:
                seen.add(spelling)
                self._spellings.append(Spelling(entry, spelling, title))

    def _index(self) -> None:
        self._spellings.sort(key=lambda s: (s.entry.level, s.entry.key, s.key))
        forms: dict[How, Callable[[str], Collection[str]]] = {
            How.KEY: lambda spelling: (spelling,),
            How.SOUND: lambda spelling: (sound(spelling),),
            How.VARIANT: variants,
        }
        for how, make in forms.items():
            index = self._forms[how]
            for number, spelling in enumerate(self._spellings):
                for form in make(spelling.key):
                    index.setdefault(form, []).append(number)
        self._grams: dict[str, list[int]] = {}
        for number, spelling in enumerate(self._spellings):
            for gram in grams(spelling.key):
                self._grams.setdefault(gram, []).append(number)

    def spelled(self, how: How, forms: Collection[str]) -> dict[str, list[Spelling]]:
        """See `Store.spelled`."""
        index, spellings = self._forms[how], self._spellings
        return {
            form: [spellings[number] for number in index[form][:PER_FORM]]
            for form in forms
            if form in index
        }

    def similar(
        self, keys: Collection[str], levels: Collection[Level], limit: int
    ) -> dict[str, list[Spelling]]:
        """See `Store.similar`; resembling is the share of common trigrams or of the shorter one."""
        return {asked: found for asked in keys if (found := self._resembling(asked, levels, limit))}

    def _resembling(self, asked: str, levels: Collection[Level], limit: int) -> list[Spelling]:
        asked_grams = grams(asked)
        common: Counter[int] = Counter()
        for gram in asked_grams:
            common.update(self._grams.get(gram, ()))
        ranked: list[tuple[float, int]] = []
        for number, shared in common.items():
            spelling = self._spellings[number]
            if spelling.entry.level not in levels:
                continue
            sizes = len(asked_grams), len(grams(spelling.key))
            alike = shared / (sum(sizes) - shared)
            if asked in spelling.key or spelling.key in asked:
                alike += 1
            if alike >= 0.2:
                ranked.append((-alike, number))
        return [self._spellings[number] for _, number in sorted(ranked)[:limit]]

    def numbered(self, names: Collection[str]) -> dict[str, Numbered]:
        """See `Store.numbered`."""
        return {name: in_columns(self._numbered[name]) for name in names if name in self._numbered}

    def crossings(
        self, pairs: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], list[Crossing]]:
        """See `Store.crossings`."""
        return {pair: self._crossings[pair] for pair in pairs if pair in self._crossings}

    def grids(self, codes: Collection[str]) -> dict[str, Entry]:
        """See `Store.grids`."""
        return {code: self._grids[code] for code in codes if code in self._grids}

    def components(self, codes: Collection[str]) -> dict[str, Entry]:
        """See `Store.components`."""
        return {code: self._components[code] for code in codes if code in self._components}


def in_columns(entries: Sequence[Entry]) -> Numbered:
    """Entries that are made already as `Store.numbered` gives them."""
    return Numbered(
        [entry.door for entry in entries],
        [entry.building for entry in entries],
        [entry.district for entry in entries],
        entries,
    )


def grams(spelling: str) -> frozenset[str]:
    """The trigrams of a key as ``pg_trgm`` makes them: two spaces before it, one behind."""
    padded = f"  {spelling} "
    return frozenset(padded[i : i + 3] for i in range(len(padded) - 2))


def _joined(
    crossings: Mapping[tuple[str, str], Sequence[Crossing]],
) -> dict[tuple[str, str], list[Crossing]]:
    """Crossings by keys in order, near ones joined."""
    found: dict[tuple[str, str], list[Crossing]] = defaultdict(list)
    for (first, second), points in crossings.items():
        low, high = sorted((key(first), key(second)))
        kept = found[low, high]
        for point in sorted([*points]):
            if all(
                apart_m((point.lon, point.lat), (k.lon, k.lat)) >= SAME_CROSSING_M for k in kept
            ):
                kept.append(point)
        kept.sort()
    return dict(found)


def apart_m(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Metres between two points a few kilometres apart at most, to about 0.5 %."""
    metres = 111_195.0
    east = (one[0] - other[0]) * metres * math.cos(math.radians((one[1] + other[1]) / 2))
    return math.hypot(east, (one[1] - other[1]) * metres)
