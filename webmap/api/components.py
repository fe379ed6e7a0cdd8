"""Components: lists, single ones, what is in a polygon, counts by grid, photos, and changes."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Count
from django.http import FileResponse, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.cases.models import Case
from spatial.cases.selectors import open_of_component
from spatial.cases.stages import Stage
from spatial.components.answering import Answer, responsible
from spatial.components.models import ComponentPhoto, Organisation
from spatial.components.selectors import (
    RELATED,
    catalogues,
    component_of_code,
    components_where,
    count_up_to,
    counts_by_grid,
    near,
)
from spatial.components.services.keeping import change, register
from spatial.components.services.kinds import catalogue_named, class_of
from spatial.components.services.photos import add_photo, remove_photo
from spatial.core.errors import NotFoundError
from spatial.core.photos import check_size
from spatial.grids.selectors import plan_by_version
from webmap.api.base import DataView
from webmap.api.component_forms import (
    CatalogueForm,
    ComponentForm,
    ComponentListForm,
    KeepOrder,
    ListQuery,
    PartyForm,
    PhotoForm,
    RegisterOrder,
    WhereQuery,
    WithinForm,
    WithinOrder,
    row_form,
)
from webmap.api.params import read, read_body
from webmap.api.schema import answers
from webmap.language import in_language
from webmap.tiles.caching import ask_again

TAGS = {"tags": ["components"]}
MOST_PARTIES = 50
HISTORY = 100


class Catalogues(DataView):
    """The catalogues of component classes."""

    @answers(CatalogueForm(many=True), operation_id="catalogues", summary="Catalogues", **TAGS)
    def get(self, request: Request) -> Response:  # noqa: ARG002
        """All catalogues with their main classes and classes."""
        return Response([_catalogue_form(one) for one in catalogues()])


class Components(DataView):
    """The register of components."""

    throttle_scope = "search"

    @answers(
        ComponentListForm, 400, 429, operation_id="components", summary="Components",
        parameters=[ListQuery], **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Components that fit, by code, a page at a time."""
        values = read(ListQuery, request)
        found = components_where(request.user, ListQuery.where(values))
        return Response(_page(found, values["limit"], values["after"]))

    @answers(
        ComponentForm, 400, 403, 404, 409, status=201, operation_id="component_register",
        summary="Register a component", request=RegisterOrder, **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Add a component at a point; it gets the next code of its district and class."""
        order = read_body(RegisterOrder, request)
        kind = class_of(catalogue_named(order.pop("catalogue")), order.pop("kind"))
        lon, lat = order.pop("point")
        made = register(kind, lon, lat, order, request.user)
        return Response(component_form(request.user, made.code), status=201)


class Within(DataView):
    """Components in a polygon."""

    throttle_scope = "search"

    @answers(
        WithinForm, 400, 429, operation_id="components_within", summary="Components in a polygon",
        request=WithinOrder, **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Components in a polygon drawn on the map, and how many there are of each class."""
        values = read_body(WithinOrder, request)
        found = components_where(request.user, WithinOrder.where(values))
        names = ("kind__code", "kind__name", "kind__name_en", "kind__symbol")
        counts = found.order_by("kind__code").values_list(*names).annotate(n=Count("pk"))
        classes = [
            {"kind": code, "kind_name": in_language(name, name_en), "symbol": symbol, "count": n}
            for code, name, name_en, symbol, n in counts
        ]
        total = sum(one["count"] for one in classes)
        page = _page(found, values["limit"])
        return Response(page | {"classes": classes, "count": total, "more": False})


class OneComponent(DataView):
    """A component."""

    @answers(
        ComponentForm, 404, operation_id="component", summary="A component", **TAGS
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """All about a component: attributes, photos, history, neighbours."""
        return Response(component_form(request.user, code))

    @answers(
        ComponentForm, 400, 403, 404, 409, operation_id="component_change",
        summary="Change a component", request=KeepOrder, **TAGS,
    )  # fmt: skip
    def patch(self, request: Request, code: str) -> Response:
        """Change what is given; the history keeps what was."""
        order = read_body(KeepOrder, request)
        revision = order.pop("revision", None)
        change(component_of_code(request.user, code), order, request.user, revision=revision)
        return Response(component_form(request.user, code))


class PhotoOrder(serializers.Serializer):
    """A photo to keep."""

    file = serializers.FileField()
    note = serializers.CharField(max_length=200, allow_blank=True, default="")


class Photos(DataView):
    """The photos of a component."""

    parser_classes = [MultiPartParser]

    @answers(
        PhotoForm, 400, 403, 404, 409, 413, status=201, operation_id="component_photo_add",
        summary="Add a photo", request={"multipart/form-data": PhotoOrder}, **TAGS,
    )  # fmt: skip
    def post(self, request: Request, code: str) -> Response:
        """Keep a JPEG, PNG or WebP of at most 20 MB, without place and camera."""
        component = component_of_code(request.user, code)
        order = read_body(PhotoOrder, request)
        check_size(order["file"].size)
        photo = add_photo(component, order["file"].read(), order["note"], request.user)
        return Response(_photo_form(photo, code), status=201)


class OnePhoto(DataView):
    """A photo."""

    @answers(
        OpenApiTypes.BINARY, 404, media="image/jpeg", operation_id="component_photo",
        summary="A photo", **TAGS,
    )  # fmt: skip
    def get(self, request: Request, code: str, key: UUID) -> FileResponse:
        """The photo as JPEG."""
        photo = _photo(request, code, key)
        response = FileResponse(photo.file.open("rb"), content_type="image/jpeg")
        response["X-Content-Type-Options"] = "nosniff"
        response["Cache-Control"] = "private, max-age=86400"
        return response

    @answers(
        None, 403, 404, status=204, operation_id="component_photo_remove",
        summary="Remove a photo", **TAGS,
    )  # fmt: skip
    def delete(self, request: Request, code: str, key: UUID) -> Response:
        """Take a photo out."""
        remove_photo(_photo(request, code, key), request.user)
        return Response(status=204)


class PartyQuery(serializers.Serializer):
    """Which organisations."""

    q = serializers.CharField(max_length=60, default="", help_text="Part of the name.")


class Parties(DataView):
    """Departments, owners and keepers."""

    throttle_scope = "search"

    @answers(
        PartyForm(many=True), 400, 429, operation_id="organisations", summary="Organisations",
        parameters=[PartyQuery], **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Organisations that components name, by name; at most 50."""
        text = read(PartyQuery, request)["q"]
        found = Organisation.objects.filter(name__icontains=text)[:MOST_PARTIES]
        return Response([_party_form(one) for one in found])


class CountsQuery(WhereQuery):
    """Which components, and the edition whose grids are counted."""

    edition = serializers.CharField(max_length=40)
    form = serializers.ChoiceField(["bytes", "json"], default="bytes")


class Counts(DataView):
    """How many components each grid has."""

    @answers(
        OpenApiTypes.BINARY, 400, 404, media="application/octet-stream",
        operation_id="values_components", summary="Components by grid",
        parameters=[CountsQuery], tags=["values"],
    )  # fmt: skip
    def get(self, request: Request) -> HttpResponse:
        """Two bytes a grid, the lower first, in the order of ordinals; JSON on request."""
        values = read(CountsQuery, request)
        plan = plan_by_version(request.user, values["edition"])
        packed = counts_by_grid(request.user, plan, CountsQuery.where(values))
        counts = np.frombuffer(packed, ">u2")
        if values["form"] == "json":
            text = json.dumps(counts.tolist()).encode()
            return ask_again(request, HttpResponse(text, content_type="application/json"), text)
        content = counts.astype("<u2").tobytes()
        answer = HttpResponse(content, content_type="application/octet-stream")
        return ask_again(request, answer, content)


def component_form(user: Any, code: str) -> dict[str, Any]:
    """All about a component."""
    one = component_of_code(user, code)
    shape = one.shape or one.point
    changes = one.changes.select_related("made_by", "run__created_by")[:HISTORY]
    names = ("position", "data_source", "note", "valid_from", "changed_on", "valid_to")
    return {
        **row_form(one),
        "main_name": in_language(one.kind.main.name, one.kind.main.name_en),
        "colour": one.kind.main.colour,
        "catalogue": one.kind.catalogue.version,
        "accuracy": one.kind.accuracy,
        "district": one.district_code,
        **{role: _answer_form(answer) for role, answer in responsible(one).items()},
        **{name: getattr(one, name) for name in names},
        "dataset": one.dataset.name,
        "made_up": one.dataset.made_up,
        "revision": str(changes[0].pk if changes else 0),
        "geometry": json.loads(shape.geojson),
        "photos": [_photo_form(photo, code) for photo in one.photos.all()],
        "history": [_change_form(step) for step in changes],
        "cases": [_case_form(case) for case in open_of_component(user, one.pk)],
        "near": [row_form(other) | {"away_m": round(other.away.m, 1)} for other in near(user, one)],
    }


def _page(found: Any, limit: int, after: str = "") -> dict[str, Any]:
    count, more = count_up_to(found)
    rest = found.filter(code__gt=after) if after else found
    rows = list(rest.select_related(*RELATED[:1], "kind", "owner")[: limit + 1])
    following = rows[limit - 1].code if len(rows) > limit else None
    results = [row_form(one) for one in rows[:limit]]
    return {"count": count, "more": more, "next": following, "results": results}


def _photo(request: Request, code: str, key: UUID) -> ComponentPhoto:
    component = component_of_code(request.user, code)
    found = component.photos.filter(key=key).first()
    if found is None:
        raise NotFoundError("E-PHOTO-MISSING", _("There is no such photo."))
    return found


def _photo_form(photo: ComponentPhoto, code: str) -> dict[str, Any]:
    names = ("key", "width_px", "height_px", "taken_at", "added_at", "note")
    url = reverse("component-photo", kwargs={"code": code, "key": photo.key})
    return {"url": url, **{name: getattr(photo, name) for name in names}}


def _party_form(one: Organisation) -> dict[str, Any]:
    return {"id": one.pk, "code": one.code, "name": one.name}


def _answer_form(answer: Answer | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    named = {"id": answer.organisation_id, "code": answer.code, "name": answer.name}
    return {**named, "by_table": answer.line_id is not None}


def _case_form(case: Case) -> dict[str, Any]:
    return {
        "number": case.number,
        "name": in_language(case.case_class.name, case.case_class.name_en),
        "stage": case.stage,
        "stage_name": Stage(case.stage).label,
        "reported_at": case.reported_at,
        "deadline": case.deadline,
    }


def _change_form(step: Any) -> dict[str, Any]:
    by = step.made_by or (step.run.created_by if step.run else None)
    facts = {name: getattr(step, name) for name in ("kind", "day", "at", "before", "after")}
    return facts | {"by": by.get_username() if by else ""}


def _catalogue_form(one: Any) -> dict[str, Any]:
    main_names = ("code", "name", "name_en", "colour", "symbol")
    names = ("code", "name", "name_en", "geometry", "accuracy", "symbol", "local")
    return {
        **{name: getattr(one, name) for name in ("version", "name", "name_en")},
        "main_classes": [
            {name: getattr(main, name) for name in main_names} for main in one.main_classes.all()
        ],
        "classes": [
            {"main": kind.main.code, **{name: getattr(kind, name) for name in names}}
            for kind in one.classes.all()
        ],
    }
