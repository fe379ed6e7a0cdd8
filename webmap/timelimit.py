"""A limit on how long the database works for a request that others may make heavy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError
from django.utils.translation import gettext as _

from spatial.core.errors import WanmiError
from spatial.core.reading import one_reading

CANCELLED = "57014"
"""SQLSTATE of a statement that was ended before it was done."""


class TooSlowError(WanmiError):
    """What was asked for takes longer than anybody may make others wait."""

    status = 503

    def __init__(self, seconds: float) -> None:
        text = _("This takes longer than %(most)d seconds. Ask for a smaller box or fewer days.")
        super().__init__("E-REQUEST-SLOW", text % {"most": seconds}, most_s=seconds)


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """End what the database does within, when one statement takes longer; nothing stays open.

    Raises
    ------
    TooSlowError
        ``E-REQUEST-SLOW``.
    """
    try:
        with one_reading() as cursor:
            limit = str(round(1000 * seconds))
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [limit])
            yield
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", None) != CANCELLED:
            raise
        raise TooSlowError(seconds) from error
