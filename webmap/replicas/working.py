"""Has long work that only reads done on a replica, once that shows all that was committed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connection

from spatial.core.reading import reading_from
from webmap.replicas.fleet import FLEET
from webmap.replicas.positions import position_of

log = logging.getLogger(__name__)
STEP_S = 0.1
Result = TypeVar("Result")


def read_apart(work: Callable[[], Result]) -> Result:
    """Do work that may be begun anew: on a replica, and on the primary where that fails.

    A long read may be ended for the sake of the log (`max_standby_streaming_delay`).
    """
    alias = _near() if settings.REPLICAS and not connection.in_atomic_block else DEFAULT_DB_ALIAS
    if alias == DEFAULT_DB_ALIAS:
        return work()
    log.info("read from %s", alias)
    try:
        with reading_from(alias):
            return work()
    except Error as error:
        told = str(error).strip().replace("\n", " ")
        log.warning("%s did not answer, the primary is asked: %s", alias, told)
        return work()


def _near() -> str:
    """A replica that has got to where the primary is now, if one does so in time."""
    with connection.cursor() as cursor:
        position = position_of(cursor)
    ends = time.monotonic() + settings.REPLICA_LAG_S
    while any(not seen.problem for seen in FLEET.seen().values()):
        alias = FLEET.choose(position)
        if alias != DEFAULT_DB_ALIAS or time.monotonic() > ends:
            return alias
        time.sleep(STEP_S)
    return DEFAULT_DB_ALIAS
