"""What a person decides about a row, and what the gazetteer learns of it.

The first candidate accepted teaches nothing. Another one chosen, or a place set by hand, says that
the text means this place: it becomes a correction, by which the next list finds it. A decision
that is taken back, or replaced by another, takes its correction along.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from geocode.answers import Kind
from spatial.addresses.matching import Found, by_hand
from spatial.addresses.models import BatchRow, BatchRun
from spatial.basemap.gazetteer import corrections
from spatial.basemap.models import Place, PlaceName
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.grids.services.locate import Ground

CODES = frozenset({Kind.GRID.value, Kind.COMPONENT.value, Kind.COORDINATES.value})
"""Kinds of texts that say their place themselves: no name can change what they mean."""
AROUND_DEG = 0.001


def choose(run: BatchRun, number: int, index: int, user: Any) -> BatchRow:
    """Decide for a candidate, counted from 0.

    Raises
    ------
    NotFoundError
        ``E-BATCH-ROW``.
    InputError
        ``E-BATCH-CANDIDATE``.
    """
    with transaction.atomic():
        row = _held(run, number)
        if not 0 <= index < len(row.candidates):
            text = _("The row has %d candidates; choose one of them, or click on the map.")
            raise InputError("E-BATCH-CANDIDATE", text % len(row.candidates))
        found = Found(**row.candidates[index])
        if found.lon is None:
            text = _("The candidate has no point; give the district, or click on the map.")
            raise InputError("E-BATCH-CANDIDATE", text)
        _take_back(row, user)
        row.choice = index
        row.state = BatchRow.State.CORRECTED if index else BatchRow.State.ACCEPTED
        if index:
            row.correction = _learn(row, found, user)
        return _kept(row, user)


def put(run: BatchRun, number: int, lon: float, lat: float, user: Any) -> BatchRow:
    """Decide for a point in degrees that a person has set.

    Raises
    ------
    NotFoundError
        ``E-BATCH-ROW``.
    """
    with transaction.atomic():
        row = _held(run, number)
        _take_back(row, user)
        box = lon - AROUND_DEG, lat - AROUND_DEG, lon + AROUND_DEG, lat + AROUND_DEG
        name = " ".join(row.text.split())[:200]
        found = by_hand(name, round(lon, 7), round(lat, 7), Ground(box=box))
        row.state, row.hand = BatchRow.State.PLACED, found._asdict()
        row.correction = _learn(row, found, user)
        return _kept(row, user)


def undo(run: BatchRun, number: int, user: Any) -> BatchRow:
    """Take a decision back, and the correction with it.

    Raises
    ------
    NotFoundError
        ``E-BATCH-ROW``.
    ConflictError
        ``E-BATCH-STATE`` when nothing is decided.
    """
    with transaction.atomic():
        row = _held(run, number)
        if row.state == BatchRow.State.OPEN:
            text = _("Nothing has been decided about this row; there is nothing to undo.")
            raise ConflictError("E-BATCH-STATE", text)
        _take_back(row, user)
        return _kept(row, None)


def _held(run: BatchRun, number: int) -> BatchRow:
    row = BatchRow.objects.select_for_update().filter(run=run, number=number).first()
    if row is None:
        raise NotFoundError("E-BATCH-ROW", _("The list has no such row."), row=number)
    return row


def _take_back(row: BatchRow, user: Any) -> None:
    """Make a row open again; its correction goes unless another row stands on it."""
    given = row.correction
    row.state, row.choice, row.hand, row.correction = BatchRow.State.OPEN, None, None, None
    if given is None:
        return
    row.save()
    if not BatchRow.objects.filter(correction=given).exists():
        corrections.withdraw(given, user)


def _learn(row: BatchRow, found: Found, user: Any) -> PlaceName | None:
    """Let the text of a row mean a place from now on; None for a text that is no name."""
    text = " ".join(row.text.split())
    says_itself = row.candidates and row.candidates[0]["kind"] in CODES
    if says_itself or row.code or corrections.fault_of(text):
        return None
    place = Place.objects.filter(pk=found.place, valid_to__isnull=True).first()
    if place is not None:
        return corrections.correct(place, text, user)
    return corrections.place_by_hand(text, found.lon, found.lat, user)


def _kept(row: BatchRow, user: Any) -> BatchRow:
    row.decided_by, row.decided_at = user, timezone.now() if user else None
    row.save()
    # Who reviews a list still needs it.
    row.run.save(update_fields=["changed_at"])
    return row
