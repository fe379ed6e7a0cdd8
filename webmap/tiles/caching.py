"""Caching headers and conditional answers, shared by tiles and API."""

from __future__ import annotations

import gzip
import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

YEAR_S = 31_536_000


def keep_for_ever(response: HttpResponse) -> HttpResponse:
    """Mark an answer that never changes under its address."""
    scope = "public" if settings.PUBLIC_MAP else "private"
    response["Cache-Control"] = f"{scope}, max-age={YEAR_S}, immutable"
    return response


def ask_again(request: HttpRequest, response: HttpResponse, content: bytes) -> HttpResponse:
    """Mark an answer as to be checked each time, and answer 304 when it is unchanged."""
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Cookie"])
    return tagged(request, response, content)


def tagged(request: HttpRequest, response: HttpResponse, content: bytes) -> HttpResponse:
    """Name an answer by its content, and answer 304 to who has it."""
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)


def packed_answer(request: HttpRequest, packed: bytes, content_type: str) -> HttpResponse:
    """Gzipped content for a reader who takes gzip, plain for others."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type=content_type)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(packed), content_type=content_type)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
