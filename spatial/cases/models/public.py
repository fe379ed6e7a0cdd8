"""What the public side keeps: links that follow a case, answers, and keys of other programs."""

from django.conf import settings
from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from spatial.cases.models.case import Case, Channel


class Following(models.Model):
    """A secret link that was given to who reported a case; only its hash is kept."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="followings")
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    channel = models.CharField(_("source"), max_length=10, choices=Channel)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("link to follow a case")
        verbose_name_plural = _("links to follow cases")
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"{self.case_id} {self.channel}"


class Satisfaction(models.Model):
    """How content somebody is with what was done: once for each link."""

    class By(models.TextChoices):
        LINK = "link", _("link of the reporter")
        SURVEY = "survey", _("survey")

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="answers")
    following = models.OneToOneField(
        Following, null=True, blank=True, on_delete=models.PROTECT, related_name="answer",
        verbose_name=_("link"),
    )  # fmt: skip
    by = models.CharField(_("asked by"), max_length=6, choices=By, default=By.LINK)
    score = models.PositiveSmallIntegerField(_("score"), help_text=_("1 bad … 5 very good."))
    words = models.CharField(_("words"), max_length=500, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("answer on satisfaction")
        verbose_name_plural = _("answers on satisfaction")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(score__gte=1, score__lte=5), name="satisfaction_score"
            ),
            models.CheckConstraint(
                condition=Q(by="survey") | Q(following__isnull=False), name="satisfaction_by_link"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.score}"


class ReportKey(models.Model):
    """A key by which another program sends reports (Open311's ``api_key``); its hash is kept."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    contact = models.CharField(_("contact"), max_length=120, blank=True)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    in_use = models.BooleanField(_("in use"), default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL,
        related_name="+", verbose_name=_("made by"),
    )  # fmt: skip
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("key of a program")
        verbose_name_plural = _("keys of programs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class OutsideReport(models.Model):
    """What another program said beside the report itself; nothing of it is ever fetched."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.PROTECT, related_name="+")
    key = models.ForeignKey(
        ReportKey, null=True, blank=True, on_delete=models.PROTECT, related_name="reports",
        verbose_name=_("key of a program"),
    )  # fmt: skip
    account = models.CharField(_("account there"), max_length=100, blank=True)
    device = models.CharField(_("device"), max_length=100, blank=True)
    media_url = models.CharField(_("address of a picture"), max_length=500, blank=True)
    attributes = models.JSONField(_("attributes"), default=dict)

    class Meta:
        verbose_name = _("report of another program")
        verbose_name_plural = _("reports of other programs")
        ordering = ["-case_id"]

    def __str__(self) -> str:
        return str(self.case_id)
