"""Brings a catalogue of classes into the database, or to the state of its file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fixtures import catalogues
from spatial.components.models import Catalogue, ComponentClass, MainClass
from spatial.core import audit
from spatial.core.errors import ConflictError, InputError, NotFoundError


def of_standard(version: str) -> catalogues.Catalogue:
    """A catalogue that comes with the platform.

    Raises
    ------
    NotFoundError
        ``E-CATALOGUE-MISSING``.
    """
    if version not in catalogues.versions():
        text = _("There is no catalogue %(version)s; there are: %(known)s.")
        facts = {"version": version[:40], "known": ", ".join(catalogues.versions())}
        raise NotFoundError("E-CATALOGUE-MISSING", text % facts)
    return catalogues.load(version)


def of_file(path: Path) -> catalogues.Catalogue:
    """The catalogue of a city's file, which extends one of a standard.

    Raises
    ------
    InputError
        ``E-CATALOGUE-FILE`` with what contradicts what.
    """
    try:
        return catalogues.read(path)
    except (ValueError, KeyError, TypeError, OSError) as error:
        text = _("The catalogue cannot be used: %s") % error
        raise InputError("E-CATALOGUE-FILE", text) from error


@transaction.atomic
def store_catalogue(found: catalogues.Catalogue, user: Any = None) -> Catalogue:
    """Write a catalogue; classes that are there are brought to the file's state.

    Raises
    ------
    ConflictError
        ``E-CATALOGUE-USED`` where the file lacks a class that components have.
    """
    names = {"name": found.name_zh, "name_en": found.name_en, "source": found.source}
    row, new = Catalogue.objects.update_or_create(version=found.version, defaults=names)
    mains = {one.code: _main(row, one) for one in found.main_classes}
    for one in found.classes:
        ComponentClass.objects.update_or_create(
            catalogue=row,
            code=one.code,
            defaults={
                "main": mains[one.main],
                "name": one.name_zh,
                "name_en": one.name_en,
                "geometry": one.geometry,
                "accuracy": one.accuracy,
                "symbol": one.symbol,
                "local": one.local,
            },
        )
    _drop_missing(row, found)
    audit.record(user, "catalogue.stored", "Catalogue", found.version, new=new)
    return row


def _main(row: Catalogue, one: catalogues.MainClass) -> MainClass:
    names = {"name": one.name_zh, "name_en": one.name_en}
    looks = {"colour": one.colour, "symbol": one.symbol}
    main, _new = MainClass.objects.update_or_create(
        catalogue=row, code=one.code, defaults=names | looks
    )
    return main


def _drop_missing(row: Catalogue, found: catalogues.Catalogue) -> None:
    gone = row.classes.exclude(code__in=[one.code for one in found.classes])
    used = gone.filter(components__isnull=False).first()
    if used is not None:
        text = _("Class %(code)s has components; the file must keep it.") % {"code": used.code}
        raise ConflictError("E-CATALOGUE-USED", text)
    gone.delete()
    row.main_classes.exclude(code__in=[one.code for one in found.main_classes]).delete()
