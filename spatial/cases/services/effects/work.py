"""What an effect works on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from spatial.cases.models import Case
from spatial.cases.services.given import Given


@dataclass(slots=True)
class Work:
    """A move while it is made: an effect changes ``case`` and notes ``facts`` for the event.

    ``count`` is what the move adds to the field that counts it. ``anew`` says that somebody else
    has to act at the same stage: its limit begins again. ``then`` is a move that the platform makes
    after this one.
    """

    case: Case
    given: Given
    user: Any
    now: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    count: int = 1
    anew: bool = False
    then: str | None = None
