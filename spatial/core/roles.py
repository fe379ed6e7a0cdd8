"""The roles of the platform as Django groups, fixed here once."""

from django.utils.translation import gettext_lazy as _

ADMINISTRATOR = "administrator"
GIS_STAFF = "gis_staff"
OPERATOR = "operator"
DISPATCHER = "dispatcher"
DEPARTMENT = "department"
INSPECTOR = "inspector"
PLANNER = "planner"
VIEWER = "viewer"

ROLES = {
    ADMINISTRATOR: _("administrator"),
    GIS_STAFF: _("GIS staff"),
    OPERATOR: _("operator (supervision centre)"),
    DISPATCHER: _("dispatcher (command centre)"),
    DEPARTMENT: _("department"),
    INSPECTOR: _("inspector"),
    PLANNER: _("planner"),
    VIEWER: _("viewer"),
}

EXPORTERS = frozenset({ADMINISTRATOR, GIS_STAFF, PLANNER})
"""Who may take grids out as files."""

IMPORTERS = frozenset({ADMINISTRATOR, GIS_STAFF})
"""Who may bring files in."""

SURVEYORS = frozenset({ADMINISTRATOR, GIS_STAFF, OPERATOR, INSPECTOR})
"""Who keeps the register of components true."""

CASE_WORKERS = frozenset({ADMINISTRATOR, OPERATOR, DISPATCHER, DEPARTMENT, INSPECTOR})
"""Who has something to do with cases."""

DRAFT_READERS = frozenset({ADMINISTRATOR, GIS_STAFF})
"""Who sees plans that are not published yet."""

DRAFT_EDITORS = frozenset({GIS_STAFF})
"""Who edits plans that are not published yet."""

DATA_WORKERS = IMPORTERS | DRAFT_EDITORS | EXPORTERS
"""Who has something to do among the data pages."""


def owns(user, owner_id: int | None) -> bool:
    """Whether something is the user's own to look after, by the key of who made it.

    An administrator looks after everybody's.
    """
    return owner_id == user.pk or ADMINISTRATOR in role_names(user)


def role_names(user) -> frozenset[str]:
    """The roles a user holds; a superuser holds the administrator's.

    They are read once for each object, as Django does with rights: a request has one of its own.
    """
    if not user.is_authenticated:
        return frozenset()
    if not hasattr(user, "_role_names"):
        user._role_names = frozenset(user.groups.values_list("name", flat=True))  # noqa: SLF001
    names = user._role_names  # noqa: SLF001
    return names | {ADMINISTRATOR} if user.is_superuser else names
