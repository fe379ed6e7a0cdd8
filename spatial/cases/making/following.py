"""What the moves of made-up cases leave in them: clocks, counts and who has the case.

The same as `spatial.cases.services.effects` does for one case at a time; `check_cases` holds both
against the events.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fixtures.cases.trail import Moves
from fixtures.cases.words import ENDED, MOVE

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
NEVER_US = np.iinfo(np.int64).min
"""In place of a time that is not there."""
ANEW = tuple(MOVE[name] for name in ("ask_check", "ask_verify", "dispatch", "redispatch"))
"""Moves after which somebody else has to act, though the stage may be the same."""
COUNTED = {"holds": "hold", "extensions": "grant_extension", "reworks": "rework",
           "reopenings": "reopen", "presses": "press", "declines": "decline"}  # fmt: skip
EXTENDED_BY = 0.5
"""Share of the limit that extensions add; that of `fixtures.cases.loop`."""
NONE = -1

Deadlines = Callable[[Ints, Floats, Ints], Ints]
"""``deadlines(starts_us, amounts, units)``; units by their places in those of the standards."""
Elapsed = Callable[[Ints, Ints, Ints], Floats]


@dataclass(frozen=True, eq=False)
class Clocks:
    """The clocks of cases, in microseconds, `NEVER_US` where they are not set."""

    filed_us: Ints
    from_us: Ints
    deadline_us: Ints
    handed_on_us: Ints
    late: NDArray[np.int8]
    """1 late, 0 on time, -1 not settled."""
    closed_us: Ints
    stage_since_us: Ints


class Trails:
    """The moves of some cases, looked at by what came last."""

    def __init__(self, moves: Moves, cases: int) -> None:
        self.moves, self.cases = moves, cases
        self.ends = moves.ends()
        self.stage = moves.stage_after[self.ends]

    def last(self, *names: str) -> Ints:
        """Place of the last move of these names in each case, `NONE` where there is none."""
        return self._last(np.isin(self.moves.move, [MOVE[name] for name in names]))

    def _last(self, chosen: Flags) -> Ints:
        found = np.full(self.cases, NONE, np.int64)
        places = np.flatnonzero(chosen)
        # Of several assignments to one place the last one stays.
        found[self.moves.case[places]] = places
        return found

    def last_change(self) -> Ints:
        """Place of the move with which each case came to where it stands."""
        moves = self.moves
        changed = moves.stage_before != moves.stage_after
        return self._last(changed | np.isin(moves.move, ANEW))

    def count(self, chosen: Flags) -> Ints:
        """How many of the chosen moves each case has."""
        return np.bincount(self.moves.case[chosen], minlength=self.cases)

    def at(self, places: Ints) -> Ints:
        """Times of moves, `NEVER_US` for `NONE`."""
        return np.where(places == NONE, NEVER_US, self.moves.at_us[places])

    def following(self, places: Ints, *names: str) -> Ints:
        """Place of the next move of these names in the same case after each of some moves."""
        wanted = np.flatnonzero(np.isin(self.moves.move, [MOVE[name] for name in names]))
        if not len(wanted):
            return np.full(len(places), NONE)
        after = np.searchsorted(wanted, places, side="right")
        found = wanted[np.minimum(after, len(wanted) - 1)]
        same = (after < len(wanted)) & (self.moves.case[found] == self.moves.case[places])
        return np.where(same, found, NONE)


def departments(moves: Moves) -> Ints:
    """The department that has the case after each move, `NONE` for none."""
    named = moves.department.astype(np.int64)
    told = (named != NONE) | (moves.step == 1) | (moves.move == MOVE["reopen"])
    last = np.maximum.accumulate(np.where(told, np.arange(len(moves)), 0))
    return named[last] if len(named) else named


def before(values: Ints, moves: Moves) -> Ints:
    """What stood before each move where ``values`` stand after it."""
    return np.where(moves.step == 1, NONE, np.roll(values, 1))


def improper(moves: Moves, has: Ints) -> Flags:
    """Dispatches away from a department that had the case, or had declined it."""
    former = before(has, moves)
    given = np.isin(moves.move, [MOVE["dispatch"], MOVE["redispatch"]])
    return given & (former != NONE) & (former != has)


def clocks(trails: Trails, limit: Floats, unit: Ints, due: Deadlines, elapsed: Elapsed) -> Clocks:
    """All clocks of the cases as their moves leave them."""
    sent = trails.last("dispatch", "redispatch")
    running = sent != NONE
    deadline_us = np.full(trails.cases, NEVER_US)
    deadline_us[running] = due(trails.at(sent)[running], limit[running], unit[running])
    _prolong(trails, sent, deadline_us, limit, unit, due)
    pause = _Pause(trails, sent, unit, due, elapsed)
    pause.shift(deadline_us, "hold", "resume")
    late = _settled(trails, sent, deadline_us, pause)
    stopped = trails.last("decline", "reopen") > sent
    handed = trails.last("answer")
    handed = np.where(handed > sent, handed, NONE)
    ended = np.isin(trails.stage, ENDED)
    changed_us = trails.at(trails.last_change())
    return Clocks(
        filed_us=trails.at(trails.last("file")),
        from_us=np.where(running & ~stopped, trails.at(sent), NEVER_US),
        deadline_us=np.where(running & ~stopped, deadline_us, NEVER_US),
        handed_on_us=trails.at(handed),
        late=late,
        closed_us=np.where(ended, changed_us, NEVER_US),
        stage_since_us=changed_us,
    )


def _prolong(
    trails: Trails, sent: Ints, deadline_us: Ints, limit: Floats, unit: Ints, due: Deadlines
) -> None:
    granted = trails.last("grant_extension")
    rows = np.flatnonzero((granted > sent) & (sent != NONE))
    deadline_us[rows] = due(deadline_us[rows], more_of(limit[rows]), unit[rows])


def more_of(limit: Floats) -> Floats:
    """How much an extension adds, as the database keeps it."""
    return np.maximum(np.round(limit * EXTENDED_BY, 2), 0.01)


class _Pause:
    """Moves deadlines on by what was left when a clock stood still."""

    def __init__(
        self, trails: Trails, sent: Ints, unit: Ints, due: Deadlines, elapsed: Elapsed
    ) -> None:
        self._trails, self._sent, self._unit = trails, sent, unit
        self._due, self._elapsed = due, elapsed

    def shift(self, deadline_us: Ints, stop: str, go: str) -> None:
        """Between the last ``stop`` before the last ``go``, both after the dispatch."""
        trails = self._trails
        went = trails.last(go)
        rows = np.flatnonzero((went > self._sent) & (self._sent != NONE))
        if not len(rows):
            return
        stopped = _last_before(trails, went[rows], stop)
        since_us = trails.moves.at_us[stopped]
        rows, since_us, went_us = (
            one[deadline_us[rows] > since_us]
            for one in (rows, since_us, trails.moves.at_us[went[rows]])
        )
        left = self._elapsed(since_us, deadline_us[rows], self._unit[rows])
        deadline_us[rows] = self._due(went_us, left, self._unit[rows])


def _last_before(trails: Trails, places: Ints, name: str) -> Ints:
    """The last move of a name before each of some moves of cases that have one."""
    wanted = np.flatnonzero(trails.moves.move == MOVE[name])
    return wanted[np.searchsorted(wanted, places) - 1]


def _settled(trails: Trails, sent: Ints, deadline_us: Ints, pause: _Pause) -> NDArray[np.int8]:
    """On time or late, as settled at each answer since the dispatch; moves deadlines on."""
    answered, reworked = trails.last("answer"), trails.last("rework")
    settled = (answered > sent) & (sent != NONE)
    late = np.zeros(trails.cases, bool)
    rows = np.flatnonzero((reworked > sent) & (sent != NONE))
    if len(rows):
        first = _last_before(trails, reworked[rows], "answer")
        late[rows] = trails.moves.at_us[first] > deadline_us[rows]
        settled[rows] = True
    pause.shift(deadline_us, "answer", "rework")
    rows = np.flatnonzero(answered > np.maximum(sent, reworked))
    late[rows] |= trails.moves.at_us[answered[rows]] > deadline_us[rows]
    return np.where(settled, late, -1).astype(np.int8)
