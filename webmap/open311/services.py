"""Services: the public classes of cases, and what one may say of each."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext as _

from spatial.cases.models import CaseClass, Kind
from spatial.cases.public import CHOICE, conditions_of, public_classes, with_conditions
from spatial.core.errors import NotFoundError
from webmap.language import in_language
from webmap.public import class_name, service_code

CONDITION, COMPONENT = "CONDITION", "COMPONENT"
_CODE = re.compile(r"([\w-]{1,40})\.([ce])(\d{4,5})", re.ASCII)
_KINDS = {"c": Kind.COMPONENT, "e": Kind.EVENT}


def service_list() -> list[dict[str, Any]]:
    """Every service."""
    counted = with_conditions(public_classes()).order_by("-kind", "main_code", "code")
    return [_service(kind) for kind in counted]


def class_of_service(code: str) -> CaseClass:
    """The public class of a service code.

    Raises
    ------
    NotFoundError
        ``E-OPEN311-SERVICE``.
    """
    found = class_where(public_classes(), code)
    if found is None:
        text = _("There is no service %(code)s; services.json lists those there are.")
        raise NotFoundError("E-OPEN311-SERVICE", text % {"code": code[:60]})
    return found


def class_where(rows: Any, code: str) -> CaseClass | None:
    """The class of a service code among some."""
    parts = _CODE.fullmatch(code)
    if parts is None:
        return None
    catalogue, kind, digits = parts.groups()
    return rows.filter(catalogue=catalogue, kind=_KINDS[kind], code=digits).first()


def definition(kind: CaseClass) -> dict[str, Any]:
    """What one may say of a service beside where it is."""
    return {"service_code": service_code(kind), "attributes": _attributes(kind)}


def _service(kind: CaseClass) -> dict[str, Any]:
    group = in_language(kind.main_name, kind.main_name_en)
    return {
        "service_code": service_code(kind),
        "service_name": class_name(kind),
        "description": f"{group} › {class_name(kind)}",
        "metadata": kind.kind == Kind.COMPONENT or kind.conditions >= CHOICE,
        "type": "realtime",
        "keywords": ", ".join(filter(None, (kind.name, kind.name_en, kind.main_name))),
        "group": group,
    }


def _attributes(kind: CaseClass) -> list[dict[str, Any]]:
    """The condition where there is a choice, and the component where it is about one."""
    made = []
    conditions = conditions_of(kind)
    if conditions:
        named = [
            {"key": str(one.number), "name": in_language(one.condition, one.condition_en)}
            for one in conditions
        ]
        text = _("What is wrong?")
        made.append(_attribute(CONDITION, "singlevaluelist", text, "", named))
    if kind.kind == Kind.COMPONENT:
        text = _("Code of the component, where its label shows one")
        made.append(_attribute(COMPONENT, "string", text, _("16 or 17 digits"), []))
    return [{**one, "order": order} for order, one in enumerate(made, 1)]


def _attribute(
    code: str, datatype: str, text: str, hint: str, values: list[dict[str, str]]
) -> dict[str, Any]:
    return {
        "variable": True,
        "code": code,
        "datatype": datatype,
        "required": False,
        "datatype_description": hint or None,
        "order": 0,
        "description": text,
        "values": values,
    }
