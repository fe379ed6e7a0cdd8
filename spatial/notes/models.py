"""Notes drawn on the map, and views of it that users keep."""

import uuid

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spatial.core.srid import STORE_SRID

COLOURS = ("#b42318", "#b45309", "#0f6b46", "#1d4ed8", "#7e22ce", "#475664")
"""Colours of notes: each is told from the others and from every base map, in daylight and dark."""


class SeenBy(models.TextChoices):
    """Who sees a note besides who wrote it."""

    ME = "me", _("only me")
    CENTRE = "centre", _("my centre")
    ALL = "all", _("everyone who may see the map")


class Note(models.Model):
    """A place, line or area on the map with a text."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="map_notes",
        verbose_name=_("written by"),
    )  # fmt: skip
    text = models.CharField(_("text"), max_length=500)
    colour = models.CharField(_("colour"), max_length=7, default=COLOURS[0])
    geom = models.GeometryField(_("shape"), srid=STORE_SRID)
    district_code = models.CharField(
        _("district"), max_length=6, blank=True, db_index=True, help_text=_("Empty outside of all.")
    )
    seen_by = models.CharField(_("seen by"), max_length=6, choices=SeenBy, default=SeenBy.ME)
    centre = models.CharField(
        _("centre"), max_length=11, blank=True, help_text=_("Of whoever wrote it, when shared.")
    )
    made_at = models.DateTimeField(_("written at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-changed_at", "-pk"]
        indexes = [models.Index(fields=["-changed_at"], name="note_changed")]
        constraints = [
            models.CheckConstraint(condition=Q(colour__in=COLOURS), name="note_colour"),
            models.CheckConstraint(
                condition=~Q(seen_by=SeenBy.CENTRE) | ~Q(centre=""), name="note_centre"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class SavedView(models.Model):
    """All that is in the address of the map, under a name of the user's own."""

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="map_views",
        verbose_name=_("user"),
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=60)
    address = models.CharField(_("address"), max_length=4000, help_text=_("From its # on."))
    home = models.BooleanField(
        _("first view"), default=False, help_text=_("The user's map opens with it.")
    )
    made_at = models.DateTimeField(_("saved at"), auto_now_add=True)
    gone_at = models.DateTimeField(
        _("deleted at"), null=True, blank=True, help_text=_("For a day it can be taken back.")
    )

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], condition=Q(gone_at=None), name="view_name_unique"
            ),
            models.UniqueConstraint(
                fields=["owner"], condition=Q(home=True, gone_at=None), name="view_one_home"
            ),
        ]

    def __str__(self) -> str:
        return self.name
