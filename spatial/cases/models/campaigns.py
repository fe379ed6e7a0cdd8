"""Special campaigns: for a time, at some places, cases weigh more and are due sooner."""

from django.contrib.gis.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from spatial.cases.models.catalogue import CaseClass
from spatial.cases.models.words import Priority
from spatial.core.srid import STORE_SRID


class Campaign(models.Model):
    """A campaign, as the Olympic layer of Dongcheng: 2 venues, a route, 24 hotels, 10 streets.

    Cases that are reported at its places in its time carry it. Without classes it is about all.
    """

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"))
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.IMPORTANT
    )
    limit_factor = models.DecimalField(
        _("factor of limits"), max_digits=4, decimal_places=2, default=1,
        help_text=_("0.5 halves the limits of filing standards."),
    )  # fmt: skip
    classes = models.ManyToManyField(
        CaseClass, blank=True, related_name="+", verbose_name=_("classes")
    )
    in_use = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts", "code"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="campaign_days"),
            models.CheckConstraint(condition=Q(limit_factor__gt=0), name="campaign_factor"),
        ]

    def __str__(self) -> str:
        return self.name


class CampaignPlace(models.Model):
    """A venue, a route, a key street or an area of a campaign."""

    class Kind(models.TextChoices):
        VENUE = "venue", _("venue")
        ROUTE = "route", _("route")
        STREET = "street", _("key street")
        AREA = "area", _("area")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="places")
    kind = models.CharField(_("kind"), max_length=6, choices=Kind)
    name = models.CharField(_("name"), max_length=60)
    geom = models.GeometryField(_("shape"), srid=STORE_SRID, help_text=_("As it was drawn."))
    reach_m = models.PositiveSmallIntegerField(
        _("reach in metres"), default=0, help_text=_("How far around the shape cases belong to it.")
    )
    ground = models.MultiPolygonField(_("ground"), srid=STORE_SRID)

    class Meta:
        verbose_name = _("place of a campaign")
        verbose_name_plural = _("places of campaigns")
        ordering = ["campaign", "name"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "name"], name="campaign_place_unique"),
        ]

    def __str__(self) -> str:
        return self.name
