"""Who answers for unit grids: asked on the map, listed and imported."""

from __future__ import annotations

from typing import Any

from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.core.looks import look
from spatial.core.masking import masked
from spatial.core.models import Look
from spatial.patrol.models import GridResponsible, PersonLevel
from spatial.patrol.selectors import answering_for
from spatial.patrol.services.responsible_import import import_responsibles
from webmap.api.base import DataView
from webmap.api.params import read, read_body
from webmap.api.patrol import inspector_form, team_form
from webmap.api.patrol_forms import (
    PersonsForm,
    PersonsImport,
    PersonsQuery,
    ResponsibleForm,
    ResponsibleQuery,
)
from webmap.api.responsibility_forms import TableImported
from webmap.api.schema import answers
from webmap.api.senttable import sent_table

TAGS = {"tags": ["patrol"]}


class Responsible(DataView):
    """Who answers for a unit grid."""

    @answers(
        ResponsibleForm, 400, 404, parameters=[ResponsibleQuery],
        operation_id="patrol_responsible", summary="Who answers for a unit grid", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Persons on the four levels; telephones and inspectors for whoever is logged in.

        Telephones are masked unless ``telephones`` is asked for; it is remembered who did.
        """
        asked = read(ResponsibleQuery, request)
        found = answering_for(asked["grid"], asked["on"])
        known = request.user.is_authenticated
        whole = known and asked["telephones"]
        if whole:
            look(request.user, Look.What.TELEPHONES, [found.grid], whole=True)
        levels = [
            {
                "level": level,
                "level_name": PersonLevel(level).label,
                "persons": [_person_form(one, known, whole) for one in persons],
            }
            for level, persons in found.persons.items()
        ]
        area = found.area and {
            "code": found.area.code,
            "name": found.area.name,
            "team": team_form(found.area),
            "inspectors": list(map(inspector_form, found.area.inspectors.all())) if known else [],
        }
        return Response({"grid": found.grid, "levels": levels, "area": area})


class Responsibles(DataView):
    """The persons who answer for regions and grids."""

    @answers(
        PersonsForm, 400, 403, parameters=[PersonsQuery], operation_id="patrol_responsibles",
        summary="Persons who answer for grids", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Persons by code, past ones too; telephones are masked."""
        asked = read(PersonsQuery, request)
        found = GridResponsible.objects.filter(code__startswith=asked["code"])
        part = found.order_by("code", "role", "name", "pk")
        part = part[asked["offset"] : asked["offset"] + asked["limit"]]
        persons = [
            {
                **_person_form(one, True, False),
                "valid_from": one.valid_from,
                "valid_to": one.valid_to,
            }
            for one in part
        ]
        return Response({"count": found.count(), "persons": persons})


class ResponsibleImport(DataView):
    """Imports persons."""

    parser_classes = [MultiPartParser]

    @answers(
        TableImported, 400, 403, request={"multipart/form-data": PersonsImport},
        operation_id="patrol_responsible_import", summary="Import persons", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Add and change persons by a CSV or workbook, all or nothing."""
        asked = read_body(PersonsImport, request)
        with sent_table(asked["file"]) as (path, name):
            done = import_responsibles(
                path,
                file_name=name,
                dry_run=asked["dry_run"],
                user=request.user,
            )
        return Response(done)


def _person_form(one: GridResponsible, known: bool, whole: bool) -> dict[str, Any]:
    facts = ("level", "code", "role", "name", "post", "organisation")
    return {
        **{name: getattr(one, name) for name in facts},
        "role_name": one.get_role_display(),
        "phone": (one.phone if whole else masked(one.phone)) if known else "",
    }
