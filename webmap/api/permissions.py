"""Who may call an address; ``webmap/urls.py`` says which of these guards which address."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import SAFE_METHODS, AllowAny, BasePermission, IsAuthenticated

from spatial.cases.stages import RIGHTS
from spatial.core.roles import (
    CASE_WORKERS,
    DATA_WORKERS,
    DISPATCHER,
    DRAFT_EDITORS,
    EXPORTERS,
    IMPORTERS,
    INSPECTOR,
    OPERATOR,
    SURVEYORS,
    role_names,
)
from spatial.evaluation.selectors import PUBLISH, SEE_RESULTS
from spatial.patrol.selectors import KEEP_AREAS, SEE_AREAS, SEE_TRAILS
from spatial.reports.access import SEE_ANALYSIS, SEE_HONESTY, SEE_WALL
from webmap.api.errors import LoginError, RoleError
from webmap.exports import CASE_EXPORTERS, exports_anything

Anyone = AllowAny
LoggedIn = IsAuthenticated


def map_is_open(request: HttpRequest) -> bool:
    """Anyone while the map is public, else whoever is logged in."""
    return settings.PUBLIC_MAP or request.user.is_authenticated


class MapIsOpen(BasePermission):
    """Anyone while the map is public, else whoever is logged in."""

    def has_permission(self, request, view) -> bool:  # noqa: ARG002
        """Allow by the setting ``PUBLIC_MAP`` or by login."""
        return map_is_open(request)


OF_REPORTS = frozenset({"basemap"})
"""Layers that everybody needs who says on a map where something is."""
OF_CASES = frozenset({"cases"})
"""Layers that show each the cases that he may see."""


class Holder(BasePermission):
    """Whoever holds one of some roles; E-ROLE-MISSING names the roles that would do."""

    roles: frozenset[str] = frozenset()

    def has_permission(self, request, view) -> bool:  # noqa: ARG002
        """Allow by role."""
        if not request.user.is_authenticated:
            return False
        if not role_names(request.user) & self.roles:
            raise RoleError(sorted(self.roles))
        return True


class Exporter(Holder):
    """Whoever may take anything out; what, is told by `webmap.exports.refuse_role`."""

    roles = EXPORTERS | CASE_EXPORTERS | SEE_RESULTS

    def has_permission(self, request, view) -> bool:
        """Allow by role, or by a right to decide on any case."""
        return exports_anything(request.user) or super().has_permission(request, view)


class Importer(Holder):
    """Whoever may bring files in."""

    roles = IMPORTERS


class SchemeWorker(Holder):
    """Whoever works with data may look at schemes; GIS staff make them."""

    def has_permission(self, request, view) -> bool:
        """Allow by role and method."""
        self.roles = DATA_WORKERS if request.method in SAFE_METHODS else DRAFT_EDITORS
        return super().has_permission(request, view)


class TableWorker(Holder):
    """Whoever works with data may look at tables of the register; GIS staff change them."""

    def has_permission(self, request, view) -> bool:
        """Allow by role and method."""
        self.roles = DATA_WORKERS if request.method in SAFE_METHODS else IMPORTERS
        return super().has_permission(request, view)


class ComponentKeeper(MapIsOpen):
    """Whoever sees the map sees components; those who keep the register change them."""

    def has_permission(self, request, view) -> bool:
        """Allow by method: reading as for the map, else by role."""
        if request.method in SAFE_METHODS:
            return super().has_permission(request, view)
        if not request.user.is_authenticated:
            return False
        if not role_names(request.user) & SURVEYORS:
            raise RoleError(sorted(SURVEYORS))
        return True


class MapWriter(MapIsOpen):
    """Whoever sees the map reads; whoever is logged in writes what is his own."""

    def has_permission(self, request, view) -> bool:
        """Allow by method: reading as for the map, else by login."""
        if request.method in SAFE_METHODS:
            return super().has_permission(request, view)
        return request.user.is_authenticated


class CaseWorker(Holder):
    """Whoever has something to do with cases: by role, or by a right to decide on any."""

    roles = CASE_WORKERS

    def has_permission(self, request, view) -> bool:
        """Allow by role or right."""
        user = request.user
        # Nearly everybody comes by role; a right is asked of the database by itself.
        if user.is_authenticated and not role_names(user) & self.roles:
            decides = any(map(user.has_perm, RIGHTS.values()))
            return decides or super().has_permission(request, view)
        return super().has_permission(request, view)


class WallReader(CaseWorker):
    """Both centres, departments, and whoever may decide on any case: each sees his own numbers."""

    roles = SEE_WALL


class LayerIsOpen(MapIsOpen):
    """As the map, but for what everybody needs who reports, and what only case workers see."""

    def has_permission(self, request, view) -> bool:
        """Allow by layer, else as the map."""
        asked = view.kwargs["layer"]
        if asked in OF_CASES:
            return CaseWorker().has_permission(request, view)
        return asked in OF_REPORTS or super().has_permission(request, view)


class CollectionIsOpen(MapIsOpen):
    """As the map, but for what only case workers see."""

    def has_permission(self, request, view) -> bool:
        """Allow by collection, else as the map."""
        if view.kwargs["collection"] in OF_CASES:
            return CaseWorker().has_permission(request, view)
        return super().has_permission(request, view)


class DataWorker(Holder):
    """Whoever has something to do among the data pages."""

    roles = DATA_WORKERS


class Editor(Holder):
    """Whoever holds a role that may edit drafts."""

    roles = DRAFT_EDITORS


class Centre(Holder):
    """Both centres: whoever has to reach a reporter."""

    roles = frozenset({OPERATOR, DISPATCHER})


class Patroller(Holder):
    """Whoever is on duty in the streets."""

    roles = frozenset({INSPECTOR})


class PatrolReader(Holder):
    """Whoever plans or walks patrol areas sees them; those who keep them change them."""

    roles = SEE_AREAS | {INSPECTOR}

    def has_permission(self, request, view) -> bool:
        """Allow by role and method."""
        if request.method not in SAFE_METHODS:
            self.roles = KEEP_AREAS
        return super().has_permission(request, view)


class TrailReader(Holder):
    """Both centres see all trails, inspectors their own; only inspectors send positions."""

    roles = SEE_TRAILS | {INSPECTOR}

    def has_permission(self, request, view) -> bool:
        """Allow by role and method."""
        if request.method not in SAFE_METHODS:
            self.roles = frozenset({INSPECTOR})
        return super().has_permission(request, view)


class ResultReader(Holder):
    """Both centres, planners and GIS staff see results; who is graded does not publish them."""

    roles = SEE_RESULTS


class ResultPublisher(Holder):
    """Whoever freezes results and corrects them."""

    def has_permission(self, request, view) -> bool:
        """Allow by role and method."""
        self.roles = SEE_RESULTS if request.method in SAFE_METHODS else PUBLISH
        return super().has_permission(request, view)


class PatrolKeeper(Holder):
    """Whoever keeps patrol areas and the persons who answer for grids."""

    roles = KEEP_AREAS | IMPORTERS


class AnalysisReader(Holder):
    """Both centres, and who plans."""

    roles = SEE_ANALYSIS


class HonestyReader(Holder):
    """The supervision centre."""

    roles = SEE_HONESTY


def page_behind_map(view: Callable) -> Callable:
    """A page for ``MapIsOpen``: others are sent to the login."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if map_is_open(request):
            return view(request, *args, **kwargs)
        return redirect_to_login(request.get_full_path())

    return guarded


def page_for(guard: type[Holder], view: Callable) -> Callable:
    """A page for who holds one of the guard's roles; others are told which (403) or log in."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            guard().has_permission(request, view)
        except RoleError as error:
            raise PermissionDenied(error.message) from error
        return view(request, *args, **kwargs)

    return guarded


def data_behind_map(view: Callable) -> Callable:
    """Data outside the REST framework for ``LayerIsOpen``: others get a coded 401."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if kwargs.get("layer") in OF_REPORTS or map_is_open(request):
            return view(request, *args, **kwargs)
        raise LoginError

    return guarded


def data_for(guard: type[Holder], view: Callable) -> Callable:
    """Data outside the REST framework for who holds one of the guard's roles: else 401 or 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            raise LoginError
        guard().has_permission(request, view)
        return view(request, *args, **kwargs)

    return guarded
