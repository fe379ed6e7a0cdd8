"""Pages for everybody: reporting, and following a report by its number."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from spatial.cases.following import follower_of
from spatial.cases.public import public_case, result_photo
from spatial.cases.services.photos import MOST_AT_ONCE
from spatial.cases.services.reporting import LONGEST
from spatial.core.errors import NotFoundError
from webmap.api.regions import district_forms
from webmap.public import progress_form
from webmap.tiles.tilejson import attribution

DIGITS = 20
SHOWN_OF_DISTRICT = ("code", "name", "name_en", "bounds", "made_up", "basemap_made_up")


@require_safe
@ensure_csrf_cookie
@cache_control(private=True, no_cache=True)
def report_page(request: HttpRequest) -> HttpResponse:
    """What, where, words and photos: one page, made for a phone."""
    number = "".join(sign for sign in request.GET.get("number", "") if not sign.isspace())
    if number.isascii() and number.isdigit() and len(number) == DIGITS:
        return redirect("follow-page", number=number)
    context = {"config": report_config(request), "longest": LONGEST, "wrong_number": number}
    return render(request, "webmap/report/report.html", context)


@require_safe
@ensure_csrf_cookie
@cache_control(private=True, no_store=True)
def follow_page(request: HttpRequest, number: str) -> HttpResponse:
    """How a report goes on; with the reporter's secret he can answer and have it opened again."""
    try:
        case = public_case(number)
    except NotFoundError as error:
        context = {"config": page_words(request), "wrong_number": number, "error": error}
        return render(request, "webmap/report/missing.html", context, status=404)
    token = request.GET.get("key", "")
    follower = follower_of(case, token) if token else None
    context = {
        "config": page_words(request) | {"number": case.number, "token": token if follower else ""},
        "progress": progress_form(case, follower),
        "wrong_key": bool(token) and follower is None,
    }
    response = render(request, "webmap/report/follow.html", context)
    # The secret stands in the address: no search engine is told of it, and by the site's policy
    # of referrers no other site.
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def result_photo_file(request: HttpRequest, number: str, key: UUID) -> FileResponse:  # noqa: ARG001
    """A photo of the result, for everybody once the case is closed."""
    photo = result_photo(public_case(number), key)
    if photo is None:
        raise NotFoundError("E-PHOTO-MISSING", _("There is no such photo."))
    response = FileResponse(
        photo.file.open("rb"), content_type="image/jpeg", as_attachment=True, filename="result.jpg"
    )
    response["X-Content-Type-Options"] = "nosniff"
    # Once a case is opened again its photos are no longer shown.
    response["Cache-Control"] = "private, max-age=300"
    return response


def page_words(request: HttpRequest) -> dict[str, Any]:
    """Language and addresses, which the scripts of both pages know from the start."""
    return {
        "language": get_language(),
        "urls": {
            "map": reverse("map"),
            "report": reverse("report-page"),
            "symbols": static("symbols/"),
            "jsi18n": reverse("jsi18n"),
        },
        "user": {"authenticated": request.user.is_authenticated},
        "now": timezone.now().isoformat(),
    }


def report_config(request: HttpRequest) -> dict[str, Any]:
    """Where one may report and how much; of districts only what the map needs to begin."""
    districts = district_forms(request.user)
    return {
        **page_words(request),
        "districts": [{name: one[name] for name in SHOWN_OF_DISTRICT} for one in districts],
        "attribution": attribution(),
        "most_photos": MOST_AT_ONCE,
    }
