"""Districts, unit grids and TileJSON."""

from __future__ import annotations

import json
from datetime import date

from django.http import Http404, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.errors import NotFoundError
from spatial.core.reading import reader
from spatial.core.validity import valid_on
from spatial.grids.models import UnitGrid
from spatial.grids.selectors import current_plan, no_grid_of_code, plan_by_version
from spatial.grids.services.locate import locate
from webmap.api.base import DataView
from webmap.api.forms import DistrictForm, GridForm, TileJsonForm
from webmap.api.grid_form import detailed, grid_form
from webmap.api.params import OnDay, PointQuery, TileJsonQuery, read
from webmap.api.regions import DRAFT_STATES, district_forms
from webmap.api.schema import answers
from webmap.tiles import caching, store, tilejson
from webmap.tiles.layers import layer_named

CODES = """
    SELECT json_agg(g.code ORDER BY n)::text
    FROM generate_series(1, (SELECT max(ordinal) FROM grids_unitgrid WHERE plan_id = %(plan)s)) n
    LEFT JOIN grids_unitgrid g ON g.plan_id = %(plan)s AND g.ordinal = n
"""


class Districts(DataView):
    """All districts with their edition in force."""

    @answers(
        DistrictForm(many=True),
        400,
        operation_id="districts",
        summary="Districts",
        tags=["districts"],
        parameters=[OnDay],
    )
    def get(self, request: Request) -> Response:
        """All districts with their edition in force now or on a day; drafts for GIS staff."""
        return Response(district_forms(request.user, read(OnDay, request)["on"]))


class EditionGrid(DataView):
    """A unit grid of a named edition."""

    @answers(
        GridForm, 404, operation_id="edition_grid", summary="A grid by ordinal", tags=["grids"]
    )
    def get(self, request: Request, version: str, ordinal: int) -> Response:
        """A unit grid by its ordinal, which is the feature id of the tiles."""
        plan = plan_by_version(request.user, version)
        return Response(_one(UnitGrid.objects.filter(plan=plan, ordinal=ordinal)))


class EditionCodes(DataView):
    """The codes of an edition."""

    @answers(
        {"type": "array", "items": {"type": "string", "nullable": True}},
        404,
        operation_id="edition_codes",
        summary="Codes of an edition",
        tags=["grids"],
    )
    def get(self, request: Request, version: str) -> HttpResponse:
        """All codes by ordinal: the first is that of ordinal 1; null where a draft has no grid."""
        plan = plan_by_version(request.user, version)
        with reader().cursor() as cursor:
            cursor.execute(CODES, {"plan": plan.pk})
            content = (cursor.fetchone()[0] or "[]").encode()
        response = caching.packed_answer(request, store.pack(content), "application/json")
        if plan.state in DRAFT_STATES:
            return caching.ask_again(request, response, content)
        return caching.keep_for_ever(response)


class GridByCode(DataView):
    """A unit grid by its code."""

    @answers(
        GridForm,
        400,
        404,
        operation_id="grid_by_code",
        summary="A grid by code",
        tags=["grids"],
        parameters=[OnDay],
    )
    def get(self, request: Request, code: str) -> Response:
        """The unit grid of a code, in force now or on a day."""
        day = read(OnDay, request)["on"]
        grid = detailed(UnitGrid.objects.filter(valid_on(day), code=code)).first()
        if grid is None:
            raise no_grid_of_code(code, day)
        return Response(grid_form(grid))


class GridAtPoint(DataView):
    """A unit grid by a point."""

    @answers(
        GridForm,
        400,
        404,
        operation_id="grid_at_point",
        summary="The grid at a point",
        tags=["grids"],
        parameters=[PointQuery],
    )
    def get(self, request: Request) -> Response:
        """The unit grid a point lies in, by the edge rule."""
        values = read(PointQuery, request)
        point = (values["lon"], values["lat"])
        found = locate([point], on=values["on"])[0]
        if found is None:
            raise _outside(point, values["on"])
        return Response(_one(UnitGrid.objects.filter(pk=found.pk)))


class TileJson(DataView):
    """What a tile layer is and where its tiles are."""

    @answers(
        TileJsonForm,
        400,
        404,
        operation_id="tilejson",
        summary="A tile layer",
        tags=["tiles"],
        parameters=[TileJsonQuery],
    )
    def get(self, request: Request, layer: str) -> HttpResponse:
        """TileJSON 3.0 with the address of the current version.

        ``grids`` are those of the ``district`` or the ``version`` that is named, else those of all
        districts, with their codes.
        """
        known = layer_named(layer)
        root = tilejson.root_for(request)
        described = tilejson.describe(known, request.user, root, **read(TileJsonQuery, request))
        content = json.dumps(described, ensure_ascii=False).encode()
        response = caching.packed_answer(request, store.pack(content), "application/json")
        patch_vary_headers(response, ["Sec-Fetch-Site"])
        return caching.ask_again(request, response, content)


class Unknown(DataView):
    """Any other address below ``/api/`` and ``/tiles/``."""

    schema = None

    def initial(self, *args, **kwargs) -> None:  # noqa: ARG002
        """Refuse by 404 whatever the method."""
        raise Http404


def _outside(point: tuple[float, float], day: date | None) -> NotFoundError:
    """Why a point lies in no grid; a day before the first edition there is said by its own code."""
    today = locate([point])[0] if day else None
    if today is not None:
        current_plan(today.plan.district.code, day)
    message = _("This point lies in no unit grid.")
    return NotFoundError("E-GRID-OUTSIDE", message, lon=point[0], lat=point[1])


def _one(grids) -> dict:
    grid = detailed(grids).first()
    if grid is None:
        raise NotFoundError("E-GRID-MISSING", _("There is no such unit grid."))
    return grid_form(grid)
