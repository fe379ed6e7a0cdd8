"""Departments, owners and keepers of a survey: numbered while it is read, stored after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from spatial.components.models import Organisation

NULL = "\\N"
CODE_LENGTH, NAME_LENGTH = 30, 100


class Parties:
    """The organisations of a survey by code and name; few, however many rows name them."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}

    def numbers(
        self,
        codes: NDArray[np.object_] | None,
        names: NDArray[np.object_] | None,
        size: int,
    ) -> list[str]:
        """The number of each row's organisation, from 1, as COPY wants it."""
        if codes is None and names is None:
            return [NULL] * size
        blank = np.full(size, None, dtype=object)
        pairs = zip(
            (codes if codes is not None else blank).tolist(),
            (names if names is not None else blank).tolist(),
            strict=True,
        )
        known: dict[tuple[str | None, str | None], str] = {}
        found = []
        for pair in pairs:
            number = known.get(pair)
            if number is None:
                number = known[pair] = self._number(*pair)
            found.append(number)
        return found

    def _number(self, code: str | None, name: str | None) -> str:
        if not (code or name):
            return NULL
        key = ((code or "")[:CODE_LENGTH], (name or code or "")[:NAME_LENGTH])
        return str(self._numbers.setdefault(key, len(self._numbers) + 1))

    def store(self) -> list[int]:
        """Make those that are new; the keys of all, in the order of their numbers."""
        rows = [Organisation(code=code, name=name) for code, name in self._numbers]
        Organisation.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5000)
        names = {name for _code, name in self._numbers}
        found = Organisation.objects.filter(name__in=names).values_list("code", "name", "pk")
        keys = {(code, name): pk for code, name, pk in found}
        return [keys[pair] for pair in self._numbers]
