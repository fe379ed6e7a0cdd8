"""Answers about addresses as serializers."""

from __future__ import annotations

from rest_framework import serializers

from geocode.answers import Kind, Reading, Verdict


def _words(values) -> list[str]:
    return [value.value for value in values]


class MatchForm(serializers.Serializer):
    """A piece of the text and what it was read as."""

    start = serializers.IntegerField(help_text="Of the text, counted in characters.")
    end = serializers.IntegerField()
    level = serializers.IntegerField(help_text="1 to 10, GB/T 37149-2018 table B.1.")
    name = serializers.CharField()
    reading = serializers.ChoiceField(_words(Reading))


class CandidateForm(serializers.Serializer):
    """A place that the text may mean."""

    kind = serializers.ChoiceField(_words(Kind), help_text="What the point is.")
    level = serializers.IntegerField(allow_null=True, help_text="The level reached.")
    name = serializers.CharField()
    detail = serializers.CharField(help_text="Names of the regions it lies in.")
    score = serializers.FloatField(help_text="1 for a text that was read and found wholly.")
    center = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="Longitude, latitude."
    )
    district = serializers.CharField(allow_null=True)
    street = serializers.CharField(allow_null=True)
    community = serializers.CharField(allow_null=True)
    matched = MatchForm(many=True)
    crs = serializers.CharField(help_text="System in which coordinates were written, or empty.")


class ReadForm(serializers.Serializer):
    """How the text was taken apart."""

    key = serializers.CharField(help_text="The spelling in which names are compared.")
    hint = serializers.CharField(help_text="Words of direction; never part of the position.")
    unread = serializers.ListField(child=serializers.CharField())


class GeocodeForm(serializers.Serializer):
    """The places that a text may mean, best first."""

    query = serializers.CharField()
    verdict = serializers.ChoiceField(_words(Verdict))
    read = ReadForm()
    candidates = CandidateForm(many=True)


class NamedRegionForm(serializers.Serializer):
    """A region at a point."""

    code = serializers.CharField()
    name = serializers.CharField()
    name_en = serializers.CharField()


class NearRoadForm(serializers.Serializer):
    """The nearest named road."""

    name = serializers.CharField()
    distance_m = serializers.FloatField()


class NearDoorForm(serializers.Serializer):
    """The nearest door."""

    place = serializers.IntegerField()
    name = serializers.CharField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    distance_m = serializers.FloatField()
    bearing_deg = serializers.FloatField(help_text="From the door to the point.")


class NearCrossingForm(serializers.Serializer):
    """Where two roads meet within 30 m."""

    roads = serializers.ListField(child=serializers.CharField(), min_length=2, max_length=2)
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    distance_m = serializers.FloatField()


class ReverseForm(serializers.Serializer):
    """What is at a point."""

    lon = serializers.FloatField()
    lat = serializers.FloatField()
    words = serializers.CharField(help_text="In the language of the request.")
    grid = serializers.CharField(allow_null=True, help_text="Code of the unit grid.")
    district = NamedRegionForm(allow_null=True)
    street = NamedRegionForm(allow_null=True)
    community = NamedRegionForm(allow_null=True)
    road = NearRoadForm(allow_null=True)
    door = NearDoorForm(allow_null=True)
    crossing = NearCrossingForm(allow_null=True)
