"""Forms, polls and answers, to be looked at."""

from django.contrib import admin

from spatial.core.admin import Looked, LookOnly
from spatial.opinions.models import Answer, Form, Poll


@admin.register(Form)
class FormAdmin(LookOnly, admin.ModelAdmin):
    """Forms of questions."""

    list_display = ("key", "version", "name", "made_at")


@admin.register(Poll)
class PollAdmin(LookOnly, admin.ModelAdmin):
    """Polls."""

    list_display = ("name", "district_code", "first", "last", "closes_at", "target", "made_by")
    list_select_related = ("made_by",)


@admin.register(Answer)
class AnswerAdmin(Looked, LookOnly, admin.ModelAdmin):
    """Answers, the oldest first."""

    list_display = ("invitation", "score", "seconds", "flags", "at")
    exclude = ("caller",)
    list_select_related = ("invitation",)
