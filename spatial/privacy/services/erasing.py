"""Erases what is older than its time, batch by batch, beside a running site.

A batch is one transaction. It takes rows that nobody holds, and what it erases is no longer found,
so that a run that was stopped, or is made twice, does each row once.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from spatial.core import audit
from spatial.core.errors import ConflictError, InputError
from spatial.core.jobs import Progress, silent
from spatial.core.locks import try_lock, unlock
from spatial.patrol.services.positions import prune

BATCH = 1_000
LOCK = 0x57414E45
FEWEST_D = 7
"""A time of fewer days is a slip: phones send positions for a week, and cases are opened again."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that goes by time."""

    name: str
    keep: str
    """The setting with its days."""
    find: Callable[[datetime], QuerySet]
    """What is older than a moment and not erased yet."""
    erase: Callable[[Sequence[Any]], None]
    """Erase the rows of some keys; afterwards they are not found."""
    order: str = "pk"


@contextmanager
def erasing() -> Iterator[Any]:
    """A transaction that the append-only tables let take words out; hands out its cursor."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('wanmi.erasing', 'on', true)")
        yield cursor
        # Within a transaction of the caller's it would outlive this block; a rollback ends it too.
        cursor.execute("SELECT set_config('wanmi.erasing', '', true)")


@contextmanager
def alone() -> Iterator[None]:
    """One run at a time.

    Raises
    ------
    ConflictError
        ``E-PERSONAL-BUSY``.
    """
    if not try_lock(LOCK, 0):
        raise ConflictError("E-PERSONAL-BUSY", _("Personal data are being erased already; wait."))
    try:
        yield
    finally:
        unlock(LOCK, 0)


def kept_from(keep: str, now: datetime) -> datetime:
    """What is older than this goes.

    Raises
    ------
    InputError
        ``E-PERSONAL-KEEP`` for a setting of less than seven days.
    """
    days = getattr(settings, keep)
    if days < FEWEST_D:
        text = _("WANMI_%(name)s has to be %(fewest)d days at least.")
        raise InputError("E-PERSONAL-KEEP", text % {"name": keep, "fewest": FEWEST_D})
    return now - timedelta(days=days)


def erase_old(
    steps: Sequence[Step],
    *,
    now: datetime | None = None,
    dry_run: bool = False,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Erase all that is older than its time, at a moment; how many rows of each.

    Raises
    ------
    ConflictError
        ``E-PERSONAL-BUSY``.
    InputError
        ``E-PERSONAL-KEEP``, before anything is erased.
    """
    now = now or timezone.now()
    limits = [kept_from(step.keep, now) for step in steps]
    kept_from("KEEP_TRAILS_D", now)
    with alone():
        found = {
            step.name: _waiting(step, limit) if dry_run else _erase(step, limit, progress)
            for step, limit in zip(steps, limits, strict=True)
        }
        if not dry_run:
            found["days_of_trails"] = prune(settings.KEEP_TRAILS_D)["days_dropped"]
            told("personal.erased", "time", found)
    return found


def told(action: str, key: str, counts: dict[str, int]) -> None:
    """Note in the audit log that something was erased: how much and by whom, never what."""
    some = {name: count for name, count in counts.items() if count}
    if some:
        audit.record(None, action, "Personal", key, system_user=_system_user(), **some)


def _system_user() -> str:
    """Who called the command on this machine."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return ""


def _waiting(step: Step, limit: datetime) -> int:
    return step.find(limit).count()


def _erase(step: Step, limit: datetime, progress: Progress) -> int:
    total, done = _waiting(step, limit), 0
    while done < total:
        with erasing():
            rows = step.find(limit).order_by(step.order).select_for_update(
                skip_locked=True, of=("self",)
            )  # fmt: skip
            keys = list(rows.values_list("pk", flat=True)[:BATCH])
            if keys:
                step.erase(keys)
        done += len(keys)
        progress(done, total, step.name)
        if len(keys) < BATCH:
            break
    return done
