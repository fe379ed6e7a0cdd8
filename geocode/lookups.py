"""Questions to a store: asked by many addresses, put together, one round trip for each kind.

Reading an address is a generator that yields lists of `Ask` and is sent their answers. `run` moves
many of them in step, so that a chunk of addresses costs a database no more round trips than one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Hashable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple, TypeVar

from geocode.doors import Doors
from geocode.store import How, Level, Numbered, Store

T = TypeVar("T")
RESEMBLING = (Level.ROAD, Level.ZONE, Level.POI)
RESEMBLING_LIMIT = 10
DOORS_KEPT = 8192
"""Roads whose doors are remembered, at about 20 KB each; a large city has some ten thousand."""
FORMS_KEPT = 100_000
"""Answers of other kinds that are remembered, empty ones too."""


class What(Enum):
    """A kind of question."""

    KEY = "key"
    SOUND = "sound"
    VARIANT = "variant"
    SIMILAR = "similar"
    DOORS = "doors"
    CROSSING = "crossing"
    GRID = "grid"
    COMPONENT = "component"


class Ask(NamedTuple):
    """Questions of one kind."""

    what: What
    keys: Collection[Hashable]


Reply = Mapping[Any, Any]
Steps = Generator[list[Ask], list[Reply], T]


class Lookups:
    """A store with a memory for one run over many addresses.

    Parameters
    ----------
    store : Store
    """

    def __init__(self, store: Store) -> None:
        self._ask: dict[What, Callable[[Any], Mapping[Any, Any]]] = {
            What.KEY: lambda keys: store.spelled(How.KEY, keys),
            What.SOUND: lambda keys: store.spelled(How.SOUND, keys),
            What.VARIANT: lambda keys: store.spelled(How.VARIANT, keys),
            What.SIMILAR: lambda keys: store.similar(keys, RESEMBLING, RESEMBLING_LIMIT),
            What.DOORS: lambda keys: _indexed(store.numbered(keys)),
            What.CROSSING: store.crossings,
            What.GRID: store.grids,
            What.COMPONENT: store.components,
        }
        self._known: dict[What, dict[Hashable, Any]] = {what: {} for what in What}

    def run(self, jobs: Sequence[Steps[T]]) -> list[T]:
        """Carry all jobs to their end and return what they return, in order."""
        done: dict[int, T] = {}
        replies: dict[int, list[Reply] | None] = dict.fromkeys(range(len(jobs)))
        while replies:
            asked: dict[int, list[Ask]] = {}
            for number, reply in replies.items():
                try:
                    asked[number] = jobs[number].send(reply) if reply else next(jobs[number])
                except StopIteration as end:
                    done[number] = end.value
            self._fetch([ask for asks in asked.values() for ask in asks])
            replies = {number: [self._reply(a) for a in asks] for number, asks in asked.items()}
        return [done[number] for number in range(len(jobs))]

    def _fetch(self, asks: Sequence[Ask]) -> None:
        for what in What:
            known = self._known[what]
            wanted = {k for ask in asks if ask.what is what for k in ask.keys}
            if len(known) > (DOORS_KEPT if what is What.DOORS else FORMS_KEPT):
                known.clear()
                new = wanted
            else:
                new = {k for k in wanted if k not in known}
            if new:
                found = self._ask[what](new)
                known.update(dict.fromkeys(new))
                known.update(found)

    def _reply(self, ask: Ask) -> Reply:
        known = self._known[ask.what]
        return {k: found for k in ask.keys if (found := known[k]) is not None}


def _indexed(numbered: Mapping[str, Numbered]) -> dict[str, Doors]:
    return {name: Doors(known) for name, known in numbered.items()}
