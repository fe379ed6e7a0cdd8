"""Campaigns and their places in the admin; a place is drawn as text (WKT)."""

from __future__ import annotations

import re

from django import forms
from django.contrib import admin
from django.contrib.gis.geos import GEOSException, GEOSGeometry
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from spatial.cases.models import Campaign, CampaignPlace
from spatial.cases.services.campaigns import ground_of, require_shape
from spatial.core.admin import Audited, Kept, Lines, LookOnly
from spatial.core.errors import InputError
from spatial.core.srid import STORE_SRID

LONGEST = 200_000
SHAPES = re.compile(r"\s*(MULTI)?(POINT|LINESTRING|POLYGON)\s*\([\d\s.,()eE+-]+\)\s*")


class ShapeField(forms.CharField):
    """A shape in words: nothing but WKT reaches the library that reads it."""

    def __init__(self) -> None:
        hint = _("WKT in degrees, like POINT(116.4 39.9) or POLYGON((…)).")
        area = forms.Textarea({"rows": 4})
        super().__init__(label=_("shape"), help_text=hint, widget=area, max_length=LONGEST)

    def prepare_value(self, value: object) -> str:
        """The stored shape as text."""
        return value.wkt if isinstance(value, GEOSGeometry) else value

    def to_python(self, value: object) -> GEOSGeometry | None:
        """The shape that is meant."""
        text = super().to_python(value)
        if not text:
            return None
        try:
            if not SHAPES.fullmatch(text):
                raise ValueError
            return GEOSGeometry(text.strip(), srid=STORE_SRID)
        except (GEOSException, ValueError) as error:
            raise ValidationError(gettext("Write the shape like POINT(116.4 39.9).")) from error

    def run_validators(self, value: object) -> None:
        """A shape is measured before it is read."""

    def has_changed(self, initial: object, data: object) -> bool:
        """Compare as text."""
        return self.prepare_value(initial) != data


class CampaignPlaceForm(forms.ModelForm):
    """A place; its ground follows from shape and reach."""

    geom = ShapeField()

    class Meta:
        model = CampaignPlace
        fields = ("campaign", "kind", "name", "geom", "reach_m")

    def clean(self) -> dict:
        """Refuse what has no ground."""
        values = super().clean()
        shape, reach_m = values.get("geom"), values.get("reach_m")
        if shape is not None and reach_m is not None:
            try:
                require_shape(shape, reach_m)
            except InputError as error:
                raise ValidationError(str(error)) from error
            self.instance.ground = ground_of(shape, reach_m)
        return values


class PlaceInline(LookOnly, admin.TabularInline):
    """The places of a campaign; each is changed on a page of its own."""

    model = CampaignPlace
    fields = ("kind", "name", "reach_m")
    readonly_fields = fields
    extra = 0
    show_change_link = True


@admin.register(Campaign)
class CampaignAdmin(Audited, Kept, admin.ModelAdmin):
    """Campaigns: time, weight, limits, classes."""

    list_display = ("code", "name", "starts", "ends", "priority", "limit_factor", "in_use")
    list_filter = ("in_use", "priority", "starts")
    search_fields = ("code", "name", "name_en")
    autocomplete_fields = ("classes",)
    inlines = (PlaceInline,)


@admin.register(CampaignPlace)
class CampaignPlaceAdmin(Audited, Lines, admin.ModelAdmin):
    """Places of campaigns."""

    form = CampaignPlaceForm
    list_display = ("name", "campaign", "kind", "reach_m")
    list_filter = ("kind", "campaign")
    search_fields = ("name", "campaign__name")
    list_select_related = ("campaign",)
