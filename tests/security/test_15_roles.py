"""Test 15: every role on every route and every method.

Which role may use which route stands in one table, `tests/webmap/test_access.py`, where one method
of each route is tried as each role. Here the other methods: those a route has not are refused by
405, or 401 and 403 before that, and an unsafe one that it has is for nobody who may not read.
"""

import pytest
from django.urls import resolve

from tests.webmap import factories
from tests.webmap.conftest import client_of, own_folders, town  # noqa: F401
from tests.webmap.test_access import ANONYMOUS, EVERYONE, ROUTES, client_of_once, world  # noqa: F401

METHODS = ("get", "head", "post", "put", "patch", "delete", "trace")
READ = {"get", "head"}
# Routes that take more than reading; every other route takes GET and HEAD and nothing else.
WRITES = {
    "batch": {"get", "head", "delete"},
    "batch-row": {"post"},
    "batches": {"get", "head", "post"},
    "campaign": {"patch"},
    "campaign-place": {"delete"},
    "campaign-places": {"post"},
    "campaigns": {"get", "head", "post"},
    "case-move": {"post"},
    "case-moves": {"post"},
    "case-reports": {"post"},
    "case-search": {"delete"},
    "case-searches": {"get", "head", "post"},
    "cases-within": {"post"},
    "catalogue-load": {"post"},
    "component": {"get", "head", "patch"},
    "component-photo": {"get", "head", "delete"},
    "component-photos": {"post"},
    "components": {"get", "head", "post"},
    "components-within": {"post"},
    "crosswalk-values": {"post"},
    "edit-redo": {"post"},
    "edit-undo": {"post"},
    "edits": {"get", "head", "post"},
    "evaluation": {"get", "head", "post"},
    "evaluation-appeals": {"post"},
    "evaluation-classes": {"get", "head", "post"},
    "evaluation-correct": {"post"},
    "evaluation-polygon-cases": {"post"},
    "evaluation-publish": {"post"},
    "exports": {"get", "head", "post"},
    "imports": {"get", "head", "post"},
    "job-cancel": {"post"},
    "login": {"get", "head", "post", "put"},
    "login-code": {"get", "head", "post"},
    "logout": {"post"},
    "note": {"get", "head", "patch", "delete"},
    "notes": {"get", "head", "post"},
    "open311-requests": {"get", "head", "post"},
    "opinion-forms": {"post"},
    "opinion-polls": {"get", "head", "post"},
    "patrol-area": {"get", "head", "patch"},
    "patrol-areas": {"get", "head", "post"},
    "patrol-duty": {"get", "head", "post"},
    "patrol-grids": {"post"},
    "patrol-positions": {"get", "head", "post"},
    "patrol-responsible-import": {"post"},
    "plan": {"get", "head", "delete"},
    "plan-check": {"post"},
    "plan-publish": {"post"},
    "plans": {"get", "head", "post"},
    "public-answer": {"post"},
    "public-opinion": {"post"},
    "public-reopen": {"post"},
    "public-reports": {"post"},
    "responsibilities": {"get", "head", "post"},
    "responsibility": {"patch", "delete"},
    "responsibility-import": {"post"},
    "scheme-edition": {"delete"},
    "scheme-editions": {"post"},
    "scheme-publish": {"post"},
    "schemes": {"get", "head", "post"},
    "second-factor": {"get", "head", "post"},
    "selection": {"post"},
    "selection-hours": {"post"},
    "selection-hour": {"post"},
    "set_language": {"post"},
    "upload": {"get", "head", "delete"},
    "upload-content": {"head", "patch"},
    "upload-inspection": {"get", "head", "post"},
    "uploads": {"get", "head", "post"},
    "view": {"get", "head", "patch", "delete"},
    "views": {"get", "head", "post"},
}
BEFORE = {401, 403}
"""Who may not use a route is told so, whatever he sends."""


def offered(name):
    """The methods a route has, as the code says; None for a plain function."""
    view = resolve(ROUTES[name][1].split("?")[0]).func
    kind = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if kind is None:
        return None
    found = {one for one in METHODS if hasattr(kind, one) and one in kind.http_method_names}
    return found | {"head"} if "get" in found else found


def test_the_table_of_methods_is_that_of_the_code():
    assert set(WRITES) <= set(ROUTES)
    known = {name: offered(name) for name in ROUTES}
    wrong = {name: (found, WRITES.get(name, READ)) for name, found in known.items()
             if found is not None and found != WRITES.get(name, READ)}  # fmt: skip
    assert wrong == {}


@pytest.mark.parametrize("role", sorted(EVERYONE))
def test_a_method_that_a_route_has_not(world, client_of, settings, role):  # noqa: F811
    client = client_of() if role == ANONYMOUS else client_of_once(client_of, role)
    wrong = {}
    for name, (_method, address, who, _closed) in ROUTES.items():
        for method in set(METHODS) - WRITES.get(name, READ):
            answer = getattr(client, method)(address)
            to_login = answer.status_code == 302 and "/accounts/login/" in answer["Location"]
            early = answer.status_code in BEFORE or to_login
            if answer.status_code != 405 and not (
                early and (method not in READ or role not in who)
            ):
                wrong[name, method] = answer.status_code
    assert wrong == {}


def test_admin_pages_know_no_other_method_either(db, client):
    factories.user(name="chief", is_staff=True, is_superuser=True)
    client.force_login(factories.User.objects.get(username="chief"))
    for address in ("/admin/", "/admin/cases/department/", "/admin/core/auditentry/"):
        assert client.get(address).status_code == 200
