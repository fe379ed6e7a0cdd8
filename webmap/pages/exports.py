"""The export page: what is wanted is chosen, made as a job, and fetched."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from spatial.basemap.io.writers import ENCODED, FORMATS
from spatial.basemap.models import Region
from spatial.basemap.services.exporting import Source
from spatial.basemap.services.systems import local_choices
from spatial.cases.services.export_fields import ON_DAY
from spatial.cases.stages import ENDED, OPEN, Stage
from spatial.components.labels import LAYOUTS
from spatial.components.models import State
from spatial.grids.mapbook import PAPERS
from webmap import exports
from webmap.api.exports import export_forms
from webmap.api.regions import district_forms
from webmap.pages.config import data_context, page_config
from webmap.pages.export_choices import case_class_forms, field_forms, result_forms
from webmap.surveys import main_class_forms, owner_choices

_ENDED = [stage for stage in Stage if stage in ENDED]
STAGES = [
    (_("in hand and ended"), [("", _("all"))]),
    (_("in hand"), [(",".join(OPEN), _("all in hand")), *((s.value, s.label) for s in OPEN)]),
    (_("ended"), [(",".join(_ENDED), _("all ended")), *((s.value, s.label) for s in _ENDED)]),
]
"""Stages to choose from, in groups; the empty one is all."""
NAMES = ("code", "name", "name_en", "parent__code")


@require_safe
@cache_control(private=True, no_cache=True)
def exports_page(request: HttpRequest) -> HttpResponse:
    """The form of an order, those that are being made, and the latest files."""
    exports.clean()
    user = request.user
    groups = exports.groups(user)
    may = {name for _group, names in groups for name in names}
    sources = {name: one for name, one in exports.SOURCES.items() if name in may}
    config = {
        **page_config(request),
        "districts": _districts(request),
        "regions": _regions(),
        "sources": {name: field_forms(source.fields) for name, source in sources.items()},
        "titles": {
            **{name: _title(source) for name, source in exports.SOURCES.items()},
            exports.BOOK: str(_("Map book (PDF)")),
            exports.LABELS: str(_("QR labels of components (PDF)")),
        },
        "local_systems": local_choices(),
        "encoded": sorted(ENCODED),
        "past": [n for n in (*exports.SOURCES, exports.BOOK) if n not in exports.NO_PAST],
        "filtered": [*exports.COMPONENTS, exports.LABELS],
        "classes": main_class_forms(),
        "case_classes": case_class_forms() if exports.CASES in may else [],
        "fields_on_day": field_forms(ON_DAY),
        "results": result_forms() if exports.RESULTS in may else None,
        "running": [{"id": str(j.pk), "state": j.state} for j in exports.running(user)],
    }
    context = data_context(
        request,
        "exports",
        config,
        groups=groups,
        stages=STAGES,
        formats=list(FORMATS),
        papers=list(PAPERS),
        layouts=[(name, one.places) for name, one in LAYOUTS.items()],
        states=State.choices[:-1],
        owners=owner_choices(),
        today=timezone.localdate().isoformat(),
        rows=export_forms(user),
        keep_days=f"{settings.EXPORT_KEEP_D:g}",
    )
    return render(request, "webmap/data/exports.html", context)


def _districts(request: HttpRequest) -> list[dict[str, Any]]:
    names = ("code", "name", "name_en", "bounds")
    return [{name: form[name] for name in names} for form in district_forms(request.user)]


def _regions() -> list[tuple[str, str, str, str]]:
    """Code, names and code of the region above, of every street and community in force."""
    below = Region.objects.filter(valid_to__isnull=True).exclude(level=Region.Level.DISTRICT)
    return list(below.order_by("code").values_list(*NAMES))


def _title(source: Source) -> str:
    return source.title_en if get_language() == "en" else source.title_zh
