"""Looks up what a move was given by key; a key that does not fit is told as what it is."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from spatial.cases.models import Department, FilingStandard, Task
from spatial.cases.services.effects.work import Work
from spatial.core.errors import ConflictError, InputError
from spatial.core.roles import INSPECTOR


def department(key: int | None) -> Department:
    """A department in use.

    Raises
    ------
    InputError
        ``E-CASE-DEPARTMENT``.
    """
    found = Department.objects.filter(pk=key, in_use=True).first()
    if found is None:
        raise InputError("E-CASE-DEPARTMENT", _("There is no such department in use; choose one."))
    return found


def inspector(key: int | None) -> Any:
    """An inspector who may be sent out.

    Raises
    ------
    InputError
        ``E-CASE-INSPECTOR``.
    """
    people = get_user_model().objects.filter(is_active=True, groups__name=INSPECTOR)
    found = people.filter(pk=key).first()
    if found is None:
        raise InputError("E-CASE-INSPECTOR", _("There is no such inspector; choose one."))
    return found


def member(of: Department, key: int) -> Any:
    """Somebody of a department.

    Raises
    ------
    InputError
        ``E-CASE-PERSON``.
    """
    found = of.members.filter(pk=key, is_active=True).first()
    if found is None:
        text = _("This person does not belong to %(department)s.") % {"department": of.name}
        raise InputError("E-CASE-PERSON", text)
    return found


def standard(work: Work) -> FilingStandard:
    """A filing standard of the case's class.

    Raises
    ------
    InputError
        ``E-CASE-STANDARD``.
    """
    rows = FilingStandard.objects.filter(in_use=True, case_class=work.case.case_class_id)
    found = rows.filter(pk=work.given.standard).first()
    if found is None:
        text = _("The filing standard is not one of the case's class; choose one of them.")
        raise InputError("E-CASE-STANDARD", text)
    return found


def part(work: Work) -> Task:
    """An open part of the case.

    Raises
    ------
    ConflictError
        ``E-CASE-PART``.
    """
    undone = work.case.tasks.filter(state__in=[Task.State.OPEN, Task.State.DECLINED])
    found = undone.filter(pk=work.given.part).first()
    if found is None:
        raise ConflictError("E-CASE-PART", _("The case has no such part to be done."))
    return found
