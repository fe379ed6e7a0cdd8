"""Reports of other programs: read from a form, placed, and taken in."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework import serializers

from geocode.answers import Verdict
from spatial.basemap.models import Place
from spatial.cases.models import CaseClass, Channel, ReportKey
from spatial.cases.public import conditions_of
from spatial.cases.services.given import Report
from spatial.cases.services.placing import require_point
from spatial.cases.services.public import Beside, Received, take_in
from spatial.cases.services.reporting import LONGEST
from spatial.core.errors import InputError, NotFoundError
from webmap.geocoding import answer_to
from webmap.language import in_language
from webmap.open311.services import COMPONENT, CONDITION, class_of_service

SPACE = UUID("0d2f7d7e-6d4c-5f0b-9d0a-311311311311")
"""Names of reports whose program sends no key of a report."""
MOST_ATTRIBUTES = 20
LONGEST_VALUE = 500
_ATTRIBUTE = re.compile(r"attribute\[(\w{1,40})\](?:\[\])?", re.ASCII)
_WHO = ("device_id", "account_id", "email", "phone")


def _text(most: int) -> serializers.CharField:
    return serializers.CharField(max_length=most, allow_blank=True, default="")


class RequestOrder(serializers.Serializer):
    """The plain fields of a service request."""

    service_code = serializers.CharField(max_length=60)
    lat = serializers.FloatField(required=False, default=None)
    long = serializers.FloatField(required=False, default=None)
    address_string = _text(200)
    address_id = _text(20)
    description = _text(LONGEST["description"])
    email, phone = _text(100), _text(40)
    first_name, last_name = _text(60), _text(60)
    device_id, account_id = _text(100), _text(100)
    media_url = _text(500)


def send(data: QueryDict, key: ReportKey | None) -> Received:
    """Take a service request in.

    Raises
    ------
    WanmiError
        ``E-OPEN311-SERVICE``, ``E-OPEN311-ATTRIBUTE``, ``E-OPEN311-ADDRESS``, ``E-REQUEST-INVALID``
        by the REST framework, and those of reports.
    """
    form = RequestOrder(data={name: value for name, value in data.items() if "[" not in name})
    form.is_valid(raise_exception=True)
    order = form.validated_data
    kind = class_of_service(order["service_code"])
    attributes = _attributes(kind, data)
    lon, lat = _point(order)
    report = Report(
        case_class=kind.pk,
        lon=lon,
        lat=lat,
        channel=Channel.APP,
        description=_description(kind, order["description"], attributes),
        place=order["address_string"].strip(),
        contact=_contact(order),
        component=attributes.get(COMPONENT, ""),
    )
    beside = Beside(
        key=key,
        account=order["account_id"],
        device=order["device_id"],
        media_url=order["media_url"],
        attributes=attributes,
    )
    return take_in(report, _key_of(order, attributes, key), beside)


def _key_of(order: Mapping[str, Any], attributes: dict, key: ReportKey | None) -> UUID:
    """The same words of the same sender on one day are one report, sent again after a bad line."""
    if not any(order[name] for name in _WHO):
        return uuid4()
    said = (sorted(order.items()), sorted(attributes.items()), key and key.pk)
    return uuid5(SPACE, f"{said} {timezone.localdate()}")


def _attributes(kind: CaseClass, data: QueryDict) -> dict[str, Any]:
    """Every ``attribute[CODE]``; one with several values is a list."""
    found: dict[str, Any] = {}
    for name in data:
        matched = _ATTRIBUTE.fullmatch(name)
        if matched:
            values = data.getlist(name)
            found[matched[1]] = values if name.endswith("[]") else values[-1]
    flat = [
        word for value in found.values() for word in (value if isinstance(value, list) else [value])
    ]
    if len(flat) > MOST_ATTRIBUTES or any(
        len(word) > LONGEST_VALUE or "\0" in word for word in flat
    ):
        text = _("At most %(most)d attributes are taken, each of at most %(long)d characters.")
        facts = {"most": MOST_ATTRIBUTES, "long": LONGEST_VALUE}
        raise InputError("E-OPEN311-ATTRIBUTE", text % facts)
    _check_known(kind, found)
    return found


def _check_known(kind: CaseClass, found: dict[str, Any]) -> None:
    known = {str(one.number) for one in conditions_of(kind)}
    wrong = CONDITION in found and found[CONDITION] not in known
    if wrong or not isinstance(found.get(COMPONENT, ""), str):
        text = _("Attribute %(code)s has a value that the service definition does not name.")
        code = CONDITION if wrong else COMPONENT
        raise InputError("E-OPEN311-ATTRIBUTE", text % {"code": code})


def _description(kind: CaseClass, words: str, attributes: dict[str, Any]) -> str:
    """What was written, and the condition that was chosen, in words."""
    chosen = [
        in_language(one.condition, one.condition_en)
        for one in conditions_of(kind)
        if str(one.number) == attributes.get(CONDITION)
    ]
    return "\n".join(filter(None, (words.strip(), *chosen)))


def _contact(order: Mapping[str, str]) -> str:
    name = " ".join(filter(None, (order["first_name"].strip(), order["last_name"].strip())))
    return ", ".join(filter(None, (name, order["phone"].strip(), order["email"].strip())))


def _point(order: Mapping[str, Any]) -> tuple[float, float]:
    """Longitude and latitude: as given, of an address in words, or of a place of the gazetteer."""
    lon, lat = order["long"], order["lat"]
    if lon is not None or lat is not None:
        both = (math.nan if lon is None else lon, math.nan if lat is None else lat)
        require_point(*both)
        return both
    if order["address_string"].strip():
        return _found(order["address_string"])
    if order["address_id"]:
        return _place(order["address_id"])
    text = _("Give lat and long, or address_string, or address_id.")
    raise InputError("E-CASE-NOPLACE", text)


def _found(text: str) -> tuple[float, float]:
    answer = answer_to(text, limit=2)
    points = [one.point for one in answer.candidates if one.point]
    if not points or answer.verdict in (Verdict.NONE, Verdict.AMBIGUOUS):
        words = _("The address is not found, or may mean several places; add street and number.")
        raise InputError("E-OPEN311-ADDRESS", words, verdict=answer.verdict.value)
    return points[0]


def _place(key: str) -> tuple[float, float]:
    found = None
    if key.isascii() and key.isdigit() and len(key) < 18:
        found = Place.objects.filter(pk=int(key)).first()
    if found is None:
        text = _("There is no place with this address_id.")
        raise NotFoundError("E-OPEN311-PLACE", text)
    return found.geom.coords[0], found.geom.coords[1]
