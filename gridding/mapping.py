"""Every region through the same work, wherever it is done: here, in processes, on a cluster.

A way of mapping gives outcomes as they come; what it is, how many workers it has and which of
them die has no influence on the cuts, nor on which error is raised.
"""

from __future__ import annotations

import traceback
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from types import TracebackType
from typing import Protocol, Self

from shapely import STRtree

from gridding.canonical import Ground, Region
from gridding.codes import full, max_number
from gridding.errors import GridError
from gridding.messages import packed, unpacked
from gridding.region import Cut, cut_region, ground_near, ground_of
from gridding.rules import GridRules

Progress = Callable[[int, int], None]
Outcome = tuple[int, "Cut | Exception"]


class Task:
    """One region to be cut: its number, its community, and the features near it."""

    __slots__ = ("code", "ground", "number", "region", "rules")

    def __init__(self, number: int, region: Region, ground: Ground, rules: GridRules) -> None:
        self.number = number
        self.code = region.code
        self.region = region
        self.ground = ground
        self.rules = rules

    def message(self) -> bytes:
        """Return what another process must know, for `answer`."""
        return packed((self.region, self.ground, self.rules))


class Tasks(Iterator[Task]):
    """Tasks in order of descending area, each made when it is asked for.

    The largest first, so that no worker is left with a large one at the end; one by one, since
    the inputs of all regions together are as large as the map.
    """

    def __init__(self, regions: list[Region], ground: Ground, rules: GridRules) -> None:
        self._regions, self._ground, self._rules = regions, ground, rules
        self._lines, self._units = STRtree(ground.lines), STRtree(ground.units)
        self._order = sorted(range(len(regions)), key=lambda i: -regions[i].polygon.area)
        self._given = 0
        self._stopped = False

    def __next__(self) -> Task:
        if self._stopped or self._given == len(self._order):
            raise StopIteration
        number = self._order[self._given]
        self._given += 1
        region = self._regions[number]
        near = ground_near(self._ground, self._lines, self._units, region)
        return Task(number, region, near, self._rules)

    def stop(self) -> None:
        """Give no more tasks."""
        self._stopped = True

    def first(self, numbers: list[int]) -> int:
        """Return which of some tasks was given first."""
        return min(numbers, key=self._order.index)


class Way(Protocol):
    """A way of mapping; a context, at whose end nothing of it goes on."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def run(self, tasks: Iterator[Task]) -> Generator[Outcome]:
        """Give the number of each task with its cut, or what it raised, as they come."""


def _cut(region: Region, near: Ground, rules: GridRules) -> Cut | Exception:
    try:
        cut = cut_region(region, ground_of(region, near), rules)
        # Here, too, where it is known first: the largest regions come first, and the rest of a
        # city would be cut for nothing. Parts of one community together are counted at the end.
        if len(cut.polygons) > max_number(rules.scheme):
            return full(region.code, len(cut.polygons), rules.scheme)
        return cut
    except GridError as error:
        return error
    except Exception as error:
        # Its trace does not pass from process to process; a note does.
        error.add_note(f"in community {region.code}:\n{traceback.format_exc()}")
        return error


def answer(message: bytes) -> bytes:
    """Cut the region of a message; return its cut, or what was raised, as a message."""
    return packed(_cut(*unpacked(message)))


def opened(message: bytes) -> Cut | Exception:
    """Return the cut of an answer, or what was raised."""
    outcome: Cut | Exception = unpacked(message)
    return outcome


class Serial:
    """One region after the other, in this process."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing goes on."""

    def run(self, tasks: Iterator[Task]) -> Generator[Outcome]:
        """Give the number of each task with its cut, or what it raised, in their order."""
        for task in tasks:
            yield task.number, _cut(task.region, task.ground, task.rules)


def cut_all(
    way: Way, regions: list[Region], ground: Ground, rules: GridRules, progress: Progress
) -> list[Cut]:
    """Cut every region; neither cuts nor errors depend on the way.

    Parameters
    ----------
    way : Way
        Entered by the caller.
    regions : list of Region
    ground : Ground
        All features.
    rules : GridRules
    progress : callable
        Called in this process with (regions done, regions in all); what it raises ends the work.

    Raises
    ------
    Exception
        What the first of the regions that cannot be cut, in order of descending area, raised.
    """
    tasks = Tasks(regions, ground, rules)
    cuts: dict[int, Cut] = {}
    failed: dict[int, Exception] = {}
    with closing(way.run(tasks)) as outcomes:
        for number, outcome in outcomes:
            if isinstance(outcome, Exception):
                # Those given before it are awaited: one of them may fail, too, and be the first.
                tasks.stop()
                failed[number] = outcome
            else:
                cuts[number] = outcome
            if not failed:
                progress(len(cuts), len(regions))
    if failed:
        raise failed[tasks.first(list(failed))]
    return [cuts[i] for i in range(len(regions))]
