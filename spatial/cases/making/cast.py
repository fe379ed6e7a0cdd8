"""Who makes the moves of made-up cases: people without a password, and those who are to play."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from numpy.typing import NDArray

from fixtures.cases.words import ROLE, ROLES
from spatial.cases.making.bodies import Bodies
from spatial.cases.stages import RIGHTS, Role
from spatial.core import roles

Ints = NDArray[np.int64]
OPERATORS = DISPATCHERS = 3
INSPECTORS = (3, 400)
"""Fewest and most of them; between, one for `GRIDS_EACH` grids."""
GRIDS_EACH = 60
NOBODY = "\\N\t"
"""Key and name of nobody, as COPY has them."""


@dataclass(frozen=True, eq=False)
class Cast:
    """People by number; 0 is nobody."""

    keys: NDArray[np.object_]
    """Key of each as COPY has it."""
    signed: NDArray[np.object_]
    """Key and name of each, with a tab between."""
    of_role: Mapping[int, Ints]
    """People of each role; those of ``department`` go by the number of the department."""

    def some(self, role: str, lot: Ints) -> Ints:
        """One of a role for each lot, which is any number not below zero."""
        people = self.of_role[ROLE[role]]
        return people[lot % len(people)]


def make_cast(bodies: Bodies, grids: int, stars: Mapping[str, Any]) -> Cast:
    """People for every role that moves need; those that are missing are made.

    ``stars`` are users by role who take part beside them.
    """
    inspectors = min(max(INSPECTORS[0], grids // GRIDS_EACH), INSPECTORS[1])
    counts = {"operator": OPERATORS, "dispatcher": DISPATCHERS, "inspector": inspectors}
    people: dict[str, list[Any]] = {
        role: [person(f"made-{role}-{n + 1}", role) for n in range(count)]
        for role, count in counts.items()
    }
    for role, star in stars.items():
        people[role].append(star)
    people["leader"] = [person("made-leader", None, RIGHTS[Role.LEADER])]
    people["forcer"] = [person("made-forcer", None, RIGHTS[Role.FORCER])]
    people["department"] = [_member(row) for row in bodies.rows]
    return _numbered(people)


def person(name: str, role: str | None, right: str = "") -> Any:
    """A user who cannot log in until somebody gives a password."""
    user, new = get_user_model().objects.get_or_create(username=name)
    if new:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        if role:
            user.groups.add(Group.objects.get_or_create(name=role)[0])
        if right:
            app, _dot, codename = right.partition(".")
            wanted = Permission.objects.get(content_type__app_label=app, codename=codename)
            user.user_permissions.add(wanted)
    return user


def _member(row: Any) -> Any:
    """Somebody of a department."""
    user = person(f"made-{row.code.lower()}", roles.DEPARTMENT)
    row.members.add(user)
    return user


def _numbered(people: Mapping[str, Iterable[Any]]) -> Cast:
    keys, signed, of_role = ["\\N"], [NOBODY], {}
    for role in ROLES:
        numbers = []
        for user in people.get(role, ()):
            numbers.append(len(keys))
            keys.append(str(user.pk))
            signed.append(f"{user.pk}\t{user.get_username()}")
        of_role[ROLE[role]] = np.array(numbers, dtype=np.int64)
    return Cast(np.array(keys, object), np.array(signed, object), of_role)
