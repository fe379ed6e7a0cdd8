"""Rows of made-up cases, as their moves leave them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from fixtures.cases.batch import Batch
from fixtures.cases.words import CHANNELS, MOVE, STAGE, STAGES
from spatial.cases.making import following
from spatial.cases.making.cast import Cast
from spatial.cases.making.columns import NULL, Times, exact, looked_up, texts
from spatial.cases.making.event_rows import Actors
from spatial.cases.making.following import NEVER_US, NONE, Clocks, Trails
from spatial.cases.making.ground import DISTRICT, STREET, City
from spatial.cases.models import Level, Outcome, Priority
from spatial.core.srid import STORE_SRID

Ints = NDArray[np.int64]
Texts = NDArray[np.object_]
COMMUNITY = 12
CASES = (
    "id", "kind", "case_class_id", "standard_id", "point", "district_code", "street_code",
    "community_code", "grid_code", "plan_id", "place", "component_id", "description", "channel",
    "reporter_id", "contact", "reported_at", "stage", "stage_since", "stage_deadline", "step",
    "level", "priority", "department_id", "person_id", "filer_id", "checker_id", "verifier_id",
    "on_site", "limit_n", "limit_unit", "filed_at", "clock_from", "deadline", "handed_on_at",
    "late", "exempt", "closed_at", "outcome", "merged_into_id", "declines", "redispatches",
    "escalations", "holds", "extensions", "reworks", "reopenings", "presses", "appeals",
)  # fmt: skip
TABLE = "cases_case"
TRUTH = np.array(["f", "t", NULL], object)
"""On time, late, and not settled, which is -1."""


@dataclass(frozen=True, eq=False)
class Lookups:
    """What numbers of the generator mean in the database."""

    kinds: Texts
    classes: Texts
    """Keys of classes."""
    standards: Texts
    """Keys of standards, by their places."""
    limits: Texts
    units: Texts
    descriptions: Texts
    bodies: Texts
    levels: Texts


@dataclass(frozen=True, eq=False)
class Read:
    """A batch with what was read of it."""

    batch: Batch
    trails: Trails
    standard: Ints
    """Place of the standard of each case among all standards."""
    keys: Ints
    into: list[str]
    """Key of the case that each was merged into."""
    clocks: Clocks
    stage_deadline_us: Ints


def case_columns(
    read: Read, city: City, who: Actors, cast: Cast, names: Lookups, times: Times
) -> list[list[str]]:
    """The columns of `CASES`."""
    batch, trails, clocks = read.batch, read.trails, read.clocks
    moves = trails.moves
    grids = city.codes[batch.grid]
    filed = clocks.filed_us != NEVER_US
    nothing = [""] * len(batch)
    zero = ["0"] * len(batch)

    def when_filed(values: list[str], otherwise: str = NULL) -> list[str]:
        return np.where(filed, np.array(values, object), otherwise).tolist()

    has = who.has[trails.ends]
    counted = {field: texts(trails.count(moves.move == MOVE[name]))
               for field, name in following.COUNTED.items()}  # fmt: skip
    return [
        texts(read.keys),
        looked_up(names.kinds, batch.case_class),
        looked_up(names.classes, batch.case_class),
        when_filed(looked_up(names.standards, read.standard)),
        _points(batch.xy),
        [code[:DISTRICT] for code in grids],
        [code[:STREET] for code in grids],
        [code[:COMMUNITY] for code in grids],
        grids.tolist(),
        looked_up(city.plans, batch.grid),
        looked_up(city.places, batch.grid),
        looked_up(np.append(city.components, NULL), batch.component),
        looked_up(names.descriptions, read.standard),
        looked_up(np.array(CHANNELS, object), batch.channel),
        looked_up(cast.keys, who.people[_first(moves)]),
        nothing,
        times.written(batch.reported_us),
        looked_up(np.array(STAGES, object), trails.stage),
        times.written(clocks.stage_since_us),
        exact(read.stage_deadline_us),
        texts(moves.step[trails.ends]),
        looked_up(np.append(names.levels, str(Level.DISTRICT.value)), has),
        [str(Priority.ORDINARY.value)] * len(batch),
        looked_up(np.append(names.bodies, NULL), has),
        looked_up(cast.keys, _person(trails, who)),
        looked_up(cast.keys, _maker(trails, who, "file")),
        looked_up(cast.keys, _sent(trails, who, "ask_check")),
        looked_up(cast.keys, _sent(trails, who, "ask_verify")),
        looked_up(TRUTH, _on_site(trails)),
        when_filed(looked_up(names.limits, read.standard)),
        when_filed(looked_up(names.units, read.standard), ""),
        times.written_or_null(clocks.filed_us),
        times.written_or_null(clocks.from_us),
        exact(clocks.deadline_us),
        times.written_or_null(clocks.handed_on_us),
        looked_up(TRUTH, clocks.late),
        ["f"] * len(batch),
        times.written_or_null(clocks.closed_us),
        _outcomes(trails),
        read.into,
        counted["declines"],
        texts(trails.count(following.improper(moves, who.has))),
        zero,
        *(counted[field] for field in ("holds", "extensions", "reworks", "reopenings", "presses")),
        zero,
    ]


def _points(xy: NDArray[np.float64]) -> list[str]:
    points = shapely.set_srid(shapely.points(xy), STORE_SRID)
    return shapely.to_wkb(points, hex=True, include_srid=True).tolist()


def _first(moves) -> Ints:
    return np.flatnonzero(moves.step == 1)


def _maker(trails: Trails, who: Actors, name: str) -> Ints:
    """Who made the last move of a name in each case."""
    last = trails.last(name)
    return np.where(last == NONE, 0, who.people[last])


def _person(trails: Trails, who: Actors) -> Ints:
    """Who of the department is in charge: who accepted since it was dispatched."""
    accepted = trails.last("accept")
    since = trails.last("dispatch", "redispatch", "decline", "reopen")
    return np.where((accepted != NONE) & (accepted > since), who.people[accepted], 0)


def _sent(trails: Trails, who: Actors, name: str) -> Ints:
    """The inspector who was sent out; a reopened case forgets who verified it."""
    sent = trails.last(name)
    gone = trails.last("reopen") > sent if name == "ask_verify" else np.zeros(trails.cases, bool)
    return np.where((sent == NONE) | gone, 0, who.inspector)


def _on_site(trails: Trails) -> Ints:
    """Whether it was found on site; -1 where nobody looked, or has not come back."""
    asked = trails.last("ask_check")
    found, lost = trails.last("confirm"), trails.last("deny")
    answered = np.maximum(found, lost)
    return np.where((answered == NONE) | (answered < asked), -1, found > lost)


OUTCOMES = {
    STAGE["closed"]: Outcome.DONE,
    STAGE["refused"]: Outcome.REFUSED,
    STAGE["rejected"]: Outcome.REJECTED,
    STAGE["merged"]: Outcome.MERGED,
}


def _outcomes(trails: Trails) -> list[str]:
    table = np.array([str(OUTCOMES[n].value) if n in OUTCOMES else ""
                      for n in range(len(STAGES))], object)  # fmt: skip
    found = table[trails.stage]
    forced = trails.last("force_close") > trails.last("close")
    closed = trails.stage == STAGE["closed"]
    found[closed & forced] = Outcome.FORCED.value
    return found.tolist()
