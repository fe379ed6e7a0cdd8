"""Components (部件), their classes and catalogues, who answers for them, and their history."""

from django.conf import settings
from django.contrib.gis.db import models
from django.core.validators import RegexValidator
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from spatial.basemap.models import Dataset, ImportRun
from spatial.core.srid import STORE_SRID

DISTRICT_DIGITS = 6
"""The first digits of the code of a component, a unit grid or a region: its district's."""
ROLES = ("supervisor", "owner", "keeper")
"""In what an organisation answers for a component: the fields that name one."""


class Catalogue(models.Model):
    """One version of the classes of components, such as that of CJ/T 214-2007."""

    version = models.CharField(_("version"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    source = models.TextField(_("source"), blank=True)

    class Meta:
        verbose_name = _("catalogue")
        verbose_name_plural = _("catalogues")
        ordering = ["version"]

    def __str__(self) -> str:
        return self.version


class MainClass(models.Model):
    """A main class (大类) of a catalogue."""

    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="main_classes")
    code = models.CharField(_("code"), max_length=2)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=60)
    colour = models.CharField(
        _("colour"), max_length=7, validators=[RegexValidator(r"^#[0-9a-f]{6}$")]
    )
    symbol = models.SlugField(_("symbol"), max_length=40)

    class Meta:
        verbose_name = _("main class")
        verbose_name_plural = _("main classes")
        ordering = ["catalogue", "code"]
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "code"], name="main_class_code_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ComponentClass(models.Model):
    """A class (小类) of a catalogue; its code begins with that of its main class."""

    class Geometry(models.TextChoices):
        POINT = "point", _("point")
        LINE = "line", _("line")
        AREA = "area", _("area")

    class Accuracy(models.TextChoices):
        A = "A", _("A: 0.5 m")
        B = "B", _("B: 1 m")
        C = "C", _("C: 10 m")

    catalogue = models.ForeignKey(Catalogue, on_delete=models.PROTECT, related_name="classes")
    main = models.ForeignKey(MainClass, on_delete=models.PROTECT, related_name="classes")
    code = models.CharField(_("code"), max_length=5)
    name = models.CharField(_("name"), max_length=60)
    name_en = models.CharField(_("English name"), max_length=80)
    geometry = models.CharField(_("geometry"), max_length=5, choices=Geometry.choices)
    accuracy = models.CharField(_("accuracy"), max_length=1, choices=Accuracy.choices)
    symbol = models.SlugField(_("symbol"), max_length=40)
    local = models.BooleanField(
        _("local"), default=False, help_text=_("An extension of the city, not of the standard.")
    )

    class Meta:
        verbose_name = _("component class")
        verbose_name_plural = _("component classes")
        ordering = ["catalogue", "code"]
        constraints = [
            models.UniqueConstraint(fields=["catalogue", "code"], name="class_code_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class Organisation(models.Model):
    """A department, owner or keeper as component surveys name them (DeptCode, DeptName)."""

    code = models.CharField(_("code"), max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=100)

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["name", "code"]
        constraints = [
            models.UniqueConstraint(fields=["code", "name"], name="organisation_unique"),
        ]

    def __str__(self) -> str:
        return self.name or self.code


class Responsibility(models.Model):
    """A line of the table of responsibility (确权): who answers for a class in an area.

    Where several lines fit a component the one of the smallest region counts, and among those the
    one that names the class before the one that names only its main class; a line that leaves
    a department, owner or keeper open leaves it to the next.
    """

    region_code = models.CharField(
        _("region"), max_length=12, help_text=_("District, street or community.")
    )
    main = models.ForeignKey(MainClass, null=True, blank=True, on_delete=models.CASCADE)
    kind = models.ForeignKey(
        ComponentClass,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        verbose_name=_("component class"),
    )
    supervisor = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("responsible department"),
    )
    owner = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("owner"),
    )
    keeper = models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("keeper"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["region_code", "main", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "main", "kind"],
                nulls_distinct=False,
                name="responsibility_unique",
            ),
            models.CheckConstraint(
                condition=Q(main__isnull=False) | Q(kind__isnull=True),
                name="responsibility_class_in_main",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region_code} {self.kind or self.main or ''}"


class State(models.TextChoices):
    """Condition of a component (ObjState)."""

    INTACT = "intact", _("intact")
    BROKEN = "broken", _("broken")
    MISSING = "missing", _("missing")
    OCCUPIED = "occupied", _("occupied")
    ABANDONED = "abandoned", _("abandoned")
    REMOVED = "removed", _("removed")


def _answers(verbose_name: str, **more):
    """A key to an organisation; only the owner's is looked up often enough for an index."""
    return models.ForeignKey(
        Organisation,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=verbose_name,
        **more,
    )


class Component(models.Model):
    """A component: one row for its whole life; what it was before stands in its changes.

    The code does not contain the unit grid. ``grid_code`` (BGID) follows the grids: it is kept
    true when an edition is published. It is empty where the point lies in no unit grid.
    """

    code = models.CharField(_("code"), max_length=17)
    kind = models.ForeignKey(
        ComponentClass,
        on_delete=models.PROTECT,
        related_name="components",
        db_index=False,
        verbose_name=_("component class"),
    )
    name = models.CharField(_("name"), max_length=100, blank=True)
    district_code = models.CharField(_("district"), max_length=6)
    grid_code = models.CharField(_("unit grid"), max_length=16, blank=True)
    point = models.PointField(srid=STORE_SRID, help_text=_("A point inside, for lines and areas."))
    shape = models.GeometryField(
        srid=STORE_SRID, null=True, blank=True, spatial_index=False, help_text=_("Line or area.")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.INTACT)
    supervisor = _answers(_("responsible department"), db_index=False)
    owner = _answers(_("owner"))
    keeper = _answers(_("keeper"), db_index=False)
    position = models.CharField(_("position in words"), max_length=200, blank=True)
    data_source = models.CharField(_("data source"), max_length=30, blank=True)
    note = models.CharField(_("note"), max_length=1000, blank=True)
    dataset = models.ForeignKey(
        Dataset, on_delete=models.PROTECT, related_name="components", verbose_name=_("dataset")
    )
    valid_from = models.DateField(_("valid from"))
    changed_on = models.DateField(_("changed on"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("component")
        verbose_name_plural = _("components")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["code"], name="component_code_unique"),
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{16,17}$"), name="component_code_form"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="component_dates_in_order",
            ),
        ]
        indexes = [
            # Counts of a grid by class are read from the index alone.
            models.Index(fields=["grid_code", "kind", "valid_to"], name="component_grid"),
            # A page of a class is in the order of codes.
            models.Index(fields=["kind", "code"], name="component_kind"),
            models.Index(
                fields=["state", "kind", "code"],
                condition=~Q(state=State.INTACT),
                name="component_not_intact",
            ),
            models.Index(
                fields=["district_code"], condition=Q(grid_code=""), name="component_without_grid"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CodeCounter(models.Model):
    """The last number given in a district and class; its row lock makes codes gapless."""

    district_code = models.CharField(max_length=6)
    class_code = models.CharField(max_length=5)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("code counter")
        verbose_name_plural = _("code counters")
        constraints = [
            models.UniqueConstraint(
                fields=["district_code", "class_code"], name="code_counter_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.district_code}{self.class_code}: {self.last}"


class ComponentChange(models.Model):
    """What changed on a component, as it was and as it became; the database keeps every row."""

    class Kind(models.TextChoices):
        MOVED = "moved", _("moved")
        CHANGED = "changed", _("changed")
        GONE = "gone", _("gone")
        BACK = "back", _("found again")
        GRID = "grid", _("unit grid changed")

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    at = models.DateTimeField(_("at"), auto_now_add=True)
    day = models.DateField(_("day"), help_text=_("Since when it holds."))
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    run = models.ForeignKey(
        ImportRun, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("component change")
        verbose_name_plural = _("component changes")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.component_id} {self.kind} {self.day}"


def photo_path(photo: "ComponentPhoto", _name: str) -> str:
    """Where a photo lies: by its own key, never by what the sender called it."""
    return f"components/{photo.component.code[:6]}/{photo.component.code}/{photo.key}.jpg"


class ComponentPhoto(models.Model):
    """A photo of a component, re-encoded when it came in."""

    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="photos")
    key = models.UUIDField(unique=True, editable=False)
    file = models.FileField(upload_to=photo_path)
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    added_at = models.DateTimeField(_("added at"), auto_now_add=True)

    class Meta:
        verbose_name = _("photo of a component")
        verbose_name_plural = _("photos of components")
        ordering = ["-added_at"]

    def __str__(self) -> str:
        return f"{self.component_id} {self.key}"
