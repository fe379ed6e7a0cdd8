"""Grid schemes: made, their editions ordered, published and deleted; crosswalks between them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.models import Job
from spatial.core.roles import DRAFT_EDITORS, role_names
from spatial.schemes.models import GridScheme, SchemeEdition
from spatial.schemes.selectors import edition_named, scheme_named, visible_editions
from spatial.schemes.services.crosswalk import Crosswalk, reaggregate
from spatial.schemes.services.editions import (
    discard_edition,
    make_scheme,
    may_be_published_by,
    publish_edition,
)
from webmap import schemes
from webmap.api.base import DataView
from webmap.api.csvlines import csv_lines
from webmap.api.exports import job_form
from webmap.api.forms import JobForm
from webmap.api.grid_form import DEGREE_DIGITS
from webmap.api.params import read, read_body
from webmap.api.schema import answers
from webmap.api.scheme_forms import (
    CrosswalkForm,
    CrosswalkQuery,
    EditionOrder,
    PublishSchemeOrder,
    SchemeEditionForm,
    SchemeForm,
    SchemeOrder,
    ValuesForm,
    ValuesOrder,
)
from webmap.api.uploads import own
from webmap.tasks import scheme_task

TAGS = {"tags": ["schemes"]}


class Schemes(DataView):
    """All schemes."""

    @answers(SchemeForm(many=True), 403, operation_id="schemes", summary="Grid schemes", **TAGS)
    def get(self, request: Request) -> Response:
        """Every scheme with its editions; drafts for those who may see them."""
        return Response(scheme_forms(request.user))

    @answers(
        SchemeForm, 400, 403, 409, status=201, request=SchemeOrder,
        operation_id="scheme_make", summary="Make a scheme", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Note a new scheme; its editions come from files or unit grids."""
        order = read_body(SchemeOrder, request)
        scheme = make_scheme(**order, user=request.user)
        return Response(_scheme_form(scheme, []), status=201)


class SchemeEditions(DataView):
    """The editions of a scheme."""

    @answers(
        JobForm, 400, 403, 404, 409, status=202, request=EditionOrder,
        operation_id="scheme_edition_order", summary="Make an edition", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, key: str) -> Response:
        """Order a draft; the job says how far it is, its result names the edition."""
        asked = read_body(EditionOrder, request)
        upload = asked.pop("upload")
        file = own(request.user, upload) if upload else None
        job = schemes.order(scheme_named(key), asked, file, request.user)
        scheme_task.enqueue(str(job.pk))
        return Response(job_form(Job.objects.get(pk=job.pk)), status=202)


class SchemeEditionView(DataView):
    """An edition of a scheme."""

    @answers(
        None, 403, 404, 409, status=204,
        operation_id="scheme_edition_delete", summary="Delete a draft", **TAGS,
    )  # fmt: skip
    def delete(self, request: Request, version: str) -> Response:
        """Delete a draft; what was in force stays."""
        discard_edition(edition_named(version, visible_editions(request.user)), request.user)
        return Response(status=204)


class SchemePublish(DataView):
    """Puts an edition in force."""

    @answers(
        SchemeEditionForm, 400, 403, 404, 409, request=PublishSchemeOrder,
        operation_id="scheme_edition_publish", summary="Publish an edition", **TAGS,
    )  # fmt: skip
    def post(self, request: Request, version: str) -> Response:
        """Publish a draft; the edition in force before is superseded that day."""
        order = read_body(PublishSchemeOrder, request)
        edition = edition_named(version, visible_editions(request.user))
        done = publish_edition(edition, order["valid_from"], request.user)
        return Response(_edition_form(done, request.user))


class SchemeCells(DataView):
    """The cells of an edition."""

    @answers(
        OpenApiTypes.BINARY, 403, 404, media="application/geo+json",
        operation_id="scheme_cells", summary="Cells as GeoJSON", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, version: str) -> StreamingHttpResponse:
        """Every cell with code, name and area."""
        edition = edition_named(version, visible_editions(request.user))
        response = StreamingHttpResponse(_geojson(edition), content_type="application/geo+json")
        response["Cache-Control"] = "private, no-store"
        return response


class CrosswalkView(DataView):
    """What two schemes have in common."""

    @answers(
        CrosswalkForm, 400, 403, 404, parameters=[CrosswalkQuery],
        operation_id="crosswalk", summary="Crosswalk of two schemes", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Pairs of cells with ground, or components, in common."""
        asked = read(CrosswalkQuery, request)
        walk = _walk(asked)
        pairs = [dict(zip(schemes.head_of(asked["by"]), row, strict=True)) for row in walk.rows()]
        return Response({"one": walk.one.version, "other": walk.other.version, "pairs": pairs})


class CrosswalkTable(DataView):
    """The same as a table."""

    @answers(
        OpenApiTypes.BINARY, 400, 403, 404, media="text/csv", parameters=[CrosswalkQuery],
        operation_id="crosswalk_csv", summary="Crosswalk as CSV", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> StreamingHttpResponse:
        """The same pairs, for a spreadsheet."""
        asked = read(CrosswalkQuery, request)
        walk = _walk(asked)
        lines = csv_lines(schemes.head_of(asked["by"]), walk.rows())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        name = f"{walk.one.version}--{walk.other.version}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response


class CrosswalkValues(DataView):
    """Numbers of one scheme as numbers of another."""

    @answers(
        ValuesForm, 400, 403, 404, request=ValuesOrder,
        operation_id="crosswalk_values", summary="Pass numbers on", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Sums by share of area, so that the total is kept; means weighted by area."""
        asked = read_body(ValuesOrder, request)
        walk = _walk(asked)
        passed = reaggregate(walk, asked["values"], asked["kind"])
        return Response(
            {
                "one": walk.one.version,
                "other": walk.other.version,
                "total": sum(asked["values"].values()),
                "outside": passed.outside,
                "values": passed.values,
            }
        )


def _walk(asked: dict[str, Any]) -> Crosswalk:
    return schemes.walk_of(asked["from"], asked["to"], asked["district"], asked["on"], asked["by"])


def _geojson(edition: SchemeEdition) -> Iterator[str]:
    rows = edition.cells.annotate(shape=AsGeoJSON("geom", precision=DEGREE_DIGITS))
    yield '{"type":"FeatureCollection","features":['
    fields = rows.values_list("ordinal", "code", "name", "area_m2", "shape").order_by("ordinal")
    for ordinal, code, name, area_m2, shape in fields.iterator(500):
        about = json.dumps({"code": code, "name": name, "area_m2": area_m2}, ensure_ascii=False)
        head = f'{"," if ordinal > 1 else ""}\n{{"type":"Feature","id":{ordinal},'
        yield f'{head}"properties":{about},"geometry":{shape}}}'
    yield "]}\n"


def scheme_forms(user: Any) -> list[dict[str, Any]]:
    """All schemes with the editions a user may see."""
    by_scheme: dict[int, list[SchemeEdition]] = defaultdict(list)
    for edition in visible_editions(user):
        by_scheme[edition.scheme_id].append(edition)
    return [
        _scheme_form(scheme, [_edition_form(one, user) for one in by_scheme[scheme.pk]])
        for scheme in GridScheme.objects.all()
    ]


def _scheme_form(scheme: GridScheme, editions: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("key", "name", "name_en", "purpose")
    return {**{name: getattr(scheme, name) for name in names}, "editions": editions}


def _edition_form(edition: SchemeEdition, user: Any) -> dict[str, Any]:
    names = ("version", "edition", "state", "origin", "source", "cell_count", "covered_share",
             "created_at", "valid_from", "valid_to")  # fmt: skip
    draft = edition.state == SchemeEdition.State.DRAFT
    editor = bool(role_names(user) & DRAFT_EDITORS)
    return {
        **{name: getattr(edition, name) for name in names},
        "scheme": edition.scheme.key,
        "district": edition.district.code,
        "created_by": edition.created_by.get_username() if edition.created_by else "",
        "may_publish": draft and editor and may_be_published_by(edition, user),
    }
