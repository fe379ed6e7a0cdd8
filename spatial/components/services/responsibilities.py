"""Keeps the table of responsibility (确权): lines added, changed and deleted, each audited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from spatial.basemap.models import Region
from spatial.components.answering import ROLES
from spatial.components.models import ComponentClass, MainClass, Organisation, Responsibility
from spatial.components.services.kinds import UNKNOWN, Kinds, catalogue_named
from spatial.components.services.parties import CODE_LENGTH, NAME_LENGTH
from spatial.components.services.survey import CATALOGUE
from spatial.core import audit
from spatial.core.errors import ConflictError, InputError, NotFoundError
from spatial.core.locks import transaction_lock

LOCK_OF_TABLE = 0x57414E43
NOTE_LENGTH = 200
STREET_DIGITS, COMMUNITY_DIGITS, MAIN_DIGITS = 9, 12, 2
_RELATED = ("main__catalogue", "kind", *ROLES)


@dataclass(frozen=True, slots=True)
class Line:
    """What a line says, as a user or a file gives it."""

    region: str
    kind: str = ""
    """Class or main class, by code or name; empty for all classes."""
    supervisor: tuple[str, str] = ("", "")
    """Code and name."""
    owner: tuple[str, str] = ("", "")
    keeper: tuple[str, str] = ("", "")
    note: str = ""


def lines(region: str = "", text: str = "") -> QuerySet[Responsibility]:
    """Lines of a region and of what lies in it, whose names or codes hold a text."""
    found = Responsibility.objects.select_related(*_RELATED)
    if region:
        found = found.filter(region_code__startswith=region)
    if text:
        found = found.filter(_holds(text))
    return found.order_by("region_code", "main__code", "kind__code", "pk")


def _holds(text: str) -> Q:
    paths = ["region_code", "note"]
    paths += [
        f"{what}__{name}" for what in ("main", "kind") for name in ("code", "name", "name_en")
    ]
    paths += [f"{role}__{name}" for role in ROLES for name in ("code", "name")]
    held = Q()
    for path in paths:
        held |= Q(**{f"{path}__icontains": text})
    return held


def line_of(key: int) -> Responsibility:
    """The line of a key.

    Raises
    ------
    NotFoundError
        ``E-RESPONSIBILITY-MISSING``.
    """
    found = Responsibility.objects.select_related(*_RELATED).filter(pk=key).first()
    if found is None:
        text = _("This line is no longer in the table; look at it again.")
        raise NotFoundError("E-RESPONSIBILITY-MISSING", text)
    return found


class Reading:
    """Turns what is given into keys: regions in force, classes of one catalogue, organisations."""

    def __init__(self, catalogue: str = CATALOGUE) -> None:
        self.catalogue = catalogue_named(catalogue)
        self._kinds = Kinds(self.catalogue)
        self._mains = {one.code: one for one in self.catalogue.main_classes.all()}
        self._mains |= {
            name.casefold(): one
            for one in self.catalogue.main_classes.all()
            for name in (one.name, one.name_en)
        }
        now = Region.objects.filter(valid_to__isnull=True)
        self._regions = set(now.values_list("code", flat=True))

    def values(self, line: Line) -> dict[str, Any]:
        """The fields of the model, organisations as pairs of code and name.

        Raises
        ------
        InputError
            ``E-RESPONSIBILITY-REGION``, ``-CLASS``, ``-EMPTY``, ``-LONG``.
        """
        main, kind = self._class(line.kind.strip())
        parties = {role: _pair(*getattr(line, role)) for role in ROLES}
        if not any(parties.values()):
            text = _("A line names a department, an owner or a keeper at least.")
            raise InputError("E-RESPONSIBILITY-EMPTY", text)
        if len(line.note) > NOTE_LENGTH:
            raise _too_long(line.note)
        region = self._region(line.region.strip())
        return {"region_code": region, "main": main, "kind": kind, "note": line.note, **parties}

    def _region(self, code: str) -> str:
        short = shortened(code)
        if short not in self._regions:
            text = _("There is no district, street or community %(region)s.")
            facts = {"region": code[:20]}
            raise InputError("E-RESPONSIBILITY-REGION", text % facts, **facts)
        return short

    def _class(self, text: str) -> tuple[MainClass | None, ComponentClass | None]:
        if not text:
            return None, None
        digits = text.isascii() and text.isdigit() and len(text) <= MAIN_DIGITS
        main = self._mains.get(text.zfill(MAIN_DIGITS) if digits else text.casefold())
        index = UNKNOWN if digits else self._kinds.find(text)
        if index != UNKNOWN:
            kind = self.catalogue.classes.select_related("main").get(pk=self._kinds.known[index].pk)
            return kind.main, kind
        if main is None:
            sentence = _("Catalogue %(version)s has no class or main class %(name)s.")
            facts = {"version": self.catalogue.version, "name": text[:60]}
            raise InputError("E-RESPONSIBILITY-CLASS", sentence % facts, **facts)
        return main, None


def shortened(code: str) -> str:
    """A region's code as we keep it: statistical codes of 12 digits are padded with zeros."""
    if len(code) == COMMUNITY_DIGITS and code.endswith("000"):
        code = code[:STREET_DIGITS]
        return code[:6] if code.endswith("000") else code
    return code


def _pair(code: str, name: str) -> tuple[str, str] | None:
    code, name = code.strip(), name.strip()
    if len(code) > CODE_LENGTH or len(name) > NAME_LENGTH:
        raise _too_long(name or code)
    return (code, name or code) if code or name else None


def _too_long(text: str) -> InputError:
    sentence = _("“%(text)s…” is too long.") % {"text": text[:30]}
    return InputError("E-RESPONSIBILITY-LONG", sentence)


def stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with organisations as rows, made where they are new."""
    made = dict(values)
    for role in ROLES:
        pair = values[role]
        if pair is not None:
            made[role] = Organisation.objects.get_or_create(code=pair[0], name=pair[1])[0]
    return made


def lock_table() -> None:
    """Let nobody else write lines until the transaction ends."""
    with connection.cursor() as cursor:
        transaction_lock(cursor, LOCK_OF_TABLE)


@transaction.atomic
def save_line(
    line: Line, catalogue: str = CATALOGUE, user: Any = None, key: int | None = None
) -> Responsibility:
    """Add a line, or change the one of a key.

    Raises
    ------
    InputError
        What `Reading.values` raises.
    NotFoundError
        ``E-RESPONSIBILITY-MISSING``, ``E-CATALOGUE-MISSING``.
    ConflictError
        ``E-RESPONSIBILITY-TWICE`` where another line has the same region and class.
    """
    lock_table()
    row = line_of(key) if key is not None else Responsibility()
    before = shown(row) if key is not None else {}
    values = stored(Reading(catalogue).values(line))
    key_values = {name: values[name] for name in ("region_code", "main", "kind")}
    other = Responsibility.objects.filter(**key_values).exclude(pk=row.pk).first()
    if other is not None:
        text = _("The table has a line of this region and class already; change that one.")
        raise ConflictError("E-RESPONSIBILITY-TWICE", text, line=other.pk)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    action = "responsibility.added" if key is None else "responsibility.changed"
    audit.record(user, action, "Responsibility", str(row.pk), before=before, after=shown(row))
    return row


@transaction.atomic
def delete_line(key: int, user: Any = None) -> None:
    """Take a line out; the audit log keeps what it said.

    Raises
    ------
    NotFoundError
        ``E-RESPONSIBILITY-MISSING``.
    """
    row = line_of(key)
    audit.record(user, "responsibility.deleted", "Responsibility", str(key), before=shown(row))
    row.delete()


def shown(row: Responsibility) -> dict[str, Any]:
    """A line as the audit log and the API have it."""
    return {
        "region": row.region_code,
        "catalogue": row.main.catalogue.version if row.main else "",
        "main": row.main.code if row.main else "",
        "kind": row.kind.code if row.kind else "",
        **{role: _party(getattr(row, role)) for role in ROLES},
        "note": row.note,
    }


def _party(organisation: Organisation | None) -> dict[str, str] | None:
    if organisation is None:
        return None
    return {"code": organisation.code, "name": organisation.name}
