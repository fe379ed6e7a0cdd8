"""Caching headers and conditional answers, shared by tiles and API."""

from __future__ import annotations

import gzip
import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

YEAR_S = 31_536_000
GZIP_MARK = b"\x1f\x8b"
GZIP_TAIL = 8
"""Bytes of checksum and length at the end of what is packed by gzip."""


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
    etag = f'"{_name_of(content)}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)


def _name_of(content: bytes) -> str:
    """What changes with the content; gzip ends with a sum of what is in it."""
    if content.startswith(GZIP_MARK):
        return f"{content[-GZIP_TAIL:].hex()}-{len(content):x}"
    return hashlib.sha256(content).hexdigest()[:32]


def packed_answer(request: HttpRequest, packed: bytes, content_type: str) -> HttpResponse:
    """Gzipped content for a reader who takes gzip, plain for others."""
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type=content_type)
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(packed), content_type=content_type)
    patch_vary_headers(response, ["Accept-Encoding"])
    return response
