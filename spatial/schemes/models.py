"""Grid schemes beside the unit grids: each with its own editions, cells and codes.

The unit grids of city management take part in crosswalks under the key ``unit``; they stay what
they are (`spatial.grids`).
"""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.core.validators import RegexValidator
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spatial.basemap.models import Region
from spatial.core.srid import STORE_SRID
from spatial.grids.models import validity

UNIT = "unit"
"""Key of the unit grids among the schemes."""
KEY_FORM = r"^(?!unit$)[a-z][a-z0-9-]{0,19}$"


class GridScheme(models.Model):
    """A way to cut a city for one purpose, such as social service, security or sanitation."""

    key = models.CharField(
        _("key"),
        max_length=20,
        unique=True,
        validators=[RegexValidator(KEY_FORM, _("Small letters, digits and dashes only."))],
    )
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60, blank=True)
    purpose = models.CharField(_("purpose"), max_length=300, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("grid scheme")
        verbose_name_plural = _("grid schemes")
        ordering = ["key"]

    def __str__(self) -> str:
        return self.key


class SchemeEdition(models.Model):
    """One edition of a scheme in one district: draft, published, superseded."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    class Origin(models.TextChoices):
        IMPORTED = "imported", _("imported")
        BUILT = "built", _("built of unit grids")

    scheme = models.ForeignKey(GridScheme, on_delete=models.PROTECT, related_name="editions")
    district = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+")
    edition = models.PositiveIntegerField(_("edition"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    origin = models.CharField(_("origin"), max_length=12, choices=Origin.choices)
    source = models.JSONField(
        _("source"), default=dict, help_text=_("File and fields, or unit grids and loads.")
    )
    metric_srid = models.IntegerField(_("metric reference system"))
    cell_count = models.PositiveIntegerField(_("cells"), default=0)
    covered_share = models.FloatField(
        _("covered share"), help_text=_("Share of the district that lies in a cell.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("edition of a scheme")
        verbose_name_plural = _("editions of schemes")
        ordering = ["scheme", "district__code", "-edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "district", "edition"], name="scheme_edition_unique"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", valid_from__isnull=True)
                | Q(state="published", valid_from__isnull=False, valid_to__isnull=True)
                | Q(state="superseded", valid_from__isnull=False, valid_to__isnull=False),
                name="scheme_dates_fit_state",
            ),
            ExclusionConstraint(
                name="scheme_one_at_a_time",
                expressions=[
                    ("scheme", RangeOperators.EQUAL),
                    ("district", RangeOperators.EQUAL),
                    (validity(), "&&"),
                ],
                condition=Q(valid_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """Name of the edition in addresses, such as ``fire-110101-e2``."""
        return f"{self.scheme.key}-{self.district.code}-e{self.edition}"


class SchemeCell(models.Model):
    """A cell of an edition; of one published or former the database changes none."""

    edition = models.ForeignKey(SchemeEdition, on_delete=models.CASCADE, related_name="cells")
    ordinal = models.PositiveIntegerField(_("ordinal"))
    code = models.CharField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=120, blank=True)
    geom = models.MultiPolygonField(srid=STORE_SRID)
    area_m2 = models.FloatField(_("area (m²)"))

    class Meta:
        verbose_name = _("cell of a scheme")
        verbose_name_plural = _("cells of schemes")
        ordering = ["edition", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "code"], name="scheme_cell_code_unique"),
            models.UniqueConstraint(fields=["edition", "ordinal"], name="scheme_cell_place_unique"),
        ]

    def __str__(self) -> str:
        return self.code
