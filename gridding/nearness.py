"""Whether points and segments meet or come near: what moves of borders must not bring about."""

from __future__ import annotations

import numpy as np

from gridding.compiled import compiled


@compiled
def distance(ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """Return the distance of two points."""
    return np.sqrt((ax - bx) ** 2 + (ay - by) ** 2)


@compiled
def gap_squared(px, py, ax, ay, bx, by):  # type: ignore[no-untyped-def]
    """Return the squared distance of a point from a segment."""
    dx, dy = bx - ax, by - ay
    whole = dx * dx + dy * dy
    t = 0.0
    if whole > 0.0:
        t = min(1.0, max(0.0, ((px - ax) * dx + (py - ay) * dy) / whole))
    ex, ey = px - ax - t * dx, py - ay - t * dy
    return ex * ex + ey * ey


@compiled
def turn(ax, ay, bx, by, cx, cy):  # type: ignore[no-untyped-def]
    """Return twice the signed area of a triangle: above zero where it turns left."""
    return (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)


@compiled
def crossing(ax, ay, bx, by, cx, cy, dx, dy):  # type: ignore[no-untyped-def]
    """Return whether two segments cross at an inner point of both."""
    one, other = turn(ax, ay, bx, by, cx, cy), turn(ax, ay, bx, by, dx, dy)
    if (one > 0.0) == (other > 0.0):
        return False
    return (turn(cx, cy, dx, dy, ax, ay) > 0.0) != (turn(cx, cy, dx, dy, bx, by) > 0.0)


@compiled
def near(ax, ay, bx, by, cx, cy, dx, dy, clear):  # type: ignore[no-untyped-def]
    """Return whether two segments cross or come nearer than ``clear``."""
    if max(ax, bx) + clear < min(cx, dx) or max(cx, dx) + clear < min(ax, bx):
        return False
    if max(ay, by) + clear < min(cy, dy) or max(cy, dy) + clear < min(ay, by):
        return False
    if crossing(ax, ay, bx, by, cx, cy, dx, dy):
        return True
    limit = clear * clear
    return (
        gap_squared(ax, ay, cx, cy, dx, dy) < limit
        or gap_squared(bx, by, cx, cy, dx, dy) < limit
        or gap_squared(cx, cy, ax, ay, bx, by) < limit
        or gap_squared(dx, dy, ax, ay, bx, by) < limit
    )


@compiled
def inside(px, py, ax, ay, bx, by, cx, cy):  # type: ignore[no-untyped-def]
    """Return whether a point lies in a triangle, whichever way round that is given."""
    one = turn(ax, ay, bx, by, px, py)
    two = turn(bx, by, cx, cy, px, py)
    three = turn(cx, cy, ax, ay, px, py)
    return (one >= 0.0 and two >= 0.0 and three >= 0.0) or (
        one <= 0.0 and two <= 0.0 and three <= 0.0
    )
