"""Where a case stands, and who acts on it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from spatial.core import roles


class Stage(TextChoices):
    """Where a case stands; each stage has one side that has to act next."""

    REPORTED = "reported", _("reported")
    CHECKING = "checking", _("being checked")
    CHECKED = "checked", _("to be filed")
    FILED = "filed", _("to be dispatched")
    DISPATCHED = "dispatched", _("to be accepted")
    HANDLING = "handling", _("being handled")
    DIVIDED = "divided", _("being handled in parts")
    HELD = "held", _("on hold")
    ANSWERED = "answered", _("handled, to be passed on")
    TO_VERIFY = "to_verify", _("to be verified")
    VERIFYING = "verifying", _("being verified")
    VERIFIED = "verified", _("verified, to be closed")
    FAILED = "failed", _("not done when verified")
    CLOSED = "closed", _("closed")
    REFUSED = "refused", _("not filed")
    REJECTED = "rejected", _("invalid")
    MERGED = "merged", _("merged into another")


ENDED = frozenset({Stage.CLOSED, Stage.REFUSED, Stage.REJECTED, Stage.MERGED})
OPEN = tuple(stage for stage in Stage if stage not in ENDED)
WITH_DEPARTMENT = frozenset({Stage.DISPATCHED, Stage.HANDLING, Stage.DIVIDED, Stage.HELD})
"""Stages in which a department has the case; the clock of handling runs, but not on hold."""


class Role(TextChoices):
    """As what somebody makes a move: a role of the platform, a right, or nobody in person."""

    PUBLIC = "public", _("public")
    INSPECTOR = roles.INSPECTOR, _("inspector")
    OPERATOR = roles.OPERATOR, _("operator (supervision centre)")
    DISPATCHER = roles.DISPATCHER, _("dispatcher (command centre)")
    DEPARTMENT = roles.DEPARTMENT, _("department")
    LEADER = "leader", _("leader (right to grant extensions)")
    FORCER = "forcer", _("right to close by force")
    SYSTEM = "system", _("the platform itself")


RIGHTS = {Role.LEADER: "cases.grant_extension", Role.FORCER: "cases.force_close"}
"""Roles that are no group: whoever holds the right, whatever his group."""
