"""Fixed words of a case: its kind, where it came from, its weight, its level, how it ended."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a case is about."""

    COMPONENT = "component", _("component")
    EVENT = "event", _("event")


class Channel(TextChoices):
    """How a case came in."""

    INSPECTOR = "inspector", _("inspector")
    HOTLINE = "hotline", _("hotline")
    WEB = "web", _("web page")
    APP = "app", _("phone app")
    VIDEO = "video", _("video")
    SENSOR = "sensor", _("sensor")
    DEPARTMENT = "department", _("department")
    MEDIA = "media", _("media")
    LEADER = "leader", _("leader's letter box")


SEEN = frozenset({Channel.INSPECTOR, Channel.VIDEO, Channel.SENSOR, Channel.DEPARTMENT})
"""Channels that have seen the place themselves; what others say is checked before it is filed."""

OF_PUBLIC = frozenset({Channel.WEB, Channel.APP, Channel.HOTLINE})
"""Channels by which residents report."""


class Priority(IntegerChoices):
    """How much a case weighs; a larger number comes first."""

    ORDINARY = 0, _("ordinary")
    IMPORTANT = 1, _("important")
    URGENT = 2, _("urgent")


class Level(IntegerChoices):
    """On which territorial level a case is handled, and a department works."""

    COMMUNITY = 1, _("community")
    STREET = 2, _("street")
    DISTRICT = 3, _("district")
    CITY = 4, _("city")


class Outcome(TextChoices):
    """How a case ended."""

    DONE = "done", _("done and verified")
    FORCED = "forced", _("closed by force")
    REFUSED = "refused", _("not filed")
    REJECTED = "rejected", _("invalid")
    MERGED = "merged", _("merged into another")
