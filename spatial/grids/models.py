"""Grid plans (editions of a district), unit grids, the register of codes, and succession."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from spatial.basemap.models import Region
from spatial.core.srid import STORE_SRID, TILE_SRID


def validity():
    """The half-open date range ``[valid_from, valid_to)`` of a row."""
    return Func(F("valid_from"), F("valid_to"), function="daterange", output_field=DateRangeField())


class GridPlan(models.Model):
    """One edition of a district's unit grids: draft, checked, published, superseded."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        CHECKED = "checked", _("checked")
        PUBLISHED = "published", _("published")
        SUPERSEDED = "superseded", _("superseded")

    district = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="plans")
    edition = models.PositiveIntegerField(_("edition"))
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.DRAFT)
    scheme = models.CharField(_("code scheme"), max_length=12, default="gbt30428")
    target_area_m2 = models.FloatField(_("target area (m²)"), default=10_000)
    metric_srid = models.IntegerField(_("metric reference system"))
    grid_count = models.PositiveIntegerField(_("grids"), default=0)
    rules = models.JSONField(
        _("rules"),
        default=dict,
        help_text=_("All rules it was cut by; empty in plans made before they were kept."),
    )
    figures = models.JSONField(
        _("figures"), default=dict, help_text=_("Measures of the whole plan and its problems.")
    )
    check_report = models.JSONField(_("check report"), default=dict)
    former = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("former edition"),
        help_text=_("The edition whose unchanged grids were kept; none when all was cut afresh."),
    )
    revision = models.PositiveIntegerField(
        _("revision"), default=0, db_default=0, help_text=_("Counts the edits, undone ones too.")
    )
    input_digest = models.CharField(
        max_length=64, help_text=_("Hash of what was cut, to see that two plans are the same.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("grid plan")
        verbose_name_plural = _("grid plans")
        ordering = ["district__code", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["district", "edition"], name="plan_edition_unique"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "checked"], valid_from__isnull=True)
                | Q(state="published", valid_from__isnull=False, valid_to__isnull=True)
                | Q(state="superseded", valid_from__isnull=False, valid_to__isnull=False),
                name="plan_dates_fit_state",
            ),
            ExclusionConstraint(
                name="plan_one_at_a_time",
                expressions=[("district", RangeOperators.EQUAL), (validity(), "&&")],
                condition=Q(valid_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.version

    @property
    def version(self) -> str:
        """Name of the edition in addresses, such as ``110101-e2``."""
        return f"{self.district.code}-e{self.edition}"


class GridCode(models.Model):
    """Every code ever published; a retired one stays here and is refused for ever."""

    code = models.CharField(_("code"), max_length=16, primary_key=True)
    first_published = models.DateField(_("first published"))
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    class Meta:
        verbose_name = _("grid code")
        verbose_name_plural = _("grid codes")

    def __str__(self) -> str:
        return self.code


class UnitGrid(models.Model):
    """A unit grid (单元网格) of one plan; its code is unique in space and in time."""

    plan = models.ForeignKey(GridPlan, on_delete=models.CASCADE, related_name="grids")
    ordinal = models.PositiveIntegerField(
        _("ordinal"), help_text=_("1 … N in the plan by code; feature id of the tiles.")
    )
    code = models.CharField(_("code"), max_length=16)
    community = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="grids")
    geom = models.PolygonField(srid=STORE_SRID)
    geom3857 = models.PolygonField(srid=TILE_SRID)
    area_m2 = models.FloatField(_("area (m²)"))
    perimeter_m = models.FloatField(_("perimeter (m)"))
    on_feature_share = models.FloatField(_("share of border on features"))
    neighbours = ArrayField(models.PositiveIntegerField(), help_text=_("Ordinals."), default=list)
    note = models.CharField(_("note"), max_length=200, blank=True)
    fingerprint = models.CharField(
        max_length=32, blank=True, help_text=_("Hash of what stood here when the grid was cut.")
    )
    left_alone = models.BooleanField(
        _("left alone"),
        default=False,
        db_default=False,
        help_text=_("Neither edits nor cutting anew change it."),
    )
    revision = models.PositiveIntegerField(
        _("revision"),
        default=0,
        db_default=0,
        help_text=_("Revision of the plan that changed it last; 0 as it was cut."),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit grid")
        verbose_name_plural = _("unit grids")
        ordering = ["plan", "ordinal"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "ordinal"], name="grid_ordinal_unique"),
            models.UniqueConstraint(fields=["plan", "code"], name="grid_code_unique_in_plan"),
            ExclusionConstraint(
                name="grid_code_unique_in_time",
                expressions=[("code", RangeOperators.EQUAL), (validity(), "&&")],
                condition=Q(valid_from__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class GridSuccession(models.Model):
    """Ground that passed from a grid of one edition to a grid of the next."""

    old = models.ForeignKey(UnitGrid, on_delete=models.CASCADE, related_name="successors")
    new = models.ForeignKey(UnitGrid, on_delete=models.CASCADE, related_name="predecessors")
    shared_area_m2 = models.FloatField(_("shared area (m²)"))
    component_count = models.PositiveIntegerField(
        _("components"),
        default=0,
        db_default=0,
        help_text=_("How many components passed with the ground; written by their app."),
    )

    class Meta:
        verbose_name = _("succession")
        verbose_name_plural = _("successions")
        constraints = [
            models.UniqueConstraint(fields=["old", "new"], name="succession_pair_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id}"


class GridPin(models.Model):
    """A border between grids of a plan that neither edits nor cutting anew change."""

    plan = models.ForeignKey(GridPlan, on_delete=models.CASCADE, related_name="pins")
    geom = models.LineStringField(
        srid=STORE_SRID, help_text=_("With the same vertices as the grids on both sides.")
    )

    class Meta:
        verbose_name = _("pinned border")
        verbose_name_plural = _("pinned borders")

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.pk}"


class GridEdit(models.Model):
    """A step in the history of a draft plan, with all it changed as it was and as it became."""

    class Kind(models.TextChoices):
        MERGE = "merge", _("grids merged")
        SPLIT = "split", _("grid split")
        MOVE = "move", _("border moved")
        REASSIGN = "reassign", _("piece reassigned")
        PIN = "pin", _("border pinned")
        UNPIN = "unpin", _("border released")
        LEAVE = "leave", _("grids set to be left alone")
        RELEASE = "release", _("grids released")

    class State(models.TextChoices):
        DONE = "done", _("done")
        UNDONE = "undone", _("undone")
        DROPPED = "dropped", _("undone for good, since another edit followed")

    plan = models.ForeignKey(GridPlan, on_delete=models.CASCADE, related_name="edits")
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    state = models.CharField(
        _("state"), max_length=8, choices=State.choices, default=State.DONE, db_default=State.DONE
    )
    request = models.JSONField(_("request"), help_text=_("What was asked for."))
    before = models.JSONField(_("before"), help_text=_("Rows as they were."))
    after = models.JSONField(_("after"), help_text=_("Rows as they became."))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("edit of a plan")
        verbose_name_plural = _("edits of plans")
        ordering = ["plan", "number"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="edit_number_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number} {self.kind}"
