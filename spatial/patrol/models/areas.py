"""Teams, shifts, and the areas that inspectors walk."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spatial.core.srid import STORE_SRID
from spatial.grids.models import GridPlan

EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]


def every_day() -> list[int]:
    """Monday (1) to Sunday (7)."""
    return list(EVERY_DAY)


class Team(models.Model):
    """Inspectors who work together, usually those of a street."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=100)
    street_code = models.CharField(
        _("street"), max_length=9, blank=True, help_text=_("Empty for a whole district.")
    )

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Shift(models.Model):
    """When inspectors are on duty; one that ends before it begins goes on past midnight."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    starts = models.TimeField(_("starts"))
    ends = models.TimeField(_("ends"))
    days = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("days"),
        default=every_day,
        help_text=_("Days of the week on which it begins, Monday is 1."),
    )

    class Meta:
        verbose_name = _("shift")
        verbose_name_plural = _("shifts")
        ordering = ["starts", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(days__contained_by=EVERY_DAY), name="shift_days_of_the_week"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.starts:%H:%M}–{self.ends:%H:%M}"


class PatrolArea(models.Model):
    """A patrol area (责任网格): connected unit grids of one street, walked by some inspectors.

    It stays the same area through editions of the grids and when the district is cut anew, as far
    as most of its ground stays; figures and outline are those of the edition in force.
    """

    code = models.CharField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    district_code = models.CharField(_("district"), max_length=6, db_index=True)
    street_code = models.CharField(_("street"), max_length=9)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="areas",
        verbose_name=_("team"),
    )  # fmt: skip
    inspectors = models.ManyToManyField(
        settings.AUTH_USER_MODEL, blank=True, related_name="patrol_areas",
        verbose_name=_("inspectors"),
    )  # fmt: skip
    in_use = models.BooleanField(_("in use"), default=True)
    island = models.BooleanField(
        _("island"), default=False, help_text=_("Nothing can be joined to it within its street.")
    )
    geom = models.MultiPolygonField(
        _("outline"), srid=STORE_SRID, null=True, blank=True, spatial_index=False
    )
    grid_count = models.PositiveIntegerField(_("grids"), default=0)
    area_m2 = models.FloatField(_("area (m²)"), default=0)
    component_count = models.PositiveIntegerField(_("components"), default=0)
    case_count = models.PositiveIntegerField(
        _("past cases"), default=0, help_text=_("Of the last 365 days when it was counted.")
    )
    burden = models.FloatField(
        _("burden"), default=0, help_text=_("Weighted sum; 1 is that of a mean unit grid.")
    )

    class Meta:
        verbose_name = _("patrol area")
        verbose_name_plural = _("patrol areas")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name or self.code


class AreaGrid(models.Model):
    """A unit grid of an edition in its patrol area; each grid is in one area."""

    area = models.ForeignKey(PatrolArea, on_delete=models.CASCADE, related_name="grids")
    plan = models.ForeignKey(
        GridPlan, on_delete=models.CASCADE, related_name="+", verbose_name=_("edition")
    )
    grid_code = models.CharField(_("unit grid"), max_length=16)

    class Meta:
        verbose_name = _("unit grid of a patrol area")
        verbose_name_plural = _("unit grids of patrol areas")
        constraints = [
            models.UniqueConstraint(fields=["plan", "grid_code"], name="area_grid_in_one_area"),
        ]

    def __str__(self) -> str:
        return f"{self.grid_code} {self.area_id}"
