"""What the moves of made-up cases would have noted of their clocks: due, late, and how long.

The same as `spatial.cases.services.moving` and the effects of moves note, step by step for many
cases at once. `following` looks at how cases stand in the end; this at every move on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fixtures.cases.words import MOVE, STAGE
from spatial.cases.making.columns import exact, looked_up, texts
from spatial.cases.making.following import (
    ANEW,
    NEVER_US,
    NONE,
    Deadlines,
    Elapsed,
    Floats,
    Ints,
    Trails,
    more_of,
)

GIVING = (MOVE["dispatch"], MOVE["redispatch"])
STOPPING = tuple(MOVE[name] for name in ("hold", "answer", "decline", "force_close", "reopen"))
RESUMING = (MOVE["resume"], MOVE["rework"])
MINUTE_US = 60_000_000
UNKNOWN = -1
TRUTH = np.array(["false", "true", ""], object)
"""The last one for what is not known, which is -1."""

StageDeadlines = Mapping[int, Callable[[Ints], Ints]]
"""For a stage with a limit of its own, by its number: when it is over for those who enter it."""


@dataclass(frozen=True, eq=False)
class Noted:
    """Of each move what it notes; `NEVER_US` and -1 where it notes nothing."""

    due_before_us: Ints
    due_after_us: Ints
    late: NDArray[np.int8]
    stage_late: NDArray[np.int8]
    minutes: Ints
    given: NDArray[np.bool_]
    """Whether a department got the case: it has its own due, be it at the same time."""

    def facts(self) -> list[str]:
        """The same as pairs of JSON, empty where a move notes nothing."""
        differs = (self.due_before_us != self.due_after_us) | self.given
        due = np.full(len(differs), "", object)
        rows = np.flatnonzero(differs)
        both = zip(*(map(_moment, exact(one[rows]))
                     for one in (self.due_before_us, self.due_after_us)), strict=True)  # fmt: skip
        due[rows] = [f'"due": [{before}, {after}]' for before, after in both]
        minutes = np.full(len(differs), "", object)
        rows = np.flatnonzero(self.minutes != NONE)
        minutes[rows] = [f'"minutes": {one}' for one in texts(self.minutes[rows])]
        late, stage_late = (_named(*one) for one in
                            (("late", self.late), ("stage_late", self.stage_late)))  # fmt: skip
        columns = (stage_late, late, due.tolist(), minutes.tolist())
        return [", ".join(filter(None, one)) for one in zip(*columns, strict=True)]


def _named(name: str, values: NDArray[np.int8]) -> list[str]:
    words = np.array([f'"{name}": {word}' if word else "" for word in TRUTH], object)
    return looked_up(words, values)


def _moment(text: str) -> str:
    return "null" if text == "\\N" else f'"{text}:00"'


class _Clocks:
    """The clocks of some cases while their moves are gone through."""

    def __init__(self, trails: Trails, limit: Floats, unit: NDArray, due: Deadlines,
                 elapsed: Elapsed) -> None:  # fmt: skip
        self.limit, self.unit, self.due, self.elapsed = limit, unit, due, elapsed
        self.deadline, self.stopped, self.sent, self.done, self.stage = (
            np.full(trails.cases, NEVER_US) for _ in range(5)
        )
        self.running = np.zeros(trails.cases, bool)
        self.late = np.full(trails.cases, UNKNOWN, np.int8)

    def shown(self, case: Ints) -> Ints:
        """Until when a department has to be done, while the clock runs."""
        return np.where(self.running[case], self.deadline[case], NEVER_US)

    def give(self, case: Ints, at_us: Ints) -> None:
        """Departments get cases."""
        self.deadline[case] = self.due(at_us, self.limit[case], self.unit[case])
        self.running[case], self.late[case], self.sent[case] = True, UNKNOWN, at_us

    def prolong(self, case: Ints) -> None:
        """More time is granted."""
        more = more_of(self.limit[case])
        self.deadline[case] = self.due(self.deadline[case], more, self.unit[case])

    def stop(self, case: Ints, at_us: Ints) -> None:
        """The clock stands still, or nobody has the case."""
        self.running[case], self.stopped[case] = False, at_us

    def go_on(self, case: Ints, at_us: Ints) -> None:
        """What was left is left from now on."""
        self.running[case] = True
        left = self.deadline[case] > self.stopped[case]
        case, at_us = case[left], at_us[left]
        if len(case):
            ran = self.elapsed(self.stopped[case], self.deadline[case], self.unit[case])
            self.deadline[case] = self.due(at_us, ran, self.unit[case])

    def answer(self, case: Ints, at_us: Ints) -> None:
        """On time or late is settled; what was late stays so."""
        late = (self.late[case] == 1) | (at_us > self.deadline[case])
        self.late[case], self.done[case] = late, at_us


def noted(
    trails: Trails, limit: Floats, unit: NDArray, due: Deadlines, elapsed: Elapsed,
    stages: StageDeadlines,
) -> Noted:  # fmt: skip
    """Go through the moves of cases, all first ones, all second ones and so on."""
    moves = trails.moves
    clocks = _Clocks(trails, limit, unit, due, elapsed)
    found = Noted(
        np.full(len(moves), NEVER_US),
        np.full(len(moves), NEVER_US),
        np.full(len(moves), UNKNOWN, np.int8),
        np.full(len(moves), UNKNOWN, np.int8),
        np.full(len(moves), NONE),
        np.isin(moves.move, GIVING),
    )
    order = np.argsort(moves.step, kind="stable")
    starts = np.searchsorted(moves.step[order], np.arange(1, int(moves.step.max(initial=0)) + 2))
    for n in range(len(starts) - 1):
        _step(trails, order[starts[n] : starts[n + 1]], clocks, found, stages)
    return found


def _step(
    trails: Trails, rows: Ints, clocks: _Clocks, found: Noted, stages: StageDeadlines
) -> None:
    moves = trails.moves
    case, move, at_us = moves.case[rows], moves.move[rows], moves.at_us[rows]
    found.due_before_us[rows] = clocks.shown(case)
    _stages(moves, rows, clocks, found, stages)
    answers = move == MOVE["answer"]
    given = np.isin(move, GIVING)
    clocks.give(case[given], at_us[given])
    clocks.prolong(case[move == MOVE["grant_extension"]])
    clocks.answer(case[answers], at_us[answers])
    stops, goes_on = np.isin(move, STOPPING), np.isin(move, RESUMING)
    clocks.stop(case[stops], at_us[stops])
    clocks.go_on(case[goes_on], at_us[goes_on])
    settles = answers | (move == MOVE["close"])
    found.late[rows[settles]] = clocks.late[case[settles]]
    closed = rows[move == MOVE["close"]]
    of = moves.case[closed]
    found.minutes[closed] = (clocks.done[of] - clocks.sent[of]) // MINUTE_US
    found.due_after_us[rows] = clocks.shown(case)


def _stages(moves, rows: Ints, clocks: _Clocks, found: Noted, stages: StageDeadlines) -> None:
    """Whether each left its stage late, and the limit of the stage that it enters."""
    rows = rows[(moves.stage_before[rows] != moves.stage_after[rows])
                | np.isin(moves.move[rows], ANEW)]  # fmt: skip
    case, at_us, after = moves.case[rows], moves.at_us[rows], moves.stage_after[rows]
    limited = clocks.stage[case] != NEVER_US
    found.stage_late[rows] = np.where(limited, at_us > clocks.stage[case], UNKNOWN)
    clocks.stage[case] = NEVER_US
    for stage, until in stages.items():
        here = after == stage
        clocks.stage[case[here]] = until(at_us[here])


def stage_deadlines(limits: Mapping[str, Callable[[Ints], Ints]]) -> StageDeadlines:
    """By the numbers of stages that made-up cases come to."""
    return {STAGE[name]: until for name, until in limits.items() if name in STAGE}
