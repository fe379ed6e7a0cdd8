"""Forms that break off on their way are refused.

Neither gunicorn nor Django minds a body that is shorter than it says: a form whose last parts are
missing would be taken as one without them, a report without its photos.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from spatial.core.errors import InputError

FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


class Source(Protocol):
    """Where a server reads the body of a request from."""

    def read(self, size: int = -1, /) -> bytes:
        """So many bytes, fewer only at the end."""

    def readline(self, size: int = -1, /) -> bytes:
        """A line, or so many bytes of it."""


class CutError(InputError, BadRequest):
    """A form whose end did not come; a 400 also where no view has been reached."""

    def __init__(self) -> None:
        text = _("The connection broke before all had come; nothing was stored. Send it again.")
        super().__init__("E-REQUEST-CUT", text)


class WholeBody:
    """A body that raises `CutError` where it ends too soon.

    No ``OSError``, as a broken line is otherwise: the check of a form's token passes over that, and
    the form is empty then.
    """

    def __init__(self, source: Source, length: int) -> None:
        self.source, self.left = source, length

    def read(self, size: int = -1) -> bytes:
        """So many bytes, or all."""
        wanted = self._wanted(size)
        data = self.source.read(wanted)
        return self._counted(data, is_short=len(data) < wanted)

    def readline(self, size: int = -1) -> bytes:
        """A line, or so many bytes of it."""
        wanted = self._wanted(size)
        data = self.source.readline(wanted)
        return self._counted(data, is_short=wanted > 0 and not data)

    def _wanted(self, size: int) -> int:
        return self.left if size is None or size < 0 else min(size, self.left)

    def _counted(self, data: bytes, *, is_short: bool) -> bytes:
        self.left -= len(data)
        if is_short:
            raise CutError
        return data


def whole_forms(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """A WSGI application whose forms are whole.

    Pieces of a file that is uploaded are not: what came of one is kept, and the rest sent later.
    """

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if environ.get("CONTENT_TYPE", "").lower().startswith(FORMS) and length.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return answer
