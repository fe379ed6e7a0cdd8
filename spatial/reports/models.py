"""What reports and analysis remember."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from spatial.cases.models import Attachment


class PhotoPrint(models.Model):
    """What a photo is known by, so that the same one is found with another case."""

    photo = models.OneToOneField(
        Attachment, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    sha256 = models.CharField(max_length=64, blank=True, help_text=_("Empty: it is not readable."))
    difference = models.BigIntegerField(
        null=True, help_text=_("64 bits; none for a picture of one colour.")
    )

    class Meta:
        verbose_name = _("print of a photo")
        verbose_name_plural = _("prints of photos")

    def __str__(self) -> str:
        return str(self.photo_id)


class KeptAnswer(models.Model):
    """An analysis that takes long, kept for the day it was made on."""

    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200, help_text=_("What was asked for."))
    day = models.DateField()
    made_at = models.DateTimeField(auto_now=True)
    answer = models.JSONField()

    class Meta:
        verbose_name = _("kept answer")
        verbose_name_plural = _("kept answers")
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="kept_answer_one"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} {self.day}"


class Subscription(models.Model):
    """Who gets the monthly report of a district by e-mail."""

    email = models.EmailField(_("e-mail"))
    district_code = models.CharField(
        _("district"), max_length=6, validators=[RegexValidator(r"^\d{6}\Z")]
    )
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans"
    )
    in_use = models.BooleanField(_("in use"), default=True)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("subscription to the monthly report")
        verbose_name_plural = _("subscriptions to the monthly report")
        ordering = ["district_code", "email"]
        constraints = [
            models.UniqueConstraint(fields=["email", "district_code"], name="subscription_once"),
        ]

    def __str__(self) -> str:
        return f"{self.email} {self.district_code}"


class SentReport(models.Model):
    """A report that went out: never twice for a period."""

    subscription = models.ForeignKey(Subscription, on_delete=models.CASCADE, related_name="sent")
    period = models.CharField(_("month"), max_length=7)
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)

    class Meta:
        verbose_name = _("report that was sent")
        verbose_name_plural = _("reports that were sent")
        ordering = ["-sent_at"]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "period"], name="sent_report_once"),
        ]

    def __str__(self) -> str:
        return f"{self.subscription_id} {self.period}"
