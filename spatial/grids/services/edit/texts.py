"""What a user reads when an edit is refused."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from gridding.edits import EditError
from spatial.core.errors import ConflictError, InputError, WanmiError

TEXTS = {
    "E-EDIT-ALONE": _("A grid that is set to be left alone would change; release it first."),
    "E-EDIT-APART": _("The grids have no common border; choose grids that touch along a line."),
    "E-EDIT-BORDER": _(
        "The grids lie in two communities, whose border is given; choose grids of one community."
    ),
    "E-EDIT-FEW": _("Choose at least two grids, each once."),
    "E-EDIT-GIVEN": _(
        "This point lies on the border of a community, which is given; correct the region instead."
    ),
    "E-EDIT-INEXACT": _("The grids would overlap or leave a gap; draw it a little otherwise."),
    "E-EDIT-INVALID": _("A border would cross or touch itself; draw it a little otherwise."),
    "E-EDIT-LINE": _("The line needs two different points at least and may not cross itself."),
    "E-EDIT-MULTIPART": _(
        "The line crosses the grid more than once and would make it more than two parts; draw a "
        "line that crosses it once."
    ),
    "E-EDIT-NOCROSS": _(
        "The line does not cross the grid; draw it from border to border, or with a wider reach."
    ),
    "E-EDIT-NONODE": _("There is no border at this point; take a point on one."),
    "E-EDIT-NOPIN": _(
        "Nothing is to be done here: the border between these grids is pinned, or free, already."
    ),
    "E-EDIT-NOTBESIDE": _("No piece the line cuts off has border with the other grid."),
    "E-EDIT-PINNED": _("A pinned border would change; release it first."),
    "E-EDIT-SLIVER": _("A grid of less than 1 m² would be left; draw it otherwise."),
}
CONFLICTS = frozenset({"E-EDIT-ALONE", "E-EDIT-PINNED"})
"""Refused for what others have set, not for what was drawn."""


def coded(error: EditError) -> WanmiError:
    """The error for the user: the same code, in the user's language."""
    kind = ConflictError if error.code in CONFLICTS else InputError
    grids = [key for key in error.grids if key]
    return kind(error.code, TEXTS[error.code], grids=grids)
