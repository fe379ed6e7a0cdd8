"""Regions (district, street, community), base map features, places, and the record of imports."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from spatial.basemap.gazetteer.models import Place, PlaceName
from spatial.basemap.io.localcrs import checked
from spatial.core.errors import InputError
from spatial.core.srid import STORE_SRID, TILE_SRID

__all__ = [
    "BaseFeature",
    "Dataset",
    "ImportIssue",
    "ImportRun",
    "LocalCrs",
    "Place",
    "PlaceName",
    "Region",
    "Upload",
]


class Dataset(models.Model):
    """A source that is imported again and again, such as one city's base map."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    attribution = models.CharField(_("attribution"), max_length=300, blank=True)
    made_up = models.BooleanField(
        _("made up"), default=False, help_text=_("The geometry is generated, not surveyed.")
    )
    version = models.PositiveIntegerField(
        _("version"), default=0, help_text=_("Counts the imports that changed something.")
    )

    class Meta:
        verbose_name = _("dataset")
        verbose_name_plural = _("datasets")

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One run of an import, from start to end, with its counts."""

    class State(models.TextChoices):
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        UNCHANGED = "unchanged", _("unchanged")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    dataset = models.ForeignKey(
        Dataset, null=True, blank=True, on_delete=models.PROTECT, related_name="runs"
    )
    kind = models.CharField(_("kind"), max_length=20, help_text=_("regions, basemap or places"))
    file_name = models.CharField(_("file"), max_length=255)
    file_sha256 = models.CharField(max_length=64)
    settings_sha256 = models.CharField(
        max_length=64, blank=True, help_text=_("Hash of layer map, encoding and reference system.")
    )
    source_srid = models.IntegerField(_("reference system"), null=True, blank=True)
    encoding = models.CharField(_("encoding"), max_length=30, blank=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RUNNING)
    counts = models.JSONField(_("counts"), default=dict)
    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import run")
        verbose_name_plural = _("import runs")
        ordering = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name} ({self.state})"


class ImportIssue(models.Model):
    """What an import repaired, refused or noticed, with its place where it has one."""

    class Severity(models.TextChoices):
        INFO = "info", _("note")
        REPAIRED = "repaired", _("repaired")
        REFUSED = "refused", _("refused")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="issues")
    severity = models.CharField(max_length=10, choices=Severity.choices)
    code = models.CharField(_("code"), max_length=40)
    layer = models.CharField(_("layer"), max_length=120, blank=True)
    feature = models.CharField(_("feature"), max_length=120, blank=True)
    message = models.TextField(_("message"))
    area_m2 = models.FloatField(_("area (m²)"), null=True, blank=True)
    geom = models.GeometryField(srid=STORE_SRID, null=True, blank=True)

    class Meta:
        verbose_name = _("import issue")
        verbose_name_plural = _("import issues")

    def __str__(self) -> str:
        return f"{self.code} {self.layer} {self.feature}"


class LocalCrs(models.Model):
    """A city's own reference system, as an administrator has defined it; never changed."""

    name = models.SlugField(
        _("name"),
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9-]+$", _("Small letters, digits and dashes only."))],
        help_text=_("Given as LOCAL:NAME."),
    )
    title = models.CharField(_("title"), max_length=80)
    definition = models.CharField(
        _("PROJ string"), max_length=300, help_text=_("A projected system in metres, by numbers.")
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("local reference system")
        verbose_name_plural = _("local reference systems")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"LOCAL:{self.name}"

    def clean(self) -> None:
        """Refuse a definition that is not taken, with the same sentence as elsewhere."""
        try:
            checked(self.definition)
        except InputError as error:
            raise ValidationError({"definition": str(error.message)}, error.code) from error


class Upload(models.Model):
    """A file sent from a browser or a program: its bytes, and what was found in them."""

    class State(models.TextChoices):
        RECEIVING = "receiving", _("receiving")
        INSPECTING = "inspecting", _("inspecting")
        READY = "ready", _("ready")
        UNCLEAR = "unclear", _("unclear: its encoding must be given")
        REFUSED = "refused", _("refused")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("file"), max_length=255, help_text=_("The sender's name for it."))
    folder = models.CharField(max_length=64, unique=True, editable=False)
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECEIVING)
    size_bytes = models.BigIntegerField(_("bytes"))
    received_bytes = models.BigIntegerField(_("bytes received"), default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    crs = models.CharField(
        _("reference system"),
        max_length=20,
        blank=True,
        help_text=_("EPSG:N, GCJ-02 or BD-09 where the user said so; else that of the file."),
    )
    encoding = models.CharField(_("encoding"), max_length=30, default="auto")
    inspected = models.JSONField(_("what is in it"), default=dict, blank=True)
    error = models.JSONField(_("error"), default=dict, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    received_bytes__gte=0, received_bytes__lte=models.F("size_bytes")
                ),
                name="upload_received_within_size",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.state})"


class Region(models.Model):
    """A district, street (subdistrict) or community, valid for a span of time."""

    class Level(models.TextChoices):
        DISTRICT = "district", _("district")
        STREET = "street", _("street (subdistrict)")
        COMMUNITY = "community", _("community")

    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    code = models.CharField(
        _("code"), max_length=12, help_text=_("6 digits district, 9 street, 12 community.")
    )
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    dataset = models.ForeignKey(Dataset, on_delete=models.PROTECT, related_name="regions")
    geom = models.MultiPolygonField(srid=STORE_SRID)
    geom3857 = models.MultiPolygonField(srid=TILE_SRID)
    area_m2 = models.FloatField(_("area (m²)"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(valid_to__isnull=True),
                name="region_code_unique_now",
            ),
            models.CheckConstraint(
                condition=models.Q(level="district", code__regex=r"^\d{6}$")
                | models.Q(level="street", code__regex=r"^\d{9}$")
                | models.Q(level="community", code__regex=r"^\d{12}$"),
                name="region_code_fits_level",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class BaseFeature(models.Model):
    """A feature of the base map in the platform's own kinds and classes."""

    class Kind(models.TextChoices):
        ROAD = "road", _("road")
        RAIL = "rail", _("railway")
        WATER_LINE = "water_line", _("water line")
        WATER_AREA = "water_area", _("water area")
        WALL = "wall", _("wall or fence")
        BUILDING = "building", _("building")
        COMPOUND = "compound", _("compound")
        GREEN = "green", _("green area")
        GROUND = "ground", _("ground by land use")

    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="features")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind.choices)
    line_class = models.PositiveSmallIntegerField(
        _("line class"),
        default=0,
        help_text=_("1 motorway, primary, river … 7 path; 0 where a class makes no sense."),
    )
    name = models.CharField(_("name"), max_length=200, blank=True)
    subtype = models.CharField(
        _("subtype"), max_length=60, blank=True, help_text=_("The source's own word.")
    )
    use = models.CharField(
        _("land use"),
        max_length=40,
        blank=True,
        default="",
        help_text=_("Word of the rules by land use, for areas."),
    )
    underground = models.BooleanField(_("underground"), default=False)
    geom = models.GeometryField(srid=STORE_SRID)
    geom3857 = models.GeometryField(srid=TILE_SRID)
    source_key = models.CharField(
        _("source key"), max_length=160, help_text=_("Layer and identifier in the source.")
    )
    digest = models.BinaryField(
        max_length=16, help_text=_("Hash of attributes and geometry, to see changes.")
    )

    class Meta:
        verbose_name = _("base map feature")
        verbose_name_plural = _("base map features")
        constraints = [
            models.UniqueConstraint(fields=["dataset", "source_key"], name="feature_key_unique"),
        ]
        indexes = [
            # Where two named roads meet, and which pieces a road has.
            models.Index(
                fields=["name"],
                condition=models.Q(kind="road") & ~models.Q(name=""),
                name="feature_road_by_name",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name or self.source_key}"
