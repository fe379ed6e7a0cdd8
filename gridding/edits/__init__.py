"""Edits of an exact coverage that leave it exact: merge, split, move, reassign; pinned borders."""

from gridding.edits.cut import reassign, split
from gridding.edits.errors import EditError
from gridding.edits.measure import Measures, measure
from gridding.edits.merge import merge
from gridding.edits.move import move
from gridding.edits.patch import NEW, Change, Patch
from gridding.edits.pinned import pin, unpin
from gridding.edits.snap import snap_line, snap_points

__all__ = [
    "NEW",
    "Change",
    "EditError",
    "Measures",
    "Patch",
    "measure",
    "merge",
    "move",
    "pin",
    "reassign",
    "snap_line",
    "snap_points",
    "split",
    "unpin",
]
