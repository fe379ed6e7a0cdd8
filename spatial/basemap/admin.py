"""The base map in the admin: to look things up; everything is written by imports.

Maps are django-leaflet's with no tiles at all (``LEAFLET_CONFIG``), so nothing outside is asked.
"""

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from leaflet.admin import LeafletGeoAdminMixin

from spatial.basemap.gazetteer import corrections
from spatial.basemap.gazetteer.faults import SENTENCES
from spatial.basemap.models import (
    BaseFeature,
    Dataset,
    ImportIssue,
    ImportRun,
    LocalCrs,
    Place,
    PlaceName,
    Region,
    Upload,
)
from spatial.core import audit
from spatial.core.admin import Audited
from spatial.core.roles import ADMINISTRATOR, role_names


class CorrectionForm(forms.ModelForm):
    """A name given by hand."""

    class Meta:
        model = PlaceName
        fields = ("place", "text")

    def clean_text(self) -> str:
        """Refuse what is no name, with the sentence of the import."""
        text = self.cleaned_data["text"]
        code = corrections.fault_of(text)
        if code:
            raise ValidationError(SENTENCES[code], code)
        return text


class LookOnly:
    """Nobody adds, changes or deletes here; the ``view`` permission is enough to look."""

    def has_add_permission(self, request: HttpRequest, *args: object) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Never."""
        return False


class LookOnlyMap(LookOnly, LeafletGeoAdminMixin, admin.ModelAdmin):
    """A read-only page; counts of big tables are not taken."""

    modifiable = False
    show_full_result_count = False
    list_per_page = 50


@admin.register(Dataset)
class DatasetAdmin(Audited, admin.ModelAdmin):
    """Datasets: only the credit may be changed."""

    list_display = ("name", "attribution", "made_up", "version")
    list_filter = ("made_up",)
    search_fields = ("name", "attribution")
    readonly_fields = ("name", "made_up", "version")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Imports make datasets."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Dataset | None = None) -> bool:
        """Regions of published plans hang on datasets."""
        return False


@admin.register(LocalCrs)
class LocalCrsAdmin(admin.ModelAdmin):
    """Local systems: administrators define and remove them; what imports named is not changed."""

    list_display = ("__str__", "title", "definition", "created_by", "created_at")
    fields = ("name", "title", "definition")

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Administrators only, whatever other permissions there are."""
        return ADMINISTRATOR in role_names(request.user)

    def has_view_permission(self, request: HttpRequest, obj: LocalCrs | None = None) -> bool:  # noqa: ARG002
        """Administrators only."""
        return self.has_module_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Administrators only."""
        return self.has_module_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: LocalCrs | None = None) -> bool:  # noqa: ARG002
        """Never: another definition is another system, under another name."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: LocalCrs | None = None) -> bool:  # noqa: ARG002
        """Administrators only."""
        return self.has_module_permission(request)

    def save_model(self, request: HttpRequest, obj: LocalCrs, form: object, change: bool) -> None:
        """Note who defined it."""
        obj.created_by = request.user
        super().save_model(request, obj, form, change)
        audit.record(request.user, "crs.defined", "LocalCrs", str(obj), definition=obj.definition)

    def delete_model(self, request: HttpRequest, obj: LocalCrs) -> None:
        """Note who removed it."""
        audit.record(request.user, "crs.removed", "LocalCrs", str(obj), definition=obj.definition)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[LocalCrs]) -> None:
        """Note each that is removed."""
        for obj in queryset:
            self.delete_model(request, obj)


class IssueInline(LookOnly, admin.TabularInline):
    """What the run noticed, repaired and refused."""

    model = ImportIssue
    fields = ("severity", "code", "layer", "feature", "message", "area_m2")
    readonly_fields = fields
    extra = 0
    show_change_link = True


@admin.register(ImportRun)
class ImportRunAdmin(LookOnly, admin.ModelAdmin):
    """Import runs with their issues."""

    list_display = (
        "started_at", "kind", "dataset", "file_name", "state", "created", "updated", "removed",
        "error_code", "created_by",
    )  # fmt: skip
    list_filter = ("state", "kind", "error_code", "dataset")
    search_fields = ("file_name", "dataset__name", "error_code", "file_sha256")
    date_hierarchy = "started_at"
    list_select_related = ("dataset", "created_by")
    inlines = (IssueInline,)

    @admin.display(description=_("created"))
    def created(self, run: ImportRun) -> int:
        """Rows the run made."""
        return run.counts.get("created", 0)

    @admin.display(description=_("updated"))
    def updated(self, run: ImportRun) -> int:
        """Rows the run changed."""
        return run.counts.get("updated", 0)

    @admin.display(description=_("removed"))
    def removed(self, run: ImportRun) -> int:
        """Rows the run removed or closed."""
        return run.counts.get("removed", 0)


@admin.register(Upload)
class UploadAdmin(LookOnly, admin.ModelAdmin):
    """Files sent in, and what became of them."""

    list_display = ("created_at", "name", "state", "size_bytes", "created_by")
    list_filter = ("state",)
    search_fields = ("name", "sha256")
    list_select_related = ("created_by",)


@admin.register(ImportIssue)
class ImportIssueAdmin(LookOnlyMap):
    """One issue with its place on a map."""

    list_display = ("run", "severity", "code", "layer", "feature", "message", "area_m2")
    list_filter = ("severity", "code")
    search_fields = ("code", "layer", "feature", "message")
    list_select_related = ("run",)


@admin.register(Region)
class RegionAdmin(LookOnlyMap):
    """Regions, closed ones too."""

    list_display = ("code", "name", "name_en", "level", "parent", "hectares", "valid_from",
                    "valid_to", "dataset")  # fmt: skip
    list_filter = ("level", ("valid_to", admin.EmptyFieldListFilter), "dataset")
    search_fields = ("code", "name", "name_en")
    list_select_related = ("parent", "dataset")
    exclude = ("geom3857",)

    @admin.display(description=_("area (ha)"), ordering="area_m2")
    def hectares(self, region: Region) -> str:
        """Area in hectares."""
        return f"{region.area_m2 / 10_000:,.2f}"


@admin.register(BaseFeature)
class BaseFeatureAdmin(LookOnlyMap):
    """Features of the base map."""

    list_display = (
        "source_key",
        "kind",
        "line_class",
        "name",
        "subtype",
        "use",
        "underground",
        "dataset",
    )
    list_filter = ("kind", "line_class", "underground", "dataset")
    search_fields = ("name", "=source_key")
    list_select_related = ("dataset",)
    exclude = ("geom3857", "digest")


class NameInline(LookOnly, admin.TabularInline):
    """The names of a place."""

    model = PlaceName
    fields = ("text", "kind", "valid_from", "valid_to", "live")
    readonly_fields = fields
    extra = 0


@admin.register(Place)
class PlaceAdmin(LookOnlyMap):
    """Addresses and places."""

    list_display = ("name", "kind", "level", "community_code", "dataset", "source_key", "valid_to")
    list_filter = ("kind", "level", ("valid_to", admin.EmptyFieldListFilter), "dataset")
    search_fields = ("name",)
    list_select_related = ("dataset",)
    exclude = ("geom3857", "digest", "built", "road_key", "zone_key")
    inlines = (NameInline,)


@admin.register(PlaceName)
class PlaceNameAdmin(admin.ModelAdmin):
    """Names of places: corrections are given and taken back here, all others come by imports."""

    list_display = ("text", "kind", "place", "valid_from", "valid_to")
    list_filter = ("kind",)
    search_fields = ("=key", "=text")
    list_select_related = ("place",)
    show_full_result_count = False
    raw_id_fields = ("place",)
    fields = ("place", "text")

    def has_change_permission(self, request: HttpRequest, obj: PlaceName | None = None) -> bool:  # noqa: ARG002
        """Never: a wrong correction is taken back."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: PlaceName | None = None) -> bool:
        """Corrections only."""
        own = obj is None or obj.kind == PlaceName.Kind.CORRECTION
        return own and super().has_delete_permission(request, obj)

    def get_actions(self, request: HttpRequest) -> dict:
        """One at a time."""
        return {}

    def get_form(self, *args: object, **kwargs: object) -> type:
        """The form that says what is wrong with a text."""
        return super().get_form(*args, **kwargs | {"form": CorrectionForm})

    def save_model(self, request: HttpRequest, obj: PlaceName, form: object, change: bool) -> None:
        """Give the name with its forms."""
        obj.pk = corrections.correct(obj.place, obj.text, request.user).pk

    def delete_model(self, request: HttpRequest, obj: PlaceName) -> None:
        """Take it back."""
        corrections.withdraw(obj, request.user)
