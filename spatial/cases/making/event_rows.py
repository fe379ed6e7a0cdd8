"""Rows of events, of holds and of extensions, from the moves of made-up cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fixtures.cases.trail import Moves
from fixtures.cases.words import MOVE, MOVES, ROLE, ROLES, STAGES
from spatial.cases.making import following
from spatial.cases.making.cast import Cast
from spatial.cases.making.columns import NULL, Times, looked_up, lots, texts
from spatial.cases.making.following import NONE, Trails
from spatial.cases.making.noting import GIVING, Noted
from spatial.cases.making.texts import REASONS
from spatial.cases.models import Extension, Hold
from spatial.cases.models.trail import STEPS

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
EVENTS = (
    "id", "case_id", "step", "move", "stage_before", "stage_after", "role", "user_id", "user_name",
    "department_id", "reason", "evidence", "at", "day",
)  # fmt: skip
HOLDS = ("case_id", "why", "since", "until")
EXTENSIONS = (
    "case_id", "state", "more_n", "more_unit", "reason", "asked_by_id", "asked_at", "agreed_by_id",
    "agreed_at", "settled_by_id", "settled_at",
)  # fmt: skip
TABLES = {"event": "cases_caseevent", "hold": "cases_hold", "extension": "cases_extension"}
VARIANTS = 2


@dataclass(frozen=True, eq=False)
class Told:
    """What is known of the cases of a batch beside their moves; arrays of one length."""

    keys: Ints
    facts_of_filing: Texts
    """What the event of filing notes of each case: standard and limit."""
    numbers_into: Texts
    """Number of the case that each was merged into."""
    limit: NDArray[np.float64]
    units: Texts
    noted: Noted
    """What each move notes of the clocks."""


@dataclass(frozen=True, eq=False)
class Actors:
    """Who made each move, which department has the case after it, and the inspector of a case."""

    people: Ints
    has: Ints
    inspector: Ints
    """Of each case: who is sent to check and to verify, and who reports where inspectors do."""


def actors(trails: Trails, lot: Ints, street: Ints, cast: Cast) -> Actors:
    """Hand the moves out; inspectors keep to the streets they walk."""
    moves = trails.moves
    has = following.departments(moves)
    had = following.before(has, moves)
    people = np.zeros(len(moves), np.int64)
    inspector = cast.some("inspector", street * 7 + lots(lot, 1) % 3)
    for name, number in ROLE.items():
        rows = np.flatnonzero(moves.role == number)
        if not len(rows) or name == "public":
            continue
        case = moves.case[rows]
        if name == "department":
            of_office = cast.of_role[number]
            body = np.where(moves.step[rows] == 1, lot[case] % len(of_office), had[rows])
            people[rows] = of_office[body]
        elif name == "inspector":
            people[rows] = inspector[case]
        else:
            people[rows] = cast.some(name, lots(lot[case] * 64 + moves.step[rows], 2))
    return Actors(people, has, inspector)


def event_columns(
    trails: Trails, who: Actors, told: Told, bodies: Texts, cast: Cast, times: Times
) -> list[list[str]]:
    """The columns of `EVENTS`; some hold several, with tabs between."""
    moves = trails.moves
    keys = told.keys[moves.case]
    evidence = _evidence(trails, who, told, bodies, cast)
    return [
        texts(keys * STEPS + moves.step),
        texts(keys),
        texts(moves.step),
        _kinds(moves),
        looked_up(cast.signed, who.people),
        looked_up(np.append(bodies, NULL), who.has),
        _reasons(moves, keys),
        evidence.tolist(),
        times.written(moves.at_us),
        looked_up(times.days, times.day(moves.at_us)),
    ]


def _kinds(moves: Moves) -> list[str]:
    """Move, stages and role of each: few different ones, each written once."""
    code = moves.move.astype(np.int64)
    for part in (moves.stage_before, moves.stage_after, moves.role):
        code = code * len(STAGES) + part
    found, place = np.unique(code, return_inverse=True)
    names = []
    for one in found.tolist():
        one, role = divmod(one, len(STAGES))
        one, after = divmod(one, len(STAGES))
        move, before = divmod(one, len(STAGES))
        names.append("\t".join((MOVES[move], STAGES[before], STAGES[after], ROLES[role])))
    return looked_up(np.array(names, object), place)


def _reasons(moves: Moves, keys: Ints) -> list[str]:
    table = [word for name in MOVES for word in REASONS.get(name, ("",) * VARIANTS)]
    chosen = moves.move.astype(np.int64) * VARIANTS + lots(keys + moves.step, 3) % VARIANTS
    return looked_up(np.array(table, object), chosen)


def _evidence(trails: Trails, who: Actors, told: Told, bodies: Texts, cast: Cast) -> Texts:
    """What each event notes, as the moves themselves would have noted it."""
    moves = trails.moves
    found = np.full(len(moves), "{}", object)

    def note(name: str, write: Callable[[Ints], list[str]]) -> None:
        rows = np.flatnonzero(moves.move == MOVE[name])
        if len(rows):
            found[rows] = write(rows)

    sent = np.array([f'{{"inspector": {key}}}' for key in cast.keys], object)
    for name in ("ask_check", "ask_verify"):
        note(name, lambda rows: looked_up(sent, who.inspector[moves.case[rows]]))
    formers = [f'{{"former": {key}, "former_by": ' for key in bodies]
    former = np.array([*formers, '{"former": null}'], object)
    had, by = following.before(who.has, moves), _former_by(trails, who, cast)

    def taken_from(rows: Ints) -> list[str]:
        told = zip(former[had[rows]], by[rows], had[rows] == NONE, strict=True)
        return [start if nobody else f"{start}{key}}}" for start, key, nobody in told]

    note("dispatch", taken_from)
    note("redispatch", taken_from)
    note("file", lambda rows: told.facts_of_filing[moves.case[rows]].tolist())
    note("merge", lambda rows: [f'{{"into": "{n}"}}'
                                for n in told.numbers_into[moves.case[rows]]])  # fmt: skip
    both = zip(found, told.noted.facts(), strict=True)
    found[:] = [_joined(own, facts) for own, facts in both]
    return found


def _joined(own: str, facts: str) -> str:
    """An object of JSON with more pairs."""
    if not facts:
        return own
    return f"{{{facts}}}" if own == "{}" else f"{own[:-1]}, {facts}}}"


def _former_by(trails: Trails, who: Actors, cast: Cast) -> Texts:
    """Who dispatched the case last before each move, as a key."""
    moves = trails.moves
    gave = np.where(np.isin(moves.move, GIVING), np.arange(len(moves)), NONE)
    last = np.roll(np.maximum.accumulate(gave), 1) if len(gave) else gave
    keys = np.array(looked_up(cast.keys, who.people[last]), object)
    return np.where(keys == NULL, "null", keys)


def hold_columns(trails: Trails, told: Told, times: Times) -> list[list[str]]:
    """The columns of `HOLDS`: on hold, and with supervision after an answer."""
    moves = trails.moves
    spans: list[tuple[Ints, Ints, str]] = []
    ends = ("close", "force_close", "reopen")
    for name, ended_by, why in (
        ("hold", ("resume", *ends), Hold.Why.HELD),
        ("answer", ("rework", *ends), Hold.Why.HANDED_ON),
    ):
        rows = np.flatnonzero(moves.move == MOVE[name])
        spans.append((rows, trails.following(rows, *ended_by), why))
    began, ended = (np.concatenate([span[n] for span in spans]) for n in (0, 1))
    return [
        texts(told.keys[moves.case[began]]),
        [str(why) for rows, _ended, why in spans for _row in rows],
        times.written(moves.at_us[began]),
        times.written_or_null(trails.at(ended)),
    ]


def extension_columns(
    trails: Trails, who: Actors, told: Told, cast: Cast, times: Times
) -> list[list[str]]:
    """The columns of `EXTENSIONS`, as far as each was answered."""
    moves = trails.moves
    asked = np.flatnonzero(moves.move == MOVE["ask_extension"])
    agreed = trails.following(asked, "agree_extension")
    granted = trails.following(asked, "grant_extension")
    state = np.where(granted != NONE, Extension.State.GRANTED.value,
                     np.where(agreed != NONE, Extension.State.AGREED.value,
                              Extension.State.ASKED.value))  # fmt: skip
    case = moves.case[asked]
    more = following.more_of(told.limit[case])
    reasons = _reasons(moves.kept(asked), told.keys[case])
    by = [np.where(rows != NONE, who.people[rows], 0) for rows in (asked, agreed, granted)]
    return [
        texts(told.keys[case]),
        state.tolist(),
        [f"{one:.2f}" for one in more],
        told.units[case].tolist(),
        reasons,
        looked_up(cast.keys, by[0]),
        times.written(moves.at_us[asked]),
        looked_up(cast.keys, by[1]),
        times.written_or_null(trails.at(agreed)),
        looked_up(cast.keys, by[2]),
        times.written_or_null(trails.at(granted)),
    ]


NAMES: Mapping[str, tuple[str, ...]] = {"event": EVENTS, "hold": HOLDS, "extension": EXTENSIONS}
