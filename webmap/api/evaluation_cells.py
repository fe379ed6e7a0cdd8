"""Cells of a grid scheme's edition, to be coloured by their grades."""

from __future__ import annotations

import json
from typing import Any

from django.contrib.gis.db.models.functions import AsGeoJSON
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.request import Request

from spatial.schemes.models import SchemeEdition
from spatial.schemes.selectors import edition_named, visible_editions
from webmap.api.base import DataView
from webmap.api.grid_form import DEGREE_DIGITS
from webmap.api.schema import answers
from webmap.language import in_language
from webmap.tiles.caching import ask_again


class Cells(DataView):
    """The cells of an edition that is or was in force."""

    @answers(
        OpenApiTypes.BINARY, 403, 404, media="application/geo+json",
        operation_id="evaluation_cells", summary="Cells that are graded, as GeoJSON",
        tags=["evaluation"],
    )  # fmt: skip
    def get(self, request: Request, version: str) -> HttpResponse:
        """Every cell with its code and name."""
        edition = edition_named(version, visible_editions(None))
        rows = edition.cells.annotate(shape=AsGeoJSON("geom", precision=DEGREE_DIGITS))
        told = ",".join(
            f'{{"type":"Feature","properties":{json.dumps({"code": code, "name": name})},'
            f'"geometry":{shape}}}'
            for code, name, shape in rows.order_by("ordinal").values_list("code", "name", "shape")
        )
        text = f'{{"type":"FeatureCollection","features":[{told}]}}'.encode()
        answer = HttpResponse(text, content_type="application/geo+json")
        return ask_again(request, answer, text)


def editions_in_force() -> list[dict[str, Any]]:
    """Editions of schemes in force, for choosing."""
    rows = SchemeEdition.objects.filter(state=SchemeEdition.State.PUBLISHED)
    return [
        {
            "version": str(row),
            "name": in_language(row.scheme.name, row.scheme.name_en),
            "district": row.district.code,
            "cells": row.cell_count,
        }
        for row in rows.select_related("scheme", "district").defer(
            "district__geom", "district__geom3857"
        )
    ]
