"""The words of the pages' scripts in the visitor's language, packed once for each language."""

from __future__ import annotations

from functools import cache

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

from webmap.tiles.caching import ask_again, packed_answer
from webmap.tiles.store import pack

KIND = "text/javascript; charset=utf-8"


@require_safe
def words(request: HttpRequest) -> HttpResponse:
    """Django's catalogue for scripts; 304 to who has it."""
    packed = _packed(get_language() or "")
    return ask_again(request, packed_answer(request, packed, KIND), packed)


# Translations are read once by a process, so that what is made of them is the same until its end.
@cache
def _packed(_language: str) -> bytes:
    asked = HttpRequest()
    asked.method = "GET"
    return pack(JavaScriptCatalog.as_view(packages=["webmap"])(asked).content)
