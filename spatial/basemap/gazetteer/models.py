"""Places, addresses and their names."""

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db.models import Func, Value
from django.db.models.functions import Now, Upper
from django.utils.translation import gettext_lazy as _

from spatial.core.srid import STORE_SRID, TILE_SRID


class Place(models.Model):
    """A named place or an address with a point, valid for a span of time.

    Elements, level and alias are the source's own where it has them; what it leaves empty is read
    from the name when the gazetteer is built.
    """

    class Kind(models.TextChoices):
        ADDRESS = "address", _("address")
        PLACE = "place", _("place")
        POI = "poi", _("point of interest")
        ROAD = "road", _("road")
        REGION = "region", _("region")

    class Level(models.IntegerChoices):
        """Table B.1 of GB/T 37149-2018."""

        UNKNOWN = 0, _("not known yet")
        PROVINCE = 1, _("province")
        CITY = 2, _("city")
        DISTRICT = 3, _("district")
        STREET = 4, _("street (subdistrict)")
        COMMUNITY = 5, _("community")
        ROAD = 6, _("road")
        ZONE = 7, _("zone")
        DOOR = 8, _("door number")
        BUILDING = 9, _("building number")
        POI = 10, _("point of interest")

    dataset = models.ForeignKey("basemap.Dataset", on_delete=models.CASCADE, related_name="places")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    level = models.PositiveSmallIntegerField(
        _("level"), choices=Level.choices, default=Level.UNKNOWN, db_default=Level.UNKNOWN
    )
    name = models.CharField(_("name"), max_length=200, help_text=_("The standard name."))
    subtype = models.CharField(_("subtype"), max_length=60, blank=True)
    road = models.CharField(_("road"), max_length=100, blank=True, default="", db_default="")
    zone = models.CharField(_("zone"), max_length=100, blank=True, default="", db_default="")
    door = models.CharField(_("door number"), max_length=60, blank=True, default="", db_default="")
    building = models.CharField(
        _("building number"), max_length=60, blank=True, default="", db_default=""
    )
    poi = models.CharField(
        _("point of interest"), max_length=200, blank=True, default="", db_default=""
    )
    address = models.CharField(
        _("address"),
        max_length=200,
        blank=True,
        default="",
        db_default="",
        help_text=_("The source's text of the address, where the name is another one."),
    )
    alias = models.CharField(
        _("aliases"),
        max_length=400,
        blank=True,
        default="",
        db_default="",
        help_text=_("The source's other names, with semicolons between them."),
    )
    old_name = models.CharField(
        _("old names"), max_length=400, blank=True, default="", db_default=""
    )
    road_key = models.CharField(max_length=120, blank=True, default="", db_default="")
    zone_key = models.CharField(max_length=120, blank=True, default="", db_default="")
    district_code = models.CharField(
        _("district"), max_length=6, blank=True, default="", db_default=""
    )
    street_code = models.CharField(
        _("street (subdistrict)"), max_length=9, blank=True, default="", db_default=""
    )
    community_code = models.CharField(
        _("community"), max_length=12, blank=True, default="", db_default=""
    )
    geom = models.PointField(srid=STORE_SRID)
    geom3857 = models.PointField(srid=TILE_SRID)
    source_key = models.CharField(_("source key"), max_length=160)
    digest = models.BinaryField(max_length=16)
    built = models.BinaryField(
        max_length=16,
        null=True,
        help_text=_("Digest for which elements and names were made; else they are made anew."),
    )
    valid_from = models.DateField(_("valid from"), db_default=Now())
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "source_key"],
                condition=models.Q(valid_to__isnull=True),
                name="place_key_unique_now",
            ),
            models.CheckConstraint(
                condition=models.Q(level__lte=10), name="place_level_of_the_ten"
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="place_name_trgm"),
            models.Index(
                fields=["road_key"],
                condition=~models.Q(road_key=""),
                name="place_of_road",
            ),
            models.Index(
                fields=["zone_key"],
                condition=~models.Q(zone_key=""),
                name="place_of_zone",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PlaceName(models.Model):
    """A name by which a place is found, with the key in which names are compared."""

    class Kind(models.TextChoices):
        STANDARD = "standard", _("standard name")
        ALIAS = "alias", _("alias")
        OLD = "old", _("old name")
        CORRECTION = "correction", _("correction")

    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices)
    text = models.CharField(_("text"), max_length=200)
    key = models.CharField(max_length=250, help_text=_("The text as the geocoder compares it."))
    sound = models.CharField(max_length=1600, blank=True, default="", db_default="")
    variants = ArrayField(
        models.IntegerField(),
        default=list,
        help_text=_("Hashes of the key with characters left out, to forgive errors."),
    )
    level = models.PositiveSmallIntegerField(
        _("level"), default=0, help_text=_("That of the place, by which answers are ordered.")
    )
    live = models.BooleanField(
        default=True,
        help_text=_("Whether the geocoder finds the place by this name."),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("place name")
        verbose_name_plural = _("place names")
        indexes = [
            models.Index(
                fields=["key", "level", "place"],
                condition=models.Q(live=True),
                name="place_name_by_key",
            ),
            models.Index(
                fields=["sound", "level", "place"],
                condition=models.Q(live=True) & ~models.Q(sound=""),
                name="place_name_by_sound",
            ),
            GinIndex(
                fields=["variants"], condition=models.Q(live=True), name="place_name_by_variant"
            ),
            GinIndex(
                OpClass("key", name="gin_trgm_ops"),
                condition=models.Q(live=True),
                name="place_name_by_trigram",
            ),
            # A part of two characters has no trigrams.
            GinIndex(
                Func("key", Value(None, models.CharField()), function="string_to_array"),
                condition=models.Q(live=True),
                name="place_name_by_character",
            ),
        ]

    def __str__(self) -> str:
        return self.text
