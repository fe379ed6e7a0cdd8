"""Shared parts of the OpenAPI description."""

from __future__ import annotations

import re

from drf_spectacular.utils import OpenApiResponse, extend_schema

from webmap.api.forms import ErrorForm

REASONS = {
    400: "The request cannot be used.",
    401: "Nobody is logged in.",
    403: "The account has none of the roles this needs.",
    404: "Not there, or not for this user.",
    409: "The state has moved on.",
    410: "It was there and is gone.",
    413: "More bytes than are taken.",
    429: "Too many requests; see Retry-After.",
    507: "The server has no room.",
}


JSON = "application/json"


def answers(form, *errors: int, status: int = 200, media: str = JSON, **more):
    """Describe a view: its answer, the errors it can give, and login while the map is closed."""
    responses = {(status, media): form}
    for code in sorted({*errors, 401}):
        responses[code, JSON] = OpenApiResponse(ErrorForm, REASONS[code])
    return extend_schema(responses=responses, **more)


TILE_ADDRESSES = {
    "tile": "/tiles/{layer}/{version}/{z}/{x}/{y}.mvt",
    "current_tile": "/tiles/{layer}/{z}/{x}/{y}.mvt",
}
TILE_TEXTS = {
    "tile": "Gzipped MVT; take the address from the layer's TileJSON.",
    "current_tile": "Gzipped MVT as it is now, to be checked each time; also for cases.",
}


def add_tiles(result: dict, **kwargs) -> dict:  # noqa: ARG001
    """Describe the tiles, which a plain view serves; a hook of drf-spectacular."""
    error = {JSON: {"schema": {"$ref": "#/components/schemas/ErrorForm"}}}
    errors = {
        str(code): {"description": REASONS[code], "content": error} for code in (400, 401, 404)
    }
    binary = {
        "application/vnd.mapbox-vector-tile": {"schema": {"type": "string", "format": "binary"}}
    }
    for key, address in TILE_ADDRESSES.items():
        result["paths"][address] = {
            "get": {
                "operationId": key,
                "summary": "A vector tile",
                "description": TILE_TEXTS[key],
                "tags": ["tiles"],
                "parameters": [_in_path(name) for name in re.findall(r"{(\w+)}", address)],
                "responses": {
                    "200": {"description": "The tile.", "content": binary},
                    "204": {"description": "Nothing is there."},
                    **errors,
                },
            }
        }
    return result


def _in_path(name: str) -> dict:
    kind = "string" if name in ("layer", "version") else "integer"
    return {"in": "path", "name": name, "required": True, "schema": {"type": kind}}
