"""What an edit is refused for."""

from __future__ import annotations

from gridding.errors import GridError

WHY = {
    "E-EDIT-ALONE": "A grid that is set to be left alone would change; release it first.",
    "E-EDIT-APART": "The grids have no common border; choose grids that touch along a line.",
    "E-EDIT-BORDER": "The grids lie in two communities, whose border is given.",
    "E-EDIT-FEW": "Choose at least two grids, each once.",
    "E-EDIT-GIVEN": "The point lies on the border of a community, which is given.",
    "E-EDIT-INEXACT": "The grids would overlap or leave a gap; draw it a little otherwise.",
    "E-EDIT-INVALID": "A border would cross or touch itself; draw it a little otherwise.",
    "E-EDIT-LINE": "The line needs two different points at least and may not cross itself.",
    "E-EDIT-MULTIPART": "The line crosses the grid more than once; cross it once.",
    "E-EDIT-NOCROSS": "The line does not cross the grid from border to border.",
    "E-EDIT-NONODE": "There is no border at the point; take a point on one.",
    "E-EDIT-NOPIN": "There is no border here whose pin could be set or released.",
    "E-EDIT-NOTBESIDE": "No piece the line cuts off has border with the other grid.",
    "E-EDIT-PINNED": "A pinned border would change; release it first.",
    "E-EDIT-SLIVER": "A grid of less than 1 m² would be left; draw it otherwise.",
}


class EditError(GridError):
    """An edit that is refused; nothing has changed.

    Parameters
    ----------
    code : str
        A key of `WHY`.
    grids : tuple of int
        Keys of the grids concerned.
    """

    def __init__(self, code: str, grids: tuple[int, ...] = ()) -> None:
        super().__init__(code, WHY[code])
        self.grids = grids
