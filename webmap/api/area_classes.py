"""Classes of areas: which there are, which area has which, and saying so."""

from __future__ import annotations

from typing import Any

import numpy as np
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from spatial.evaluation.models import AreaClass
from spatial.evaluation.services.classes import classed_areas, set_class
from spatial.evaluation.services.evaluating import Evaluation
from webmap.api.base import DataView
from webmap.api.params import read, read_body
from webmap.api.schema import answers

NO_CLASS = "none"
"""Asks for objects without a class."""
TAGS = {"tags": ["evaluation"]}


class AreasQuery(serializers.Serializer):
    """Of which district."""

    district = serializers.RegexField(r"^[0-9]{6}\Z", required=False, default="")


class ClassOrder(serializers.Serializer):
    """The class of an area."""

    code = serializers.CharField(
        max_length=40, help_text="Of a district, street, community, unit grid or patrol area."
    )
    area_class = serializers.CharField(
        max_length=20, allow_blank=True, help_text="Empty: that of the area around it again."
    )
    valid_from = serializers.DateField(
        required=False, default=None, help_text="Today, where it is left out."
    )


class AreaClassForm(serializers.Serializer):
    """A class of areas."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class ClassedAreaForm(serializers.Serializer):
    """An area with a class of its own."""

    code = serializers.CharField()
    name = serializers.CharField()
    area_class = serializers.CharField()
    valid_from = serializers.DateField()


class ClassesForm(serializers.Serializer):
    """Classes, and areas that have one."""

    classes = AreaClassForm(many=True)
    areas = ClassedAreaForm(many=True)


class AreaClasses(DataView):
    """Classes of areas."""

    @answers(
        ClassesForm, 400, 403, parameters=[AreasQuery], operation_id="evaluation_classes",
        summary="Classes of areas", **TAGS,
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """All classes, and the areas that have one of their own today."""
        return Response(_told(read(AreasQuery, request)["district"]))

    @answers(
        ClassesForm, 400, 403, 404, request=ClassOrder, operation_id="evaluation_class_area",
        summary="Say of which class an area is", **TAGS,
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """From a day on; areas within it follow, unless they have a class of their own."""
        order = read_body(ClassOrder, request)
        set_class(**order, user=request.user)
        return Response(_told(order["code"][:6]))


def _told(district: str) -> dict[str, Any]:
    rows = AreaClass.objects.values("code", "name", "name_en")
    return {"classes": list(rows), "areas": classed_areas(district)}


def classes_of_run(run: Evaluation) -> Any:
    """The class of each object."""
    names = np.array([one.area_class for one in run.grouped.groups], object)
    return names[run.grouped.of]


def class_forms(run: Evaluation, classes: Any) -> list[dict[str, Any]]:
    """Classes that objects have, with scheme and number; nothing where all are alike."""
    groups = run.grouped.groups
    if len(groups) == 1 and not groups[0].area_class:
        return []
    known = AreaClass.objects.in_bulk()
    return [
        {
            "code": one.area_class or NO_CLASS,
            "name": known[one.area_class].name if one.area_class in known else "",
            "name_en": known[one.area_class].name_en if one.area_class in known else "",
            "scheme": str(one.scheme),
            "count": int(np.count_nonzero(classes == one.area_class)),
        }
        for one in groups
    ]
