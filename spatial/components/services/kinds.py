"""Finds the class of a row: by its class column, its code, or what the layer is called."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from spatial.components.models import DISTRICT_DIGITS, Catalogue, ComponentClass
from spatial.core.errors import InputError, NotFoundError

UNKNOWN = -1
NUMBER_DIGITS = 6
DIMENSIONS = {"point": 0, "line": 1, "area": 2}
TOLERANCE_M = {"A": 0.5, "B": 1.0, "C": 10.0}
"""How far the position of a class may be off (`fixtures.catalogues.ACCURACY_M`)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the import needs of a class."""

    pk: int
    code: str
    dimension: int
    tolerance_m: float


class Kinds:
    """The classes of one catalogue, by code and by name."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.known = [
            Kind(one.pk, one.code, DIMENSIONS[one.geometry], TOLERANCE_M[one.accuracy])
            for one in catalogue.classes.order_by("code")
        ]
        self._by_code = {kind.code: i for i, kind in enumerate(self.known)}
        names = catalogue.classes.order_by("-code").values_list("code", "name", "name_en")
        self._by_name = {
            name.casefold(): self._by_code[code] for code, *both in names for name in both
        }
        self.digits = len(self.known[0].code) if self.known else 4

    def find(self, text: str) -> int:
        """Index of the class that a text names, by its code or name; `UNKNOWN` if none."""
        text = text.strip()
        if text.isdigit():
            # A spreadsheet eats the zero in front.
            return self._by_code.get(text.zfill(self.digits), UNKNOWN)
        return self._by_name.get(text.casefold(), UNKNOWN)

    def of_layer(self, name: str) -> int:
        """Index of the class that a layer is named after (``0118``, ``路灯``, ``0118_路灯``)."""
        pieces = [name, *re.split(r"[\W_]+", name)]
        return next((i for i in map(self.find, pieces) if i != UNKNOWN), UNKNOWN)

    def of_rows(
        self, classes: NDArray[np.object_] | None, codes: NDArray[np.object_] | None, default: int
    ) -> NDArray[np.int32]:
        """The class of each row: what its column says, else its code, else the default."""
        size = len(classes) if classes is not None else len(codes) if codes is not None else 0
        found = np.full(size, UNKNOWN, np.int32)
        if classes is not None:
            known = {text: self.find(text) for text in set(classes) - {None}}
            found[:] = [known.get(text, UNKNOWN) for text in classes]
        if codes is not None:
            end = DISTRICT_DIGITS + self.digits
            parts = [code[DISTRICT_DIGITS:end] if code else "" for code in codes]
            by_code = np.array([self._by_code.get(part, UNKNOWN) for part in parts], np.int32)
            # A class column that names nothing known is an error, not a reason to look elsewhere.
            silent = np.equal(classes, None) if classes is not None else np.ones(size, bool)
            found = np.where(silent & (found == UNKNOWN), by_code, found)
        silent = np.ones(size, bool)
        for column in (classes, codes):
            if column is not None:
                silent &= np.equal(column, None).astype(bool)
        return np.where(silent & (found == UNKNOWN), default, found).astype(np.int32)


def catalogue_named(version: str) -> Catalogue:
    """The catalogue of a version.

    Raises
    ------
    NotFoundError
        ``E-CATALOGUE-MISSING``.
    """
    found = Catalogue.objects.filter(version=version).first()
    if found is None:
        known = ", ".join(Catalogue.objects.values_list("version", flat=True)) or "–"
        text = _("There is no catalogue %(version)s; there are: %(known)s.")
        raise NotFoundError("E-CATALOGUE-MISSING", text % {"version": version[:40], "known": known})
    return found


def class_of(catalogue: Catalogue, text: str) -> ComponentClass:
    """The class that a user names by code or name.

    Raises
    ------
    InputError
        ``E-COMPONENT-CLASS``.
    """
    kinds = Kinds(catalogue)
    index = kinds.find(text)
    if index == UNKNOWN:
        sentence = _("Catalogue %(version)s has no class %(name)s.")
        facts = {"version": catalogue.version, "name": text[:60]}
        raise InputError("E-COMPONENT-CLASS", sentence % facts, **facts)
    return catalogue.classes.get(pk=kinds.known[index].pk)
