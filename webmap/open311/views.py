"""The addresses of Open311 below ``/open311/v2/``, each as ``.json`` and as ``.xml``."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from spatial.basemap.models import Region
from spatial.cases.models import ReportKey
from spatial.cases.services.public import key_of
from spatial.core.errors import ForbiddenError, NotFoundError
from spatial.core.limits import take
from webmap.api.errors import handle
from webmap.api.limits import OF_ADDRESS, OF_KEY, caller_of, refuse_large
from webmap.open311 import services
from webmap.open311.asking import wanted_of
from webmap.open311.reading import (
    request_forms,
    request_of,
    request_of_token,
    requests_of,
    requests_where,
)
from webmap.open311.rendering import ByEnding, Named, Open311Json, Open311Xml
from webmap.open311.sending import send
from webmap.public import page_of

SPECIFICATION = "http://wiki.open311.org/GeoReport_v2"
MOST_BODY_BYTES = 25 * 1024**2
"""Fields are few; a photo that some programs send along is read over."""
CHANGESET = "2026-11-28T00:00:00+08:00"


class TooManyError(ForbiddenError):
    """One report too many."""

    status = 429


@extend_schema(exclude=True)
class Open311View(APIView):
    """Open to all programs: no session, answers and errors in the form of the specification."""

    authentication_classes: list = []
    renderer_classes = [Open311Json, Open311Xml]
    content_negotiation_class = ByEnding
    parser_classes = [FormParser, MultiPartParser]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "open311"
    http_method_names = ["get", "head", "options"]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse what is too large, and a jurisdiction that is none of ours."""
        refuse_large(request, MOST_BODY_BYTES)
        super().initial(request, *args, **kwargs)
        asked = request.query_params.get("jurisdiction_id") or _in_body(request)
        if asked and not _is_district(asked):
            text = _("There is no jurisdiction %(code)s; give the code of a district, or none.")
            raise NotFoundError("E-OPEN311-JURISDICTION", text % {"code": asked[:20]})

    def handle_exception(self, error: Exception) -> Response:
        """Every error as a list of one, its code being the status."""
        known = handle(error, {})
        if known is None:
            raise error
        said = known.data
        words = f"{said['code']}: {said['message']}"
        fields = said["detail"].get("fields")
        if fields:
            words += " " + "; ".join(f"{name}: {_first(text)}" for name, text in fields.items())
        value = [{"code": known.status_code, "description": words}]
        headers = {name: known[name] for name in ("Retry-After", "Cache-Control") if name in known}
        if "wait_s" in said["detail"]:
            headers["Retry-After"] = str(int(said["detail"]["wait_s"] or 0) + 1)
        answer = Response(Named("errors", value), known.status_code, headers=headers)
        answer.exception = True
        return answer

    def finalize_response(
        self, request: Request, response: HttpResponse, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Pages of other sites may read what is open to all; nobody keeps it unasked."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if request.method in ("GET", "HEAD", "OPTIONS"):
            answer["Access-Control-Allow-Origin"] = "*"
        answer.headers.setdefault("Cache-Control", "no-cache")
        return answer

    def options(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:  # noqa: ARG002
        """What pages of other sites may do: read."""
        answer = HttpResponse(status=204)
        answer["Access-Control-Allow-Methods"] = "GET, HEAD"
        answer["Access-Control-Max-Age"] = "86400"
        return answer


class Discovery(Open311View):
    """Where and how this is served."""

    def get(self, request: Request, **_kwargs: str) -> Response:
        """The discovery document."""
        root = _root(request)
        endpoint = {
            "specification": SPECIFICATION,
            "url": f"{root}{reverse('map')}open311/v2",
            "changeset": CHANGESET,
            "type": "production",
            "formats": ["text/xml", "application/json"],
        }
        value = {
            "changeset": CHANGESET,
            "contact": f"{root}{reverse('report-page')}",
            "key_service": _("An administrator of this site gives keys (api_key)."),
            "endpoints": [endpoint],
        }
        return Response(Named("discovery", value))


class Services(Open311View):
    """What can be reported."""

    def get(self, request: Request, **_kwargs: str) -> Response:  # noqa: ARG002
        """All services."""
        return Response(Named("services", services.service_list()))


class Service(Open311View):
    """A service."""

    def get(self, request: Request, code: str, **_kwargs: str) -> Response:  # noqa: ARG002
        """Its definition: what one may say of it."""
        value = services.definition(services.class_of_service(code))
        return Response(Named("service_definition", value))


class Requests(Open311View):
    """Service requests."""

    http_method_names = ["get", "head", "options", "post"]

    def get_throttles(self) -> list:
        """What is sent is counted apart, when it is known by whose key."""
        return [] if self.request.method == "POST" else super().get_throttles()

    def get(self, request: Request, **_kwargs: str) -> Response:
        """Those that fit, the latest first; numbers override all other conditions."""
        key = _key(request.query_params)
        numbers = request.query_params.get("service_request_id", "")
        if numbers:
            found = requests_of([word.strip() for word in numbers.split(",")][:_MOST_NUMBERS])
        else:
            found = requests_where(wanted_of(request.query_params))
        return _listed(request, found, key)

    def post(self, request: Request, **_kwargs: str) -> Response:
        """Take one in; with a key, unless the site takes them from all."""
        key = _key(request.data) or _key(request.query_params)
        if key is None and not settings.OPEN311_OPEN:
            text = _("Reports need an api_key here; ask the administrator for one.")
            raise ForbiddenError("E-OPEN311-KEY", text)
        _count(request, key)
        made = send(request.data, key)
        follow = f"{_root(request)}{page_of(made.case, made.token)}"
        value = {
            "service_request_id": made.case.number,
            "service_notice": _("Follow it, answer, and reopen it here: %(url)s") % {"url": follow},
            "account_id": request.data.get("account_id") or None,
        }
        return Response(Named("service_requests", [value]))


class OneRequest(Open311View):
    """A service request."""

    def get(self, request: Request, number: str, **_kwargs: str) -> Response:
        """How it stands."""
        return _listed(request, [request_of(number)], _key(request.query_params))


class Token(Open311View):
    """The secret of a reporter's link."""

    def get(self, request: Request, token: str, **_kwargs: str) -> Response:  # noqa: ARG002
        """The request that it follows."""
        value = {"service_request_id": request_of_token(token).number, "token": token}
        return Response(Named("service_requests", [value]))


class Nothing(Open311View):
    """Addresses that are none."""

    http_method_names = ["get", "head", "options", "post"]

    def get(self, request: Request, **_kwargs: str) -> Response:  # noqa: ARG002
        """404."""
        raise Http404

    post = get


_MOST_NUMBERS = 200


def _listed(request: Request, found: list, key: ReportKey | None) -> Response:
    return Response(Named("service_requests", request_forms(found, key, _root(request))))


def _root(request: Request) -> str:
    return settings.SITE_URL.rstrip("/") or request.build_absolute_uri("/").rstrip("/")


def _key(values: Any) -> ReportKey | None:
    secret = values.get("api_key", "")
    return key_of(secret) if secret else None


def _count(request: Request, key: ReportKey | None) -> None:
    wait_s = take(OF_KEY, str(key.pk)) if key else take(OF_ADDRESS, caller_of(request))
    if wait_s is not None:
        text = _("Too many reports; send it again in %(wait)d seconds.") % {"wait": int(wait_s) + 1}
        raise TooManyError("E-REQUEST-RATE", text, wait_s=wait_s)


def _in_body(request: Request) -> str:
    return request.data.get("jurisdiction_id", "") if request.method == "POST" else ""


def _is_district(code: str) -> bool:
    rows = Region.objects.filter(level=Region.Level.DISTRICT, valid_to__isnull=True)
    return "\0" not in code and rows.filter(code=code).exists()


def _first(text: Any) -> str:
    return str(text[0]) if isinstance(text, list) and text else str(text)
