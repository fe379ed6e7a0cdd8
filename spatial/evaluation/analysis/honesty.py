"""Patterns of faked ledgers: what cannot well be true, with the evidence, for people to look at.

No pattern proves anything. Each has a threshold as data (`RULES`), names the cases behind it and is
tried against honest histories, on which it must stay silent.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

import numpy as np

from spatial.evaluation.analysis.chance import adjusted, upper_tail
from spatial.evaluation.analysis.photo_prints import alike

MOST_CASES = 200
"""Cases that one finding lists."""


@dataclass(frozen=True)
class Rule:
    """A pattern and from where on it is one."""

    code: str
    limits: Mapping[str, float]


def _rule(code: str, **limits: float) -> Rule:
    return Rule(code, MappingProxyType(limits))


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        one.code: one
        for one in (
            # Who verifies has to go there: two minutes after the answer he cannot have been.
            _rule("quick", seconds=120, fewest=3),
            _rule("photo", most_bits=3, fewest=2),
            # A phone among houses may be off by a hundred metres, and is read every 30 s.
            _rule("far", metres=300, minutes=10, fewest=2),
            _rule("bulk", last_days=2, fewest=20, times=3, chance=0.001),
            _rule("backdated", minutes=10, fewest=2),
            _rule("reason", fewest=20, share=0.9),
        )
    }
)
BULK_MOVES = ("answer", "verify", "close")
REASON_MOVES = ("decline", "ask_extension", "hold", "deny", "fail")
DAILY_SHAPE = 3.0
"""How much the work of a person varies from day to day; variance = mean + mean² / this."""


@dataclass(frozen=True)
class Finding:
    """One pattern of one person, or of one photo."""

    rule: str
    who: str
    """Name of the user; empty for a photo, which several may have sent."""
    cases: tuple[int, ...]
    count: int
    evidence: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deed:
    """One move of a case with the number that speaks against it."""

    who: str
    case: int
    value: float


def quick(deeds: Iterable[Deed], rule: Rule = RULES["quick"]) -> list[Finding]:
    """Verified sooner after the answer (``value`` seconds) than anybody gets there."""
    found = _by_person(one for one in deeds if one.value < rule.limits["seconds"])
    return [
        Finding("quick", who, _cases(of), len(of),
                {"shortest_s": min(d.value for d in of), "below_s": rule.limits["seconds"]})
        for who, of in found if len(of) >= rule.limits["fewest"]
    ]  # fmt: skip


def far(deeds: Iterable[Deed], rule: Rule = RULES["far"]) -> list[Finding]:
    """Checked or verified while the own trail was so many metres (``value``) away."""
    found = _by_person(one for one in deeds if one.value > rule.limits["metres"])
    return [
        Finding("far", who, _cases(of), len(of),
                {"furthest_m": round(max(d.value for d in of)), "beyond_m": rule.limits["metres"]})
        for who, of in found if len(of) >= rule.limits["fewest"]
    ]  # fmt: skip


def backdated(deeds: Iterable[Deed], rule: Rule = RULES["backdated"]) -> list[Finding]:
    """Photos of the work done that were taken (``value`` minutes) before it was given."""
    found = _by_person(one for one in deeds if one.value > rule.limits["minutes"])
    return [
        Finding("backdated", who, _cases(of), len(of),
                {"earliest_min": round(max(d.value for d in of)),
                 "beyond_min": rule.limits["minutes"]})
        for who, of in found if len(of) >= rule.limits["fewest"]
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """How often a person gave a reason with a move."""

    who: str
    move: str
    reason: str
    times: int
    cases: tuple[int, ...]


def same_reason(said: Iterable[Said], rule: Rule = RULES["reason"]) -> list[Finding]:
    """One text given for nearly everything."""
    of_person: dict[tuple[str, str], list[Said]] = defaultdict(list)
    for one in said:
        of_person[one.who, one.move].append(one)
    found = []
    for (who, move), reasons in sorted(of_person.items()):
        total = sum(one.times for one in reasons)
        top = max(reasons, key=lambda one: one.times)
        if top.times >= rule.limits["fewest"] and top.times >= rule.limits["share"] * total:
            facts = {"move": move, "reason": top.reason, "of": total}
            found.append(Finding("reason", who, top.cases[:MOST_CASES], top.times, facts))
    return found


@dataclass(frozen=True, slots=True)
class DayOfWork:
    """How many moves of a name a person made on a day."""

    who: str
    move: str
    day: date
    moves: int


def bulk(work: Iterable[DayOfWork], last: date, rule: Rule = RULES["bulk"]) -> list[Finding]:
    """Far more moves in the last days of a period than on the other days of work."""
    of_person: dict[tuple[str, str], list[DayOfWork]] = defaultdict(list)
    for one in work:
        of_person[one.who, one.move].append(one)
    rows = []
    for (who, move), days in sorted(of_person.items()):
        late = [one.moves for one in days if (last - one.day).days < rule.limits["last_days"]]
        usual = [one.moves for one in days if (last - one.day).days >= rule.limits["last_days"]]
        if late:
            mean = sum(usual) / len(usual) if usual else 0.0
            rows.append((who, move, max(late), mean))
    if not rows:
        return []
    most = np.array([row[2] for row in rows])
    mean = np.maximum([row[3] for row in rows], 1.0)
    q = adjusted(upper_tail(most, np.full(len(rows), DAILY_SHAPE), mean))
    limits = rule.limits
    flagged = (
        (q <= limits["chance"]) & (most >= limits["fewest"]) & (most >= limits["times"] * mean)
    )
    return [
        Finding("bulk", rows[n][0], (), int(most[n]),
                {"move": rows[n][1], "usual_a_day": round(rows[n][3], 1), "chance": float(q[n])})
        for n in np.flatnonzero(flagged)
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shown:
    """A photo with a case, and its print."""

    case: int
    who: str
    at: datetime
    sha256: str
    difference: int | None


def same_photo(photos: list[Shown], rule: Rule = RULES["photo"]) -> list[Finding]:
    """The same photo with several cases, whole or changed a little."""
    joined = _Groups(len(photos))
    by_file: dict[str, int] = {}
    for n, one in enumerate(photos):
        joined.join(by_file.setdefault(one.sha256, n), n)
    known = [n for n, one in enumerate(photos) if one.difference is not None]
    if known:
        differences = np.array([photos[n].difference for n in known], np.int64)
        for first, second in alike(differences, int(rule.limits["most_bits"])).tolist():
            joined.join(known[first], known[second])
    found = []
    for members in joined.groups():
        shown = [photos[n] for n in members]
        cases = tuple(sorted({one.case for one in shown}))
        if len(cases) >= rule.limits["fewest"]:
            exact = len({one.sha256 for one in shown}) == 1
            people = sorted({one.who for one in shown})
            facts = {"exact": exact, "people": people[:20]}
            who = people[0] if len(people) == 1 else ""
            found.append(Finding("photo", who, cases[:MOST_CASES], len(cases), facts))
    return found


class _Groups:
    """Joins numbers into groups (union by root)."""

    def __init__(self, count: int) -> None:
        self._root = list(range(count))

    def _top(self, n: int) -> int:
        while self._root[n] != n:
            self._root[n] = self._root[self._root[n]]
            n = self._root[n]
        return n

    def join(self, first: int, second: int) -> None:
        first, second = self._top(first), self._top(second)
        self._root[max(first, second)] = min(first, second)

    def groups(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for n in range(len(self._root)):
            found[self._top(n)].append(n)
        return [members for members in found.values() if len(members) > 1]


def _by_person(deeds: Iterable[Deed]) -> list[tuple[str, list[Deed]]]:
    found: dict[str, list[Deed]] = defaultdict(list)
    for one in deeds:
        found[one.who].append(one)
    return sorted(found.items())


def _cases(deeds: list[Deed]) -> tuple[int, ...]:
    return tuple(sorted({one.case for one in deeds}))[:MOST_CASES]
