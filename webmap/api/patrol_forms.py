"""What the addresses of patrol take and give."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from gridding.rules import GRIDS_PER_AREA
from spatial.patrol.models import GridRole, PersonLevel
from spatial.patrol.services.cutting import LEAST_GRIDS, MOST_GRIDS
from spatial.patrol.services.positions import MOST
from webmap.api.params import OnDay, finite

DISTRICT = r"^[0-9]{6}\Z"
GRID = r"^[0-9]{14,16}\Z"


@extend_schema_field({"type": "object", "nullable": True})
class OutlineField(serializers.JSONField):
    """A GeoJSON MultiPolygon in degrees."""


class PatrolAreasQuery(serializers.Serializer):
    """Of which district."""

    district = serializers.RegexField(DISTRICT)


class PatrolOrder(serializers.Serializer):
    """How a district is to be cut into patrol areas."""

    district = serializers.RegexField(DISTRICT)
    grids_per_area = serializers.FloatField(
        default=GRIDS_PER_AREA, min_value=LEAST_GRIDS, max_value=MOST_GRIDS, validators=[finite],
        help_text="Unit grids of an area with a mean burden.",
    )  # fmt: skip


class TeamForm(serializers.Serializer):
    """A team."""

    code = serializers.CharField()
    name = serializers.CharField()


class InspectorForm(serializers.Serializer):
    """An inspector, by log-in name and name."""

    username = serializers.CharField()
    name = serializers.CharField()


class PatrolAreaForm(serializers.Serializer):
    """A patrol area with its figures."""

    code = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    street = serializers.CharField()
    team = TeamForm(allow_null=True)
    inspectors = InspectorForm(many=True)
    island = serializers.BooleanField(help_text="Nothing can be joined to it in its street.")
    grids = serializers.IntegerField()
    area_m2 = serializers.FloatField()
    components = serializers.IntegerField()
    cases = serializers.IntegerField(help_text="Of the last 365 days when it was counted.")
    burden = serializers.FloatField(help_text="1 is that of a mean unit grid.")
    geometry = OutlineField(allow_null=True)


class PatrolAreasForm(serializers.Serializer):
    """The patrol areas of a district."""

    district = serializers.CharField()
    edition = serializers.CharField()
    mean_burden = serializers.FloatField()
    most_by_mean = serializers.FloatField(help_text="Largest burden by the mean; 1 is even.")
    variation = serializers.FloatField(help_text="Standard deviation by the mean; 0 is even.")
    areas = PatrolAreaForm(many=True)
    members = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Of each unit grid by ordinal the place of its area in the list; -1 for none.",
    )


class WholePatrolAreaForm(PatrolAreaForm):
    """A patrol area with the codes of its unit grids."""

    grid_codes = serializers.ListField(child=serializers.CharField())


class PatrolAreaChange(serializers.Serializer):
    """What is to change; what is left out stays."""

    name = serializers.CharField(required=False, allow_blank=True, max_length=200)
    team = serializers.CharField(required=False, allow_blank=True, max_length=30)
    inspectors = serializers.ListField(
        required=False, child=serializers.CharField(max_length=150), max_length=50
    )


class PatrolGridOrder(serializers.Serializer):
    """The unit grid that the area is to have."""

    grid = serializers.RegexField(GRID)


class DutyForm(serializers.Serializer):
    """Whether one is on duty."""

    on_duty = serializers.BooleanField()
    trail = serializers.BooleanField(help_text="Whether positions are taken.")
    shift = serializers.CharField(allow_blank=True)
    started_at = serializers.DateTimeField(allow_null=True)


class DutyOrder(serializers.Serializer):
    """Start or stop."""

    action = serializers.ChoiceField(["start", "stop"])
    shift = serializers.IntegerField(required=False, allow_null=True, default=None)
    trail = serializers.BooleanField(default=True, help_text="Whether positions are taken.")


class PositionOrder(serializers.Serializer):
    """A position; what cannot be true is refused one by one, not with the batch."""

    at = serializers.DateTimeField()
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    accuracy_m = serializers.FloatField()


class PositionsOrder(serializers.Serializer):
    """A batch of positions, in any order."""

    positions = PositionOrder(many=True, max_length=MOST)


class RefusedPositionForm(serializers.Serializer):
    """A position that was not taken."""

    index = serializers.IntegerField()
    code = serializers.CharField()
    message = serializers.CharField()


class PositionsTakenForm(serializers.Serializer):
    """What became of a batch."""

    taken = serializers.IntegerField()
    known = serializers.IntegerField(help_text="Taken before; nothing is doubled.")
    refused = RefusedPositionForm(many=True)


class WalkerForm(InspectorForm):
    """An inspector on duty with his last position."""

    started_at = serializers.DateTimeField()
    shift = serializers.CharField(allow_blank=True)
    trail = serializers.BooleanField()
    at = serializers.DateTimeField(allow_null=True)
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    accuracy_m = serializers.FloatField(allow_null=True)


class PatrolDayQuery(serializers.Serializer):
    """A day; today when it is left out."""

    day = serializers.DateField(required=False, default=None)


class CoverageQuery(PatrolDayQuery, PatrolAreasQuery):
    """Of which district and day."""


class TrailForm(serializers.Serializer):
    """The trail of a day."""

    user = serializers.CharField()
    day = serializers.DateField()
    length_m = serializers.FloatField()
    points = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        help_text="Each longitude, latitude, seconds since midnight, accuracy in m.",
    )


class VisitForm(serializers.Serializer):
    """A grid that was walked."""

    grid = serializers.CharField()
    first = serializers.DateTimeField()
    last = serializers.DateTimeField()
    walkers = serializers.IntegerField()


class AreaCoverForm(serializers.Serializer):
    """How much of an area was walked."""

    code = serializers.CharField()
    walked = serializers.IntegerField()
    grids = serializers.IntegerField()
    share = serializers.FloatField()


class CoverageForm(serializers.Serializer):
    """What was walked of a district on a day."""

    district = serializers.CharField()
    edition = serializers.CharField()
    day = serializers.DateField()
    grids = serializers.IntegerField()
    share = serializers.FloatField()
    visits = VisitForm(many=True)
    areas = AreaCoverForm(many=True)


class PersonForm(serializers.Serializer):
    """A person who answers; the telephone for whoever is logged in."""

    level = serializers.ChoiceField(PersonLevel.choices)
    code = serializers.CharField()
    role = serializers.ChoiceField(GridRole.choices)
    role_name = serializers.CharField()
    name = serializers.CharField()
    post = serializers.CharField(allow_blank=True)
    organisation = serializers.CharField(allow_blank=True)
    phone = serializers.CharField(allow_blank=True)


class PersonLevelForm(serializers.Serializer):
    """Who answers on one level."""

    level = serializers.ChoiceField(PersonLevel.choices)
    level_name = serializers.CharField()
    persons = PersonForm(many=True)


class ShortPatrolAreaForm(serializers.Serializer):
    """The patrol area of a grid."""

    code = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    team = TeamForm(allow_null=True)
    inspectors = InspectorForm(many=True)


class ResponsibleForm(serializers.Serializer):
    """Who answers for a unit grid."""

    grid = serializers.CharField()
    levels = PersonLevelForm(many=True)
    area = ShortPatrolAreaForm(allow_null=True, help_text="Inspectors for whoever is logged in.")


class ResponsibleQuery(OnDay):
    """Of which unit grid."""

    grid = serializers.RegexField(GRID)
    telephones = serializers.BooleanField(
        default=False, help_text="Unmasked, for whoever is logged in; the look is remembered."
    )


class PersonsQuery(serializers.Serializer):
    """Which persons."""

    code = serializers.RegexField(
        r"^[0-9]{0,16}\Z", required=False, default="", help_text="And all that lies in it."
    )
    limit = serializers.IntegerField(required=False, default=100, min_value=1, max_value=500)
    offset = serializers.IntegerField(required=False, default=0, min_value=0, max_value=10**6)


class DatedPersonForm(PersonForm):
    """A person with the days on which he answers."""

    valid_from = serializers.DateField()
    valid_to = serializers.DateField(allow_null=True)


class PersonsForm(serializers.Serializer):
    """Persons by code."""

    count = serializers.IntegerField()
    persons = DatedPersonForm(many=True)


class PersonsImport(serializers.Serializer):
    """A file of persons."""

    file = serializers.FileField(help_text="CSV or XLSX, up to 5 MB.")
    dry_run = serializers.BooleanField(default=False, help_text="Do all, write nothing.")
