"""The desks of supervision, command and departments: one page, shown by what the user does."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.cases.models import (
    Campaign,
    Channel,
    Department,
    Extension,
    Level,
    Priority,
    Unit,
)
from spatial.cases.moves import MOVES
from spatial.cases.services.rights import roles_of
from spatial.cases.stages import ENDED, Role, Stage
from webmap.api.case_forms import named
from webmap.language import in_language
from webmap.pages.map import map_config

_S = Stage
TABS = {
    Role.OPERATOR: (
        ("to_file", (_S.REPORTED, _S.CHECKED)),
        ("on_check", (_S.CHECKING,)),
        ("to_verify", (_S.TO_VERIFY, _S.FAILED)),
        ("on_verify", (_S.VERIFYING,)),
        ("to_close", (_S.VERIFIED,)),
    ),
    Role.DISPATCHER: (
        ("to_dispatch", (_S.FILED,)),
        ("to_accept", (_S.DISPATCHED,)),
        ("in_work", (_S.HANDLING, _S.DIVIDED)),
        ("on_hold", (_S.HELD,)),
        ("to_pass_on", (_S.ANSWERED,)),
        ("to_agree", (_S.HANDLING,), Extension.State.ASKED),
    ),
    Role.LEADER: (("to_grant", (_S.HANDLING,), Extension.State.AGREED),),
    Role.DEPARTMENT: (
        ("to_accept", (_S.DISPATCHED,)),
        ("in_work", (_S.HANDLING, _S.DIVIDED)),
        ("on_hold", (_S.HELD,)),
        ("handed_on", (_S.ANSWERED, _S.TO_VERIFY, _S.VERIFYING, _S.VERIFIED, _S.FAILED)),
    ),
    Role.INSPECTOR: (
        ("on_check", (_S.CHECKING,)),
        ("on_verify", (_S.VERIFYING,)),
    ),
}
"""What lies before each side, in the order of the loop: a name, the stages behind it, and the state
of the extension that waits there."""


@require_safe
@cache_control(private=True, no_cache=True)
def desk_page(request: HttpRequest) -> HttpResponse:
    """Cases as a list beside the map."""
    return render(request, "webmap/desk.html", {"config": desk_config(request)})


def desk_config(request: HttpRequest) -> dict[str, Any]:
    """Everything the desk's scripts need to know before their first request."""
    held = roles_of(request.user)
    return {
        **map_config(request),
        "roles": sorted(held),
        "reports": bool(held & set(MOVES["report"].roles)),
        "tabs": _tabs(held),
        "stages": dict(Stage.choices),
        "ended_stages": sorted(ENDED),
        "channels": dict(Channel.choices),
        "priorities": {str(value): label for value, label in Priority.choices},
        "levels": {str(value): label for value, label in Level.choices},
        "units": dict(Unit.choices),
        "departments": [named(one) for one in Department.objects.filter(in_use=True)],
        "campaigns": [_campaign(one) for one in Campaign.objects.filter(in_use=True)],
        "moves": {move.name: str(move.label) for move in MOVES.values()},
    }


def _tabs(held: frozenset[Role]) -> list[dict[str, Any]]:
    """Tabs of all roles the user has, each set of stages once."""
    found: dict[str, dict[str, Any]] = {}
    for role, tabs in TABS.items():
        if role in held:
            for name, stages, *state in tabs:
                tab = {"name": name, "stages": list(stages), "extension": state[0] if state else ""}
                found.setdefault(name, tab)
    return list(found.values())


def _campaign(one: Campaign) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "id": one.pk,
        "name": in_language(one.name, one.name_en),
        "runs": one.starts <= today <= one.ends,
    }
