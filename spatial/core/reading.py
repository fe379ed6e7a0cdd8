"""From which database a request reads: the primary, unless a replica was chosen for it.

The choice is made for a whole request (`webmap.replicas`), since one that asked two databases could
put together what never was. Statements of one's own are run by `reader`, where the ORM has its
router. Commands, jobs and whatever writes never choose: for them all of this is the primary.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction

_chosen: ContextVar[str] = ContextVar("reading", default=DEFAULT_DB_ALIAS)


def reading_alias() -> str:
    """Name of the database to read from now.

    Within a transaction it is the primary's, where what the transaction wrote is to be seen.
    """
    alias = _chosen.get()
    if alias != DEFAULT_DB_ALIAS and connections[DEFAULT_DB_ALIAS].in_atomic_block:
        return DEFAULT_DB_ALIAS
    return alias


def reader() -> Any:
    """The connection to read on."""
    return connections[reading_alias()]


@contextmanager
def one_reading() -> Iterator[Any]:
    """A cursor to read with, in a transaction of its own: what is set in it ends with it."""
    alias = reading_alias()
    with transaction.atomic(using=alias), connections[alias].cursor() as cursor:
        yield cursor


@contextmanager
def reading_from(alias: str) -> Iterator[None]:
    """What is read within is read from this database."""
    token = _chosen.set(alias)
    try:
        yield
    finally:
        _chosen.reset(token)


def wrote() -> None:
    """Say that something was written: what is read after it has to hold it."""
    if _chosen.get() != DEFAULT_DB_ALIAS:
        _chosen.set(DEFAULT_DB_ALIAS)
