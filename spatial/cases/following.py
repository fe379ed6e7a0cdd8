"""Whoever holds the secret link of a case: nobody in person, and yet the one who reported it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import ClassVar

from spatial.cases.models import Case, Following


@dataclass(frozen=True, slots=True)
class Follower:
    """To the rules of cases a user of the public who sees this one case."""

    following: Following
    is_authenticated: ClassVar[bool] = False
    pk: ClassVar[None] = None

    @property
    def case_id(self) -> int:
        """Key of the case."""
        return self.following.case_id


def hash_of(secret: str) -> str:
    """What is kept of a secret; it is long and random, so that one round is enough."""
    return hashlib.sha256(secret.encode()).hexdigest()


def follower_of(case: Case, token: str) -> Follower | None:
    """Who holds this secret of the case; None for a wrong one."""
    found = Following.objects.filter(case=case, token_hash=hash_of(token)).first()
    return Follower(found) if found else None
