"""Where cases came from that were not reported here: files, other platforms, the generator."""

from django.contrib.gis.db import models
from django.utils.translation import gettext_lazy as _

from spatial.cases.models.case import Case


class CaseSource(models.Model):
    """A store of past cases: what was taken from it, and whether it is real.

    ``facts`` holds what made-up cases were asked for; ``done_to`` is the last day that is written,
    so that a run that was stopped goes on after it.
    """

    name = models.CharField(_("name"), max_length=200, unique=True)
    made_up = models.BooleanField(_("made up"), default=False)
    facts = models.JSONField(default=dict)
    done_to = models.DateField(_("written to"), null=True, blank=True)
    made_at = models.DateTimeField(_("first used"), auto_now_add=True)

    class Meta:
        verbose_name = _("source of past cases")
        verbose_name_plural = _("sources of past cases")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class SourceNumber(models.Model):
    """The number a case had where it came from; the same number again is the same case."""

    source = models.ForeignKey(CaseSource, on_delete=models.PROTECT, related_name="numbers")
    number = models.CharField(_("number there"), max_length=60)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=32, help_text=_("Hash of the row it was read from."))

    class Meta:
        verbose_name = _("number in a source")
        verbose_name_plural = _("numbers in sources")
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="source_number_unique"),
        ]

    def __str__(self) -> str:
        return self.number
