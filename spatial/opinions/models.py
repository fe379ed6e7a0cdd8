"""What residents are asked, who was asked, and what came back."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from spatial.cases.models import Case


class Form(models.Model):
    """A version of a form of questions; nobody changes it once a poll has used it."""

    key = models.SlugField(_("key"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    questions = models.JSONField(
        _("questions"), help_text=_("Key, words, kind (scale or yesno) and weight of each.")
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("form of questions")
        verbose_name_plural = _("forms of questions")
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="opinion_form_version")
        ]

    def __str__(self) -> str:
        return f"{self.key}-v{self.version}"


class Poll(models.Model):
    """Residents of a district are asked about the work of some days."""

    class Level(models.TextChoices):
        STREET = "street", _("street")
        COMMUNITY = "community", _("community")

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="polls")
    name = models.CharField(_("name"), max_length=80)
    district_code = models.CharField(_("district"), max_length=6)
    level = models.CharField(_("areas"), max_length=10, choices=Level, default=Level.STREET)
    first = models.DateField(_("first day"), help_text=_("Of the days that it judges."))
    last = models.DateField(_("last day"))
    closes_at = models.DateField(_("last day of answers"))
    target = models.PositiveIntegerField(_("answers wanted from each area"))
    seed = models.PositiveBigIntegerField(_("seed of the sample"))
    open_share = models.FloatField(
        _("share of open answers"), default=0.5,
        help_text=_("Of the answers that count, those by open links are at most this share."),
    )  # fmt: skip
    weights = models.JSONField(
        _("weights of areas"), default=dict, blank=True,
        help_text=_("By code; without them all areas count alike."),
    )  # fmt: skip
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("made by"),
    )  # fmt: skip
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")
        ordering = ["-made_at"]
        constraints = [
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="poll_days_in_order"),
            models.CheckConstraint(
                condition=Q(open_share__gte=0, open_share__lte=1), name="poll_open_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.first}–{self.last}"


class Invitation(models.Model):
    """A link to a poll: of one reporter whose case was drawn, or open for an area."""

    poll = models.ForeignKey(Poll, on_delete=models.PROTECT, related_name="invitations")
    area_code = models.CharField(_("area"), max_length=12)
    case = models.ForeignKey(
        Case, null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        verbose_name=_("case"),
    )  # fmt: skip
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    token = models.CharField(
        max_length=40, blank=True, editable=False,
        help_text=_("Of an open link, which is no secret."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("link to a poll")
        verbose_name_plural = _("links to polls")
        ordering = ["poll", "area_code"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "case"], condition=Q(case__isnull=False), name="invited_once"
            ),
            models.UniqueConstraint(
                fields=["poll", "area_code"], condition=Q(case__isnull=True), name="open_link_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.poll_id} {self.area_code}"


class Answer(models.Model):
    """What somebody answered; one with a remark on it is kept and does not count."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="answers")
    alone = models.BooleanField(default=True, help_text=_("The only one that its link takes."))
    given = models.JSONField(_("answers"))
    words = models.CharField(_("words"), max_length=500, blank=True)
    score = models.FloatField(_("score"), help_text=_("0 to 100."))
    seconds = models.PositiveIntegerField(_("seconds"))
    caller = models.CharField(max_length=64, help_text=_("Keyed hash of the address."))
    flags = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    at = models.DateTimeField(_("at"), auto_now_add=True)

    class Meta:
        verbose_name = _("answer to a poll")
        verbose_name_plural = _("answers to polls")
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["invitation"], condition=Q(alone=True), name="answered_once"
            ),
            models.CheckConstraint(condition=Q(score__gte=0, score__lte=100), name="answer_score"),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.score:.0f}"
