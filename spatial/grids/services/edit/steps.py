"""The kinds of edits: what each reads, does, and leaves as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from gridding import edits
from gridding.edits import Change
from spatial.core.errors import ConflictError, NotFoundError
from spatial.core.srid import STORE_SRID
from spatial.grids.models import GridEdit, GridPlan
from spatial.grids.services.edit.derive import in_metres, rows_after
from spatial.grids.services.edit.rows import (
    PINS,
    Near,
    Row,
    fresh_ids,
    hexed,
    ordinals_at,
    read_near,
)
from spatial.grids.services.former import in_degrees as as_stored
from spatial.grids.services.inputs import features_in

NODE_REACH_M = 0.05
"""How far from a border a point that names a node of it may be: coordinates are sent rounded."""
FEATURES_M = 50.0
KINDS = GridEdit.Kind


@dataclass(frozen=True, slots=True)
class Step:
    """What an edit does to the rows.

    ``concerned`` are ordinals of grids the editor must have seen as they are; ``changed`` the ids
    of those whose ground or standing is another now.
    """

    before: list[Row]
    after: list[Row]
    concerned: frozenset[int]
    changed: frozenset[int]
    pins_before: list[Row] = field(default_factory=list)
    pins_after: list[Row] = field(default_factory=list)


def step_of(plan: GridPlan, kind: str, asked: Mapping[str, Any]) -> Step:
    """Work out an edit; nothing is written.

    Parameters
    ----------
    plan : GridPlan
    kind : str
        One of `GridEdit.Kind`.
    asked : mapping
        What the kind needs: ``grids`` (ordinals), ``line`` and ``snap_m``, or ``moves``.

    Raises
    ------
    gridding.edits.EditError
    gridding.CodeError
        ``E-CODE-FULL``.
    NotFoundError
        ``E-GRID-MISSING``.
    """
    return _STEPS[kind](plan, asked)


def _near(plan: GridPlan, ordinals: Sequence[int]) -> Near:
    near = read_near(plan, ordinals)
    missing = sorted(set(ordinals) - set(near.rows))
    if missing:
        raise NotFoundError(
            "E-GRID-MISSING",
            _("The plan has no grid %(ordinals)s any more; load the map again.")
            % {"ordinals": ", ".join(map(str, missing))},
            grids=missing,
        )
    return near


def _done(plan: GridPlan, near: Near, change: Change, named: Sequence[int]) -> Step:
    after = rows_after(plan, near, change)
    gone = {k: near.rows[k] for k in change.gone}
    before = {**gone, **{k: near.rows[k] for k in after if k in near.rows}}
    concerned = change.reshaped | frozenset(named)
    old = {near.rows[k]["id"] for k in change.reshaped}
    new = {row["id"] for k, row in after.items() if k not in near.rows}
    pins = [
        (row, {**row, "geom": geom})
        for row, was, line, geom in zip(
            near.pins,
            near.patch.pinned,
            change.pinned,
            _hexed(plan, near, change.pinned),
            strict=True,
        )
        if line is not was
    ]
    return Step(
        list(before.values()),
        list(after.values()),
        concerned,
        frozenset(old | new),
        [old for old, _new in pins],
        [new for _old, new in pins],
    )


def _hexed(plan: GridPlan, near: Near, lines: Iterable[shapely.LineString]) -> list[str]:
    """Lines along borders as they are stored."""
    given = np.array(list(lines), object)
    if not len(given):
        return []
    degrees = as_stored(given, plan.metric_srid, near.stored)
    return [hexed(degrees[[i]], STORE_SRID) for i in range(len(degrees))]


def _new_pins(plan: GridPlan, near: Near, lines: Iterable[shapely.LineString]) -> list[Row]:
    found = _hexed(plan, near, lines)
    ids = fresh_ids(PINS, len(found))
    return [{"id": i, "plan_id": plan.pk, "geom": g} for i, g in zip(ids, found, strict=True)]


def _merge(plan: GridPlan, asked: Mapping[str, Any]) -> Step:
    near = _near(plan, asked["grids"])
    return _done(plan, near, edits.merge(near.patch, asked["grids"]), asked["grids"])


def _split(plan: GridPlan, asked: Mapping[str, Any]) -> Step:
    (key,) = asked["grids"]
    near = _near(plan, [key])
    line, reach_m = _drawn(plan, near, asked)
    return _done(plan, near, edits.split(near.patch, key, line, reach_m), [key])


def _reassign(plan: GridPlan, asked: Mapping[str, Any]) -> Step:
    giver, taker = asked["grids"]
    near = _near(plan, [giver, taker])
    line, reach_m = _drawn(plan, near, asked)
    change = edits.reassign(near.patch, giver, taker, line, reach_m)
    return _done(plan, near, change, [giver, taker])


def _move(plan: GridPlan, asked: Mapping[str, Any]) -> Step:
    sources = np.array([move["from"] for move in asked["moves"]], float)
    targets = np.array([move["to"] for move in asked["moves"]], float)
    near = read_near(plan, ordinals_at(plan, sources, NODE_REACH_M))
    if not near.rows:
        raise edits.EditError("E-EDIT-NONODE")
    to, snap_m = in_metres(targets, plan.metric_srid), asked.get("snap_m")
    if snap_m:
        to = edits.snap_points(to, _lines_near(plan, near), snap_m)
    change = edits.move(near.patch, in_metres(sources, plan.metric_srid), to, NODE_REACH_M)
    return _done(plan, near, change, [])


def _drawn(
    plan: GridPlan, near: Near, asked: Mapping[str, Any]
) -> tuple[NDArray[np.float64], float]:
    """The line in metres, as drawn or on the features near it, and how far its ends reach."""
    line = in_metres(np.array(asked["line"], float).reshape(-1, 2), plan.metric_srid)
    reach_m = float(asked.get("snap_m") or 0.0)
    # What leaves the reference system has no place; the edit refuses it.
    if reach_m and len(line) and np.isfinite(line).all():
        line = edits.snap_line(line, _lines_near(plan, near), reach_m)
    return line, reach_m


def _lines_near(plan: GridPlan, near: Near) -> NDArray[np.object_]:
    """Everything a point may snap to: lines, and edges of buildings and compounds."""
    extent = tuple(shapely.total_bounds(near.stored[0]).tolist())
    found = features_in(extent, plan.metric_srid, margin_m=FEATURES_M)
    areas = [a for a in (found.buildings, found.compounds) if len(a)]
    rims = [shapely.boundary(a) for a in areas]
    parts = shapely.get_parts(np.concatenate([found.lines, *rims]))
    return parts[shapely.get_type_id(parts) == shapely.GeometryType.LINESTRING]


def _pin(plan: GridPlan, asked: Mapping[str, Any]) -> Step:
    one, other = asked["grids"]
    near = _near(plan, [one, other])
    lines = edits.pin(near.patch, one, other)
    new = _new_pins(plan, near, lines)
    return Step([], [], frozenset(asked["grids"]), frozenset(), [], new)


def _unpin(plan: GridPlan, asked: Mapping[str, Any]) -> Step:
    one, other = asked["grids"]
    near = _near(plan, [one, other])
    left = edits.unpin(near.patch, one, other)
    old = [near.pins[i] for i in left]
    new = _new_pins(plan, near, [line for rest in left.values() for line in rest])
    return Step([], [], frozenset(asked["grids"]), frozenset(), old, new)


def _leave(plan: GridPlan, asked: Mapping[str, Any]) -> Step:
    return _set_alone(plan, asked["grids"], True)


def _release(plan: GridPlan, asked: Mapping[str, Any]) -> Step:
    return _set_alone(plan, asked["grids"], False)


def _set_alone(plan: GridPlan, ordinals: Sequence[int], alone: bool) -> Step:
    near = _near(plan, ordinals)
    before = [near.rows[k] for k in ordinals if near.rows[k]["left_alone"] != alone]
    if not before:
        raise ConflictError("E-EDIT-SAME", _("All of these grids are set so already."))
    after = [{**row, "left_alone": alone} for row in before]
    changed = frozenset(row["id"] for row in before)
    return Step(before, after, frozenset(ordinals), changed)


_STEPS: dict[str, Callable[[GridPlan, Mapping[str, Any]], Step]] = {
    KINDS.MERGE: _merge,
    KINDS.SPLIT: _split,
    KINDS.MOVE: _move,
    KINDS.REASSIGN: _reassign,
    KINDS.PIN: _pin,
    KINDS.UNPIN: _unpin,
    KINDS.LEAVE: _leave,
    KINDS.RELEASE: _release,
}
