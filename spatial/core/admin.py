"""What pages of the admin share, and the audit log and the people of the site among them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from spatial.core import audit, looks, second_factor
from spatial.core.masking import masked
from spatial.core.models import AuditEntry, Look
from spatial.core.roles import ADMINISTRATOR, role_names


class Administrators:
    """For administrators only, whatever other permissions there are; nothing is deleted."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return ADMINISTRATOR in role_names(request.user)

    def has_view_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Administrators only."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Administrators only."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


class LookOnly(Administrators):
    """To look things up."""

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


class Kept(Administrators):
    """Administrators add and change; what is no longer wanted goes out of use."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Administrators only."""
        return self.has_module_permission(request)


class Lines(Kept):
    """Lines of a table on which nothing hangs: administrators take them out too."""

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Administrators only."""
        return self.has_module_permission(request)


class Audited:
    """Every save and every deletion is one entry of the audit log, with what it was and became.

    Rows of inlines are told with the row that they stand below.
    """

    hidden: tuple[str, ...] = ()
    """Fields whose values nobody reads: that they changed is told, not what they are."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Remember what it was."""
        former = type(obj)._default_manager.filter(pk=obj.pk).first() if change else None
        form.state_before = self._state(former) if former else {}
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Tell what it became: this is the last step of a save."""
        super().save_related(request, form, formsets, change)
        after = self._state(type(form.instance)._default_manager.get(pk=form.instance.pk))
        if after != form.state_before:
            self._tell(request, form.instance, form.state_before, after)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Tell what it was."""
        self._tell(request, obj, self._state(obj), {})
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet) -> None:
        """One entry for each."""
        for obj in queryset:
            self.delete_model(request, obj)

    def _state(self, obj: models.Model) -> dict[str, Any]:
        found = audit.values_of(obj, self.hidden)
        for inline in self.inlines:
            below = [one for one in obj._meta.related_objects
                     if one.related_model is inline.model]  # fmt: skip
            for link in below:
                rows = getattr(obj, link.get_accessor_name()).order_by("pk")
                found[link.name] = [audit.values_of(row) for row in rows]
        return found

    def _tell(self, request: HttpRequest, obj: models.Model, before: dict, after: dict) -> None:
        name = type(obj).__name__
        verb = "changed" if before and after else "added" if after else "deleted"
        action, key = f"{obj._meta.model_name}.{verb}", f"{obj.pk} {obj}"
        audit.record_change(request.user, action, name, key[:120], before, after)


class Looked:
    """Who is shown rows of persons here is remembered: a list at once, a row by itself."""

    def look_key(self, row: Any) -> str:
        """Whom a row is about, as `Look.whose` names it."""
        return f"{self.opts.label_lower} {row.pk}"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Remember all rows of the page."""
        answer = super().changelist_view(request, extra_context)
        shown = (getattr(answer, "context_data", None) or {}).get("cl")
        if shown is not None and self.has_view_or_change_permission(request):
            looks.look(request.user, Look.What.ADMIN, map(self.look_key, shown.result_list))
        return answer

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """Remember a row that is opened."""
        row = super().get_object(request, object_id, from_field)
        if row is not None and request.method == "GET" and self.has_view_permission(request, row):
            looks.look(request.user, Look.What.ADMIN, [self.look_key(row)], whole=True)
        return row


@admin.register(AuditEntry)
class AuditEntryAdmin(Looked, LookOnly, admin.ModelAdmin):
    """The audit log, the latest first."""

    list_display = ("at", "actor_name", "action", "object_type", "object_key", "request_id")
    list_filter = ("object_type", "at")
    search_fields = ("=actor_name", "=object_key", "=request_id", "=action")
    show_full_result_count = False


admin.site.unregister([User, Group])
# They would show the secrets of people to whoever administers.
admin.site.unregister([TOTPDevice, StaticDevice])


@admin.register(User)
class PersonAdmin(Looked, Audited, UserAdmin):
    """People: who gave whom which role is told; passwords are not."""

    hidden = ("password",)
    list_display = ("username", "full_name", "masked_email", "is_staff", "is_active")
    actions = ("reset_second_factor",)

    def look_key(self, row: User) -> str:
        """By the name of the account."""
        return row.get_username()

    @admin.display(description=_("name"))
    def full_name(self, row: User) -> str:
        """Name as people say it."""
        return row.get_full_name()

    @admin.display(description=_("e-mail"))
    def masked_email(self, row: User) -> str:
        """In lists masked; the page of the person has it in full."""
        return masked(row.email)

    @admin.action(description=_("Reset the second factor"), permissions=["change"])
    def reset_second_factor(self, request: HttpRequest, queryset: QuerySet) -> None:
        """For who lost telephone and recovery codes."""
        count = sum(second_factor.reset(user, request.user) for user in queryset)
        self.message_user(request, _("Second factors reset: %d.") % count)

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""  # noqa: A002 - Django's name
    ) -> HttpResponse:  # fmt: skip
        """Tell whose password was set by somebody else."""
        answer = super().user_change_password(request, id, form_url)
        if request.method == "POST" and answer.status_code == 302:
            audit.record(request.user, "user.password-set", "User", str(id))
        return answer


@admin.register(Group)
class RoleAdmin(Audited, GroupAdmin):
    """Roles and their permissions."""
