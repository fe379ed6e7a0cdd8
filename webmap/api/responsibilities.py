"""The table of responsibility (确权): read, changed line by line, imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.basemap.models import Region
from spatial.components.answering import ROLES
from spatial.components.models import Responsibility
from spatial.components.services import responsibilities as table
from spatial.components.services.responsibility_import import import_responsibilities
from spatial.components.services.survey import CATALOGUE
from webmap.api import params
from webmap.api.base import DataView
from webmap.api.csvlines import csv_lines
from webmap.api.responsibility_forms import (
    LineForm,
    LineOrder,
    LinesForm,
    LinesQuery,
    TableImport,
    TableImported,
    class_form,
)
from webmap.api.schema import answers
from webmap.api.senttable import sent_table

TAGS = {"tags": ["responsibilities"]}
PARTS = [f"{role}{part}" for role in ROLES for part in ("_code", "")]
COLUMNS = ("region", "main", "class", *PARTS, "note")
"""Head of the table as CSV, which the import knows."""


class Responsibilities(DataView):
    """The table."""

    @answers(
        LinesForm, 400, 403, parameters=[LinesQuery], operation_id="responsibilities",
        summary="Lines of the table of responsibility", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Lines by region and class."""
        asked = params.read(LinesQuery, request)
        found = table.lines(asked["region"], asked["q"])
        part = found[asked["offset"] : asked["offset"] + asked["limit"]]
        return Response({"count": found.count(), "lines": line_forms(part)})

    @answers(
        LineForm, 400, 403, 404, 409, status=201, request=LineOrder,
        operation_id="responsibility_add", summary="Add a line", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Add a line."""
        order = params.read_body(LineOrder, request)
        return Response(_saved(order, request.user), status=201)


class ResponsibilityLine(DataView):
    """A line of the table."""

    @answers(
        LineForm, 400, 403, 404, 409, request=LineOrder(partial=True),
        operation_id="responsibility_change", summary="Change a line", **TAGS,
    )  # fmt: skip
    def patch(self, request: Request, line_id: int) -> Response:
        """Change a line; what is not given stays."""
        order = params.read_body(LineOrder, request, partial=True)
        old = table.shown(table.line_of(line_id))
        old |= {"kind": old["kind"] or old["main"], "catalogue": old["catalogue"] or CATALOGUE}
        return Response(_saved(old | order, request.user, line_id))

    @answers(
        None, 403, 404, status=204, operation_id="responsibility_delete",
        summary="Delete a line", **TAGS,
    )  # fmt: skip
    def delete(self, request: Request, line_id: int) -> Response:
        """Delete a line; the audit log keeps what it said."""
        table.delete_line(line_id, request.user)
        return Response(status=204)


class ResponsibilityTable(DataView):
    """The table as a file."""

    @answers(
        OpenApiTypes.BINARY, 400, 403, media="text/csv", parameters=[LinesQuery],
        operation_id="responsibilities_csv", summary="The table as CSV", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> StreamingHttpResponse:
        """Lines as CSV that can be imported again; without limit."""
        asked = params.read(LinesQuery, request)
        rows = map(_row, table.lines(asked["region"], asked["q"]))
        answer = StreamingHttpResponse(
            csv_lines(COLUMNS, rows), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="responsibilities.csv"'
        return answer


class ResponsibilityImport(DataView):
    """Imports a table."""

    parser_classes = [MultiPartParser]

    @answers(
        TableImported, 400, 403, 404, request={"multipart/form-data": TableImport},
        operation_id="responsibility_import", summary="Import lines", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """Add and change lines by a CSV or workbook, all or nothing."""
        asked = params.read_body(TableImport, request)
        with sent_table(asked["file"]) as (path, name):
            done = import_responsibilities(
                path,
                catalogue=asked["catalogue"],
                file_name=name,
                dry_run=asked["dry_run"],
                user=request.user,
            )
        return Response(done)


def _saved(asked: dict[str, Any], user: Any, key: int | None = None) -> dict[str, Any]:
    parties = {role: _pair(asked[role]) for role in ROLES}
    line = table.Line(asked["region"], asked["kind"], note=asked["note"], **parties)
    row = table.save_line(line, asked["catalogue"] or CATALOGUE, user, key)
    return line_forms([table.line_of(row.pk)])[0]


def _pair(party: dict[str, str] | None) -> tuple[str, str]:
    return (party.get("code", ""), party.get("name", "")) if party else ("", "")


def line_forms(rows: Iterable[Responsibility]) -> list[dict[str, Any]]:
    """Lines as the API shows them, with the names of their regions."""
    rows = list(rows)
    codes = {row.region_code for row in rows}
    now = Region.objects.filter(code__in=codes, valid_to__isnull=True)
    known = {code: both for code, *both in now.values_list("code", "name", "name_en")}
    return [_form(row, *known.get(row.region_code, ("", ""))) for row in rows]


def _form(row: Responsibility, name: str, name_en: str) -> dict[str, Any]:
    return {
        **table.shown(row),
        "id": row.pk,
        "region_name": name,
        "region_name_en": name_en,
        "main": class_form(row.main),
        "kind": class_form(row.kind),
    }


def _row(row: Responsibility) -> Iterator[str]:
    said = table.shown(row)
    yield from (said["region"], said["main"], said["kind"])
    for role in ROLES:
        party = said[role] or {"code": "", "name": ""}
        yield from (party["code"], party["name"])
    yield said["note"]
