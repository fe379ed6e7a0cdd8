"""Who answers for a unit grid on the four levels."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class PersonLevel(models.TextChoices):
    """The four levels on which somebody answers for a grid."""

    DISTRICT = "district", _("district")
    STREET = "street", _("street")
    COMMUNITY = "community", _("community")
    GRID = "grid", _("unit grid")


class GridRole(models.TextChoices):
    """As what somebody answers."""

    HEAD = "head", _("person in charge")
    OFFICER = "officer", _("grid officer")
    UNIT = "unit", _("resident organisation")
    FRONTAGE = "frontage", _("frontage (three guarantees)")


class GridResponsible(models.Model):
    """A person who answers for a district, street, community or unit grid on some days.

    In a unit grid these are its officer, the persons of resident organisations (驻地单位) and those
    who keep the ground before their door (门前三包).
    """

    level = models.CharField(_("level"), max_length=9, choices=PersonLevel)
    code = models.CharField(
        _("code"), max_length=16, help_text=_("District, street, community or unit grid.")
    )
    role = models.CharField(_("role"), max_length=8, choices=GridRole, default=GridRole.HEAD)
    name = models.CharField(_("name"), max_length=60)
    post = models.CharField(_("post"), max_length=60, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    organisation = models.CharField(_("organisation"), max_length=100, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("person who answers for a grid")
        verbose_name_plural = _("persons who answer for grids")
        ordering = ["code", "role", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["code", "role", "name", "organisation", "valid_from"],
                name="grid_responsible_once",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="grid_responsible_days_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"
