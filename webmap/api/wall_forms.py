"""What the addresses of the wall take and give."""

from __future__ import annotations

from rest_framework import serializers

from spatial.cases.stages import Stage
from spatial.evaluation.services.objects import COMMAND, SUPERVISION


class WallQuery(serializers.Serializer):
    """Whose wall, and of what."""

    centre = serializers.ChoiceField(
        [SUPERVISION, COMMAND], default="", help_text="Without it that of the user's role."
    )
    district = serializers.RegexField(r"^[0-9]{6}\Z", default="", help_text="Empty for all.")


class LoadForm(serializers.Serializer):
    """Cases in hand."""

    open = serializers.IntegerField()
    overdue = serializers.IntegerField()
    soon = serializers.IntegerField(help_text="80 % of their time has run.")


class WallTotalsForm(LoadForm):
    """What was done today, and what is in hand."""

    reported = serializers.IntegerField()
    filed = serializers.IntegerField()
    dispatched = serializers.IntegerField()
    handled = serializers.IntegerField()
    reworked = serializers.IntegerField()
    closed = serializers.IntegerField()


class WallStageForm(LoadForm):
    """Cases at a stage."""

    stage = serializers.ChoiceField(Stage.choices)


class WallDepartmentForm(LoadForm):
    """Cases that a department has."""

    name = serializers.CharField()


class WallRankForm(serializers.Serializer):
    """How something is graded."""

    code = serializers.CharField()
    name = serializers.CharField()
    score = serializers.FloatField(allow_null=True)
    grade = serializers.CharField(help_text="Empty for too few cases.")


class WallAreaForm(WallRankForm, LoadForm):
    """A street or district: where it lies, its grade and its cases in hand."""

    bounds = serializers.ListField(child=serializers.FloatField())


class WallDayForm(serializers.Serializer):
    """What was done on a day."""

    day = serializers.DateField()
    reported = serializers.IntegerField()
    handled = serializers.IntegerField()
    closed = serializers.IntegerField()


class WallLatelyForm(serializers.Serializer):
    """Shares of the days of the trend."""

    on_time = serializers.FloatField(allow_null=True, help_text="Handled on time of those judged.")
    rework = serializers.FloatField(allow_null=True, help_text="Sent back of those handled.")


class WallHotForm(serializers.Serializer):
    """A place with more cases than chance would bring."""

    grid = serializers.CharField()
    name = serializers.CharField(help_text="Of the community.")
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    z = serializers.FloatField()
    grids = serializers.IntegerField()
    cases = serializers.IntegerField()


class WallDutyForm(serializers.Serializer):
    """Inspectors and what they walked today."""

    on = serializers.IntegerField()
    of = serializers.IntegerField()
    walked = serializers.IntegerField(help_text="Unit grids.")
    grids = serializers.IntegerField()


class WallCaseLineForm(serializers.Serializer):
    """A case in few words; nothing of who reported it."""

    number = serializers.CharField()
    case_class = serializers.CharField()
    place = serializers.CharField()
    stage = serializers.ChoiceField(Stage.choices)
    reported_at = serializers.DateTimeField()
    due = serializers.DateTimeField(allow_null=True)
    lon = serializers.FloatField()
    lat = serializers.FloatField()
    street = serializers.CharField()
    department = serializers.CharField()


class WallForm(serializers.Serializer):
    """Everything that one screen shows."""

    version = serializers.CharField(help_text="Of the pages; a page of another reloads itself.")
    centre = serializers.ChoiceField([SUPERVISION, COMMAND])
    district = serializers.CharField()
    day = serializers.DateField()
    first = serializers.DateField(help_text="First day of the trend and of what is graded.")
    totals = WallTotalsForm()
    stages = WallStageForm(many=True)
    departments = WallDepartmentForm(many=True)
    areas = WallAreaForm(many=True)
    ranking = WallRankForm(many=True)
    ranked = serializers.CharField(help_text="Kind of object that is ranked.")
    ranks = serializers.IntegerField(help_text="How many are ranked in all.")
    trend = WallDayForm(many=True)
    lately = WallLatelyForm()
    hot = WallHotForm(many=True)
    duty = WallDutyForm(allow_null=True)
    overdue = WallCaseLineForm(many=True)
    newest = WallCaseLineForm(many=True)


class WallStepForm(serializers.Serializer):
    """A move of a case, without who made it."""

    label = serializers.CharField()
    stage = serializers.ChoiceField(Stage.choices)
    at = serializers.DateTimeField()


class WallCaseForm(WallCaseLineForm):
    """A case on which the wall stands still."""

    main = serializers.CharField()
    street_name = serializers.CharField()
    grid = serializers.CharField()
    stage_since = serializers.DateTimeField()
    presses = serializers.IntegerField()
    reworks = serializers.IntegerField()
    photo = serializers.CharField(help_text="Its address, or empty.")
    steps = WallStepForm(many=True)
