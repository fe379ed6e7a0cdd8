"""The page on which residents answer a poll, without an account."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from spatial.basemap.models import Region
from spatial.core.errors import NotFoundError
from spatial.opinions.services.answering import invitation_of, is_answered, is_over
from webmap.language import in_language
from webmap.pages.report import page_words


@require_safe
@ensure_csrf_cookie
@cache_control(private=True, no_store=True)
def opinion_page(request: HttpRequest, token: str) -> HttpResponse:
    """Questions of the poll, one under the other, made for a phone."""
    words = page_words(request)
    try:
        invitation = invitation_of(token)
    except NotFoundError as error:
        context = {"config": words, "error": error}
        return _private(render(request, "webmap/report/opinion.html", context, status=404))
    poll = invitation.poll
    area = Region.objects.filter(code=invitation.area_code, valid_to__isnull=True).first()
    questions = [{**one, "words": in_language(one["zh"], one["en"])} for one in poll.form.questions]
    context = {
        "config": words | {"token": token},
        "poll": poll,
        "name": in_language(poll.form.name, poll.form.name_en),
        "area": in_language(area.name, area.name_en) if area else invitation.area_code,
        "questions": questions,
        "over": is_over(invitation),
        "answered": is_answered(invitation),
    }
    return _private(render(request, "webmap/report/opinion.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    return response
