"""Turns every error of the API into ``{"code", "message", "detail"}`` with the right status."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from spatial.core.errors import InputError, WanmiError

HANDLED = (exceptions.APIException, Http404, PermissionDenied)


class RoleError(WanmiError):
    """Known, but without the role the step needs."""

    status = 403

    def __init__(self, roles: list[str]) -> None:
        message = _("Your account has none of the roles this needs: %(roles)s.")
        super().__init__("E-ROLE-MISSING", message % {"roles": ", ".join(roles)}, roles=roles)


class LoginError(WanmiError):
    """Nobody is logged in, and this needs somebody."""

    status = 401

    def __init__(self) -> None:
        super().__init__("E-LOGIN-MISSING", _("Log in first."))


class FieldsError(InputError):
    """Fields of a request that cannot be used, each with what is wrong."""

    def __init__(self, fields: dict) -> None:
        message = _("The request has fields that cannot be used: %(fields)s.")
        text = message % {"fields": ", ".join(fields)}
        super().__init__("E-REQUEST-INVALID", text, fields=fields)


def body(code: str, message: Any, detail: dict | None = None) -> dict[str, Any]:
    """The one form of an error answer."""
    return {"code": code, "message": str(message), "detail": detail or {}}


def json_error(code: str, message: Any, status_code: int, detail: dict | None = None):
    """An error answer of a view outside the REST framework."""
    answer = JsonResponse(body(code, message, detail), status=status_code)
    answer["Cache-Control"] = "no-store"
    return answer


def coded(error: WanmiError) -> JsonResponse:
    """A coded error as an answer."""
    return json_error(error.code, error.message, error.status, error.detail)


def handle(error: Exception, context: dict) -> Response | None:  # noqa: ARG001
    """The REST framework's exception handler; None lets an unforeseen error become a 500."""
    if isinstance(error, WanmiError):
        answer = Response(error.as_dict(), status=error.status)
    elif isinstance(error, HANDLED):
        answer = _framework_error(error)
    else:
        return None
    answer["Cache-Control"] = "no-store"
    return answer


def _framework_error(error: Exception) -> Response:
    if isinstance(error, Http404):
        return Response(body("E-NOT-FOUND", _("There is nothing at this address.")), 404)
    if isinstance(error, PermissionDenied):
        error = exceptions.PermissionDenied()
    if isinstance(error, exceptions.ValidationError):
        fields = error.detail if isinstance(error.detail, dict) else {"request": error.detail}
        refused = FieldsError(fields)
        return Response(refused.as_dict(), refused.status)
    if isinstance(error, exceptions.NotAuthenticated):
        return _login_needed()
    code, detail = _code_of(error)
    answer = Response(body(code, error.detail, detail), error.status_code)
    if isinstance(error, exceptions.Throttled) and error.wait:
        answer["Retry-After"] = str(int(error.wait) + 1)
    return answer


def _login_needed() -> Response:
    error = LoginError()
    # A 401 without this header is not HTTP; the scheme keeps browsers from asking themselves.
    return Response(error.as_dict(), error.status, headers={"WWW-Authenticate": "Session"})


def _code_of(error: exceptions.APIException) -> tuple[str, dict]:
    if isinstance(error, exceptions.Throttled):
        return "E-REQUEST-RATE", {"wait_s": error.wait}
    codes = {
        exceptions.AuthenticationFailed: "E-LOGIN-MISSING",
        exceptions.PermissionDenied: "E-ROLE-FORBIDDEN",
        exceptions.NotFound: "E-NOT-FOUND",
        exceptions.MethodNotAllowed: "E-REQUEST-METHOD",
        exceptions.NotAcceptable: "E-REQUEST-ACCEPT",
        exceptions.UnsupportedMediaType: "E-REQUEST-TYPE",
        exceptions.ParseError: "E-REQUEST-SYNTAX",
    }
    return codes.get(type(error), "E-REQUEST-INVALID"), {}
