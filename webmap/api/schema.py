"""Shared parts of the OpenAPI description."""

from __future__ import annotations

from drf_spectacular.utils import OpenApiResponse, extend_schema

from webmap.api.forms import ErrorForm

REASONS = {
    400: "The request cannot be used.",
    401: "Nobody is logged in.",
    403: "The account has none of the roles this needs.",
    404: "Not there, or not for this user.",
    409: "The state has moved on.",
    410: "It was there and is gone.",
    429: "Too many requests; see Retry-After.",
}


JSON = "application/json"


def answers(form, *errors: int, status: int = 200, media: str = JSON, **more):
    """Describe a view: its answer, the errors it can give, and login while the map is closed."""
    responses = {(status, media): form}
    for code in sorted({*errors, 401}):
        responses[code, JSON] = OpenApiResponse(ErrorForm, REASONS[code])
    return extend_schema(responses=responses, **more)
