"""Jobs with progress, the append-only audit log, looks at personal data, calls that are counted."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _


class Job(models.Model):
    """Long work seen from outside: who asked, how far it is, what came of it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("queued")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=40)
    state = models.CharField(
        _("state"), max_length=12, choices=State.choices, default=State.QUEUED, db_index=True
    )
    params = models.JSONField(_("parameters"), default=dict)
    done = models.BigIntegerField(_("steps done"), default=0)
    total = models.BigIntegerField(_("steps in all"), default=0)
    message = models.CharField(_("message"), max_length=300, blank=True)
    result = models.JSONField(_("result"), default=dict)
    error_code = models.CharField(_("error code"), max_length=40, blank=True)
    error_message = models.TextField(_("error message"), blank=True)
    error_detail = models.JSONField(_("error detail"), default=dict)
    attempts = models.PositiveSmallIntegerField(
        _("attempts"), default=0, db_default=0, help_text=_("How often a worker began it.")
    )
    cancel_asked = models.BooleanField(_("asked to cancel"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.id} ({self.state})"


class AuditEntry(models.Model):
    """Who changed what and when; the database refuses to change or delete a row."""

    at = models.DateTimeField(_("at"), auto_now_add=True, db_index=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        related_name="+",
    )
    actor_name = models.CharField(_("actor"), max_length=150, blank=True)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("object type"), max_length=60)
    object_key = models.CharField(_("object"), max_length=120)
    detail = models.JSONField(_("detail"), default=dict)
    request_id = models.CharField(
        _("request"), max_length=64, blank=True, default="", db_default="",
        help_text=_("Its id in the log; empty for a command and for work in the background."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.action} {self.object_type} {self.object_key}"


class Look(models.Model):
    """Who was shown whose personal data; written by ``looks``, cleared away by its time only."""

    LONGEST = 80

    class What(models.TextChoices):
        CASE = "case", _("case of a resident")
        CONTACT = "contact", _("contact of a reporter")
        TRAIL = "trail", _("trail of an inspector")
        POSITIONS = "positions", _("positions of inspectors")
        TELEPHONES = "telephones", _("telephones of persons who answer for grids")
        CONDUCT = "conduct", _("conduct of staff")
        ADMIN = "admin", _("page of the administration")

    at = models.DateTimeField(_("at"), auto_now_add=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False,
        db_index=False, related_name="+",
    )  # fmt: skip
    user_name = models.CharField(_("user"), max_length=150)
    what = models.CharField(_("what"), max_length=12, choices=What)
    whose = ArrayField(
        models.CharField(max_length=LONGEST), verbose_name=_("whose"),
        help_text=_("Numbers of cases, user names, codes of grids."),
    )  # fmt: skip
    count = models.PositiveIntegerField(_("count"))
    whole = models.BooleanField(
        _("in full"), help_text=_("A number or an address was asked for and shown unmasked.")
    )
    request_id = models.CharField(_("request"), max_length=64, blank=True)

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["at"], name="look_at"),
            models.Index(fields=["user", "what", "at"], name="look_of_user"),
            GinIndex(fields=["whose"], name="look_whose"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.user_name} {self.what}"


class Calls(models.Model):
    """When a caller came lately, for limits that all processes share; written by ``limits``."""

    scope = models.CharField(max_length=20)
    caller = models.CharField(max_length=64)
    times = ArrayField(models.DateTimeField())
    over_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("counted calls")
        verbose_name_plural = _("counted calls")
        constraints = [
            models.UniqueConstraint(fields=["scope", "caller"], name="calls_of_one_caller"),
        ]

    def __str__(self) -> str:
        return f"{self.scope} {self.caller[:8]}"


class Heartbeat(models.Model):
    """When something in the background was last at work."""

    name = models.CharField(_("name"), max_length=40, primary_key=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return f"{self.name} {self.at}"
