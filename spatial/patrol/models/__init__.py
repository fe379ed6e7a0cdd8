"""What inspectors walk and when, where they were, and who answers for a grid."""

from spatial.patrol.models.areas import AreaGrid, PatrolArea, Shift, Team
from spatial.patrol.models.duty import Duty, Position
from spatial.patrol.models.persons import GridResponsible, GridRole, PersonLevel
from spatial.patrol.models.walks import WaitingWalk, Walk, WalkedMonth

__all__ = [
    "AreaGrid",
    "Duty",
    "GridResponsible",
    "GridRole",
    "PatrolArea",
    "PersonLevel",
    "Position",
    "Shift",
    "Team",
    "WaitingWalk",
    "Walk",
    "WalkedMonth",
]
